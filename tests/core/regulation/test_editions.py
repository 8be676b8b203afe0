"""A decision takes the edition in force on its day; a running review keeps the chain it started with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from caserisk.commands.assessments import ReviewAssessment
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import AssessmentStatus, ErrorCode, Verdict
from caserisk.plugin import API_VERSION, DeadlineKind, Edition, Plugin, ReviewStep, Role, Stage, TermRule, Text
from caserisk.regulation import hooks
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import (
    BASELINE,
    CITY,
    COUNTY,
    PROVINCE,
    REASON,
    beside_the_others,
    plugin,
    refusal,
    region,
    regulation,
    rules,
)
from tests.support.flows import submit
from tests.support.world import World

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
FIRST_MOMENT = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""Midnight in every office: the first of July begins."""


def step(role: Role) -> ReviewStep:
    """Make a step that sets the level."""
    return ReviewStep(key=role.value, label=Text("审批", "review"), role=role, decides_level=True, reasons=(REASON,))


def term(written: str) -> TermRule:
    """Make a term."""
    label = Text("期限", "term")
    return TermRule(kind=DeadlineKind.PLAN, rule="MUP-01", label=label, term=written, reasons=(REASON,))


def stages() -> list[Stage]:
    """State the one stage there is since July."""
    return [Stage(key="only", label=Text("办理", "handling"))]


def of_two_editions() -> InstalledPlugin:
    """Make a city whose chain and terms change in July; which stages there are it says only since then."""
    first = rules(review_steps=lambda: [step(Role.DEPARTMENT_HEAD)], terms=lambda: [term("P5BD")])
    second = rules(review_steps=lambda: [step(Role.CHIEF_PROCURATOR)], terms=lambda: [term("P3BD")], stages=stages)
    editions = (
        Edition(name="july", rules=second, in_force_from=SECOND),  # listed first: their order does not matter
        Edition(name="january", rules=first, in_force_from=FIRST),
    )
    return plugin(CITY, declared=Plugin(api_version=API_VERSION, editions=editions))


def terms(asked: Regulation) -> list[str]:
    """Return the terms in force."""
    return [rule.term for rule in asked.ask(hooks.caserisk_terms, asked.facts(), None)]


def test_the_edition_in_force_answers() -> None:
    registry = build_registry([of_two_editions()], baseline=BASELINE)

    last_day = regulation(registry, at=FIRST_MOMENT - timedelta(seconds=1))
    first_day = regulation(registry, at=FIRST_MOMENT)

    assert (last_day.edition, terms(last_day)) == ("january", ["P5BD"])
    assert (first_day.edition, terms(first_day)) == ("july", ["P3BD"])


def test_a_hook_of_one_edition_is_inherited_in_another() -> None:
    registry = beside_the_others(of_two_editions())

    january, july = regulation(registry), regulation(registry, at=FIRST_MOMENT)

    assert [stage.key for stage in january.ask(hooks.caserisk_stages, january.facts())][:2] == [
        "acceptance",
        "examination",
    ]
    assert [stage.key for stage in july.ask(hooks.caserisk_stages, july.facts())] == ["only"]


def test_before_its_first_edition_nothing_is_decided() -> None:
    registry = build_registry([of_two_editions()], baseline=BASELINE)

    for office in (CITY, COUNTY):
        with pytest.raises(Refused, match="no regulation is in force") as refused:
            regulation(registry, office, at=datetime(2025, 12, 31, tzinfo=UTC))
        assert refused.value.problems[0].code is ErrorCode.NO_REGULATION


def test_a_province_not_yet_in_force_is_left_out() -> None:
    later = Plugin(
        api_version=API_VERSION,
        editions=(Edition(name="later", rules=rules(terms=lambda: [term("P9BD")]), in_force_from=SECOND),),
    )
    registry = build_registry(
        [region(CITY, gates=lambda: ()), plugin(PROVINCE, declared=later, name="province")], baseline=BASELINE
    )

    january, july = regulation(registry), regulation(registry, at=FIRST_MOMENT)

    assert [layer.plugin.name for layer in january.layers] == ["made-up", "baseline"]
    assert terms(july) == ["P9BD"]


def of_july(*codes: str, name: str) -> InstalledPlugin:
    """Make a plugin whose first edition comes into force in July."""
    edition = Edition(name="later", rules=rules(terms=lambda: [term("P9BD")]), in_force_from=SECOND)
    return plugin(*codes, declared=Plugin(api_version=API_VERSION, editions=(edition,)), name=name)


def test_a_county_not_yet_in_force_is_decided_for_by_its_city() -> None:
    city = region(CITY, name="of-the-city", terms=lambda: [term("P5BD")])
    registry = build_registry([of_july(COUNTY, name="of-the-county"), city], baseline=BASELINE)

    january, july = regulation(registry, COUNTY), regulation(registry, COUNTY, at=FIRST_MOMENT)

    assert ([layer.plugin.name for layer in january.layers], terms(january)) == (["of-the-city", "baseline"], ["P5BD"])
    assert [layer.plugin.name for layer in july.layers] == ["of-the-county", "of-the-city", "baseline"]
    assert terms(july) == ["P9BD"]


def test_where_no_layer_is_in_force_yet_the_core_does_not_step_in() -> None:
    later = [of_july(COUNTY, name="of-the-county"), of_july(CITY, name="of-the-city")]
    registry = build_registry(later, baseline=BASELINE)

    with pytest.raises(Refused) as refused:
        regulation(registry, COUNTY)

    assert refused.value.problems[0].code is ErrorCode.NO_REGULATION


def test_an_office_nobody_regulates_has_the_baseline() -> None:
    with_baseline = build_registry([], baseline=BASELINE)
    without = build_registry([], baseline=None)

    assert regulation(with_baseline, "650100").edition == "baseline"
    with pytest.raises(Refused, match="install its plugin or turn the baseline on") as refused:
        regulation(without, "650100")
    assert refused.value.problems[0].code is ErrorCode.NO_REGULATION
    assert "检察院「650100」当日没有可适用的办法" in refused.value.problems[0].message_for(str).zh


def test_without_a_baseline_a_region_still_decides() -> None:
    registry = build_registry([of_two_editions()], baseline=None)
    city = regulation(registry)

    assert terms(city) == ["P5BD"]
    assert city.ask(hooks.caserisk_level_scheme, city.facts()) is None


# ------------------------------------------------------------------------------------------------ on the runner


async def test_without_a_regulation_no_case_is_opened(database: str) -> None:
    async with World(database, registry=build_registry([of_two_editions()], baseline=None)) as world:
        world.now = datetime(2025, 12, 1, tzinfo=UTC)
        unregulated, not_yet = await world.office("650100"), await world.office(CITY)
        end = await world.store.end_of_log()

        for office in (unregulated, not_yet):
            problem = await refusal(world.open_case(office))
            assert problem.code is ErrorCode.NO_REGULATION

        assert await world.store.end_of_log() == end


async def test_a_running_review_keeps_its_chain(database: str) -> None:
    async with World(database, registry=beside_the_others(of_two_editions())) as world:
        city = await world.office(CITY)
        world.now = FIRST_MOMENT - timedelta(hours=6)
        early, late = await world.open_case(city), await world.open_case(city)
        first = await submit(world, city, early, level="orange")

        world.now = FIRST_MOMENT + timedelta(hours=6)
        second = await submit(world, city, late, level="orange")
        await world.do(ReviewAssessment(assessment=first, verdict=Verdict.APPROVED), city.viewer(Role.DEPARTMENT_HEAD))

        assert await status(world, early, first) is AssessmentStatus.CONFIRMED
        assert await status(world, late, second) is AssessmentStatus.IN_REVIEW
        chief = city.viewer(Role.CHIEF_PROCURATOR)
        await world.do(ReviewAssessment(assessment=second, verdict=Verdict.APPROVED), chief)
        assert await status(world, late, second) is AssessmentStatus.CONFIRMED


async def status(world: World, case: str, assessment: str) -> AssessmentStatus:
    """Return where an assessment stands."""
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    return loaded.file.assessments[assessment].status
