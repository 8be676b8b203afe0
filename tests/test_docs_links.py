"""Check that what the pages name is there: linked files and headings, paths, modules, identifiers, decision records."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bench", "checks", "conformance", "core", "docs", "examples", "plugins", "schema", "tests")
SHORT_FOR = ("", "core/caserisk", "schema/caserisk_graphql")
"""Where a path may begin that a page shortens: ``engine/engine.py``."""

IDENTIFIED = ("CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md", "docs/reads.md")
"""The pages whose identifiers have to be those of the code."""

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
_MODULE = re.compile(r"caserisk(_graphql)?(\.\w+)+")
_FILES = (".db", ".graphql")
_BUILT = {".venv", "node_modules", "generated", "built"}
_IDENTIFIER = re.compile(r"[A-Za-z_]\w+")


def found(*patterns: str) -> list[str]:
    """Return the files of the project that match, by their path from the root; nothing that was installed or built."""
    inside = (path for folder in FOLDERS for pattern in patterns for path in (ROOT / folder).rglob(pattern))
    paths = {*inside, *(path for pattern in patterns for path in ROOT.glob(pattern))}
    return sorted(path.relative_to(ROOT).as_posix() for path in paths if not _BUILT & set(path.parts))


PAGES = [name for name in found("*.md") if name.split("/")[0] != "tests"]
OF_THIS_PROJECT = [name for name in PAGES if not name.startswith("docs/plugins")]
"""The pages that name no files of a made-up region."""


def read(name: str) -> str:
    """Return the text of a page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@cache
def words_of_the_code() -> frozenset[str]:
    """Return every word of the sources, and of the recipes and settings around them."""
    sources = found("*.py", "*.graphql", "pyproject.toml", "Makefile")
    texts = ((ROOT / name).read_text("utf-8") for name in sources if not name.endswith("test_docs_links.py"))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


@pytest.mark.parametrize("page", PAGES)
def test_linked_files_and_headings_are_there(page: str) -> None:
    broken = []
    for target in _LINK.findall(read(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("page", OF_THIS_PROJECT)
def test_named_paths_are_there(page: str) -> None:
    named = {code for code in _CODE.findall(read(page)) if _PATH.fullmatch(code)}
    paths = {path for path in named if path.partition("/")[0] in FOLDERS or path.endswith((".py", ".md"))}
    places = [(ROOT / page).parent, *(ROOT / short for short in SHORT_FOR)]

    assert sorted(path for path in paths if "/" in path and not any((place / path).exists() for place in places)) == []


@pytest.mark.parametrize("page", PAGES)
def test_named_modules_are_there(page: str) -> None:
    named = {code for code in _CODE.findall(read(page)) if _MODULE.fullmatch(code) and not code.endswith(_FILES)}

    assert sorted(name for name in named if not _in_a_module(name)) == []


def _in_a_module(name: str) -> bool:
    """Tell whether a dotted name is a module or a package, or a name in one."""
    package, *rest = name.split(".")
    path = ROOT / ("core" if package == "caserisk" else "schema") / package
    while rest and (path / rest[0]).is_dir():
        path /= rest.pop(0)
    module = path / f"{rest[0]}.py" if rest else path
    sources = [module] if module.is_file() else list(path.glob("*.py"))
    inner = rest[1:] if module.is_file() else rest
    text = "".join(source.read_text("utf-8") for source in sources)
    return all(re.search(rf"\b{part}\b", text) for part in inner)


@pytest.mark.parametrize("page", IDENTIFIED)
def test_named_identifiers_are_in_the_code(page: str) -> None:
    named = {code for code in _CODE.findall(read(page)) if _IDENTIFIER.fullmatch(code)}

    assert sorted(named - words_of_the_code()) == []


def test_each_decision_is_listed() -> None:
    records = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}

    assert set(_LINK.findall(read("docs/decisions/README.md"))) == records
