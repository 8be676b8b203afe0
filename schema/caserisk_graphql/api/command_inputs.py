"""Build the input types of mutations from the commands that declare them, and the commands from their inputs.

Ids of the wrong form are refused at once (BAD_INPUT); whether they name anything, the command finds out.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache, partial
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

import strawberry

from caserisk.commands.command import Command
from caserisk.commands.input_fields import InputField, declared_fields, description_of
from caserisk_graphql.naming import api_name
from caserisk_graphql.reads.argument_checks import bad_id, id_prefix

C = TypeVar("C", bound=Command)

_Convert = Callable[[Any], Any]

_NAME = re.compile("`[A-Za-z_.]+`")
"""A name of a field or a command in a description, which the API spells in its own way."""


class DeclaredInput:
    """An input type that was built from a declaration."""

    builds: ClassVar[type[Any]]
    conversions: ClassVar[tuple[tuple[str, _Convert], ...]]

    def build(self) -> Any:
        """Return what was declared: a command, or a part of one.

        Raises:
            RequestError: BAD_INPUT, where an id has not the form of one of its noun.
        """
        return self.builds(**{name: convert(getattr(self, name)) for name, convert in self.conversions})


class CommandInput(DeclaredInput):
    """The input of a mutation."""

    idempotency_key: str | None
    expected_version: ClassVar[int | None] = None  # a field of its own where the target counts versions

    def command(self) -> Command:
        """Return the command that the input asks for; for the errors see `build`."""
        command: Command = self.build()
        return command


def command_input(command: type[Command]) -> type[CommandInput]:
    """Return the input type of the mutation that carries out a command."""
    members = dict(_members(command))
    noun = command.versioned_noun()
    if noun:
        # Both stand at the end of every input, after what the command declares.
        members["expected_version"] = (
            int | None,
            _field(f"The version of the {noun} that was seen; if it has moved on since, CONFLICT.", None),
        )
    members["idempotency_key"] = (
        str | None,
        _field("Unique per officer and mutation, kept 30 days: the same key does the work once (幂等键).", None),
    )
    return _input_type(f"{command.__name__}Input", CommandInput, command, members)


@lru_cache(maxsize=64)
def _part_input(part: type[Any]) -> type[DeclaredInput]:
    """Return the input type of a part of a command: ``PlanDraft`` is given as ``PlanInput``."""
    return _input_type(f"{part.__name__.removesuffix('Draft')}Input", DeclaredInput, part, dict(_members(part)))


def _input_type(name: str, base: type[Any], declared: type[Any], members: dict[str, tuple[Any, Any]]) -> type[Any]:
    namespace = {
        "__module__": __name__,
        "__doc__": description_of(declared),
        "__annotations__": {member: type_ for member, (type_, _) in members.items()},
        **{member: field for member, (_, field) in members.items()},
        "builds": declared,
        "conversions": tuple(_conversions(declared)),
    }
    return strawberry.input(type(name, (base,), namespace), description=description_of(declared))


# ------------------------------------------------------------------------------------------------ members


def _members(declared: type[Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield the members of an input type: names, types and what Strawberry needs to know of each."""
    for field, declaration, hint in _declarations(declared):
        default = None if field.default == () else field.default  # a list that is left out is null to clients
        type_ = _given_type(hint, declaration)
        yield field.name, (type_ | None if default is None else type_, _field(declaration.description, default))


def _field(description: str, default: Any) -> Any:
    spelled = _NAME.sub(lambda name: api_name(name[0]), description)
    if default is MISSING:
        return strawberry.field(description=spelled)
    return strawberry.field(description=spelled, default=default)


def _declarations(declared: type[Any]) -> Iterator[tuple[Field[Any], InputField, Any]]:
    """Yield the declared fields of a command or a part of one, each with its type, which is not optional."""
    declarations, hints = declared_fields(declared), get_type_hints(declared)
    for field in fields(declared):
        yield field, declarations[field.name], _required(hints[field.name])


def _required(hint: Any) -> Any:
    """Return a type without its None."""
    if get_origin(hint) in (types.UnionType, Union):
        [hint] = [member for member in get_args(hint) if member is not type(None)]
    return hint


def _item(hint: Any) -> Any | None:
    """Return the type of a tuple's items; None for what is no tuple."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def _is_part(hint: Any) -> bool:
    """Tell whether a type is a part of a command, with an input type of its own."""
    return is_dataclass(hint)


def _given_type(hint: Any, declaration: InputField) -> Any:
    """Return the type that clients give."""
    item = _item(hint)
    if item is not None:
        return list[_given_type(item, declaration)]  # type: ignore[misc]  # made at run time
    if declaration.noun:
        return strawberry.ID
    return _part_input(hint) if _is_part(hint) else hint


# ------------------------------------------------------------------------------------------------ conversions


def _conversions(declared: type[Any]) -> Iterator[tuple[str, _Convert]]:
    for field, declaration, hint in _declarations(declared):
        yield field.name, _conversion(hint, declaration, field.name)


def _conversion(hint: Any, declaration: InputField, name: str) -> _Convert:
    """Return how a value that a client gave becomes that of the command; null is no value, or none of a list."""
    item = _item(hint)
    if item is not None:
        convert = _conversion(item, declaration, name)
        return lambda given: () if given is None else tuple(map(convert, given))
    if declaration.noun:
        return partial(_checked_id, declaration.noun, api_name(name))
    return _build_part if _is_part(hint) else _unchanged


def _checked_id(noun: str, name: str, given: str | None) -> str | None:
    if given is not None and id_prefix(given, name) != noun:
        raise bad_id(name)
    return given


def _build_part(given: DeclaredInput | None) -> Any:
    return None if given is None else given.build()


def _unchanged(given: Any) -> Any:
    return given
