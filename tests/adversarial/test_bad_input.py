"""Bad input of every kind gives the error that is promised for it, in both languages, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import pytest_asyncio

from caserisk.commands.cases import RecordAct
from caserisk.commands.warnings import LiftWarning
from caserisk.domain.vocabulary import DepartmentFunction, GatedAct, Locale, Role
from tests.adversarial.attempts import Outcome, attempt, input_fields, is_in_language
from tests.adversarial.conftest import Country
from tests.adversarial.input_defects import CONFLICT, INVALID, NOT_FOUND, Defect, defects_of, ids_of, with_value_at
from tests.adversarial.mutation_setups import EXAMPLES, MUTATIONS, Input, MutationSetup, prepare_mutation
from tests.adversarial.stored_rows import row_counts
from tests.support import flows
from tests.support.world import StaffedOffice, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONED = [mutation for mutation in MUTATIONS if "expectedVersion" in input_fields(mutation)]
"""The mutations that take a version."""

SEE_BELOW = {Role.CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER, Role.RISK_OFFICER}
"""The roles that see the cases of subordinate offices, of those that the stages are played by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Somebody at the API of the city's office, who can do one thing next."""

    country: Country
    stage: MutationSetup

    @property
    def world(self) -> World:
        """Return the world it plays in."""
        return self.country.world

    @property
    def office(self) -> StaffedOffice:
        """Return the office of who acts."""
        return self.country.city

    async def tries(self, input: Any, locale: Locale = Locale.ZH) -> Outcome:
        """Try the mutation with some input."""
        client = self.country.api.of(self.office, self.stage.role, locale)
        return await attempt(client, self.stage.mutation, input)

    async def is_refused(self, defect: Defect, *locales: Locale) -> None:
        """Check that an input is refused as its defect says, in these languages, or in both."""
        for locale in locales or Locale:
            outcome = await self.tries(defect.input, locale)
            assert (defect.code, defect.at) in outcome.refusals, defect
            assert all(is_in_language(locale, message) for message in outcome.messages), (defect, outcome.messages)


async def scene_of(country: Country, mutation: str) -> Scene:
    """Prepare a mutation."""
    return Scene(country=country, stage=await prepare_mutation(country.world, country.city, mutation))


@pytest_asyncio.fixture(loop_scope="module")
async def scene(lasting_country: Country, mutation: str) -> AsyncIterator[Scene]:
    """Prepare a mutation; check after the test that nothing has changed, and that it can still be done."""
    scene = await scene_of(lasting_country, mutation)
    before = await row_counts(scene.world.store)
    yield scene
    assert await row_counts(scene.world.store) == before
    assert (await scene.tries(scene.stage.input)).done


# ------------------------------------------------------------------------------------------------ any mutation


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_every_field_refuses_what_is_no_value(scene: Scene) -> None:
    defects = list(defects_of(scene.stage.mutation, scene.stage.input))

    for defect, locale in zip(defects, cycle(Locale)):
        await scene.is_refused(defect, locale)

    assert len(defects) > 10


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_what_an_id_names_has_to_be_there(scene: Scene) -> None:
    for path, id in ids_of(scene.stage.input):
        nobody = with_value_at(scene.stage.input, path, f"{id.partition('_')[0]}_nowhere")

        await scene.is_refused(Defect(what="unknown", path=path, input=nobody, code=NOT_FOUND, at=_named(scene, path)))


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_what_an_id_names_is_of_the_same_office(there: MutationSetup, scene: Scene) -> None:
    """Of a county's cases only those who see them hear that they may not."""
    for path, id in ids_of(there.input):
        at, input = _named(scene, path), with_value_at(scene.stage.input, path, id)
        code = "FORBIDDEN" if not at and scene.stage.role in SEE_BELOW else NOT_FOUND
        await scene.is_refused(Defect(what="the county's", path=path, input=input, code=code, at=at))


@pytest_asyncio.fixture(loop_scope="module")
async def there(lasting_country: Country, mutation: str) -> MutationSetup:
    """Prepare the same in the county."""
    return await prepare_mutation(lasting_country.world, lasting_country.county, mutation)


def _named(scene: Scene, path: tuple[str, ...]) -> str:
    """Return the path that a refusal names; none where the subject of the input is not there."""
    about = next(iter(scene.stage.input))
    return "" if path == (about,) else ".".join(path)


@pytest.mark.parametrize("mutation", VERSIONED)
async def test_a_version_that_never_was_is_a_conflict(scene: Scene) -> None:
    for version in (-1, 0, 99, 2**31 - 1, -(2**31)):
        input = scene.stage.but(expectedVersion=version)

        await scene.is_refused(Defect(what="", path=(), input=input, code=CONFLICT, at="expectedVersion"))


# ------------------------------------------------------------------------------------------------ one of them alone


def _plan(scene: Scene, **changed: Any) -> Input:
    return scene.stage.but(plan={**scene.stage.input["plan"], **changed})


def _on(days: int) -> Callable[[Scene], str]:
    return lambda scene: (scene.world.now + timedelta(days=days)).date().isoformat()


def _at(**later: float) -> Callable[[Scene], str]:
    return lambda scene: (scene.world.now + timedelta(**later)).isoformat()


def _but(**changed: Any) -> Callable[[Scene], Input]:
    """Return the input with other values; one that depends on the scene is made there."""
    return lambda scene: scene.stage.but(
        **{name: value(scene) if callable(value) else value for name, value in changed.items()}
    )


def _without(name: str) -> Callable[[Scene], Input]:
    return lambda scene: {key: value for key, value in scene.stage.input.items() if key != name}


def _officer(role: Role) -> Callable[[Scene], str]:
    return lambda scene: scene.office.officer_id(role)


def _department(function: DepartmentFunction) -> Callable[[Scene], str]:
    return lambda scene: scene.office.department(function).id


_SECTION = {"key": "risks", "text": "内容"}
_ANSWER = {"factor": "party-reaction", "value": "none"}

REFUSED: dict[str, list[tuple[Callable[[Scene], Input], str, str]]] = {
    "openCase": [
        (_but(office="999999"), NOT_FOUND, "office"),
        (_but(office=""), NOT_FOUND, "office"),
        (_but(office="长" * 1000), NOT_FOUND, "office"),
        (_but(office="430200\0"), INVALID, "office"),
        (_but(office="\udfff"), INVALID, "office"),
        (_but(openedAt=_at(seconds=1)), INVALID, "openedAt"),
        (_but(stage="none-such"), INVALID, "stage"),
        (_but(handler=_officer(Role.CHIEF_PROCURATOR)), INVALID, "handler"),
        (_but(department=_department(DepartmentFunction.COMPLAINTS)), INVALID, "handler"),
        (_but(parties=[{"label": "甲", "role": "乙"}] * 501), INVALID, "parties"),
    ],
    "assignCase": [
        (_but(handler=_officer(Role.CHIEF_PROCURATOR)), INVALID, "handler"),
        (_but(department=_department(DepartmentFunction.COMPLAINTS)), INVALID, "handler"),
    ],
    "advanceCase": [
        (_but(toStage="follow-up"), INVALID, "toStage"),
        (_but(toStage="acceptance"), INVALID, "toStage"),
    ],
    "recordAct": [
        (_but(act="NEXT_STAGE"), INVALID, "act"),
        (_but(act="DISPOSITION_DECISION"), "GATE_CLOSED", ""),
    ],
    "recordPetition": [(_but(occurredAt=_at(seconds=1)), INVALID, "occurredAt")],
    "submitAssessment": [
        (_but(proposedLevel="red"), INVALID, "proposedLevel"),
        (_but(proposedLevel="level-5"), INVALID, "proposedLevel"),
        (_but(hasRisk=False), INVALID, "proposedLevel"),
        (_but(hasRisk=False, proposedLevel=None, overrideReason=None), INVALID, "overrideReason"),
        (_but(overrideReason=None), INVALID, "overrideReason"),
        (_but(overrideReason="\u200b"), INVALID, "overrideReason"),
        (_but(proposedLevel="level-2"), INVALID, "overrideReason"),
        (_but(answers=[]), INVALID, "overrideReason"),
        (_but(proposedLevel=None, answers=[_ANSWER]), INVALID, "proposedLevel"),
        (_but(answers=[{**_ANSWER, "factor": "none-such"}]), INVALID, "answers.0.factor"),
        (_but(answers=[_ANSWER, _ANSWER]), INVALID, "answers.1.factor"),
        (_but(answers=[{**_ANSWER, "value": "NaN"}]), INVALID, "answers.0.value"),
        (_but(plan=None), INVALID, "plan"),
        (lambda scene: _plan(scene, sections=[]), INVALID, "plan.sections"),
        (lambda scene: _plan(scene, sections=[{**_SECTION, "text": " \u3000"}]), INVALID, "plan.sections.0.text"),
        (lambda scene: _plan(scene, sections=[_SECTION, _SECTION]), INVALID, "plan.sections.1.key"),
        (lambda scene: _plan(scene, sections=[{**_SECTION, "key": "x"}]), INVALID, "plan.sections.0.key"),
        (lambda scene: _plan(scene, resolutionDueOn=_on(-1)(scene)), INVALID, "plan.resolutionDueOn"),
    ],
    "reviewAssessment": [
        (_but(level="orange"), INVALID, "level"),
        (_but(verdict="RETURNED"), INVALID, "level"),
    ],
    "adoptPlan": [
        (lambda scene: _plan(scene, sections=[]), INVALID, "plan.sections"),
        (lambda scene: _plan(scene, resolutionDueOn="1900-01-01"), INVALID, "plan.resolutionDueOn"),
    ],
    "recordDisposition": [
        (_but(measure="none-such"), INVALID, "measure"),
        (_but(performedAt=_at(seconds=1)), INVALID, "performedAt"),
        (_but(performedAt=_at(days=-1)), INVALID, "performedAt"),
        (_but(performedAt="1900-01-01T00:00:00+08:00"), INVALID, "performedAt"),
    ],
    "resolveWarning": [(_but(attestations=[{"key": "none-such"}]), INVALID, "attestations.0.key")],
    "superviseWarning": [
        (_but(newLimit=_on(-1)), INVALID, "newLimit"),
        (_but(newLimit="2999-12-31"), INVALID, "newLimit"),
        (_but(replyDueAt=_at()), INVALID, "replyDueAt"),
        (_but(leader=None), INVALID, "leader"),
        (_but(leader=_officer(Role.CASE_HANDLER)), INVALID, "leader"),
        (_but(kind="CHIEF_LETTER"), INVALID, "kind"),
        (_but(kind="CHIEF_LETTER", supervision=None, newLimit=None), INVALID, "newLimit"),
    ],
}
"""What a mutation refuses beyond the form of its values: how the input is made, the code, and where."""


@pytest.mark.parametrize("mutation", REFUSED)
async def test_what_a_value_says_has_to_make_sense(scene: Scene) -> None:
    for number, (made, code, at) in enumerate(REFUSED[scene.stage.mutation]):
        await scene.is_refused(Defect(what=f"row {number}", path=(), input=made(scene), code=code, at=at))


async def test_an_office_that_is_not_shown_is_not_found(lasting_country: Country) -> None:
    scene = await scene_of(lasting_country, "openCase")

    outcome = await scene.tries(scene.stage.but(office=lasting_country.elsewhere.code))

    assert outcome.refusals == [(NOT_FOUND, "office")]


# ------------------------------------------------------------------------------------------------ the wrong state

ONCE = [mutation for mutation, example in EXAMPLES.items() if example.again]
"""What is done once with an input. Acts, petitions, plans and dispositions may be many."""


@pytest.mark.parametrize("mutation", ONCE)
async def test_what_was_done_is_not_done_again(lasting_country: Country, mutation: str) -> None:
    scene = await scene_of(lasting_country, mutation)
    assert (await scene.tries(scene.stage.input)).done
    before = await row_counts(scene.world.store)

    again = await scene.tries(scene.stage.input)

    assert again.refusals == [EXAMPLES[mutation].again]
    assert await row_counts(scene.world.store) == before


async def test_a_notice_is_read_once(lasting_country: Country) -> None:
    scene = await scene_of(lasting_country, "markNoticeRead")
    first = await scene.tries(scene.stage.input)
    before = await row_counts(scene.world.store)

    again = await scene.tries(scene.stage.input)

    assert first.done
    assert again.payload == first.payload
    assert await row_counts(scene.world.store) == before


@pytest.mark.parametrize("mutation", ["assignCase", "advanceCase", "recordAct", "submitAssessment"])
async def test_nothing_more_is_done_in_a_concluded_case(lasting_country: Country, mutation: str) -> None:
    scene = await scene_of(lasting_country, mutation)
    assert scene.stage.case
    await flows.submit(scene.world, scene.office, scene.stage.case, level=None)
    conclusion = RecordAct(case=scene.stage.case, act=GatedAct.CONCLUSION, description="办结")
    await scene.world.do(conclusion, scene.office.viewer(Role.CASE_HANDLER))
    before = await row_counts(scene.world.store)

    late = await scene.tries(scene.stage.input)

    assert late.codes == {"WRONG_STATE"}
    assert await row_counts(scene.world.store) == before


OF_WARNINGS = (
    "acknowledgeWarning",
    "adoptPlan",
    "recordDisposition",
    "resolveWarning",
    "liftWarning",
    "superviseWarning",
)


@pytest.mark.parametrize("mutation", OF_WARNINGS)
async def test_nothing_more_is_done_to_a_lifted_warning(lasting_country: Country, mutation: str) -> None:
    scene = await scene_of(lasting_country, mutation)
    lifting = LiftWarning(warning=scene.stage.input["warning"], reason="风险消除")
    await scene.world.do(lifting, scene.office.viewer(Role.EXPERT_COMMITTEE))
    before = await row_counts(scene.world.store)

    late = await scene.tries(scene.stage.input)

    assert late.codes == {"WRONG_STATE"}
    assert await row_counts(scene.world.store) == before


async def test_nothing_is_done_to_a_warning_too_early(lasting_country: Country) -> None:
    """One that nobody has received is not disposed of, resolved, filed or archived."""
    api, office = lasting_country.api, lasting_country.city
    warned = await flows.warn_in_zhuzhou(api.world, office)
    handler, hub = api.of(office, Role.CASE_HANDLER), api.of(office, Role.COMPLAINTS_OFFICER)
    before = await row_counts(api.world.store)

    outcomes = [
        await attempt(handler, "adoptPlan", {"warning": warned.warning, "plan": SCHEME}),
        await attempt(handler, "recordDisposition", explained(warned)),
        await attempt(handler, "resolveWarning", {"warning": warned.warning, "outcome": "SETTLED"}),
        await attempt(handler, "fileWarning", {"warning": warned.warning, "report": "报告"}),
        await attempt(hub, "archiveWarning", {"warning": warned.warning}),
    ]

    assert [outcome.refusals for outcome in outcomes] == [[("WRONG_STATE", "")]] * 5
    assert await row_counts(api.world.store) == before


async def test_a_closed_gate_names_its_rule(lasting_country: Country) -> None:
    """ZHU-13: nothing is done before a scheme is adopted."""
    api, office = lasting_country.api, lasting_country.city
    warned = await flows.receive_in_zhuzhou(api.world, office)
    before = await row_counts(api.world.store)

    outcome = await attempt(api.of(office, Role.CASE_HANDLER), "recordDisposition", explained(warned))

    assert outcome.codes == {"GATE_CLOSED"}
    assert outcome.payload
    assert "ZHU-13" in {reason["rule"] for reason in outcome.payload["errors"][0]["reasons"]}
    assert await row_counts(api.world.store) == before


SCHEME = {"sections": [{"key": section.key, "text": section.text} for section in flows.SCHEME.sections]}


def explained(warned: flows.Warned) -> Input:
    """Return a disposition: an explanation given to the parties."""
    return {"case": warned.case, "warning": warned.warning, "measure": "explanation", "description": "释法说理"}
