"""States as rows and rows as states: a column holds the attribute of its name, a ``…level_id`` the level's id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import msgspec
from sqlalchemy import JSON, RowMapping, Table

from caserisk.domain.assessments import Review
from caserisk.domain.cases import Case
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.warnings import RiskWarning

T = TypeVar("T")


def to_row(state: Any, table: Table, *, office_id: str | None = None) -> dict[str, Any]:
    """The row of a state."""
    derived = _derived(state, office_id)
    return {column.name: _value(state, column.name, derived, isinstance(column.type, JSON)) for column in table.columns}


def _derived(state: object, office_id: str | None) -> dict[str, object]:
    """Columns that no attribute is named after."""
    match state:
        case Case():
            return {"stage_key": state.stage.key}
        case Review():
            return {"after_turn": state.turn - 1 or None}
        case RiskWarning():
            return {"office_id": office_id, "resolved_at": state.closure.at if state.closure else None}
    return {}


def _value(state: object, name: str, derived: Mapping[str, object], is_document: bool) -> object:
    if name in derived:
        return derived[name]
    if name.endswith("level_id"):
        level: RiskLevel | None = getattr(state, name.removesuffix("_id"))
        return level.id if level else None
    value = getattr(state, name)
    return msgspec.to_builtins(value) if is_document else value


def from_row(row: RowMapping, noun: type[T], levels: Mapping[str, RiskLevel]) -> T:
    """The state that a row holds."""
    plain = dict(row)
    for name in [name for name in plain if name.endswith("level_id")]:
        level_id = plain.pop(name)
        plain[name.removesuffix("_id")] = levels[level_id] if level_id else None
    return _converted(plain, noun)


def _converted(plain: Mapping[str, Any], noun: type[T]) -> T:
    known = {field.name: plain[field.name] for field in fields(noun) if field.name in plain}  # type: ignore[arg-type]  # a dataclass
    return msgspec.convert(known, noun)


def level_ids(rows: list[RowMapping]) -> set[str]:
    """The ids of the levels that rows name."""
    return {value for row in rows for name, value in row.items() if name.endswith("level_id") and value}


def level_from_row(row: RowMapping) -> RiskLevel:
    """A level as it was recorded."""
    return _converted({**row, "scheme": row["scheme_id"]}, RiskLevel)


def scheme_rows(scheme: LevelScheme) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The rows of a scheme and of its levels."""
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
