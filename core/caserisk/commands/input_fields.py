"""Declare what a command takes: each field once, with its description, the noun of an id and the bounds of a value.

The API builds its input types from these declarations, the validator checks the bounds, and the runner finds the
officers that an input names. Nothing here knows how an edge spells or converts a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_FIELD = "input_field"
_FIELDS, _DESCRIPTION = "input_fields", "input_description"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """What is declared of one field.

    ``noun``: the value is an id of that noun, or a tuple of such ids. ``max_length``: the value is a text that must not
    be blank and has at most so many characters. ``not_future``: a moment that is past or now. ``not_past``: a day that
    is today or later.
    """

    description: str
    noun: str | None = None
    max_length: int | None = None
    not_future: bool = False
    not_past: bool = False


# ------------------------------------------------------------------------------------------------ the fields


def id_field(noun: str, description: str, *, default: Any = MISSING) -> Any:
    """Declare an id of a noun."""
    return _declared(InputField(description=description, noun=noun), default)


def ids_field(noun: str, description: str, *, default: Any = MISSING) -> Any:
    """Declare a tuple of ids of a noun."""
    return _declared(InputField(description=description, noun=noun), default)


def text_field(description: str, *, max_length: int, default: Any = MISSING) -> Any:
    """Declare a text that people write."""
    return _declared(InputField(description=description, max_length=max_length), default)


def value_field(description: str, *, not_future: bool = False, not_past: bool = False, default: Any = MISSING) -> Any:
    """Declare a value whose type says enough, or that the regulation has to know: a key, a code, a part of an input."""
    return _declared(InputField(description=description, not_future=not_future, not_past=not_past), default)


def _declared(declared: InputField, default: Any) -> Any:
    return field(default=default, metadata={_FIELD: declared})


# ------------------------------------------------------------------------------------------------ the class


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(field, id_field, ids_field, text_field, value_field)
)
def declare_input(description: str = "") -> Callable[[type[T]], type[T]]:
    """Make a frozen dataclass of a command, or of a part of one; ``description`` tells people what it is."""

    def declare(cls: type[T]) -> type[T]:
        # With slots `dataclass` makes a new class: what is declared has to be set on that one.
        declared: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        setattr(declared, _DESCRIPTION, description)
        setattr(declared, _FIELDS, {item.name: item.metadata[_FIELD] for item in fields(declared)})
        made: type[T] = declared
        return made

    return declare


def declared_fields(cls: type[Any]) -> Mapping[str, InputField]:
    """Return the declared fields of an input class by name, in their order."""
    declared: Mapping[str, InputField] = getattr(cls, _FIELDS)
    return declared


def description_of(cls: type[Any]) -> str:
    """Return the description of an input class."""
    return str(getattr(cls, _DESCRIPTION))


def ids_in(input: Any, noun: str) -> Iterator[str]:
    """Yield the ids of a noun that an input names, those in its parts included."""
    for name, declared in declared_fields(type(input)).items():
        given = getattr(input, name)
        for item in given if isinstance(given, tuple) else (given,):
            if declared.noun == noun and item is not None:
                yield item
            elif is_dataclass(item):
                yield from ids_in(item, noun)
