"""Answers: what a stranger's hook hands over, taken as a value of the API or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from caserisk.domain.levels import LevelScheme
from caserisk.domain.rules import DerivedLevel, ReviewStep, Stage, TermRule
from caserisk.domain.terms import Term

T = TypeVar("T")


def taken(answered: object, answer: type[T], provenance: Mapping[str, str]) -> T:
    """The value, as a value of exactly that type, each of its reasons marked with where it came from.

    A value of another class is refused even where its fields would do: half of them would be lost unseen.

    Raises:
        TypeError, ValueError: it is something else.
        RecursionError: it holds itself.
    """
    plain = msgspec.to_builtins(answered)
    _stamp(plain, provenance)
    value = msgspec.convert(plain, answer)
    if msgspec.json.encode(value) != msgspec.json.encode(plain):
        raise TypeError(f"{_named(answered)} does not have the fields of {_named(value)}")
    return value


def _stamp(value: Any, provenance: Mapping[str, str]) -> None:
    """Write into every reason which plugin gave it, in which version."""
    if isinstance(value, dict):
        if "plugin_version" in value:
            value.update(provenance)
        for item in value.values():
            _stamp(item, provenance)
    elif isinstance(value, list | tuple):
        for item in value:
            _stamp(item, provenance)


def _named(value: object) -> str:
    """What a value is called in a message: the class of its first item, where it is a sequence."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    return type(first).__name__


# ------------------------------------------------------------------------------------------------ beyond the type


def check_scheme(scheme: LevelScheme) -> None:
    """Refuse levels that cannot be told apart.

    Raises:
        ValueError: two have the same code.
    """
    _check_distinct("level", (level.code for level in scheme.levels))


def check_stages(stages: tuple[Stage, ...]) -> None:
    """Refuse stages among which a case has nowhere to begin.

    Raises:
        ValueError: there is none, or two have the same key.
    """
    if not stages:
        raise ValueError("there is no stage for a case to begin in; answer None where you do not regulate them")
    _check_distinct("stage", (stage.key for stage in stages))


def check_derived(derived: DerivedLevel, scheme: LevelScheme) -> None:
    """Refuse a level that the scheme does not have.

    Raises:
        ValueError: it is not among the scheme's codes.
    """
    codes = [level.code for level in scheme.levels]
    if derived.code is not None and derived.code not in codes:
        raise ValueError(f"level {derived.code!r} is not of the scheme {scheme.key!r}; it has {', '.join(codes)}")


def check_terms(rules: tuple[TermRule | ReviewStep, ...]) -> None:
    """Refuse terms that cannot be counted.

    Raises:
        ValueError: a term is not written as `caserisk.domain.terms` reads it.
    """
    for rule in rules:
        if rule.term is not None:
            Term.parse(rule.term)


def _check_distinct(noun: str, keys: Iterable[str]) -> None:
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise ValueError(f"{noun} {repeated[0]!r} is there twice")
