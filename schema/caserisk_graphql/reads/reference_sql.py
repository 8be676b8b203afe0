"""Build the statements of the reference executor: one for each relation and level, however many rows are around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Label, Select, and_, func, select

from caserisk_graphql.reads.declarations import AsOf, Many, Page
from caserisk_graphql.reads.orders import Order
from caserisk_graphql.reads.page_arguments import PageArguments
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import STORED_TYPES, key_label

PARENT_KEY = "_parent_key"
"""The label of the key by which a child finds its parent."""

TOTAL = "_total"
"""The label of a count."""

_RANK = "_rank"


def by_key(
    remote: Column[Any], keys: Sequence[Any], reading: ReadContext, *, by_reference: bool, opened: bool
) -> Select[Any]:
    """Select the rows whose column is one of the keys."""
    stored = STORED_TYPES[remote.table]
    selected = stored.select(reading, remote.label(PARENT_KEY), by_reference=by_reference, opened=opened)
    return selected.where(remote.in_(keys))


def children(many: Many, keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """Select the rows of a relation that belong to the keys; all there are, for a relation without a parent."""
    on = [] if many.remote is None else [many.remote.label(PARENT_KEY)]
    statement = STORED_TYPES[many.table].select(reading, *on).order_by(*many.order)
    if many.remote is not None:
        statement = statement.where(many.remote.in_(keys))
    return statement if many.where is None else statement.where(many.where(reading))


def as_of(declared: AsOf, at: object, keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """Select the rows that the histories of the keys name for a moment."""
    rank = func.row_number().over(partition_by=declared.remote, order_by=declared.latest).label(_RANK)
    entries = (
        select(declared.remote.label(PARENT_KEY), declared.key, rank)
        .where(declared.remote.in_(keys), declared.since <= at)
        .subquery()
    )
    return (
        STORED_TYPES[declared.table]
        .select(reading, entries.c[PARENT_KEY].label(PARENT_KEY), by_reference=True)
        .join(entries, and_(entries.c[declared.key.key] == declared.table.c.id, entries.c[_RANK] == 1))
    )


# ------------------------------------------------------------------------------------------------ pages


def sort_labels(order: Order) -> list[str]:
    """Return the labels under which a row of a page holds its sort values."""
    return [f"_sort{key_label(key.column)}" for key in order.keys]


def page(
    page: Page, window: PageArguments, conditions: Sequence[ColumnElement[bool]], reading: ReadContext
) -> Select[Any]:
    """Select the rows of a page, and one more where there are more."""
    statement = STORED_TYPES[page.table].select(reading, *_sort_values(window.order))
    return (
        statement.where(*_narrowed(page, conditions, reading), *_between(window))
        .order_by(*window.order.sorted(backward=window.backward))
        .limit(window.size + 1)
    )


def pages(
    page: Page, remote: Column[Any], window: PageArguments, keys: Sequence[Any], reading: ReadContext
) -> Select[Any]:
    """Select the rows of the same page of each of many parents, and one more where there are more."""
    order = window.order.sorted(backward=window.backward)
    # One statement for all parents; a LIMIT would be one for each of them.
    rank = func.row_number().over(partition_by=remote, order_by=order).label(_RANK)
    ranked = (
        STORED_TYPES[page.table]
        .select(reading, *_sort_values(window.order), remote.label(PARENT_KEY), rank)
        .where(remote.in_(keys), *_narrowed(page, (), reading), *_between(window))
        .subquery()
    )
    return select(ranked).where(ranked.c[_RANK] <= window.size + 1).order_by(ranked.c[PARENT_KEY], ranked.c[_RANK])


def total(page: Page, conditions: Sequence[ColumnElement[bool]], reading: ReadContext) -> Select[Any]:
    """Count the rows that a list has on all its pages."""
    return _counting(page, reading).where(*_narrowed(page, conditions, reading))


def totals(page: Page, remote: Column[Any], keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """Count the rows that each of many parents has."""
    narrowed = _counting(page, reading, remote.label(PARENT_KEY)).where(remote.in_(keys), *_narrowed(page, (), reading))
    return narrowed.group_by(remote)


def _counting(page: Page, reading: ReadContext, *on: Label[Any]) -> Select[Any]:
    stored = STORED_TYPES[page.table]
    # Counted with the same conditions as the rows: the count never tells of what is not seen.
    statement = select(*on, func.count().label(TOTAL)).select_from(page.table)
    return statement if stored.visible is None else statement.where(stored.visible(reading.scope))


def _sort_values(order: Order) -> list[Label[Any]]:
    return [key.column.label(label) for key, label in zip(order.keys, sort_labels(order), strict=True)]


def _narrowed(page: Page, conditions: Sequence[ColumnElement[bool]], reading: ReadContext) -> list[ColumnElement[bool]]:
    return [*conditions, *([] if page.where is None else [page.where(reading)])]


def _between(window: PageArguments) -> list[ColumnElement[bool]]:
    after = [] if window.after is None else [window.order.beyond(window.after, backward=False)]
    before = [] if window.before is None else [window.order.beyond(window.before, backward=True)]
    return after + before
