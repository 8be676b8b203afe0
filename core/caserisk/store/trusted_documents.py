"""Trusted documents and their use: what every server of an installation knows alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, delete, select
from sqlalchemy.sql.expression import ClauseElement

from caserisk.store.json_builder import JsonBuilder
from caserisk.store.statements import JsonQuery, Statement, parameter, row_parameters
from caserisk.store.store import Store
from caserisk.store.tables import document_uses, trusted_documents

MAX_STORED_USES = 10_000
"""Rows of uses that are kept, the latest first: clients choose what they are called and what they send."""


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
    """A number of times that a client sent an operation, the last time at ``last_at``.

    ``deprecated`` are the deprecated fields, arguments and values in it, as ``Type.field``.
    """

    client: str
    version: str
    document_id: str
    operation: str
    deprecated: Sequence[str]
    uses: int
    last_at: datetime


async def find_text(store: Store, id: str) -> str | None:
    """Return the text of a trusted document; None where there is none of that id."""
    texts = await store.database.read(_TEXTS, {"id": id})
    return texts[0] if texts else None


async def all_documents(store: Store) -> list[TrustedDocument]:
    """List every trusted document, by client and the names of its operations."""
    documents = await store.database.read(_DOCUMENTS, {}) or ()
    return sorted(documents, key=lambda item: (item.client, item.operations, item.id))


async def put_documents(store: Store, documents: Iterable[TrustedDocument]) -> int:
    """Store documents, all or none; return how many were not there yet."""
    # An insert of what is there already does nothing and returns no row.
    async with store.database.transaction() as transaction:
        return len(await transaction.many(_PUT, [asdict(document) for document in documents]))


async def remove_documents(store: Store, ids: Sequence[str]) -> int:
    """Delete documents; return how many were there."""
    async with store.database.transaction() as transaction:
        return len(await transaction.rows(_REMOVE, {"ids": ids}))


async def all_uses(store: Store) -> list[UsageCount]:
    """List every use on record, by client and version, the most frequent first."""
    uses = await store.database.read(_USES, {}) or ()
    return sorted(uses, key=lambda use: (use.client, use.version, -use.uses, use.document_id, use.operation))


async def add_uses(store: Store, uses: Iterable[UsageCount]) -> None:
    """Add to the uses on record, and delete the oldest where there are too many.

    Raises:
        Stale: another server wrote the same rows at the same time.
    """
    # All servers write in the order of the key, so that no two of them wait for each other.
    rows = sorted((asdict(use) for use in uses), key=lambda row: tuple(row[name] for name in _KEY))
    async with store.database.transaction() as transaction:
        await transaction.many(_ADD_USES, rows)
        await transaction.rows(_DELETE_OLDEST_USES, {"max_uses": MAX_STORED_USES})


def _add_uses(json: JsonBuilder) -> ClauseElement:
    insert = json.upsert(document_uses).values(row_parameters(document_uses))
    return insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "uses": document_uses.c.uses + insert.excluded.uses,
            "deprecated": insert.excluded.deprecated,
            "last_at": insert.excluded.last_at,
        },
    )


_KEY = [column.name for column in document_uses.primary_key.columns]

_TEXTS = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(trusted_documents.c.text).where(trusted_documents.c.id == parameter(trusted_documents.c.id))
    ),
)
_DOCUMENTS = JsonQuery(list[TrustedDocument], lambda json: json.answer(json.rows(trusted_documents, TrustedDocument)))
_PUT = Statement(
    lambda json: (
        json.upsert(trusted_documents)
        .values(row_parameters(trusted_documents))
        .on_conflict_do_nothing()
        .returning(trusted_documents.c.id)
    )
)
_REMOVE = Statement(
    lambda json: (
        delete(trusted_documents)
        .where(trusted_documents.c.id.in_(json.elements("ids")))
        .returning(trusted_documents.c.id)
    )
)
_USES = JsonQuery(list[UsageCount], lambda json: json.answer(json.rows(document_uses, UsageCount)))
_ADD_USES = Statement(_add_uses)
_oldest_kept = (
    select(document_uses.c.last_at)
    .order_by(document_uses.c.last_at.desc())
    .offset(bindparam("max_uses", type_=Integer()))
    .limit(1)
)
# Uses of the same second as the first surplus one go too, so a few less than allowed may stay. Where there is no
# surplus the sub-select is NULL, and no row is older than that.
_DELETE_OLDEST_USES = Statement(
    lambda _: delete(document_uses).where(document_uses.c.last_at <= _oldest_kept.scalar_subquery())
)
