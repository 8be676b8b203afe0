"""Validate what people enter: lengths, blank texts, times. Everything wrong with an input is reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from caserisk.commands.input_fields import declared_fields
from caserisk.domain.refusals import MessageTemplate, Problem, Refused, unknown_value_text
from caserisk.domain.terms import office_day, office_time
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode

MAX_KEY_LENGTH = 64
"""The most characters of a key, a code or a case number."""

MAX_NAME_LENGTH = 200
"""The most characters of a name or a title."""

MAX_TEXT_LENGTH = 20_000
"""The most characters of a description, a report or a reason."""

# PostgreSQL stores no U+0000, and neither database stores half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InputValidator:
    """Collects what is wrong with an input, field by field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def raise_problems(self) -> None:
        """Refuse the input where anything is wrong with it.

        Raises:
            Refused: INVALID, with a problem for each thing wrong.
        """
        if self.problems:
            raise Refused(*self.problems)

    def reject(self, zh: str, en: str, *path: str) -> None:
        """Note a problem of the field at a path."""
        self._note(Text(zh, en), path)

    def reject_unknown(self, zh: str, en: str, value: str, known: Iterable[str], *path: str) -> None:
        """Note that a value is none of the known ones; ``zh`` and ``en`` name their kind."""
        self._note(unknown_value_text(zh, en, value, known), path)

    def _note(self, message: Text | MessageTemplate, path: tuple[str, ...]) -> None:
        self.problems.append(Problem(code=ErrorCode.INVALID, message=message, path=path))

    def _reject_field(self, zh: str, en: str, path: tuple[str, ...], **values: object) -> None:
        """Note a problem whose message names the field: ``{field}`` stands for its name."""
        self._note(MessageTemplate(zh=zh, en=en, names={"field": path[-1]}, values=values), path)

    # -------------------------------------------------------------------------------------------- bounds

    def check_fields(self, input: object, now: datetime, *path: str) -> None:
        """Check the declared bounds of an input, or of the part of one at ``path``; its own parts are left out."""
        for name, declared in declared_fields(type(input)).items():
            value = getattr(input, name)
            if value is None:
                continue
            if declared.max_length is not None:
                self.check_text(value, declared.max_length, *path, name)
            if declared.not_future:
                self.check_not_future(value, now, *path, name)
            if declared.not_past:
                self.check_not_past(value, now, *path, name)

    def check_text(self, value: str, max_length: int, *path: str) -> None:
        """Check that a text is not blank, not too long and can be stored."""
        # Zero-width characters and the like are nothing that anybody reads.
        if not any(character.isprintable() and not character.isspace() for character in value):
            self._reject_field("「{field}」不能为空", "'{field}' must not be empty", path)
        if len(value) > max_length:
            self._reject_field(
                "「{field}」有{length}个字符,最多{limit}个",
                "'{field}' has {length} characters; at most {limit} are allowed",
                path,
                length=len(value),
                limit=max_length,
            )
        self.check_characters(value, *path)

    def check_characters(self, value: object, *path: str) -> None:
        """Check that every text anywhere in a value can be stored."""
        for place in _unstorable_texts(value, *path):
            self._reject_field(
                "「{field}」含有无效字符(U+0000 或不成对的代理字符)",
                "'{field}' holds U+0000 or half of a surrogate pair, which is not text",
                place,
            )

    def check_not_future(self, value: datetime, now: datetime, *path: str) -> None:
        """Check that something on record as done does not lie in the future."""
        if value > now:
            self._reject_field(
                "「{field}」({moment})晚于当前时间",
                "'{field}' ({moment}) lies in the future",
                path,
                moment=office_time(value),
            )

    def check_not_past(self, value: date, now: datetime, *path: str) -> None:
        """Check that a limit set now leaves at least today."""
        if value < office_day(now):
            self._reject_field("「{field}」({day})早于今天", "'{field}' ({day}) lies in the past", path, day=value)


def _unstorable_texts(value: object, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the texts in a value that no database stores."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield path
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _unstorable_texts(item, *path, str(index))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _unstorable_texts(getattr(value, field.name), *path, field.name)


def check_input(input: object, now: datetime) -> None:
    """Refuse an input whose fields are out of their declared bounds.

    Raises:
        Refused: INVALID, with a problem for each thing wrong.
    """
    validator = InputValidator()
    validator.check_fields(input, now)
    validator.raise_problems()
