"""Results of hooks: what a stranger's function returned, converted to a value of the plugin API or refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_CONTAINERS = frozenset({dict, list, tuple})
"""The types in which `msgspec.to_builtins` leaves other values: exactly these, never a subclass."""


def convert_result(
    returned: object, expected: type[T], provenance: Mapping[str, str], *, inherited: object = None
) -> T:
    """Convert what was returned to exactly the expected type, and stamp each of its reasons with its provenance.

    What is given back as it was ``inherited`` keeps the provenance it has; what was changed does not, down to its last
    reason. A value of another class is refused even where its fields would do: half of them would be lost unseen.

    Raises:
        TypeError, ValueError: it is something else.
        RecursionError: it holds itself.
    """
    plain = msgspec.to_builtins(returned)
    kept = tuple(_items_with_reasons(msgspec.to_builtins(inherited)))
    _stamp_reasons(plain, provenance, kept)
    value = msgspec.convert(plain, expected)
    # Fields that the expected type does not have are dropped silently by msgspec; only comparing shows it.
    if msgspec.json.encode(value) != msgspec.json.encode(plain):
        raise TypeError(f"{_class_name(returned)} does not have the fields of {_class_name(value)}")
    return value


def _items_with_reasons(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what has reasons of its own, the whole before its parts."""
    if type(value) is dict:
        if "reasons" in value:
            yield value
        value = value.values()
    elif type(value) not in _CONTAINERS:
        return
    for item in value:
        yield from _items_with_reasons(item)


def _stamp_reasons(value: Any, provenance: Mapping[str, str], kept: Collection[dict[str, Any]]) -> None:
    """Write into every reason which plugin gave it, in which version, but for what is kept as it is."""
    if type(value) is dict:
        if value in kept:
            return
        if "plugin_version" in value:  # only a Reason has it
            value.update(provenance)
        items: Iterable[Any] = value.values()
    elif type(value) in _CONTAINERS:
        items = value
    else:
        return
    for item in items:
        if type(item) in _CONTAINERS:  # most items are texts: a call for each is a tenth of a decision's time
            _stamp_reasons(item, provenance, kept)


def _class_name(value: object) -> str:
    """Return the name of a value's class for a message, that of the first item of a sequence."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    return type(first).__name__
