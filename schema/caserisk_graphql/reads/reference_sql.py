"""The statements of the reference executor: one for each relation and level, whatever the number of rows around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Label, Select, and_, func, select

from caserisk_graphql.reads.declarations import AsOf, Many, Page
from caserisk_graphql.reads.orders import Order
from caserisk_graphql.reads.page_arguments import PageArguments
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import STORED, key_label

ON = "_on"
"""The label of the key by which a child is handed to its parent."""

TOTAL = "_total"
"""The label of a count."""

_PLACE = "_place"


def by_key(remote: Column[Any], keys: Sequence[Any], reading: ReadContext, *, named: bool) -> Select[Any]:
    """The rows whose column is one of the keys."""
    stored = STORED[remote.table]
    return stored.select(reading, remote.label(ON), named=named).where(remote.in_(keys))


def children(many: Many, keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """The rows of a relation that belong to the keys; all there are, for a relation without a parent."""
    on = [] if many.remote is None else [many.remote.label(ON)]
    statement = STORED[many.table].select(reading, *on).order_by(*many.order)
    if many.remote is not None:
        statement = statement.where(many.remote.in_(keys))
    return statement if many.where is None else statement.where(many.where(reading))


def as_of(declared: AsOf, at: object, keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """The rows that the histories of the keys name for a moment."""
    place = func.row_number().over(partition_by=declared.remote, order_by=declared.latest).label(_PLACE)
    entries = (
        select(declared.remote.label(ON), declared.key, place)
        .where(declared.remote.in_(keys), declared.since <= at)
        .subquery()
    )
    return (
        STORED[declared.table]
        .select(reading, entries.c[ON].label(ON), named=True)
        .join(entries, and_(entries.c[declared.key.key] == declared.table.c.id, entries.c[_PLACE] == 1))
    )


# ------------------------------------------------------------------------------------------------ pages


def sort_labels(order: Order) -> list[str]:
    """The labels under which a row of a page holds its sort values."""
    return [f"_sort{key_label(key.column)}" for key in order.keys]


def page(
    page: Page, window: PageArguments, conditions: Sequence[ColumnElement[bool]], reading: ReadContext
) -> Select[Any]:
    """The rows of a page, and one more where there are more."""
    statement = STORED[page.table].select(reading, *_sort_values(window.order))
    return (
        statement.where(*_narrowed(page, conditions, reading), *_between(window))
        .order_by(*window.order.sorted(backward=window.backward))
        .limit(window.size + 1)
    )


def pages(
    page: Page, remote: Column[Any], window: PageArguments, keys: Sequence[Any], reading: ReadContext
) -> Select[Any]:
    """The rows of the same page of each of many parents, and one more where there are more."""
    order = window.order.sorted(backward=window.backward)
    place = func.row_number().over(partition_by=remote, order_by=order).label(_PLACE)
    ranked = (
        STORED[page.table]
        .select(reading, *_sort_values(window.order), remote.label(ON), place)
        .where(remote.in_(keys), *_narrowed(page, (), reading), *_between(window))
        .subquery()
    )
    return select(ranked).where(ranked.c[_PLACE] <= window.size + 1).order_by(ranked.c[ON], ranked.c[_PLACE])


def total(page: Page, conditions: Sequence[ColumnElement[bool]], reading: ReadContext) -> Select[Any]:
    """How many rows a list has on all its pages."""
    return _counting(page, reading).where(*_narrowed(page, conditions, reading))


def totals(page: Page, remote: Column[Any], keys: Sequence[Any], reading: ReadContext) -> Select[Any]:
    """How many rows each of many parents has."""
    narrowed = _counting(page, reading, remote.label(ON)).where(remote.in_(keys), *_narrowed(page, (), reading))
    return narrowed.group_by(remote)


def _counting(page: Page, reading: ReadContext, *on: Label[Any]) -> Select[Any]:
    stored = STORED[page.table]
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
