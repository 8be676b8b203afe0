"""Copies of states: the same with other ids, and so many days earlier or later."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a copy has in place of the ids of the original, and how much later it happens."""

    ids: Mapping[str, str]
    by: timedelta


Mover = Callable[[Move], Any]


def relocator(value: Any, ids: Container[str]) -> Mover | None:
    """Return the function that copies a value; None where all copies share it: it holds no id and no time of a case."""
    if isinstance(value, str):
        return (lambda move: move.ids[value]) if value in ids else None
    if isinstance(value, date | datetime):
        return lambda move: value + move.by
    if isinstance(value, tuple):
        return _of_tuple(value, ids)
    return _of_state(value, ids) if is_dataclass(value) else None


def _of_tuple(items: tuple[Any, ...], ids: Container[str]) -> Mover | None:
    movers = [(item, relocator(item, ids)) for item in items]
    if all(move is None for _, move in movers):
        return None
    return lambda move: tuple(moved(move) if moved else item for item, moved in movers)


def _of_state(state: Any, ids: Container[str]) -> Mover | None:
    movers = relocated_fields(state, ids)
    return (lambda move: replace(state, **{name: moved(move) for name, moved in movers.items()})) if movers else None


def relocated_fields(state: Any, ids: Container[str]) -> dict[str, Mover]:
    """Return the attributes of a state that differ between copies."""
    movers = {field.name: relocator(getattr(state, field.name), ids) for field in fields(state)}
    return {name: found for name, found in movers.items() if found}


def relocated(state: T, move: Move) -> T:
    """Return a copy of a state."""
    made = relocator(state, move.ids)
    copy: T = made(move) if made else state
    return copy
