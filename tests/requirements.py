"""Write ``docs/requirements.md``: which tests check which requirement, as the scenario files say.

A scenario file is named after its requirement (``test_zhu_14_….py``) and opens with the id and the sentence it comes
from. A test in which something is refused tells what was tried against the requirement. ``python -m
tests.requirements`` writes the document; a test compares it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "requirements.md"

REGIONS = {
    "SD": "Shandong · 山东省人民检察院",
    "HUI": "Huizhou · 惠州市人民检察院",
    "ZHU": "Zhuzhou · 株洲市人民检察院",
}

REQUIRED = (
    *(f"SD-{number:02}" for number in (5, 7, 8, *range(11, 16), 17, 18)),
    *(f"HUI-{number:02}" for number in range(2, 10)),
    *(f"ZHU-{number:02}" for number in (3, *range(5, 15), 18, 19)),
)
"""The requirements that have to have a scenario."""

POSSESSIVES = (
    "all departments' cases",
    "another department's people",
    "another region's level",
    "city's choice",
    "county's case",
    "department's head",
    "group's office",
    "handler's judgement",
    "handler's level",
    "handler's task",
    "hub's alone",
    "leader's tier",
    "office's choice",
    "others' to form",
    "province's rules",
)
"""The phrases of test names that have an apostrophe, which the name of a function cannot have."""

_REFUSING = frozenset({"refused", "refusals", "refusal"})
"""The helpers of tests that try something and return why it is refused."""

_FILE = re.compile(r"test_(sd|hui|zhu)_(\d\d)_\w+\.py")
_QUOTED = re.compile(r"「(.+?)」", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario file: the sentence of the regulation that it quotes, its tests, and those of what was refused."""

    requirement: str
    quote: str
    path: str
    tests: tuple[str, ...]
    refused: tuple[str, ...]


def scenarios() -> list[Scenario]:
    """Return every scenario file, sorted by requirement."""
    found = [_scenario(path, match) for path in TESTS.rglob("test_*.py") if (match := _FILE.fullmatch(path.name))]
    return sorted(found, key=lambda scenario: (scenario.requirement, scenario.path))


def _scenario(path: Path, match: re.Match[str]) -> Scenario:
    module = ast.parse(path.read_text(encoding="utf-8"))
    quoted = _QUOTED.search(ast.get_docstring(module) or "")
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tests = [node for node in functions if node.name.startswith("test_")]
    refusing = _REFUSING | {node.name for node in functions if _calls(node, _REFUSING)}
    return Scenario(
        requirement=f"{match[1].upper()}-{match[2]}",
        quote=quoted[1].replace("\n", "") if quoted else "",  # Chinese is broken without a space
        path=path.relative_to(TESTS.parent).as_posix(),
        tests=tuple(node.name for node in tests),
        refused=tuple(node.name for node in tests if _calls(node, refusing)),
    )


def _calls(function: ast.FunctionDef | ast.AsyncFunctionDef, names: Set[str]) -> bool:
    """Tell whether a function calls one of these names."""
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(isinstance(item, ast.Name) and item.id in names for item in called) or any(
        isinstance(item, ast.Attribute) and item.attr in names for item in called
    )


def document() -> str:
    """Return the text that the document should have."""
    lines = [
        "# Requirements and their tests",
        "",
        "`make requirements` writes this page from the scenario files, and a test checks that it is current. Each",
        "scenario goes through the GraphQL API, on SQLite and on PostgreSQL. The last column names the tests in which",
        "something is tried against a requirement and refused. The rows are explained in [glossary.md](glossary.md).",
    ]
    by_requirement: dict[str, list[Scenario]] = {}
    for scenario in scenarios():
        by_requirement.setdefault(scenario.requirement, []).append(scenario)
    for prefix, name in REGIONS.items():
        lines += ["", f"## {name}", "", "| Row | The text | Tests | Tried and refused |", "| --- | --- | --- | --- |"]
        lines += [_row(id, held) for id, held in sorted(by_requirement.items()) if id.startswith(f"{prefix}-")]
    return "\n".join(lines) + "\n"


def _row(requirement: str, held: list[Scenario]) -> str:
    files = [f"[{Path(item.path).stem}](../{item.path}): {'; '.join(map(_sentence, item.tests))}" for item in held]
    refused = "; ".join(_sentence(test) for item in held for test in item.refused)
    quote = max((item.quote for item in held), key=len)  # a second file of a row may quote a part of the sentence
    return f"| {requirement} | 「{quote}」 | {'<br>'.join(files)} | {refused or '–'} |"


def _sentence(test: str) -> str:
    sentence = test.removeprefix("test_").replace("_", " ")
    for phrase in POSSESSIVES:
        sentence = re.sub(rf"\b{phrase.replace(chr(39), '')}\b", phrase, sentence)
    return sentence


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
