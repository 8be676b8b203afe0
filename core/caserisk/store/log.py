"""The log: permanent, append-only, its positions in commit order (HUI-09).

A sequence is not commit order: of two writers the later number may commit first, and a reader that has gone past it
never sees the other. So a transaction appends to the log last: it takes the log's lock, gives its entries the next
positions and commits; nothing slow happens in between. SQLite lets one transaction write at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import msgspec
from sqlalchemy import func, literal_column, select

from caserisk import domain
from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import SCHEMA_VERSION, Entry, Event
from caserisk.domain.vocabulary import AssessmentChangeKind, CaseChangeKind, OfficeChangeKind, WarningChangeKind
from caserisk.store.database import Transaction
from caserisk.store.statements import JsonQuery, Statement, insert_row
from caserisk.store.tables import events

CHANNEL = "caserisk_log"
"""The PostgreSQL channel that wakes readers; a notification says nothing but that the log has grown."""

_LOG_LOCK = 0x63617365  # the key of an advisory lock: any number that nothing else in the database uses

_NOUN_BY_KIND = {
    CaseChangeKind: "case",
    AssessmentChangeKind: "assessment",
    WarningChangeKind: "warning",
    OfficeChangeKind: "office",
}


def _event_types() -> dict[str, type[Event]]:
    """Return the events that the modules of the domain define, by name."""
    for module in iter_modules(domain.__path__):
        import_module(f"{domain.__name__}.{module.name}")  # a class is known only once its module is imported
    return {cls.__name__: cls for cls in _subclasses(Event) if hasattr(cls, "kind")}


def _subclasses(base: type[Event]) -> Iterator[type[Event]]:
    for cls in base.__subclasses__():
        # A dataclass with slots is a copy of the class that was decorated; the original, without slots, may linger.
        if "__slots__" in vars(cls):
            yield cls
            yield from _subclasses(cls)


EVENT_TYPES = _event_types()
"""The events, by the name that the log stores for each."""

_NEXT_POSITION = select(func.coalesce(func.max(events.c.position), 0) + 1).scalar_subquery()
_APPEND = Statement(lambda _: insert_row(events, position=_NEXT_POSITION).returning(events.c.position))
END = JsonQuery(int, lambda json: json.answer(func.coalesce(func.max(events.c.position), 0)))
"""The position of the last entry; 0 in an empty log."""

# One round trip for both. PostgreSQL delivers the notification when the transaction commits.
_LOCK_AND_NOTIFY = Statement(
    lambda _: select(func.pg_advisory_xact_lock(literal_column(str(_LOG_LOCK))), func.pg_notify(CHANNEL, ""))
)


async def append(transaction: Transaction, steps: Sequence[tuple[Entry, CaseFile | None]]) -> int:
    """Append entries, each with its case's file right after it; return the position of the last one.

    The transaction has to commit right after this, as other writers wait for the log's lock.
    """
    if transaction.dialect.name == "postgresql":
        await transaction.rows(_LOCK_AND_NOTIFY, {})
    # The statement that inserts an entry also finds its position: one begun before the lock was held would not see
    # what was committed until then.
    positions = await transaction.many(_APPEND, [_row_without_position(entry, file) for entry, file in steps])
    return int(positions[-1][0])


def event_row(position: int, entry: Entry, file: CaseFile | None) -> dict[str, Any]:
    """Return the row of an entry; ``file`` is its case's file right after it."""
    return {"position": position, **_row_without_position(entry, file)}


def _row_without_position(entry: Entry, file: CaseFile | None) -> dict[str, Any]:
    event = entry.event
    warning_id = getattr(event, "warning_id", None)
    warning = file.warnings.get(warning_id) if file and warning_id else None
    level = warning.level if warning else None
    return {
        "id": entry.id,
        "at": entry.at,
        "noun": _NOUN_BY_KIND[type(event.kind)],
        "kind": event.kind,
        "office_id": entry.office_id,
        "case_id": entry.case_id,
        "assessment_id": getattr(event, "assessment_id", None),
        "warning_id": warning_id,
        "actor_id": entry.actor_id,
        "summary": event.summary,
        # The warning as it was right after: clients filter events by it, whatever has become of the warning since.
        "status": warning.status if warning else None,
        "level_id": level.id if level else None,
        "severity": level.severity.order if level else None,
        "type": type(event).__name__,
        "schema_version": SCHEMA_VERSION,
        "payload": event,
    }


def entry_from(row: Mapping[str, Any]) -> Entry:
    """Read an entry from its row."""
    return Entry(
        id=row["id"],
        at=row["at"],
        office_id=row["office_id"],
        case_id=row["case_id"],
        actor_id=row["actor_id"],
        event=msgspec.convert(row["payload"], EVENT_TYPES[row["type"]]),
    )
