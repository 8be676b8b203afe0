"""Alembic's entry point: run the versions on the connection that `caserisk.store.migrating` hands over."""

from __future__ import annotations

from alembic import context

from caserisk.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
