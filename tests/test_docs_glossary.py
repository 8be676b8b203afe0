"""Every rule id that the sources cite is explained by a row of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"

SOURCES = ("core", "schema", "plugins")
SUFFIXES = {".py", ".md", ".toml", ".graphql"}

RULE_ID = re.compile(r"\b(?!UTF-)[A-Z][A-Z0-9]{0,3}-\d\d\b")
"""The ids of rules and of open questions: ZHU-14, A-21; encodings look alike."""

EXPLAINED = re.compile(rf"^\| *`?({RULE_ID.pattern})`? *\|", re.MULTILINE)
"""An id at the start of a row of a table."""

MADE_UP = {"SPR-01"}
"""Ids of regulations that examples make up."""


def cited() -> Iterator[tuple[str, str]]:
    """Yield each rule id with the file that cites it."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                name = path.relative_to(ROOT).as_posix()
                yield from ((id, name) for id in RULE_ID.findall(path.read_text(encoding="utf-8")))


def unexplained(citations: Iterator[tuple[str, str]], glossary: str) -> dict[str, str]:
    """Return the ids that a glossary does not explain, each with a file that cites it."""
    known = set(EXPLAINED.findall(glossary)) | MADE_UP
    return {id: name for id, name in citations if id not in known}


def test_every_cited_rule_is_in_the_glossary() -> None:
    assert unexplained(cited(), GLOSSARY.read_text(encoding="utf-8")) == {}


def test_a_rule_that_is_only_mentioned_is_not_explained() -> None:
    glossary = "| Id | Rule |\n| --- | --- |\n| ZHU-14 | Resolution periods, see A-21 |\n"

    assert unexplained(iter([("ZHU-14", "a.py"), ("A-21", "b.py")]), glossary) == {"A-21": "b.py"}


def test_rules_of_every_region_are_cited() -> None:
    """Or the pattern would find nothing, and the first test could not fail."""
    ids = {id for id, _ in cited()}

    assert {id.partition("-")[0] for id in ids} >= {"A", "BASE", "SD", "HUI", "ZHU"}
    assert {"A-21", "ZHU-14", "BAO-01"} <= ids
