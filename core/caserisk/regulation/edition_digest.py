"""A digest of what an edition states, by which a content that changed under the same version and edition is noticed.

It covers values down to the last text, and functions by name and source, with whatever of the same package they use. It
does not cover what other packages do, nor what a function finds in other ways than by a name: no proof against somebody
who wants to deceive it. Where the source of a function is not at hand its bytecode stands for it, which differs from
one version of Python to another.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from types import CodeType, FunctionType
from typing import Any

from caserisk.domain.rules import Edition, Option
from caserisk.regulation.hooks import HOOKS, Rules

_LENGTH = 16
"""The hexadecimal digits of a digest: nobody forges one, so that they need not be many."""


def edition_digest(edition: Edition, options: tuple[Option, ...]) -> str:
    """Return a digest of what an edition and the options of its plugin state; the same in every process."""
    rules = edition.rules
    stated = rules if isinstance(rules, Rules) else {name: getattr(rules, name, None) for name in HOOKS}
    content = _Content().of((edition.name, edition.in_force_from, edition.cites, options, stated))
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:_LENGTH]


class _Content:
    """Writes values as builtins that are the same for the same content; a function that is met again by name only."""

    def __init__(self) -> None:
        self._met: set[int] = set()

    def of(self, value: object) -> Any:
        """Return what stands for a value."""
        if value is None or isinstance(value, str | int | float):  # enums of the plugin API are texts
            return value
        if isinstance(value, date):
            return value.isoformat()
        if is_dataclass(value) and not isinstance(value, type):
            return [type(value).__name__, *(self.of(getattr(value, field.name)) for field in fields(value))]
        if isinstance(value, Mapping):
            return self._sorted([self.of(key), self.of(item)] for key, item in value.items())
        if isinstance(value, set | frozenset):
            return self._sorted(self.of(item) for item in value)
        if isinstance(value, tuple | list):
            return [self.of(item) for item in value]
        if isinstance(value, FunctionType):
            return self._of_function(value)
        return type(value).__name__

    @staticmethod
    def _sorted(items: Iterator[Any]) -> list[Any]:
        return sorted(items, key=repr)

    def _of_function(self, function: FunctionType) -> list[Any]:
        name = f"{function.__module__}.{function.__qualname__}"
        if id(function) in self._met:
            return [name]
        self._met.add(id(function))
        return [name, _source(function), *(self.of(value) for value in _used_by(function))]


@lru_cache(maxsize=4096)
def _source(function: FunctionType) -> str:
    """Return the source of a function, or its bytecode."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):  # made at run time, or installed without its source
        return function.__code__.co_code.hex()


def _used_by(function: FunctionType) -> Iterator[object]:
    """Yield what a function uses beside its arguments: defaults, what it closes over, names of its own package."""
    yield function.__defaults__
    yield function.__kwdefaults__
    for cell in function.__closure__ or ():
        yield _cell_contents(cell)
    package = _package(function.__module__)
    for name in sorted(_names_in(function.__code__)):
        value = function.__globals__.get(name)
        # What is of another package has a version of its own; classes and modules state nothing by themselves.
        if not isinstance(value, FunctionType) or _package(value.__module__) == package:
            yield value


def _cell_contents(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not yet filled
        return None


def _names_in(code: CodeType) -> set[str]:
    """Return the names of globals in a code, and in the functions within it."""
    within = [_names_in(item) for item in code.co_consts if isinstance(item, CodeType)]
    return set(code.co_names).union(*within)


def _package(module: str | None) -> str:
    return (module or "").partition(".")[0]
