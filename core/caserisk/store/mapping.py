"""Converts states to rows and back: a column holds the attribute of its name, a ``…level_id`` the level's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table

from caserisk.domain.assessments import Review
from caserisk.domain.cases import Case
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.warnings import RiskWarning

T = TypeVar("T")


def to_row(state: Any, table: Table, *, office_id: str | None = None) -> dict[str, Any]:
    """Return the row of a state; documents stay as the state holds them, and become JSON when they are written."""
    row = {name: value(state) for name, value in _attributes(state.__class__, table)}
    return row | _derived_columns(state, office_id)


def _derived_columns(state: object, office_id: str | None) -> dict[str, object]:
    """Return the columns that no attribute is named after."""
    match state:
        case Case():
            return {"stage_key": state.stage.key}
        case Review():
            return {"after_turn": state.turn - 1 or None}  # the first review follows none
        case RiskWarning():
            # Copies of what the case and the closure hold, for the indexes of warnings.
            return {"office_id": office_id, "resolved_at": state.closure.at if state.closure else None}
    return {}


@cache
def _attributes(noun: type[Any], table: Table) -> list[tuple[str, Callable[[Any], Any]]]:
    """List the columns of a table that attributes are named after, each with the function that reads it."""
    named = {column.name: column.name for column in table.columns}
    levels = {name: name.removesuffix("_id") for name in named if name.endswith("level_id")}
    return [
        (name, _level_id(attribute) if name in levels else attrgetter(attribute))
        for name, attribute in (named | levels).items()
        # In a class with slots a field is an attribute of the class, as a property is.
        if hasattr(noun, attribute)
    ]


def _level_id(attribute: str) -> Callable[[Any], str | None]:
    level = attrgetter(attribute)
    return lambda state: level(state).id if level(state) else None


def from_row(row: Mapping[str, Any], noun: type[T], levels: Mapping[str, RiskLevel]) -> T:
    """Read a state from its row; ``levels`` are the levels that it refers to, by id."""
    plain = dict(row)
    for name in [name for name in plain if name.endswith("level_id")]:
        level_id = plain.pop(name)
        plain[name.removesuffix("_id")] = levels[level_id] if level_id else None
    return _convert(plain, noun)


def _convert(plain: Mapping[str, Any], noun: type[T]) -> T:
    # Columns without an attribute (`_derived_columns`) are left out.
    known = {field.name: plain[field.name] for field in fields(noun) if field.name in plain}  # type: ignore[arg-type]  # a dataclass
    return msgspec.convert(known, noun)


def level_from_row(row: Mapping[str, Any]) -> RiskLevel:
    """Read a level from its row."""
    return _convert({**row, "scheme": row["scheme_id"]}, RiskLevel)


def scheme_rows(scheme: LevelScheme) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of a scheme, and those of its levels."""
    row = {
        "id": scheme.id,
        "key": scheme.key,
        "name": msgspec.to_builtins(scheme.name),
        "version": scheme.version,
        "reasons": msgspec.to_builtins(scheme.reasons),
    }
    levels = [
        {
            "id": level.id,
            "scheme_id": scheme.id,
            "scheme_key": scheme.key,
            "code": level.code,
            "label": msgspec.to_builtins(level.label),
            "number": level.number,
            "rank": level.rank,
            "severity": level.severity,
            "colour": msgspec.to_builtins(level.colour),
        }
        for level in scheme.ranked
    ]
    return row, levels
