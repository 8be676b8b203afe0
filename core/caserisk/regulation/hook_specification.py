"""What makes a function of `caserisk.regulation.hooks` a hook: its signature, and how the answers to it are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from types import FunctionType, GenericAlias, MappingProxyType
from typing import Any, Generic, ParamSpec, TypeVar, get_args, get_origin, get_type_hints, overload

import pluggy

PROJECT = "caserisk"

INHERITED = "inherited"
"""The argument by which an implementation is given what the layers beneath it answer."""

T = TypeVar("T")
P = ParamSpec("P")
A = TypeVar("A")

Arguments = Mapping[str, Any]
"""The arguments of a hook, by name."""

Combine = Callable[[Iterator[Any]], Any]
"""Makes one answer of those of the layers, the nearest first; a layer that is not drawn is not asked."""

Amend = Callable[[Any, Any], Any]
"""Makes the answer of a layer that was given what it inherits, and of all beneath it, of its own answer and of that."""

Check = Callable[[Any, Arguments], None]
"""Raises ValueError for an answer of the right type that cannot be acted on."""

_mark_specification = pluggy.HookspecMarker(PROJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook(Generic[P, A]):
    """A question to a regulation.

    ``parameters`` are the names and types of its arguments, ``mappings`` those of them that are mappings, and
    ``answer_type`` is the type an implementation's answer is converted to. ``inheriting`` is the specification with the
    argument ``inherited`` besides, which any implementation may name. ``default`` is the answer where no layer gives
    one. ``asked_without_case``: people may ask it through the API when there is no case.
    """

    name: str
    specification: Callable[P, object]
    inheriting: Callable[..., object]
    parameters: Mapping[str, Any]
    mappings: tuple[str, ...]
    answer_type: Any
    combine: Combine
    amend: Amend
    default: A
    check: Check | None
    asked_without_case: bool

    @property
    def short_name(self) -> str:
        """Return the name without the project's prefix, as a field of `Rules` is called."""
        return self.name.removeprefix(f"{PROJECT}_")

    def bind(self, args: tuple[Any, ...], kwargs: Arguments) -> dict[str, Any]:
        """Return the arguments of a call by name, each mapping protected from changes."""
        arguments = dict(zip(self.parameters, args, strict=False), **kwargs)
        for name in self.mappings:
            # A hook that changed one would change what the command goes on with, and what other layers are told.
            arguments[name] = MappingProxyType(arguments[name])
        return arguments


@overload
def hook(  # type: ignore[overload-overlap]  # an empty tuple stands for the default of a sequence, not for its type
    *,
    default: tuple[()],
    combine: Combine = ...,
    amend: Amend = ...,
    check: Check | None = ...,
    asked_without_case: bool = ...,
) -> Callable[[Callable[P, Sequence[T] | None]], Hook[P, tuple[T, ...]]]: ...
@overload
def hook(
    *,
    default: T,
    combine: Combine = ...,
    amend: Amend = ...,
    check: Check | None = ...,
    asked_without_case: bool = ...,
) -> Callable[[Callable[P, T | None]], Hook[P, T]]: ...
@overload
def hook(
    *,
    combine: Combine = ...,
    amend: Amend = ...,
    check: Check | None = ...,
    asked_without_case: bool = ...,
) -> Callable[[Callable[P, T | None]], Hook[P, T | None]]: ...
def hook(
    *,
    default: object = None,
    combine: Combine | None = None,
    amend: Amend | None = None,
    check: Check | None = None,
    asked_without_case: bool = False,
) -> Any:
    """Declare a function to be the specification of a hook.

    ``combine`` is `nearest` unless given, ``amend`` is `in_place`. An answer that the specification calls a sequence is
    a tuple when asked for.
    """

    def declare(specification: Callable[..., object]) -> Hook[..., Any]:
        # Resolved now: a name that is imported for type checkers only fails here, and not in the first decision.
        types = get_type_hints(specification)
        returned = types.pop("return")
        return Hook(
            name=specification.__name__,
            specification=specification,
            inheriting=_mark_specification(_with_argument(specification, INHERITED)),
            parameters=types,
            mappings=tuple(name for name, type in types.items() if get_origin(type) is Mapping),
            answer_type=_answer_type(returned),
            combine=combine or nearest,
            amend=amend or in_place,
            default=default,
            check=check,
            asked_without_case=asked_without_case,
        )

    return declare


def _with_argument(function: Callable[..., object], name: str) -> Callable[..., object]:
    """Return a function like this one that takes one more argument."""
    # Made of its code: that is where pluggy reads the names of arguments, whatever a signature states.
    code = function.__code__
    names = (*code.co_varnames[: code.co_argcount], name)
    longer = code.replace(co_argcount=len(names), co_nlocals=len(names), co_varnames=names)
    return FunctionType(longer, function.__globals__, function.__name__)


def _answer_type(returned: object) -> Any:
    """Return the type of an answer other than None, a tuple for a sequence."""
    (answer,) = (item for item in get_args(returned) if item is not type(None))
    return GenericAlias(tuple, (*get_args(answer), ...)) if get_origin(answer) is Sequence else answer


def required_names(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of the arguments a function cannot do without.

    Raises:
        ValueError: some of them cannot be given by name.
    """
    parameters = signature(function).parameters.values()
    if any(parameter.kind in (Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL) for parameter in parameters):
        raise ValueError(f"{function} takes arguments without a name")
    return tuple(
        item.name for item in parameters if item.default is Parameter.empty and item.kind is not Parameter.VAR_KEYWORD
    )


# ------------------------------------------------------------------------------------------------ how layers combine


def nearest(answers: Iterator[T]) -> T | None:
    """Take the answer of the nearest layer that gives one, whole."""
    return next(answers, None)


def in_place(answer: T, _: object) -> T:
    """Let the answer of a layer that was given what it inherits take the place of that."""
    return answer


def together(answers: Iterator[tuple[T, ...]]) -> tuple[T, ...]:
    """Take the items of every layer, those of the nearest first."""
    return tuple(item for answer in answers for item in answer)
