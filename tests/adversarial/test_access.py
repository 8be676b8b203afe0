"""Who may do what: the whole table, every command and every role, and officers of other offices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caserisk.commands.cases import AssignCase
from caserisk.commands.warnings import AdoptPlan
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import DepartmentFunction, Role, SupervisionKind
from tests.adversarial.attempts import attempt
from tests.adversarial.conftest import Country
from tests.adversarial.mutation_setups import EXAMPLES, MUTATIONS, MutationSetup, prepare_mutation
from tests.adversarial.stored_rows import row_counts
from tests.support import flows

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    # Who may do what is decided before anything is written, whatever the database.
    pytest.mark.parametrize("lasting_database", ["sqlite"], indirect=True, scope="module"),
]

UNDERTAKING = {Role.CASE_HANDLER, Role.DEPARTMENT_HEAD}

SEE_THE_CASE = UNDERTAKING | {
    Role.LEADER_IN_CHARGE,
    Role.CASE_MANAGER,
    Role.COMPLAINTS_OFFICER,
    Role.RISK_OFFICER,
    Role.CHIEF_PROCURATOR,
    Role.DEPUTY_CHIEF_PROCURATOR,
    Role.EXPERT_COMMITTEE,
    Role.LEADING_GROUP,
    Role.LEADING_GROUP_OFFICE,
    Role.INTEGRATOR,
}
"""Who sees such a case. The rest are told that there is none."""

SUPERVISION_ISSUERS: dict[SupervisionKind, set[Role]] = {
    SupervisionKind.TRACKING_FORM: {Role.COMPLAINTS_OFFICER},
    SupervisionKind.SUPERVISION_NOTICE: {Role.COMPLAINTS_OFFICER},
    SupervisionKind.CHIEF_LETTER: {Role.CHIEF_PROCURATOR},
    SupervisionKind.SPECIAL_GROUP: {Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR},
}
"""Who issues a supervision of each kind: the hub, the chief (ZHU-18), the chief and deputies (ZHU-19)."""

SEE_BELOW = {Role.CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER, Role.RISK_OFFICER, Role.INTEGRATOR}
"""Who sees the cases of subordinate offices."""

SEE_OFFICES_BELOW = SEE_BELOW | {Role.ADMINISTRATOR}
"""Who sees the subordinate offices themselves."""


# ------------------------------------------------------------------------------------------------ every role


async def outcome_for(country: Country, viewer: Viewer, stage: MutationSetup) -> str:
    """Return what comes of an attempt by somebody: done, or the code of the refusal."""
    outcome = await attempt(country.api.client(viewer), stage.mutation, stage.input)
    if outcome.done:
        return "done"
    [(code, _)] = outcome.refusals
    return code


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_the_table_holds_for_every_role(lasting_country: Country, mutation: str) -> None:
    country, sees = lasting_country, set(Role) if mutation == "openCase" else SEE_THE_CASE
    stage = await prepare_mutation(country.world, country.city, mutation)

    for role in Role:
        before = await row_counts(country.world.store)
        outcome = await outcome_for(country, country.city.viewer(role), stage)

        if role in EXAMPLES[mutation].may:
            assert outcome == "done", role
            stage = await prepare_mutation(country.world, country.city, mutation)
        else:
            assert outcome == ("FORBIDDEN" if role in sees else "NOT_FOUND"), role
            assert await row_counts(country.world.store) == before


@pytest.mark.parametrize("kind", SupervisionKind, ids=str)
async def test_each_supervision_is_issued_by_its_own(lasting_country: Country, kind: SupervisionKind) -> None:
    country, may = lasting_country, SUPERVISION_ISSUERS[kind]
    stage = await prepare_mutation(country.world, country.city, "superviseWarning")
    # A new limit is set once, by the letter; the others would be refused a second one before that is late.
    limit = stage.input["newLimit"] if kind is SupervisionKind.CHIEF_LETTER else None
    stage = replace(stage, input=stage.but(kind=str(kind), supervision=None, newLimit=limit))

    outcomes = {role: await outcome_for(country, country.city.viewer(role), stage) for role in SEE_THE_CASE}

    assert {role for role, outcome in outcomes.items() if outcome == "done"} == may
    assert {outcomes[role] for role in SEE_THE_CASE - may} == {"FORBIDDEN"}


async def test_who_leads_a_warning_records_what_was_done(lasting_country: Country) -> None:
    """ZHU-19: of a red warning the chief procurator and the deputies take charge."""
    country, world = lasting_country, lasting_country.world
    warned = await flows.receive_in_zhuzhou(world, country.city, level="level-4")
    await world.do(AdoptPlan(warning=warned.warning, plan=flows.SCHEME), country.city.viewer(Role.CASE_HANDLER))
    input = {"case": warned.case, "warning": warned.warning, "measure": "leader-charge", "description": "领导包案"}
    stage = MutationSetup(mutation="recordDisposition", role=Role.CASE_HANDLER, input=input)
    may = UNDERTAKING | {Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR}

    outcomes = {role: await outcome_for(country, country.city.viewer(role), stage) for role in SEE_THE_CASE}

    assert {role for role, outcome in outcomes.items() if outcome == "done"} == may
    assert {outcomes[role] for role in SEE_THE_CASE - may} == {"FORBIDDEN"}


@pytest.mark.parametrize("turn", range(3))
async def test_each_step_is_reviewed_by_its_own(lasting_country: Country, turn: int) -> None:
    country, chain = lasting_country, [*flows.HEAD_AND_LEADER, Role.EXPERT_COMMITTEE]
    role = chain[turn]
    case = await country.world.open_case(country.city)
    assessment = await flows.submit(country.world, country.city, case, level="level-2")
    await flows.review(country.world, country.city, assessment, *chain[:turn])
    input = {"assessment": assessment, "verdict": "APPROVED"}
    stage = MutationSetup(mutation="reviewAssessment", role=role, input=input)

    others = {await outcome_for(country, country.city.viewer(other), stage) for other in SEE_THE_CASE - {role}}

    assert others == {"FORBIDDEN"}
    assert await outcome_for(country, country.city.viewer(role), stage) == "done"


# ------------------------------------------------------------------------------------------------ other offices


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_superior_office_does_nothing_below(lasting_country: Country, mutation: str) -> None:
    """Some of it see what there is, and hear that they may not."""
    country, sees = lasting_country, SEE_OFFICES_BELOW if mutation == "openCase" else SEE_BELOW
    stage = await prepare_mutation(country.world, country.county, mutation)
    before = await row_counts(country.world.store)

    outcomes = {role: await outcome_for(country, country.city.viewer(role), stage) for role in Role}

    assert outcomes == {role: "FORBIDDEN" if role in sees else "NOT_FOUND" for role in Role}
    assert await row_counts(country.world.store) == before


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_other_offices_find_nothing(lasting_country: Country, mutation: str) -> None:
    """That there is an office above them those below it know."""
    country = lasting_country
    stage = await prepare_mutation(country.world, country.city, mutation)
    before = await row_counts(country.world.store)

    below = {await outcome_for(country, country.county.viewer(role), stage) for role in Role}
    elsewhere = {await outcome_for(country, country.elsewhere.viewer(role), stage) for role in Role}

    assert below == {"FORBIDDEN" if mutation == "openCase" else "NOT_FOUND"}
    assert elsewhere == {"NOT_FOUND"}
    assert await row_counts(country.world.store) == before


# ------------------------------------------------------------------------------------------------ colleagues


async def colleague(country: Country, function: DepartmentFunction, *roles: Role, leads: bool = False) -> Viewer:
    """Register another officer of the city, in the department of a function, who may be its leader in charge."""
    registrar, department = country.world.registrar, country.city.department(function)
    officer = await registrar.officer(country.city.office, "同事", roles, department_id=department.id)
    led = frozenset({department.id}) if leads else frozenset()
    return Viewer(officer=officer, office=country.city.office, led_department_ids=led)


BUSINESS, COMPLAINTS = DepartmentFunction.BUSINESS, DepartmentFunction.COMPLAINTS
ALL_IN_ONE = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.LEADING_GROUP)


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_the_wrong_department_may_nothing(lasting_country: Country, mutation: str) -> None:
    """Not another handler, not another department's head or leader; one who sees it all hears that they may not."""
    country = lasting_country
    stage = await prepare_mutation(country.world, country.city, mutation)
    unseen = "FORBIDDEN" if mutation == "openCase" else "NOT_FOUND"
    expected = {
        await colleague(country, COMPLAINTS, Role.CASE_HANDLER): unseen,
        await colleague(country, COMPLAINTS, Role.DEPARTMENT_HEAD): unseen,
        await colleague(country, COMPLAINTS, Role.LEADER_IN_CHARGE, leads=True): unseen,
        await colleague(country, COMPLAINTS, *ALL_IN_ONE, leads=True): "FORBIDDEN",
    }
    if mutation != "markNoticeRead":  # which is for all of the department
        expected[await colleague(country, BUSINESS, Role.CASE_HANDLER)] = unseen
    before = await row_counts(country.world.store)

    outcomes = {viewer: await outcome_for(country, viewer, stage) for viewer in expected}

    assert outcomes == expected
    assert await row_counts(country.world.store) == before


async def test_nobody_reviews_what_they_submitted(lasting_country: Country) -> None:
    """Not even as head of the department."""
    country = lasting_country
    both = await colleague(country, BUSINESS, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
    opening = await prepare_mutation(country.world, country.city, "openCase")
    client = country.api.client(both)
    opened = await attempt(client, "openCase", opening.but(handler=both.officer.id))
    assert opened.payload
    submitting = await prepare_mutation(country.world, country.city, "submitAssessment")
    submitted = await attempt(client, "submitAssessment", submitting.but(case=opened.payload["case"]["id"]))
    assert submitted.payload
    review = {"assessment": submitted.payload["assessment"]["id"], "verdict": "APPROVED"}

    own = await attempt(client, "reviewAssessment", review)
    others = await attempt(country.api.of(country.city, Role.DEPARTMENT_HEAD), "reviewAssessment", review)

    assert own.codes == {"FORBIDDEN"}
    assert others.done


async def test_who_gave_a_case_away_may_nothing_more(lasting_country: Country) -> None:
    country = lasting_country
    stage = await prepare_mutation(country.world, country.city, "submitAssessment")
    assert stage.case
    successor = await colleague(country, BUSINESS, Role.CASE_HANDLER)
    given = AssignCase(case=stage.case, department=country.city.department().id, handler=successor.officer.id)
    await country.world.do(given, country.city.viewer(Role.CASE_MANAGER))

    assert await outcome_for(country, country.city.viewer(Role.CASE_HANDLER), stage) == "NOT_FOUND"
    assert await outcome_for(country, successor, stage) == "done"


async def test_handlers_and_heads_open_for_their_own(lasting_country: Country) -> None:
    """A handler for themselves alone, a head in the own department alone, a case manager anywhere in the office."""
    country, city = lasting_country, lasting_country.city
    opening = await prepare_mutation(country.world, city, "openCase")
    other = await colleague(country, BUSINESS, Role.CASE_HANDLER)
    away = await colleague(country, COMPLAINTS, Role.CASE_HANDLER)
    head = city.viewer(Role.DEPARTMENT_HEAD)

    def opened_for(handler: Viewer | None, department: DepartmentFunction | None) -> MutationSetup:
        named = {
            "number": country.world.runner.new_id("n"),
            "handler": handler and handler.officer.id,
            "department": department and city.department(department).id,
        }
        return replace(opening, input=opening.but(**named))

    expected = [
        (other, opened_for(other, None), "done"),
        (other, opened_for(other, BUSINESS), "done"),
        (other, opened_for(away, None), "FORBIDDEN"),
        (other, opened_for(None, None), "done"),  # who names nobody takes it on themselves
        (other, opened_for(None, BUSINESS), "done"),
        (other, opened_for(None, COMPLAINTS), "FORBIDDEN"),
        (head, opened_for(other, BUSINESS), "done"),
        (head, opened_for(None, BUSINESS), "done"),
        (head, opened_for(away, COMPLAINTS), "FORBIDDEN"),
        (head, opened_for(None, None), "FORBIDDEN"),
        (city.viewer(Role.CASE_MANAGER), opened_for(away, COMPLAINTS), "done"),
        (city.viewer(Role.CASE_MANAGER), opened_for(None, None), "done"),
        (city.viewer(Role.ADMINISTRATOR), opened_for(None, None), "FORBIDDEN"),
    ]

    for number, (viewer, stage, outcome) in enumerate(expected):
        assert await outcome_for(country, viewer, stage) == outcome, number
