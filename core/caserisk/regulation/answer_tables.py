"""How a region states the answer to a hook: as a value, as a table, or as a function of what the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeAlias, TypeVar, overload

from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Option
from caserisk.regulation.hook_specification import INHERITED, Hook, required_names

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)

Key: TypeAlias = str | Option | Callable[..., Hashable]
"""What a table is looked up by: an argument of the hook, an option of the office, or a function of the arguments."""

_Call: TypeAlias = Callable[[tuple[Any, ...]], Any]
"""Computes something from all arguments of a hook, in the order of its specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTable(Generic[A_co]):
    """Answers by what they depend on. An absent key answers ``otherwise``; None is "not regulated by me"."""

    keys: tuple[Key, ...]
    answers: Mapping[Any, A_co]
    otherwise: A_co | None


Stated: TypeAlias = A | AnswerTable[A] | Callable[..., A | None] | None
"""An answer, or what it is found by."""


@overload
def by(key: Key, answers: Mapping[Any, A], /, *, otherwise: A | None = ...) -> AnswerTable[A]: ...
@overload
def by(first: Key, second: Key, answers: Mapping[Any, A], /, *, otherwise: A | None = ...) -> AnswerTable[A]: ...
@overload
def by(
    first: Key, second: Key, third: Key, answers: Mapping[Any, A], /, *, otherwise: A | None = ...
) -> AnswerTable[A]: ...
def by(*keys_and_answers: Any, otherwise: Any = None) -> AnswerTable[Any]:
    """State answers in a table: ``by("occasion", NOTICES)``, ``by("kind", "has_risk", PLANS)``, ``by(NUMBERING, …)``.

    A key is the name of an argument, an `Option`, whose value is the office's, or a function with the arguments it
    needs. Several keys make a tuple. A key that is absent from the table gives ``otherwise``.
    """
    *keys, answers = keys_and_answers
    return AnswerTable(keys=tuple(keys), answers=answers, otherwise=otherwise)


def level_code(level: RiskLevel | None) -> str | None:
    """Return the code of a level, as a key of tables; None where there is no level."""
    return level.code if level else None


def level_number(level: RiskLevel | None) -> int | None:
    """Return the number in the name of a level, as a key of tables; None where there is no level or no number."""
    return level.number if level else None


def implementation(hook: Hook[..., Any], stated: object) -> Callable[..., object]:
    """Make a function that answers a hook as it is stated.

    Raises:
        ValueError: it asks for an argument that the hook does not have.
        TypeError: it is looked up by something that is no key.
    """
    answer = _answering(hook, stated)
    # pluggy reads the names of the arguments off what a function wraps, and hands all of them over in that order.
    told = hook.inheriting if INHERITED in _named_arguments(stated) else hook.specification

    @wraps(told, updated=())
    def implement(*arguments: object) -> object:
        return answer(arguments)

    return implement


def _answering(hook: Hook[..., Any], stated: object) -> _Call:
    # No value of the plugin API can be called, so what can be called is a function of the region.
    if isinstance(stated, AnswerTable):
        return _looking_up(hook, stated)
    if callable(stated):
        return _calling(hook, stated)
    return lambda _: stated


def _named_arguments(stated: object) -> frozenset[str]:
    """Return the names of the arguments that an answer depends on."""
    if isinstance(stated, AnswerTable):
        return frozenset[str]().union(*map(_named_arguments, stated.keys))
    if isinstance(stated, str):
        return frozenset({stated})
    return frozenset(required_names(stated)) if callable(stated) else frozenset()


def _looking_up(hook: Hook[..., Any], table: AnswerTable[Any]) -> _Call:
    keys = [_key(hook, key) for key in table.keys]
    if len(keys) == 1:
        (only,) = keys
        return lambda arguments: table.answers.get(only(arguments), table.otherwise)
    return lambda arguments: table.answers.get(tuple(key(arguments) for key in keys), table.otherwise)


def _key(hook: Hook[..., Any], key: object) -> _Call:
    if isinstance(key, str):
        position = _position(hook, key)
        return lambda arguments: arguments[position]
    if isinstance(key, Option):
        facts, option = _position(hook, "facts"), key.key
        return lambda arguments: arguments[facts].options[option]
    if callable(key):
        return _calling(hook, key)
    raise TypeError(f"{hook.short_name} is looked up by {key!r}; name an argument, an Option or a function")


def _calling(hook: Hook[..., Any], function: Callable[..., object]) -> _Call:
    # Found once, when the plugin is loaded: a misspelt name is a fault of the declaration, not of some later command.
    positions = {name: _position(hook, name) for name in required_names(function)}
    return lambda arguments: function(**{name: arguments[position] for name, position in positions.items()})


def _position(hook: Hook[..., Any], argument: str) -> int:
    """Return the place of an argument in a hook's signature."""
    names = [*hook.parameters, INHERITED]
    if argument not in names:
        raise ValueError(f"{hook.short_name} depends on {argument!r}; {hook.name} is told {', '.join(names)}")
    return names.index(argument)
