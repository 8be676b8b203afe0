"""Migrations: the versions of the schema, each a file of ``versions`` that alembic runs.

To change the schema:

1. Change `caserisk.store.tables`, and `caserisk.store.triggers` where a table is permanent.
2. Add ``versions/vNNNN_what_it_does.py`` with the next number as its ``revision``, the one before as its
   ``down_revision``, and an ``upgrade()`` of alembic's operations, with all values written out. What it does to rows
   has to satisfy the triggers. ``triggers.create_statements(dialect, {"its_name"})`` creates those of a new table.
3. Write the change into ``tests/core/store/expected_schema.py``, and run ``pytest tests/core/store/test_migrating.py``:
   on both databases it compares what the migrations make of an empty database with that file and with the tables.

Until a schema is released, `v0001` is changed instead: it is a copy of the tables.
"""
