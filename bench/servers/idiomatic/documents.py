"""The types of what rows hold as documents."""

from __future__ import annotations

from typing import Any

import strawberry


@strawberry.type
class Labelled:
    """A value with a key and a name."""

    key: str
    label: str


@strawberry.type
class Citation:
    """The sentence a rule rests on."""

    document: str
    quote: str


@strawberry.type
class Reason:
    """Why something is so."""

    rule: str
    text: str
    citation: Citation | None


@strawberry.type
class Gate:
    """Whether an act may be done."""

    act: str
    open: bool
    reasons: list[Reason]


@strawberry.type
class Party:
    """A party of a case."""

    label: str
    role: str


@strawberry.type
class Answer:
    """The answer to a factor."""

    value: str
    factor: Labelled


@strawberry.type
class Section:
    """A section of a plan."""

    label: str
    text: str


@strawberry.type
class Responsibility:
    """Who answers for a warning."""

    handles: list[str]
    resolves: list[str]
    supervises: list[str]
    leads: list[str]


@strawberry.type
class NextAct:
    """What can be done next."""

    act: str
    roles: list[str]


@strawberry.type
class Colour:
    """A colour."""

    name: str
    hex: str


def labelled(value: Any) -> Labelled:
    """Return a document with a key and a text in two languages."""
    return Labelled(key=value["key"], label=value["label"]["zh"])


def reason(value: Any) -> Reason:
    """Return a reason that a document holds."""
    citation = value["citation"]
    return Reason(
        rule=value["rule"],
        text=value["text"]["zh"],
        citation=Citation(document=citation["document"], quote=citation["quote"]) if citation else None,
    )
