"""Compile selection sets to SQL: one statement for each root field, which answers with the text of its JSON.

The compiler follows the declarations that the reference executor follows (`caserisk_graphql.reads.declarations`), and
answers alike. Its modules, in the order a document passes them:

- `compiler` caches the plans of operations and runs their statements;
- `selection` merges what a document selects into a tree of typed fields;
- `plan` is the plan of a root field: its selection, its statements, the arguments it was sent;
- `arguments` coerces the arguments of a field to conditions and bound values;
- `statement` writes the SQL of a tree, with `connections` for pages, `access_paths` for how their rows are found,
  `field_sources` for what a field is read from, and `dialects` for the JSON functions of each database;
- `expressions` compiles declared SQLAlchemy expressions to templates of text, and `sql` puts templates together;
- `bound_values` provides the values of bound parameters.
"""
