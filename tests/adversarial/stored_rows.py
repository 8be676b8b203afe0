"""The rows of a store, and the size of its tables and log."""

from __future__ import annotations

from sqlalchemy import func, select

from caserisk.store import tables as t
from caserisk.store.store import Store
from tests.support.stored import stored_rows

_BESIDE = {t.idempotency_keys, t.trusted_documents, t.document_uses, t.stream_tickets}
REPLAYED = [table for table in t.metadata.sorted_tables if table not in _BESIDE]
"""The tables whose rows the log adds up to."""

Rows = dict[str, list[tuple[object, ...]]]


async def rows_of(store: Store) -> Rows:
    """Return every row that the log adds up to, by table."""
    async with store.database.snapshot() as snapshot:
        found: Rows = {}
        for table in REPLAYED:
            ordered = select(table).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row.values()) for row in await snapshot.rows(ordered)]
        return found


async def row_counts(store: Store) -> dict[str, int]:
    """Count the rows of each table, and return where the log ends."""
    counts = [
        select(func.count()).select_from(table).scalar_subquery().label(table.name)
        for table in t.metadata.tables.values()
    ]
    end = select(func.max(t.events.c.position)).scalar_subquery().label("end")
    [row] = await stored_rows(store, select(*counts, end))
    return row
