"""Documents that frontends were built with, and who sends which: what every server of an installation knows alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.store.store import Store
from caserisk.store.tables import document_uses, trusted_documents

MOST_USES = 10_000
"""Rows of uses that are kept, the latest first: what clients are called and send is theirs to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedDocument:
    """A document of a frontend; ``id`` is ``sha256:`` and the hash of its text, ``operations`` are their names."""

    id: str
    text: str
    operations: Sequence[str]
    client: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCount:
    """That a client sent an operation so many times, the last time at ``last_at``.

    ``deprecated`` are the fields, arguments and values in it that are to go, as ``Type.field``.
    """

    client: str
    version: str
    document_id: str
    operation: str
    deprecated: Sequence[str]
    uses: int
    last_at: datetime


async def find_text(store: Store, id: str) -> str | None:
    """The text of a trusted document."""
    async with store.reading() as connection:
        found = select(trusted_documents.c.text).where(trusted_documents.c.id == id)
        return (await connection.execute(found)).scalar_one_or_none()


async def all_documents(store: Store) -> list[TrustedDocument]:
    """Every trusted document, by who brought it and its operations' names."""
    async with store.reading() as connection:
        rows = (await connection.execute(select(trusted_documents))).mappings()
        documents = [TrustedDocument(**row) for row in rows]
    return sorted(documents, key=lambda item: (item.client, item.operations, item.id))


async def put_documents(store: Store, documents: Iterable[TrustedDocument]) -> int:
    """Enter documents, all or none; gives how many were not there yet."""
    async with store.reading() as connection:
        known = set((await connection.execute(select(trusted_documents.c.id))).scalars())
    new = [asdict(document) for document in documents if document.id not in known]
    async with store.changing() as connection:
        for row in new:
            await connection.execute(_insert(connection)(trusted_documents).values(row).on_conflict_do_nothing())
    return len(new)


async def remove_documents(store: Store, ids: Sequence[str]) -> int:
    """Forget documents; gives how many were there."""
    async with store.changing() as connection:
        return (await connection.execute(delete(trusted_documents).where(trusted_documents.c.id.in_(ids)))).rowcount


async def all_uses(store: Store) -> list[UsageCount]:
    """Every use on record, by client and version, the most frequent first."""
    async with store.reading() as connection:
        uses = [UsageCount(**row) for row in (await connection.execute(select(document_uses))).mappings()]
    return sorted(uses, key=lambda use: (use.client, use.version, -use.uses, use.document_id, use.operation))


async def add_uses(store: Store, uses: Iterable[UsageCount]) -> None:
    """Add to the uses on record, and forget the oldest where there are too many."""
    async with store.changing() as connection:
        insert = _insert(connection)(document_uses)
        of_clients = insert.on_conflict_do_update(
            index_elements=list(document_uses.primary_key.columns),
            set_={
                "uses": document_uses.c.uses + insert.excluded.uses,
                "deprecated": insert.excluded.deprecated,
                "last_at": insert.excluded.last_at,
            },
        )
        rows = sorted((asdict(use) for use in uses), key=lambda row: tuple(row[name] for name in _KEY))
        await connection.execute(of_clients, rows)
        oldest = select(document_uses.c.last_at).order_by(document_uses.c.last_at.desc()).offset(MOST_USES).limit(1)
        await connection.execute(delete(document_uses).where(document_uses.c.last_at <= oldest.scalar_subquery()))


_KEY = [column.name for column in document_uses.primary_key.columns]
"""Rows are written in its order, so that servers that write at once wait for each other only one way."""


def _insert(connection: AsyncConnection) -> Any:
    """The insert of a dialect, which knows what to do with a row that is there."""
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
