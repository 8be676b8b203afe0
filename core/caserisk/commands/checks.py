"""Checks of what people type: lengths, emptiness, times. All that is wrong with an input is said at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from caserisk.domain.refusals import Problem, Refused, unknown_value_text
from caserisk.domain.terms import office_day
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode

SHORT, LONG, KEY = 200, 20_000, 64
"""The most characters of a short text, a long text, a key or code."""

_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class Checks:
    """Collects what is wrong with an input, field by field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, zh: str, en: str, *path: str) -> None:
        """Note something wrong with a field."""
        self.problems.append(Problem(code=ErrorCode.INVALID, message=Text(zh, en), path=path))

    def done(self) -> None:
        """Refuse the input where anything was wrong.

        Raises:
            Refused: INVALID, once for each thing wrong.
        """
        if self.problems:
            raise Refused(*self.problems)

    def not_among(self, zh: str, en: str, value: str, known: Iterable[str], *path: str) -> None:
        """A value that is none of those there are; ``zh`` and ``en`` say what of."""
        self.problems.append(
            Problem(code=ErrorCode.INVALID, message=unknown_value_text(zh, en, value, known), path=path)
        )

    def text(self, value: str, limit: int, *path: str) -> None:
        """A text must say something, in so many characters at the most."""
        name = path[-1]
        if not value.strip():
            self.wrong(f"「{name}」不能为空", f"{name!r} must not be empty", *path)
        if len(value) > limit:
            zh = f"「{name}」有{len(value)}个字符,最多{limit}个"
            self.wrong(zh, f"{name!r} has {len(value)} characters; at most {limit} are allowed", *path)
        self.characters(value, *path)

    def characters(self, value: object, *path: str) -> None:
        """No text anywhere in a value may hold U+0000 or half of a surrogate pair, which no database keeps."""
        for place in _unreadable(value, *path):
            name = place[-1]
            zh = f"「{name}」含有无效字符(U+0000 或不成对的代理字符)"
            self.wrong(zh, f"{name!r} holds U+0000 or half of a surrogate pair, which is not text", *place)

    def optional_text(self, value: str | None, limit: int, *path: str) -> None:
        """The same, for a text that may be left out."""
        if value is not None:
            self.text(value, limit, *path)

    def not_after(self, value: datetime, now: datetime, *path: str) -> None:
        """Something that is on record as done cannot lie in the future."""
        if value > now:
            name, shown = path[-1], value.isoformat()
            self.wrong(f"「{name}」({shown})晚于当前时间", f"{name!r} ({shown}) lies in the future", *path)

    def not_past(self, value: date | None, now: datetime, *path: str) -> None:
        """A limit that is set now must leave at least today."""
        if value is not None and value < office_day(now):
            name = path[-1]
            self.wrong(f"「{name}」({value})早于今天", f"{name!r} ({value}) lies in the past", *path)


def _unreadable(value: object, *path: str) -> Iterator[tuple[str, ...]]:
    """The paths, as the API names them, of the texts in a value that cannot be kept."""
    if isinstance(value, str):
        if _NO_CHARACTER.search(value):
            yield path
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _unreadable(item, *path, str(index))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _unreadable(getattr(value, field.name), *path, _in_api(field.name))


def _in_api(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
