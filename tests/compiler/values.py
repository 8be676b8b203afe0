"""Values for arguments: mostly such as a client has at hand, now and then one that is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from caserisk_graphql.reads.declarations import Page
from caserisk_graphql.reads.fields import ReadField
from tests.compiler.pool import WRONG_CURSORS, WRONG_IDS, WRONG_LEVELS, WRONG_POSITIONS, Pool

Draw = Callable[[], Any]
"""Gives a value, another each time it is asked."""

Drawn = Draw | dict[str, "Drawn"]
"""How a value is made; of an input object, each of its fields."""

_SIZES = (1, 1, 2, 2, 3, 5, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Draws values; ``wild``: any of them may be wrong; ``prefixes``: those of ids of whatever type."""

    random: Random
    pool: Pool
    wild: bool
    prefixes: Sequence[str]

    def of_field(self, field: GraphQLField) -> dict[str, Drawn]:
        """Values for some of a field's arguments, and for all that it needs."""
        definition = field.extensions["strawberry-definition"]
        if isinstance(definition, ReadField) and isinstance(definition.reads, Page):
            return self._page(field, definition.reads)
        return {
            name: self._value(name, asked.type)
            for name, asked in field.args.items()
            if is_required_argument(asked) or (name != "level" and self._maybe(0.5))
        }

    def _page(self, field: GraphQLField, page: Page) -> dict[str, Drawn]:
        given: dict[str, Drawn] = {}
        order = page.orders[0]
        if "where" in field.args and self._maybe(0.5):
            given["where"] = self._value("where", field.args["where"].type)
        if "orderBy" in field.args and self._maybe(0.5):
            order = self.random.choice(page.orders)
            given["orderBy"] = lambda: order.name.partition(".")[2]
        if not self._maybe(0.15):
            given[self.random.choice(("first", "first", "last"))] = self._size
        for name in ("after", "before"):
            if self._maybe(0.2):
                given[name] = lambda: self._one(self.pool.cursors[order.name], WRONG_CURSORS)
        return {**given, "first": self._size, "last": self._size} if self._wrong() else given

    def _size(self) -> int | None:
        if self._wrong():
            return self.random.choice((0, -1, 101, 2**31 - 1))
        return None if self._maybe(0.05) else self.random.choice(_SIZES)

    def _value(self, name: str, type_: GraphQLInputType) -> Drawn:
        """Return what makes a value of a type for an argument of that name."""
        bare = type_.of_type if is_non_null_type(type_) else type_
        if isinstance(bare, GraphQLInputObjectType):
            keys = self.random.sample(list(bare.fields), self.random.choice((0, 1, 1, 1, 2, 3)))
            return {key: self._value(key, bare.fields[key].type) for key in keys}
        return lambda: self._plain(name, type_)

    def _plain(self, name: str, type_: GraphQLInputType) -> Any:
        if not is_non_null_type(type_) and self._maybe(0.05):
            return None
        bare = type_.of_type if is_non_null_type(type_) else type_
        if is_list_type(bare):
            return [self._plain(name, bare.of_type) for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 4)))]
        if isinstance(bare, GraphQLEnumType):
            return self.random.choice(list(bare.values))
        return self._scalar(name, get_named_type(bare).name)

    def _scalar(self, name: str, type_: str) -> Any:
        pool = self.pool
        match type_:
            case "Boolean":
                return self._maybe(0.5)
            case "Int":
                return self._size() or 1
            case "DateTime":
                return self._one(pool.moments, ("2026-13-01T00:00:00Z", "2026-01-01", ""))
            case "Date":
                return self._one(pool.days, ("2026-02-30", "20260101"))
            case "EventCursor":
                return self._one(pool.cursors["log"], WRONG_POSITIONS)
            case "ID":
                return self._id(name)
        return self._text(name)

    def _id(self, name: str) -> str:
        prefix = {"handler": "officer", "case": "case"}.get(name) or self.random.choice(self.prefixes)
        return self._one(self.pool.ids[prefix], WRONG_IDS)

    def _text(self, name: str) -> str:
        pool = self.pool
        match name:
            case "number":
                number = self._one(pool.numbers, ("x" * 201,))
                return number if self._maybe(0.7) else number[: self.random.randint(0, 4)]
            case "level":
                return self._one(pool.levels, WRONG_LEVELS)
            case "stage":
                return self._one(pool.stages, ("x" * 65,))
            case "office" | "code":
                return self._one(pool.codes, ("x" * 201,))
        return self._one(pool.texts, ("x" * 201,))

    def _one(self, right: Sequence[str], wrong: Sequence[str]) -> str:
        return self.random.choice(wrong if self._wrong() else right)

    def _wrong(self) -> bool:
        return self.wild and self._maybe(0.3)

    def _maybe(self, chance: float) -> bool:
        return self.random.random() >= 1 - chance
