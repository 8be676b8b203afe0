"""Order lists, and find where a page of one begins: always nulls last, always a unique last key, never an offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, UnaryExpression, and_, false, or_


@dataclass(frozen=True, slots=True, eq=False)
class SortKey:
    """A column that a list is sorted by."""

    column: Column[Any]
    descending: bool = False

    def sorted(self, *, backward: bool) -> UnaryExpression[Any]:
        """Return the term of ORDER BY; backward it is the exact reverse, nulls first."""
        term = self.column.desc() if self.descending != backward else self.column.asc()
        if not self.column.nullable:
            return term
        return term.nulls_first() if backward else term.nulls_last()

    def at(self, value: object) -> ColumnElement[bool]:
        """Return the condition that a row has this value."""
        return self.column.is_(None) if value is None else self.column == value

    def beyond(self, value: object, *, backward: bool) -> ColumnElement[bool]:
        """Return the condition that a row comes after this value, or backward before it."""
        if value is None:
            # Nothing comes after the nulls but other nulls, which the next key tells apart.
            return self.column.is_not(None) if backward else false()
        # Nulls come last in every order, so they come after any value when going forward.
        further = self.column < value if self.descending != backward else self.column > value
        return or_(further, self.column.is_(None)) if self.column.nullable and not backward else further

    def since(self, value: object, *, backward: bool) -> ColumnElement[bool]:
        """Return the condition that a row has this value or comes after it, nulls aside."""
        return self.column <= value if self.descending != backward else self.column >= value


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """How a list is sorted; the last of ``keys`` is unique. ``name`` is part of each cursor."""

    name: str
    keys: tuple[SortKey, ...]

    def sorted(self, *, backward: bool = False) -> list[UnaryExpression[Any]]:
        """Return the terms of ORDER BY."""
        return [key.sorted(backward=backward) for key in self.keys]

    def beyond(self, values: Sequence[object], *, backward: bool) -> ColumnElement[bool]:
        """Return the condition that a row comes after the one with these sort values, or backward before it."""
        beyond = _beyond(self.keys, values, backward=backward)
        first, value = self.keys[0], values[0]
        # Without nulls the first key tells by itself from where an index is read; the planner does not see it in an OR.
        if len(self.keys) == 1 or value is None or (first.column.nullable and not backward):
            return beyond
        return and_(first.since(value, backward=backward), beyond)


def _beyond(keys: Sequence[SortKey], values: Sequence[object], *, backward: bool) -> ColumnElement[bool]:
    key, value = keys[0], values[0]
    beyond = key.beyond(value, backward=backward)
    if len(keys) == 1:
        return beyond
    return or_(beyond, and_(key.at(value), _beyond(keys[1:], values[1:], backward=backward)))
