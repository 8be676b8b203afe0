"""The versions of the schema, for alembic. They go one way: what is on record stays."""
