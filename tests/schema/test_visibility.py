"""What is not to be seen is absent: in lists, nodes, counts, relations, events and statistics."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import Rows, both
from tests.support import role_reach
from tests.support.role_reach import Reach, places_within

SEEN = """
{ cases(orderBy: OPENED_OLDEST) { totalCount nodes { id parties { label role } } }
  warnings { totalCount nodes { id } }
  events { events { id } }
  statistics(office: "430000", from: "2011-01-01", to: "2011-12-31") { cases warnings } }
"""

CASES = {
    "case_own": ("office_430200", "department_1", "officer_handler"),
    "case_department": ("office_430200", "department_1", None),
    "case_office": ("office_430200", "department_2", None),
    "case_county": ("office_430281", None, None),
    "case_elsewhere": ("office_370000", None, None),
}


def _cases(reach: Reach) -> set[str]:
    return {f"case_{place}" for place in places_within(reach)}


SEES = {role: (_cases(seen), _cases(with_parties)) for role, (seen, with_parties) in role_reach.ROLE_REACH.items()}
"""The cases each role sees, and those whose parties it sees."""


@pytest.fixture
def cases(rows: Rows) -> None:
    """A case of each kind with a warning and an entry in the log."""
    for id, (office, department, handler) in CASES.items():
        rows.case(office, id=id, department_id=department, handler_id=handler)
        warning = rows.add(t.warnings, id=f"warning_{id}", case_id=id, office_id=office)
        rows.event(
            office, id=f"event_{id}", case_id=id, warning_id=warning, noun="warning", kind="ISSUED", status="ISSUED"
        )


@pytest.fixture
async def viewers(engine: AsyncEngine, rows: Rows, cases: None) -> dict[Role, Api]:
    """The API as somebody of each role asks it, who has that role alone."""
    for role in Role:
        department = "department_1" if role is Role.DEPARTMENT_HEAD else None
        rows.officer(f"officer_{role}", "office_430200", role, department_id=department)
    led = {Role.LEADER_IN_CHARGE: ("department_1",)}
    viewers = {role: rows.viewer(f"officer_{role}", led=led.get(role, ())) for role in Role}
    viewers[Role.CASE_HANDLER] = rows.viewer("officer_handler")
    await rows.insert(engine)
    return {role: Api(engine=engine, viewer=viewer) for role, viewer in viewers.items()}


async def test_each_role_sees_its_cases_only(viewers: dict[Role, Api]) -> None:
    answers = {role: await api.ask(SEEN) for role, api in viewers.items()}

    for role, data in answers.items():
        seen, with_parties = SEES[role]
        assert {case["id"] for case in data["cases"]["nodes"]} == seen, role
        assert {case["id"] for case in data["cases"]["nodes"] if case["parties"]} == with_parties, role
        assert {item["id"] for item in data["warnings"]["nodes"]} == {f"warning_{id}" for id in seen}, role
        assert {item["id"] for item in data["events"]["events"]} == {f"event_{id}" for id in seen}, role
        assert data["cases"]["totalCount"] == data["warnings"]["totalCount"] == len(seen), role
        assert data["statistics"] == {"cases": len(seen), "warnings": len(seen)}, role


async def test_a_guessed_id_finds_only_what_is_seen(viewers: dict[Role, Api]) -> None:
    ids = [id for case in CASES for id in (case, f"warning_{case}", f"event_{case}")]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    found = {role: (await api.ask(query, {"ids": ids}))["nodes"] for role, api in viewers.items()}

    for role, nodes in found.items():
        of_case = [id.removeprefix("warning_").removeprefix("event_") for id in ids]
        expected = [{"id": id} if case in SEES[role][0] else None for id, case in zip(ids, of_case, strict=True)]
        assert nodes == expected, role


async def test_parties_are_null_where_they_are_hidden(engine: AsyncEngine, rows: Rows, cases: None, chief: Api) -> None:
    await rows.insert(engine)

    data = await chief.ask(
        '{ own: node(id: "case_own") { ...Parties } county: node(id: "case_county") { ...Parties } }'
        " fragment Parties on Case { parties { label role } }"
    )

    assert data == {"own": {"parties": [{"label": "甲某", "role": "被害人"}]}, "county": {"parties": None}}


async def test_a_case_number_finds_only_what_is_seen(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", number="甲")
    rows.case("office_370000", number="乙")
    await rows.insert(engine)

    data = await chief.ask('{ seen: case(number: "甲") { number } unseen: case(number: "乙") { number } }')

    assert data == {"seen": {"number": "甲"}, "unseen": None}


async def test_who_is_told_of_a_case_sees_it_in_the_notice_alone(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case(
        "office_430200",
        id="case_1",
        number="甲",
        cause="故意伤害",
        title="张某故意伤害案",
        active_warning_id="warning_1",
    )
    texts = {"note": "说明", "report": "报告", "archive_note": "说明", "lift_reason": both("理由", "reason")}
    rows.add(t.warnings, id="warning_1", case_id="case_1", office_id="office_430200", **texts)
    rows.add(t.dispositions, case_id="case_1", warning_id="warning_1", performed_by_id="officer_head")
    about = {"case_id": "case_1", "warning_id": "warning_1", "office_id": "office_430200"}
    rows.add(t.notices, id="notice_own", to_officer_id="officer_left", **about)
    rows.add(t.notices, id="notice_other", to_officer_id="officer_head", **about)
    await rows.insert(engine)
    told = chief.as_(rows.viewer("officer_left"))

    data = await told.ask(
        """{ viewer { notices { totalCount nodes { id toOfficer { name }
               case { number title cause parties { label } office { code } activeWarning { id }
                      timeline { totalCount } assessments { totalCount } warnings { totalCount } }
               warning { status note report archiveNote liftReason case { number title }
                         dispositions { totalCount } } } } }
             other: node(id: "notice_other") { id } case(number: "甲") { id } cases { totalCount }
             found: node(id: "case_1") { id } warnings { totalCount } warning: node(id: "warning_1") { id } }"""
    )

    [notice] = data["viewer"]["notices"]["nodes"]
    nothing = {"totalCount": 0}
    assert notice == {
        "id": "notice_own",
        "toOfficer": {"name": "officer_left"},
        "case": {
            "number": "甲",
            "title": "故意伤害 甲",
            "cause": "故意伤害",
            "parties": None,
            "office": {"code": "430200"},
            "activeWarning": {"id": "warning_1"},
            "timeline": nothing,
            "assessments": nothing,
            "warnings": nothing,
        },
        "warning": {
            "status": "ISSUED",
            **dict.fromkeys(("note", "report", "archiveNote", "liftReason")),
            "case": {"number": "甲", "title": "故意伤害 甲"},
            "dispositions": nothing,
        },
    }
    assert data["cases"] == data["warnings"] == nothing
    assert [data[name] for name in ("other", "case", "found", "warning")] == [None] * 4


async def test_a_title_is_read_with_the_parties(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """In the own office whole; in an office below cause and number, as everywhere the parties are hidden."""
    rows.case("office_430200", id="case_own", number="甲", cause="盗窃", title="张某盗窃案")
    rows.case("office_430281", id="case_county", number="乙", cause="诈骗", title="李某诈骗案")
    await rows.insert(engine)

    data = await chief.ask('{ own: case(number: "甲") { title } county: case(number: "乙") { title } }')

    assert data == {"own": {"title": "张某盗窃案"}, "county": {"title": "诈骗 乙"}}


@pytest.mark.parametrize(
    ("officer", "codes"),
    [
        ("officer_chief", ["430000", "430200", "430281"]),
        ("officer_handler", ["430000", "430200"]),
    ],
)
async def test_offices_above_and_for_some_below_are_shown(
    engine: AsyncEngine, rows: Rows, officer: str, codes: list[str]
) -> None:
    await rows.insert(engine)
    api = Api(engine=engine, viewer=rows.viewer(officer))

    data = await api.ask(
        """{ offices { code } node(id: "office_370000") { id } elsewhere: office(code: "370000") { id }
             office(code: "430200") { parent { code } children { code } } }"""
    )

    assert [office["code"] for office in data["offices"]] == codes
    assert data["node"] is data["elsewhere"] is None
    children = [{"code": "430281"}] if "430281" in codes else []
    assert data["office"] == {"parent": {"code": "430000"}, "children": children}


async def test_an_officer_elsewhere_is_shown_where_named(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """The handler of a county's case is of an office that a handler of the city does not list."""
    rows.officer("officer_county", "office_430281", Role.CASE_HANDLER)
    rows.case("office_430281", id="case_1", handler_id="officer_county", department_id=None)
    rows.add(t.dispositions, id="disposition_1", case_id="case_1", performed_by_id="officer_county")
    rows.case("office_430200", id="case_2", handler_id="officer_handler")
    rows.add(t.dispositions, id="disposition_2", case_id="case_2", performed_by_id="officer_county")
    await rows.insert(engine)
    handler = chief.as_(rows.viewer("officer_handler"))

    data = await handler.ask(
        """{ node(id: "officer_county") { id } unseen: node(id: "disposition_1") { id }
             seen: node(id: "disposition_2") { ... on Disposition { performedBy { name office { code } } } } }"""
    )

    performed_by = {"name": "officer_county", "office": {"code": "430281"}}
    assert data == {"node": None, "unseen": None, "seen": {"performedBy": performed_by}}


async def test_those_who_left_are_listed_nowhere(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", id="case_1", handler_id="officer_left")
    await rows.insert(engine)

    data = await chief.ask(
        """{ node(id: "department_1") { ... on Department { officers { nodes { name } totalCount } head { name } } }
             case: node(id: "case_1") { ... on Case { handler { name } } } }"""
    )

    serving = [{"name": "officer_handler"}, {"name": "officer_head"}]
    officers = {"nodes": serving, "totalCount": 2}
    assert data["node"] == {"officers": officers, "head": {"name": "officer_head"}}
    assert data["case"] == {"handler": {"name": "officer_left"}}


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { roles } }",
        "{ cases { totalCount } }",
        '{ node(id: "case_1") { id } }',
        "{ events { hasMore } }",
        '{ regulation(office: "430200") { edition } }',
        "{ plugins { name } }",
        '{ statistics(office: "430200", from: "2011-01-01", to: "2011-01-02") { cases } }',
    ],
)
async def test_nobody_reads_without_a_token(offline: Api, query: str) -> None:
    code, message = await offline.as_(None).refusal(query)

    assert code == "UNAUTHENTICATED"
    assert "令牌" in message
