"""SQL as text.

What becomes text is written here: names and constants of this code, names of the schema and response keys, which are
names by GraphQL's grammar, and what SQLAlchemy writes of declared expressions. Every value is a parameter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

ROW = "\0"
"""Stands for the alias of the row in a text over a table; nothing else in SQL holds it."""

_HOLE = ("\1", "\2")
_HOLES = re.compile("\1(\\d+)\2")
"""What stands around the number of a hole for a parameter."""

Process = Callable[[Any], Any]


class Parameter(NamedTuple):
    """A parameter: where its values come from, and what makes of them what the driver takes.

    A number or a name is no origin yet: a piece is `Piece.told` whose they are.
    """

    origin: Hashable
    process: Process | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with holes for parameters: one between each two of its ``texts``. ``columns`` are those of the row."""

    texts: Sequence[str]
    parameters: Sequence[Parameter] = ()
    columns: frozenset[str] = frozenset()

    def told(self, whose: Callable[[Any], Hashable]) -> Piece:
        """The piece with origins in place of numbers and names."""
        own = [
            Parameter(whose(origin), process) if isinstance(origin, int | str) else Parameter(origin, process)
            for origin, process in self.parameters
        ]
        return replace(self, parameters=own)

    def filled(self, holes: Iterable[str]) -> Over:
        """The piece with these in its holes."""
        parts = [part for pair in zip(self.texts, (*holes, ""), strict=True) for part in pair]
        return Over("".join(parts), self.columns)


class Over(NamedTuple):
    """A text over a row of a table, which stands in it as `ROW`."""

    text: str
    columns: frozenset[str]


@dataclass(slots=True)
class Parameters:
    """The parameters of a statement that is being written; ``mark`` begins a placeholder of the driver.

    They are numbered when the statement is complete, for of what was written not all has to be in it, and PostgreSQL
    refuses a parameter that is not.
    """

    mark: str
    given: dict[Parameter, int] = field(default_factory=dict)

    def hole(self, parameter: Parameter) -> str:
        """What stands for a parameter meanwhile; the same for the same."""
        return f"{_HOLE[0]}{self.given.setdefault(parameter, len(self.given))}{_HOLE[1]}"

    def numbered(self, text: str) -> tuple[str, list[Parameter]]:
        """The complete statement with its placeholders, and its parameters in their order."""
        all_given, used = list(self.given), dict[Parameter, int]()

        def placeholder(hole: re.Match[str]) -> str:
            parameter = all_given[int(hole[1])]
            return f"{self.mark}{used.setdefault(parameter, len(used) + 1)}"

        return _HOLES.sub(placeholder, text), list(used)


@dataclass(slots=True)
class Aliases:
    """The aliases of a statement: ``cases1``, ``cases2``; SQLAlchemy's own have an underscore."""

    given: Counter[str] = field(default_factory=Counter)

    def another(self, name: str) -> str:
        """An alias that nothing has yet."""
        self.given[name] += 1
        return f"{name}{self.given[name]}"


def text_literal(text: str) -> str:
    """A text that is part of the statement: a key, a name of ours."""
    return "'" + text.replace("'", "''") + "'"


def member(document: str, name: str) -> str:
    """A member of a JSON document, which is one too."""
    return f"{document} -> {text_literal(name)}"


def text_member(document: str, name: str) -> str:
    """A member of a JSON document that is a text, as SQL text; ``name`` is SQL."""
    return f"{document} ->> {name}"


def where(conditions: Iterable[str]) -> str:
    """That all of these hold."""
    together = " AND ".join(conditions)
    return f" WHERE {together}" if together else ""
