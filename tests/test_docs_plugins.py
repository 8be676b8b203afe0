"""The pages for those who write plugins keep what they promise: nothing is missing from them, and their code runs."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, get_type_hints

import pytest

from caserisk import plugin as api
from caserisk.plugin import (
    API_VERSION,
    CaseFacts,
    DeadlineFacts,
    DeadlineKind,
    DeadlineStatus,
    DispositionFacts,
    Edition,
    Facts,
    Occasion,
    Plugin,
    SupervisionFacts,
    SupervisionKind,
    SupervisionStatus,
    WorkingDays,
)
from caserisk.regulation import hooks
from caserisk.regulation.hooks import HOOKS
from caserisk.regulation.layers import Regulation
from caserisk.testing import RegionContract
from caserisk.working_days import OfficialCalendar
from tests import hook_reference
from tests.regions.installing import install

ROOT = Path(__file__).parents[1]
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs" / "plugins").glob("*.md"))}
TUTORIAL, HOW_TO, VALUES_PAGE = PAGES["tutorial.md"], PAGES["how-to.md"], PAGES["values.md"]
TESTS = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))

PUBLIC: dict[str, Any] = {name: getattr(api, name) for name in api.__all__}
WORDS = {name: value for name, value in PUBLIC.items() if inspect.isclass(value) and issubclass(value, Enum)}
TOLD = (
    "Facts",
    "CaseFacts",
    "AssessmentFacts",
    "WarningFacts",
    "DispositionFacts",
    "DeadlineFacts",
    "SupervisionFacts",
    "RiskLevel",
)
VALUES = {name: value for name, value in PUBLIC.items() if is_dataclass(value) and name not in (*TOLD, "WorkingDays")}


def section(page: str, heading: str) -> str:
    """Return what stands under a heading of a page, as far as the next of its rank."""
    rank = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found[1]


def blocks(text: str, language: str = "python") -> list[str]:
    """Return the code in a part of a page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of the tables in a part of a page, by the name in their first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}


# ------------------------------------------------------------------------------------------------ nothing is missing


def test_the_reference_of_hooks_is_current() -> None:
    assert PAGES["hooks.md"] == hook_reference.document(), "run `make reference`"


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_says_its_five_things(name: str) -> None:
    said = hook_reference.sections(HOOKS[name])

    assert list(said) == ["Called by", "Arguments", "Returns", "Layers", "Errors"]
    assert all(said.values())


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_is_tested(name: str) -> None:
    assert name in TESTS


@pytest.mark.parametrize("name", VALUES)
def test_each_field_of_a_value_is_described(name: str) -> None:
    described = rows(section(VALUES_PAGE, f"### `{name}`"))

    assert {field: bool(cells[1]) for field, cells in described.items()} == {
        field.name: optional(field) for field in fields(VALUES[name])
    }


def optional(field: Field[Any]) -> bool:
    """Tell whether a field has a default."""
    return field.default is not MISSING or field.default_factory is not MISSING


@pytest.mark.parametrize("name", TOLD)
def test_each_fact_is_described(name: str) -> None:
    facts = PUBLIC[name]
    known = {field.name for field in fields(facts)} | {"day", "assessed", "latest"} & set(dir(facts))

    assert known <= set(rows(section(VALUES_PAGE, "## Facts")))


def test_what_the_calendar_counts_is_described() -> None:
    methods = {name for name in vars(WorkingDays) if not name.startswith("_")} - {"official"}

    described = {name.partition("(")[0] for name in rows(section(VALUES_PAGE, "## Facts"))}
    assert methods <= described


@pytest.mark.parametrize("name", WORDS)
def test_each_word_is_listed_with_its_chinese(name: str) -> None:
    listed = rows(section(VALUES_PAGE, "## Words"))[name][0]

    for word in WORDS[name]:
        assert f"`{word.name}` {getattr(word, 'zh', '')}".strip() in listed
    assert len(re.findall(r"`\w+`", listed)) == len(WORDS[name])


def test_everything_public_is_on_the_pages() -> None:
    pages = "".join(PAGES.values())

    assert [name for name in PUBLIC if not re.search(rf"\b{name}\b", pages)] == []


def test_what_a_contract_is_told_is_described() -> None:
    assert set(rows(section(HOW_TO, "## Test it"))) == set(get_type_hints(RegionContract))


@pytest.mark.parametrize("name", PAGES)
def test_each_link_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[name]):
        page, _, anchor = target.partition("#")
        assert (page or name) in PAGES, target
        assert not anchor or anchor in anchors(PAGES[page or name]), target


def anchors(page: str) -> set[str]:
    """Return what links may lead to in a page."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# ------------------------------------------------------------------------------------------------ the code runs


@pytest.fixture(scope="module")
def pingan(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Write the plugin of the tutorial from the page, and install it."""
    folder, site = tmp_path_factory.mktemp("caserisk-pingan"), tmp_path_factory.mktemp("site")
    files = re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    install(folder, site)
    return {"folder": folder, "site": site}


def run(*arguments: str, site: Path) -> str:
    """Run Python in an environment in which the tutorial's plugin is installed."""
    environment = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_tutorials_plugin_answers_for_its_city(pingan: Mapping[str, Path]) -> None:
    script = """
from datetime import UTC, datetime
from caserisk.regulation import hooks
from caserisk.regulation.discovery import find_installed_plugins
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import build_registry

registry = build_registry(find_installed_plugins(), baseline=None)
county = Regulation(registry, "371721", datetime(2026, 1, 5, tzinfo=UTC), {})
gates = county.ask(hooks.caserisk_gates, county.facts())
print(*(layer.plugin.name for layer in county.layers))
print(*sorted(reason.rule for gate in gates if not gate.open for reason in gate.reasons))
print(*((rule.term, rule.reasons[0].plugin_version) for rule in county.ask(hooks.caserisk_terms, county.facts(), None)))
"""

    printed = run("-c", script, site=pingan["site"]).splitlines()

    assert printed == ["caserisk-pingan caserisk-shandong", "A-50 PIA-03 SD-07 SD-07 SD-15", "('P10BD', '1.0.0')"]


def test_the_tutorials_plugin_passes_its_own_tests(pingan: Mapping[str, Path]) -> None:
    folder = pingan["folder"]
    quiet = ("-q", "-p", "no:cacheprovider", "--rootdir", str(folder))

    printed = run("-m", "pytest", *quiet, str(folder / "tests"), site=pingan["site"])

    assert re.search(r"\b\d+ passed", printed)
    assert "skipped" not in printed


def examples() -> dict[str, Any]:
    """Return what the recipes define together, in the order of the page."""
    names: dict[str, Any] = {
        **PUBLIC,
        "Mapping": Mapping,
        "Sequence": Sequence,
        "replace": replace,
        "date": date,
        "datetime": datetime,
        "UTC": UTC,
    }
    for code in blocks(HOW_TO):
        exec(code, names)
    return names


class TestTheRecipes(RegionContract):
    """The recipes are a region like any other."""

    plugin = examples()["PLUGIN"]
    jurisdictions: ClassVar = ("371700",)
    source = HOW_TO

    def test_there_is_a_recipe_for_every_hook(self) -> None:
        """Check that each is asked and answers."""
        assert set(self._load()[0].hooks) == set(HOOKS)


class TestTheAmendment(RegionContract):
    """The recipe for a second edition is sound."""

    plugin = examples()["AMENDED"]
    jurisdictions: ClassVar = ("371700",)
    source = HOW_TO


class TestTheCounty(RegionContract):
    """The recipe for a county that changes one thing is sound."""

    plugin = examples()["COUNTY"]
    jurisdictions: ClassVar = ("371721",)
    above: ClassVar = {"371700": examples()["PLUGIN"]}
    source = HOW_TO

    def test_it_changes_one_term_and_keeps_the_rest(self) -> None:
        """Check the terms of both levels, and where each comes from."""
        county = self.regulation()
        scheme = county.ask(hooks.caserisk_level_scheme, county.facts())
        assert scheme is not None

        terms = {
            level.code: [
                (rule.term, rule.reasons[0].plugin) for rule in county.ask(hooks.caserisk_terms, county.facts(), level)
            ]
            for level in scheme.ranked
        }

        assert terms == {"level-1": [("P1M", "above-371700")], "level-2": [("P5BD", "region-under-test")]}

    def test_it_warns_of_the_graver_level_alone(self) -> None:
        """Check that the mildest level has no warning, and the other one what the city says."""
        county = self.regulation()
        scheme = county.ask(hooks.caserisk_level_scheme, county.facts())
        assert scheme is not None

        issuing = [county.ask(hooks.caserisk_issuing, county.facts(), level) for level in scheme.ranked]

        assert [(rule.warns, rule.reasons[0].plugin) for rule in issuing] == [
            (False, "region-under-test"),
            (True, "above-371700"),
        ]

    def regulation(self) -> Regulation:
        """Return the regulation of the county."""
        return Regulation(self._load()[1], "371721", datetime(2026, 1, 5, tzinfo=UTC), {})


class TestTheMarkedFunction(RegionContract):
    """The recipe for a module of marked functions is sound."""

    plugin = Plugin(
        api_version=API_VERSION,
        editions=(Edition(name="module", rules=SimpleNamespace(caserisk_gates=examples()["caserisk_gates"])),),
    )
    jurisdictions: ClassVar = ("371700",)
    source = HOW_TO


LATE = DeadlineFacts(
    kind=DeadlineKind.RESOLUTION,
    rule="PIA-10",
    starts_on=date(2026, 1, 5),
    due_on=date(2026, 1, 20),
    status=DeadlineStatus.OPEN,
    passed=True,
    of_warning=True,
)
NOTICE = SupervisionFacts(
    kind=SupervisionKind.SUPERVISION_NOTICE, status=SupervisionStatus.ISSUED, issued_at=None, of_warning=True
)
ON_RECORD = Facts(at=datetime(2026, 2, 24, 2, tzinfo=UTC), office="371700", calendar=WorkingDays(OfficialCalendar()))
"""The first working day after the Spring Festival of 2026."""


@pytest.mark.parametrize(
    ("deadline", "so_far", "asked_for"),
    [(LATE, (), "SUPERVISION_NOTICE"), (LATE, (NOTICE,), "CHIEF_LETTER"), (None, (NOTICE,), None)],
)
def test_the_example_asks_for_the_letter_the_second_time(
    deadline: DeadlineFacts | None, so_far: tuple[SupervisionFacts, ...], asked_for: str | None
) -> None:
    facts = replace(ON_RECORD, occasion=Occasion.DEADLINE_PASSED, deadline=deadline, supervisions=so_far)

    rules = examples()["supervision"](facts, Occasion.DEADLINE_PASSED)

    assert [rule.kind.name for rule in rules] == ([asked_for] if asked_for else [])


@pytest.mark.parametrize(("performed_on", "idle"), [(date(2026, 2, 2), True), (date(2026, 2, 3), False)])
def test_the_example_counts_working_days(performed_on: date, idle: bool) -> None:
    """Ten working days after the 2nd is Saturday the 14th, when offices work; after the 3rd, the 24th."""
    done = DispositionFacts(measure="mediation", performed_on=performed_on, of_warning=True)

    assert examples()["idle"](replace(ON_RECORD, dispositions=(done,))) is idle


@pytest.mark.parametrize(("parties", "told"), [(9, 1), (10, 2)])
def test_the_example_tells_of_a_case_of_many(parties: int, told: int) -> None:
    case = CaseFacts(
        number="1",
        cause="诈骗",
        stage="acceptance",
        opened_at=ON_RECORD.at,
        closed=False,
        level=None,
        petition_recorded=False,
        parties=parties,
    )

    rules = examples()["notices"](replace(ON_RECORD, case=case), Occasion.WARNING_ISSUED)

    assert len(rules) == told


def test_the_example_of_a_test_passes() -> None:
    examples()["test_no_next_stage_without_an_assessment"]()
