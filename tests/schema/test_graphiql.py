"""GraphiQL: its tabs are the tour of the README, and nothing on its page is anybody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import DocumentNode, OperationDefinitionNode, parse, print_ast, validate

from caserisk_graphql.api.schema import schema
from caserisk_graphql.server.graphiql.page import ASSETS, HERE, OWN_ASSETS

README = Path(__file__).parents[2] / "README.md"


def unnamed(document: DocumentNode) -> list[str]:
    """The operations of a document as they would be without names and white space."""
    return [
        print_ast(replace(node, name=None))
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]


def tabs() -> list[DocumentNode]:
    """What the page opens with."""
    script = (ASSETS / "start.js").read_text(encoding="utf-8")
    listed = script.partition("const defaultTabs = [")[2].partition("].map(")[0]
    return [parse(query) for query in re.findall(r"`([^`]*)`", listed)]


def tour() -> list[DocumentNode]:
    """What the README has one ask."""
    text = README.read_text(encoding="utf-8").partition("## A tour")[2].partition("\n## ")[0]
    return [parse(block) for block in re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)]


def test_the_tabs_are_the_tour() -> None:
    assert [unnamed(tab) for tab in tabs()] == [unnamed(step) for step in tour()]
    assert len(tabs()) >= 6


def test_every_tab_holds_by_the_schema_and_has_a_name() -> None:
    for tab in tabs():
        assert validate(schema().core, tab) == []
        assert all(isinstance(node, OperationDefinitionNode) and node.name for node in tab.definitions)


@pytest.mark.parametrize(
    "file", [HERE / "page.html", *(ASSETS / name for name in OWN_ASSETS)], ids=lambda file: file.name
)
def test_our_own_files_name_no_other_host(file: Path) -> None:
    assert not re.search(r"https?://|//[a-z0-9.-]+\.[a-z]{2,}/", file.read_text(encoding="utf-8"))
