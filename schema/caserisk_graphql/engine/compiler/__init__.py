"""The compiler: a selection set becomes one SQL statement that answers in JSON text.

It follows the declarations that the reference executor follows (`caserisk_graphql.reads.declarations`), and answers
alike.
`selection` reads the document, `statement` writes the SQL as text (`connections` and `walks` that of pages; `dialects`
knows how each database writes JSON; `pieces` has SQLAlchemy write declared expressions; `sql` puts text together),
`plan` binds what a request brings (`values` says what), `compiler` keeps the plans and answers by them.
"""
