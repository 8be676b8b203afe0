"""The printed schema is a file that is reviewed: the same whatever is installed, and every part of it described."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from caserisk_graphql.api.schema import print_sdl

FILE = Path(__file__).parents[2] / "schema" / "schema.graphql"

_PRINT = """
import importlib.metadata as metadata
every = metadata.distributions
metadata.distributions = lambda **given: [found for found in every(**given) if not {hidden}]
from caserisk.regulation.discovery import find_installed_plugins
from caserisk_graphql.api.schema import print_sdl
print(len(find_installed_plugins()))
print(print_sdl(), end="")
"""


def test_committed_schema_is_the_served_one() -> None:
    assert FILE.read_text(encoding="utf-8") == print_sdl(), "run `make schema`"


@pytest.mark.parametrize(("hidden", "plugins"), [("found.metadata['Name'].startswith('caserisk-')", 0), ("False", 3)])
def test_schema_is_the_same_whatever_is_installed(hidden: str, plugins: int) -> None:
    program = _PRINT.format(hidden=hidden)

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8").stdout

    count, _, sdl = printed.partition("\n")
    assert int(count) == plugins
    assert sdl == FILE.read_text(encoding="utf-8")


def test_everything_has_a_description() -> None:
    schema = build_schema(FILE.read_text(encoding="utf-8"))

    assert [name for name in _undescribed(schema.type_map) if not name.startswith("__")] == []


def _undescribed(types: Mapping[str, object]) -> list[str]:
    """The types, fields, arguments and values that say nothing of themselves."""
    silent: list[str] = []
    for name, type_ in types.items():
        if name in {"Boolean", "Float", "ID", "Int", "String"} or name.startswith("__"):
            continue
        parts: dict[str, object] = {name: type_}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                parts[f"{name}.{field_name}"] = field
                parts |= {f"{name}.{field_name}({argument}:)": item for argument, item in field.args.items()}
        elif isinstance(type_, GraphQLInputObjectType):
            parts |= {f"{name}.{field_name}": item for field_name, item in type_.fields.items()}
        elif isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value}": item for value, item in type_.values.items()}
        silent += [path for path, part in parts.items() if not (getattr(part, "description", None) or "").strip()]
    return silent
