"""What a regulation may ask of an input, and whom it may have told, by rules that no installed region has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from caserisk.domain.rules import Factor, FactorOption, NoticeRule, Occasion
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, FactorKind, Role
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support.api import Api
from tests.support.databases import Databases
from tests.support.regions import WORK_PLAN, look, open_case, staffed
from tests.support.world import StaffedOffice, World

TEXT = Text("问题", "question")
NUMBER = Factor(key="persons", label=TEXT, kind=FactorKind.NUMBER)
FACTORS = (
    NUMBER,
    replace(NUMBER, key="threats", kind=FactorKind.YES_NO, required=True),
    replace(
        NUMBER,
        key="mood",
        kind=FactorKind.CHOICE,
        options=(FactorOption(value="calm", label=TEXT), FactorOption(value="tense", label=TEXT)),
    ),
    replace(NUMBER, key="remark", kind=FactorKind.TEXT),
)

TO_NOBODYS_DEPARTMENT = {
    DepartmentFunction.RISK_OFFICE: "RISK_OFFICER",
    DepartmentFunction.PUBLICITY: "PUBLICITY_OFFICER",
    DepartmentFunction.INSPECTION: "INSPECTOR",
    DepartmentFunction.RECEPTION: "RECEPTION_OFFICER",
}
"""The role that is told in an office that has no department of a function."""


def these_alone(inherited: Sequence[Factor]) -> tuple[Factor, ...]:
    """Ask these questions, and not those of the province."""
    return FACTORS


def notices(occasion: Occasion) -> tuple[NoticeRule, ...]:
    """Tell departments of every function of a submission."""
    if occasion is not Occasion.ASSESSMENT_SUBMITTED:
        return ()
    functions = (*TO_NOBODYS_DEPARTMENT, DepartmentFunction.COMPLAINTS)
    return tuple(
        NoticeRule(subject=Text(function.value, function.value), to_function=function, reasons=(REASON,))
        for function in functions
    )


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def place(database: str) -> AsyncIterator[tuple[Api, StaffedOffice]]:
    """Provide the city's API and office."""
    registry = beside_the_others(region(CITY, factors=these_alone, notices=notices))
    async with World(database, registry=registry) as world:
        yield await staffed(world, CITY)


@pytest.mark.parametrize("number", ["0", "-3", "2.5", "9" * 40, "-" + "9" * 39])
async def test_a_number_is_taken_as_it_is_written(place: tuple[Api, StaffedOffice], number: str) -> None:
    api, city = place
    answers = [{"factor": "threats", "value": "no"}, {"factor": "persons", "value": number}]

    answer = await api.of(city, Role.CASE_HANDLER).do(
        "submitAssessment",
        case=await open_case(api, city),
        hasRisk=True,
        proposedLevel="orange",
        answers=answers,
        plan=WORK_PLAN,
    )

    found = await look(api.of(city, Role.CASE_HANDLER), answer["assessment"]["id"], "answers { factor { key } value }")
    assert found["answers"] == [{"factor": {"key": item["factor"]}, "value": item["value"]} for item in answers]


@pytest.mark.parametrize(
    ("factor", "value"),
    [
        *(("persons", value) for value in ("", "-", "1.", ".5", "1e3", "1 000", "+1", "１", "9" * 41)),
        *(("threats", value) for value in ("maybe", "YES", "")),
        *(("mood", value) for value in ("angry", "", "calm ")),
        ("remark", " "),
        ("remark", "长" * 20_001),
    ],
)
async def test_an_answer_of_another_kind_is_refused(place: tuple[Api, StaffedOffice], factor: str, value: str) -> None:
    api, city = place
    required = [] if factor == "threats" else [{"factor": "threats", "value": "no"}]

    errors = await api.of(city, Role.CASE_HANDLER).refused(
        "submitAssessment",
        case=await open_case(api, city),
        hasRisk=True,
        proposedLevel="orange",
        answers=[*required, {"factor": factor, "value": value}],
        plan=WORK_PLAN,
    )

    assert [(error["code"], error["path"]) for error in errors] == [
        ("INVALID", ["answers", f"{len(required)}", "value"])
    ]


async def test_what_is_required_is_answered_once(place: tuple[Api, StaffedOffice]) -> None:
    api, city = place
    calm = {"factor": "mood", "value": "calm"}

    errors = await api.of(city, Role.CASE_HANDLER).refused(
        "submitAssessment",
        case=await open_case(api, city),
        hasRisk=True,
        proposedLevel="orange",
        answers=[calm, calm, {"factor": "none-such", "value": "x"}],
        plan=WORK_PLAN,
    )

    assert [(error["code"], error["path"]) for error in errors] == [
        ("INVALID", ["answers", "1", "factor"]),
        ("INVALID", ["answers", "2", "factor"]),
        ("INVALID", ["answers"]),
    ]


async def test_a_plan_assigns_each_officer_once(place: tuple[Api, StaffedOffice]) -> None:
    api, city = place
    handler, head = (city.officer_id(role) for role in (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD))

    answer = await api.of(city, Role.CASE_HANDLER).do(
        "submitAssessment",
        case=await open_case(api, city),
        hasRisk=True,
        proposedLevel="orange",
        answers=[{"factor": "threats", "value": "no"}],
        plan=WORK_PLAN | {"assigned": [head, handler, head]},
    )

    found = await look(api.of(city, Role.CASE_HANDLER), answer["assessment"]["id"], "plan { assigned { id } }")
    assert [officer["id"] for officer in found["plan"]["assigned"]] == [head, handler]


async def test_without_a_department_its_role_is_told(place: tuple[Api, StaffedOffice]) -> None:
    api, city = place
    case = await open_case(api, city)

    await api.of(city, Role.CASE_HANDLER).do(
        "submitAssessment",
        case=case,
        hasRisk=True,
        proposedLevel="orange",
        answers=[{"factor": "threats", "value": "no"}],
        plan=WORK_PLAN,
    )

    found = await look(
        api.of(city, Role.CASE_HANDLER), case, "notices { nodes { subject toRole toDepartment { id } } }"
    )
    told = {
        node["subject"]: (node["toRole"], node["toDepartment"] and node["toDepartment"]["id"])
        for node in found["notices"]["nodes"]
        if node["subject"].isupper()
    }
    assert told == {str(function): (role, None) for function, role in TO_NOBODYS_DEPARTMENT.items()} | {
        "COMPLAINTS": (None, city.department(DepartmentFunction.COMPLAINTS).id)
    }
