"""Everything that can be wrong with an input, field by field, and how it has to be refused.

Which fields there are, and of which types, is asked of the schema itself: a new one is covered as it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

from tests.adversarial.attempts import api_schema

BAD_INPUT, INVALID, NOT_FOUND, CONFLICT = "BAD_INPUT", "INVALID", "NOT_FOUND", "CONFLICT"

INVALID_TEXTS = {"empty": "", "blank": " \t\n ", "with U+0000": "含\0字符", "half a character": "半\ud800个"}
LIMITS = {"number": 64, "channel": 64, "idempotencyKey": 64, "title": 200, "cause": 200, "label": 200, "role": 200}
LONGEST_TEXT = 20_000

INVALID_IDS = {
    "empty": "",
    "a word": "case",
    "without a name": "case_",
    "with U+0000": "case_1\0",
    "half a character": "case_\ud800",
    "too long": "case_" + "x" * 65,
    "a number": 12,
    "an injection": "case_1' OR '1'='1",
    "of another type": "office_430200",
    "a list": ["case_1"],
}
INVALID_MOMENTS = {
    "words": "昨天",
    "without an offset": "2026-01-05T10:00:00",
    "a day": "2026-01-05",
    "a timestamp": 1767578400,
    "no such day": "2026-02-30T10:00:00+08:00",
    "no such hour": "2026-01-05T25:00:00+08:00",
    "out of all range": "9999-12-31T23:59:59-12:00",
    "full-width digits": "２０２６-01-05T10:00:00+08:00",
}
INVALID_DAYS = {
    "words": "明天",
    "a moment": "2026-01-05T10:00:00+08:00",
    "no such day": "2026-02-30",
    "a number": 20260105,
    "out of all range": "9999-12-31",
}
INVALID_NUMBERS = {
    "2³¹": 2**31,
    "below all range": -(2**63),
    "huge": 10**40,
    "a fraction": 1.5,
    "not a number": float("nan"),
    "without end": float("inf"),
    "text": "1",
    "true": True,
}
INVALID_BOOLEANS: dict[str, Any] = {"text": "yes", "a number": 1, "a list": [True]}
INVALID_ENUM_VALUES: dict[str, Any] = {
    "unknown": "NONE_SUCH",
    "in small letters": "approved",
    "a number": 1,
    "empty": "",
    "half a character": "\ud800",
}
INVALID_OBJECTS: dict[str, Any] = {"text": "x", "a number": 7, "an empty list": []}
INVALID_STRINGS: dict[str, Any] = {"a number": 7, "a list": ["x"], "an object": {"a": "b"}}

_SCALARS: dict[str, dict[str, Any]] = {
    "ID": INVALID_IDS,
    "DateTime": INVALID_MOMENTS,
    "Date": INVALID_DAYS,
    "Int": INVALID_NUMBERS,
    "Boolean": INVALID_BOOLEANS,
    "String": INVALID_STRINGS,
}
"""What is wrong with a value whatever it says: no field takes it."""


_ID = re.compile("(case|assessment|warning|supervision|notice|department|officer)_[0-9a-z]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """An input with one thing wrong, and the refusal it has to meet; ``path`` leads to what is wrong."""

    what: str
    path: tuple[str, ...]
    input: Any
    code: str
    at: str = ""

    def __str__(self) -> str:
        return f"{'.'.join(self.path) or 'input'}: {self.what}"


def defects_of(mutation: str, input: dict[str, Any]) -> Iterator[Defect]:
    """Yield every defect of form that an input of a mutation can have."""
    type_ = api_schema().type_map[f"{mutation[0].upper()}{mutation[1:]}Input"]
    assert isinstance(type_, GraphQLInputObjectType)
    yield from _of(GraphQLNonNull(type_), input, input, ())


def ids_of(input: Any, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every id in an input, with the path to it."""
    if isinstance(input, dict):
        for name, value in input.items():
            yield from ids_of(value, *path, name)
    elif isinstance(input, list):
        for index, value in enumerate(input):
            yield from ids_of(value, *path, str(index))
    elif isinstance(input, str) and _ID.fullmatch(input):
        yield path, input


def _of(type_: GraphQLInputType, value: Any, whole: Any, path: tuple[str, ...]) -> Iterator[Defect]:
    if isinstance(type_, GraphQLNonNull):
        yield _bad("nothing", None, whole, path)
        yield from _of(type_.of_type, value, whole, path)
    elif isinstance(type_, GraphQLList):
        yield _bad("a list with a hole", [None], whole, path)
        for index, item in enumerate(value or ()):
            yield from _of(type_.of_type, item, whole, (*path, str(index)))
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _of_object(type_, value, whole, path)
    elif isinstance(type_, GraphQLEnumType):
        yield from (_bad(what, word, whole, path) for what, word in INVALID_ENUM_VALUES.items())
    else:
        yield from (_bad(what, item, whole, path) for what, item in _SCALARS[str(type_)].items())
        if str(type_) == "String" and path[-1] != "office":
            yield from _of_text(whole, path)


def _of_object(type_: GraphQLInputObjectType, value: Any, whole: Any, path: tuple[str, ...]) -> Iterator[Defect]:
    yield from (_bad(what, item, whole, path) for what, item in INVALID_OBJECTS.items())
    yield _bad("a list of it", [value], whole, path)
    yield _bad("an unknown field", {**value, "noneSuch": 1}, whole, path)
    for name, field in type_.fields.items():
        if is_required_input_field(field):
            left_out = {key: item for key, item in value.items() if key != name}
            yield _bad(f"without {name}", left_out, whole, path)
        yield from _of(field.type, value.get(name), whole, (*path, name))


def _of_text(whole: Any, path: tuple[str, ...]) -> Iterator[Defect]:
    at, limit = ".".join(path), LIMITS.get(path[-1], LONGEST_TEXT)
    for what, text in {**INVALID_TEXTS, "too long": "长" * (limit + 1)}.items():
        yield Defect(what=what, path=path, input=with_value_at(whole, path, text), code=INVALID, at=at)


def _bad(what: str, value: Any, whole: Any, path: tuple[str, ...]) -> Defect:
    return Defect(what=what, path=path, input=with_value_at(whole, path, value), code=BAD_INPUT)


def with_value_at(whole: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return the input with another value at the end of a path."""
    if not path:
        return value
    if isinstance(whole, list):
        return [
            with_value_at(item, path[1:], value) if index == int(path[0]) else item for index, item in enumerate(whole)
        ]
    return {**(whole or {}), path[0]: with_value_at((whole or {}).get(path[0]), path[1:], value)}
