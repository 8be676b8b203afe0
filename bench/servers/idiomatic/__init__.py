"""An ordinary server on the same tables, as Strawberry's and SQLAlchemy's guides teach it: entities and data loaders.

It knows the part of the schema that the benchmarks ask for, and checks nobody.
"""
