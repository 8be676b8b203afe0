"""The compiler: a selection set becomes one SQL statement that answers in JSON text.

It follows the declarations that the reference executor follows (`caserisk_graphql.reads.declare`), and answers alike.
`selection` reads the document, `statement` writes the SQL (`connections` that of pages; `dialects` knows how each
database writes JSON), `plan` binds what a request brings, `compiler` keeps the plans and answers by them.
"""
