"""A made-up city under Shandong works by installing its distribution; nothing of the core is changed for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from caserisk.commands.assessments import ReviewAssessment
from caserisk.commands.cases import AdvanceCase
from caserisk.commands.warnings import AttestationDraft, IssueWarning, RecordDisposition, ResolveWarning
from caserisk.domain.casefile import CaseFile
from caserisk.domain.vocabulary import (
    ClosureOutcome,
    DeadlineKind,
    DeadlineStatus,
    ErrorCode,
    GatedAct,
    Role,
    Verdict,
)
from caserisk.plugin import Occasion
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from tests.core.regulation.made_up import CITY, COUNTY, PROVINCE, loaded, refusal, regulation
from tests.regions.installing import YANGLI
from tests.support.flows import submit
from tests.support.world import ZHUZHOU, StaffedOffice, World, all_regions

CHAIN = (Role.DEPARTMENT_HEAD, Role.CHIEF_PROCURATOR)
JULY = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""The first of July begins in every office: the later edition comes into force."""

pytestmark = pytest.mark.usefixtures("yangli")


def city(*, at: datetime = datetime(2026, 1, 5, 2, tzinfo=UTC), office: str = CITY, **chosen: str) -> Regulation:
    """Return the regulation of the city, as installed."""
    return regulation(all_regions(), office, at=at, **chosen)


# ------------------------------------------------------------------------------------------------ installed


def test_the_installed_city_is_found() -> None:
    found = loaded(all_regions(), "caserisk-yangli")

    assert (found.version, found.jurisdictions, found.problem) == ("2.1.0", (CITY,), None)
    assert found.hooks == (
        "caserisk_closing_conditions",
        "caserisk_gates",
        "caserisk_level_scheme",
        "caserisk_measures",
        "caserisk_review_steps",
        "caserisk_terms",
    )


def test_another_process_finds_it_too(yangli: Path) -> None:
    script = (
        "from caserisk.regulation.discovery import find_installed_plugins\n"
        "plugins = find_installed_plugins()\n"
        "print(*(plugin.name for plugin in plugins), plugins[2].load().editions[1].name)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(yangli)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert printed.split() == ["caserisk-huizhou", "caserisk-shandong", "caserisk-yangli", "caserisk-zhuzhou", "2026"]


def test_nothing_of_the_core_knows_the_city() -> None:
    core = YANGLI.parents[2]
    sources = [*(core / "core").rglob("*.py"), *(core / "schema").rglob("*.py"), *(core / "plugins").rglob("*.py")]

    assert [path for path in sources if "yangli" in path.read_text("utf-8")] == []


# ------------------------------------------------------------------------------------------------ layer by layer


@pytest.mark.parametrize("office", [CITY, COUNTY])
def test_city_province_and_core_answer_in_turn(office: str) -> None:
    layers = city(office=office).layers

    assert [layer.plugin.name for layer in layers] == ["caserisk-yangli", "caserisk-shandong", "baseline"]


@pytest.mark.parametrize("office", [CITY, COUNTY])
def test_it_answers_what_its_regulation_states(office: str) -> None:
    asked = city(office=office)
    facts = asked.facts()

    scheme = asked.ask(hooks.caserisk_level_scheme, facts)
    steps = asked.ask(hooks.caserisk_review_steps, facts, has_risk=True, level=None)

    assert scheme is not None
    assert [(level.code, level.rank) for level in scheme.ranked] == [(f"level-{rank}", rank) for rank in range(1, 6)]
    assert [(step.role, step.term, step.decides_level) for step in steps] == [
        (Role.DEPARTMENT_HEAD, "P3BD", False),
        (Role.CHIEF_PROCURATOR, None, True),
    ]
    assert [item.key for item in asked.ask(hooks.caserisk_closing_conditions, facts, scheme.ranked[0])] == [
        "visited",
        "reported",
    ]


def test_its_measure_stands_beside_the_cores_own() -> None:
    measures = [measure.key for measure in city().ask(hooks.caserisk_measures, city().facts())]

    assert measures[-1] == "home-visit"
    assert "mediation" in measures


def test_its_gate_stands_beside_shandongs() -> None:
    gates = {gate.act: gate for gate in city().ask(hooks.caserisk_gates, city().facts())}

    closed = {act: [reason.rule for reason in gate.reasons] for act, gate in gates.items() if not gate.open}
    assert closed == {
        GatedAct.NEXT_STAGE: ["YLI-10"],
        GatedAct.DISPOSITION_DECISION: ["SD-07"],
        GatedAct.COMPULSORY_MEASURE: ["SD-07"],
        GatedAct.CONCLUSION: ["SD-15", "A-50"],
    }


def test_what_it_does_not_state_is_shandongs() -> None:
    asked, province = city(), regulation(all_regions(), PROVINCE)
    facts = asked.facts()

    assert asked.ask(hooks.caserisk_factors, facts) == province.ask(hooks.caserisk_factors, facts)
    assert asked.ask(hooks.caserisk_issuing, facts, None) == province.ask(hooks.caserisk_issuing, facts, None)
    assert asked.ask(hooks.caserisk_responsibility, facts, None) == province.ask(
        hooks.caserisk_responsibility, facts, None
    )
    for occasion in Occasion:
        assert asked.ask(hooks.caserisk_notices, facts, occasion, None) == province.ask(
            hooks.caserisk_notices, facts, occasion, None
        )


def test_what_nobody_states_is_the_cores() -> None:
    asked, unregulated = city(), regulation(all_regions(), "650100")
    facts = asked.facts()

    assert asked.ask(hooks.caserisk_stages, facts) == unregulated.ask(hooks.caserisk_stages, facts)
    assert asked.ask(hooks.caserisk_supervision, facts, Occasion.DEADLINE_PASSED, None) == ()


def test_each_reason_names_the_layer_that_gave_it() -> None:
    asked = city()
    facts = asked.facts()

    own = asked.ask(hooks.caserisk_closing_conditions, facts, None)[0].reasons[0]
    inherited = asked.ask(hooks.caserisk_issuing, facts, None).reasons[0]

    assert (own.rule, own.plugin, own.plugin_version) == ("YLI-09", "caserisk-yangli", "2.1.0")
    assert (inherited.rule, inherited.plugin, inherited.plugin_version) == ("SD-11", "caserisk-shandong", "1.0.0")


def test_its_province_and_other_regions_do_not_change() -> None:
    for office in (PROVINCE, "370200", ZHUZHOU):
        assert "caserisk-yangli" not in [layer.plugin.name for layer in city(office=office).layers]


# ------------------------------------------------------------------------------------------------ editions and options


def resolution(asked: Regulation, code: str) -> str:
    """Return the term of a level within which a warning is resolved."""
    facts = asked.facts()
    scheme = asked.ask(hooks.caserisk_level_scheme, facts)
    assert scheme is not None
    rules = asked.ask(hooks.caserisk_terms, facts, scheme.level(code))
    return next(rule.term for rule in rules if rule.kind is DeadlineKind.RESOLUTION)


def test_graver_risks_are_resolved_sooner_since_july() -> None:
    june, july = city(at=JULY - timedelta(seconds=1)), city(at=JULY)

    assert (june.edition, july.edition) == ("2012", "2026")
    assert (resolution(june, "level-2"), resolution(june, "level-3")) == ("P20BD", "P10BD")
    assert (resolution(july, "level-2"), resolution(july, "level-3")) == ("P20BD", "P7BD")


def test_an_office_may_review_within_five_days() -> None:
    default, chosen = city(), city(review_within="five")

    assert default.ask(hooks.caserisk_review_steps, default.facts(), has_risk=True, level=None)[0].term == "P3BD"
    assert chosen.ask(hooks.caserisk_review_steps, chosen.facts(), has_risk=True, level=None)[0].term == "P5BD"


# ------------------------------------------------------------------------------------------------ a case of it


@pytest.fixture
async def world(database: str, yangli: Path) -> AsyncIterator[World]:
    """Return a world in which the city is installed."""
    async with World(database, registry=all_regions()) as world:
        yield world


@pytest.fixture
async def county(world: World) -> StaffedOffice:
    """Return the office of a county of the city."""
    return await world.office(COUNTY)


async def read(world: World, case: str) -> CaseFile:
    """Return the file of a case."""
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    return loaded.file


async def warned(world: World, county: StaffedOffice, level: str) -> tuple[str, str]:
    """Take a case of the county to its warning; return its id and the warning's."""
    case = await world.open_case(county)
    assessment = await submit(world, county, case, level=level)
    for role in CHAIN:
        await world.do(ReviewAssessment(assessment=assessment, verdict=Verdict.APPROVED), county.viewer(role))
    issued = (await world.do(IssueWarning(case=case), county.viewer(Role.DEPARTMENT_HEAD))).warning
    assert issued is not None
    return case, issued


async def test_a_review_is_due_within_its_term(world: World, county: StaffedOffice) -> None:
    case = await world.open_case(county)
    assessment = await submit(world, county, case, level="level-4")

    due_at = (await read(world, case)).assessments[assessment].next_review_due_at

    assert due_at == datetime(2026, 1, 8, 16, tzinfo=UTC)  # Monday the 5th; the 8th is the last day in time

    first = ReviewAssessment(assessment=assessment, verdict=Verdict.APPROVED)
    await world.do(first, county.viewer(Role.DEPARTMENT_HEAD))
    assert (await read(world, case)).assessments[assessment].next_review_due_at is None


async def test_a_choice_counts_from_the_next_assessment(world: World, county: StaffedOffice) -> None:
    early, late = await world.open_case(county), await world.open_case(county)
    first = await submit(world, county, early, level="level-4")
    await world.registrar.option(COUNTY, "review_within", "five")
    second = await submit(world, county, late, level="level-4")

    assert (await read(world, early)).assessments[first].steps[0].term == "P3BD"
    assert (await read(world, late)).assessments[second].steps[0].term == "P5BD"


async def test_its_gate_holds_a_case_back(world: World, county: StaffedOffice) -> None:
    case = await world.open_case(county)
    advance = AdvanceCase(case=case, to_stage="examination")

    problem = await refusal(world.do(advance, county.viewer(Role.CASE_HANDLER)))

    assert problem.code is ErrorCode.GATE_CLOSED
    assert [reason.rule for reason in problem.reasons] == ["YLI-10"]

    assessment = await submit(world, county, case, level=None)
    for role in CHAIN:
        await world.do(ReviewAssessment(assessment=assessment, verdict=Verdict.APPROVED), county.viewer(role))
    await world.do(advance, county.viewer(Role.CASE_HANDLER))


async def test_its_terms_run_in_the_edition_of_the_day(world: World, county: StaffedOffice) -> None:
    before, _ = await warned(world, county, "level-4")
    world.now = JULY + timedelta(hours=2)
    after, _ = await warned(world, county, "level-4")

    assert terms(await read(world, before)) == {
        DeadlineKind.ACKNOWLEDGEMENT: ("P1BD", date(2026, 1, 6), DeadlineStatus.MET),
        DeadlineKind.PLAN: ("P5BD", date(2026, 1, 12), DeadlineStatus.OPEN),
        DeadlineKind.RESOLUTION: ("P10BD", date(2026, 1, 19), DeadlineStatus.OPEN),
    }
    assert terms(await read(world, after))[DeadlineKind.RESOLUTION] == ("P7BD", date(2026, 7, 10), DeadlineStatus.OPEN)


def terms(file: CaseFile) -> dict[DeadlineKind, tuple[str, date, DeadlineStatus]]:
    """Term, last day and status of the deadlines of a case."""
    return {item.kind: (item.term, item.due_on, item.status) for item in file.deadlines.values()}


async def test_its_conditions_are_attested_at_the_end(world: World, county: StaffedOffice) -> None:
    case, warning = await warned(world, county, "level-5")
    handler = county.viewer(Role.CASE_HANDLER)
    visit = RecordDisposition(case=case, warning=warning, measure="home-visit", description="上门走访")
    await world.do(visit, handler)

    problem = await refusal(world.do(ResolveWarning(warning=warning, outcome=ClosureOutcome.SETTLED), handler))
    assert "须确认「已回访当事人」(visited)" in problem.message_for(str).zh

    attestations = (AttestationDraft(key="visited"), AttestationDraft(key="reported"))
    resolve = ResolveWarning(warning=warning, outcome=ClosureOutcome.SETTLED, attestations=attestations)
    await world.do(resolve, handler)
    closure = (await read(world, case)).warnings[warning].closure
    assert closure is not None
    assert [attestation.key for attestation in closure.attestations] == ["visited", "reported"]
