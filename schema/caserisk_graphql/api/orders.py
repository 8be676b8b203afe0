"""The orders in which lists are answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column

from caserisk.store import tables as t
from caserisk_graphql.api.enums import CaseOrder, WarningOrder
from caserisk_graphql.reads.orders import Order, SortKey


def _order(name: str, column: Column[Any], *, descending: bool = False) -> Order:
    """Return the order by a column, and by id where it is the same; both run the same way, as an index does."""
    table = column.table
    return Order(f"{table.name}.{name}", (SortKey(column, descending), SortKey(table.c.id, descending)))


CASES = (
    _order(CaseOrder.DUE_SOONEST, t.cases.c.due_at),
    _order(CaseOrder.OPENED_NEWEST, t.cases.c.opened_at, descending=True),
    _order(CaseOrder.OPENED_OLDEST, t.cases.c.opened_at),
    _order(CaseOrder.SEVERITY_HIGHEST, t.cases.c.severity, descending=True),
)
WARNINGS = (
    _order(WarningOrder.DUE_SOONEST, t.warnings.c.due_at),
    _order(WarningOrder.ISSUED_NEWEST, t.warnings.c.issued_at, descending=True),
    _order(WarningOrder.ISSUED_OLDEST, t.warnings.c.issued_at),
    _order(WarningOrder.SEVERITY_HIGHEST, t.warnings.c.severity, descending=True),
)
# Within a case or a warning there are few rows; clients choose no order there.
WARNINGS_NEWEST = (WARNINGS[1],)
ASSESSMENTS_NEWEST = (_order("newest", t.assessments.c.ordinal, descending=True),)
DISPOSITIONS_NEWEST = (_order("newest", t.dispositions.c.performed_at, descending=True),)
NOTICES_NEWEST = (_order("newest", t.notices.c.sent_at, descending=True),)
EVENTS_AS_LOGGED = (Order("events.logged", (SortKey(t.events.c.position),)),)
OFFICERS_BY_ID = (Order("officers.id", (SortKey(t.officers.c.id),)),)
