"""Who sees what: for every role in every list, count, filter, node, event, statistic; and nobody without a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import select

from caserisk.commands.cases import AssignCase
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.store import tables as t
from caserisk.store.store import Store
from tests.adversarial.attempts import api_schema, document
from tests.adversarial.conftest import Country
from tests.adversarial.listening import listening
from tests.adversarial.mutation_setups import MUTATIONS, prepare_mutation
from tests.support import flows, role_reach
from tests.support.api import Answer, Client
from tests.support.role_reach import SEE_OFFICES_BELOW, Reach, places_within
from tests.support.stored import stored_rows, stored_values

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("sight")]  # one world for all, in order

OFFICE, BELOW, NOTHING = [places_within(reach) for reach in (Reach.OFFICE, Reach.BELOW, Reach.NOTHING)]

SEES = {
    role: (places_within(seen), places_within(with_parties))
    for role, (seen, with_parties) in role_reach.ROLE_REACH.items()
}
"""The cases that each role of the city sees, and those whose parties it sees."""

PARTIES = [{"label": "甲某", "role": "犯罪嫌疑人"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """What there is to see: cases by the places of `SEES`, and one elsewhere; all that belongs to each, by its id."""

    country: Country
    cases: Mapping[str, str]
    belongings: Mapping[str, frozenset[str]]
    notices: frozenset[str]

    def client(self, role: Role) -> Client:
        """Return a client for the city's officer of a role."""
        return self.country.api.of(self.country.city, role)

    def places(self, ids: list[str]) -> list[str]:
        """Return the places of some cases, sorted."""
        names = {id: place for place, id in self.cases.items()}
        return sorted(names[id] for id in ids)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sights(lasting_country: Country) -> Sights:
    """Provide a warned case in each place, with parties, a plan, a disposition, notices."""
    country, city = lasting_country, lasting_country.city
    manager = city.viewer(Role.CASE_MANAGER)
    colleague = await country.world.registrar.officer(
        city.office, "同事", [Role.CASE_HANDLER], department_id=city.department().id
    )
    cases = {
        "own": await _warned(country, "city"),
        "department": await _warned(country, "city"),
        "office": await _warned(country, "city"),
        "county": await _warned(country, "county"),
        "elsewhere": (await flows.petition_in_shandong(country.world, country.elsewhere)).case,
    }
    complaints = city.department(DepartmentFunction.COMPLAINTS).id
    given = AssignCase(case=cases["department"], department=city.department().id, handler=colleague.id)
    await country.world.do(given, manager)
    await country.world.do(AssignCase(case=cases["office"], department=complaints), manager)
    belongings = {place: await _belongings(country.world.store, case) for place, case in cases.items()}
    notices = frozenset(id for ids in belongings.values() for id in ids if id.startswith("notice_"))
    return Sights(country=country, cases=cases, belongings=belongings, notices=notices)


async def _warned(country: Country, name: str) -> str:
    """Open a case with parties and bring it to a warning in disposition."""
    office = getattr(country, name)
    opening = await prepare_mutation(country.world, office, "openCase")
    handler = country.api.of(office, Role.CASE_HANDLER)
    case: str = (await handler.do("openCase", **opening.but(parties=PARTIES)))["case"]["id"]
    assessment = await flows.submit(country.world, office, case, level="level-3")
    await flows.review(country.world, office, assessment, *flows.HEAD_AND_LEADER, Role.EXPERT_COMMITTEE)
    issuing = country.api.of(office, Role.LEADING_GROUP_OFFICE)
    warning = (await issuing.do("issueWarning", case=case))["warning"]["id"]
    await handler.do("acknowledgeWarning", warning=warning)
    sections = [{"key": section.key, "text": section.text} for section in flows.SCHEME.sections]
    await handler.do("adoptPlan", warning=warning, plan={"sections": sections})
    done = {"measure": "explanation", "description": "释法说理"}
    await handler.do("recordDisposition", case=case, warning=warning, **done)
    supervisor = country.api.of(office, Role.COMPLAINTS_OFFICER)
    await supervisor.do("superviseWarning", warning=warning, kind="TRACKING_FORM", reason="跟踪监督")
    return case


async def _belongings(store: Store, case: str) -> frozenset[str]:
    """Return the ids of all rows of a case."""
    tables = (t.assessments, t.warnings, t.plans, t.dispositions, t.deadlines, t.supervisions, t.notices, t.events)
    ids = {case}
    for table in tables:
        ids |= set(await stored_values(store, select(table.c.id).where(table.c.case_id == case)))
    return frozenset(ids)


# ------------------------------------------------------------------------------------------------ lists and nodes

LISTS = """
{ cases { totalCount nodes { id number parties { label role } } }
  warnings { totalCount nodes { case { id } } }
  events(first: 100) { events { case { id } } } }
"""


@pytest.mark.parametrize("role", Role, ids=str)
async def test_lists_counts_and_parties(sights: Sights, role: Role) -> None:
    seen, with_parties = SEES[role]

    data = await sights.client(role).ask(LISTS)

    cases, warnings = data["cases"]["nodes"], data["warnings"]["nodes"]
    assert sights.places([case["id"] for case in cases]) == sorted(seen)
    assert sights.places([case["id"] for case in cases if case["parties"]]) == sorted(with_parties)
    assert all(case["parties"] in (None, PARTIES) for case in cases)
    assert sights.places([warning["case"]["id"] for warning in warnings]) == sorted(seen)
    assert data["cases"]["totalCount"] == data["warnings"]["totalCount"] == len(seen)


@pytest.mark.parametrize("role", Role, ids=str)
async def test_ids_of_the_unseen_find_nothing(sights: Sights, role: Role) -> None:
    """Whatever belongs to a case is seen with the case; of notices also those that are for who asks."""
    seen, _ = SEES[role]
    client, found = sights.client(role), set()
    every = sorted(id for ids in sights.belongings.values() for id in ids)
    for start in range(0, len(every), 100):
        data = await client.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=every[start : start + 100])
        found |= {node["id"] for node in data["nodes"] if node}

    expected = {id for place in seen for id in sights.belongings[place]}
    assert expected <= found
    assert found - expected <= sights.notices
    assert len(every) > 100


@pytest.mark.parametrize("role", Role, ids=str)
async def test_numbers_of_the_unseen_find_nothing(sights: Sights, role: Role) -> None:
    rows = await stored_rows(sights.country.world.store, select(t.cases.c.id, t.cases.c.number))
    numbers = {row["id"]: row["number"] for row in rows}

    for place, case in sights.cases.items():
        data = await sights.client(role).ask("query ($n: String!) { case(number: $n) { id } }", n=numbers[case])
        assert data == {"case": {"id": case} if place in SEES[role][0] else None}


@pytest.mark.parametrize("role", Role, ids=str)
async def test_a_notice_opens_its_case_and_nothing_of_its_file(sights: Sights, role: Role) -> None:
    """Without parties, by cause and number; assessments and all that people wrote stay with who sees the case."""
    seen, with_parties = SEES[role]
    visible = {id for place in seen for id in sights.belongings[place]}
    shown = {sights.cases[place] for place in with_parties}

    data = await sights.client(role).ask(
        """{ viewer { notices(first: 100) { nodes { id assessment { id }
             case { id number title cause parties { label } assessments { totalCount } timeline { totalCount } }
             warning { id status note dispositions { totalCount } plans { id } supervisions { id } } } } } }"""
    )

    for notice in data["viewer"]["notices"]["nodes"]:
        case, warning = notice["case"], notice["warning"]
        assert (case["parties"] is not None) == (case["id"] in shown)
        assert (case["title"] == f"{case['cause']} {case['number']}") == (case["id"] not in shown)
        if case["id"] not in visible:
            assert notice["assessment"] is None
            assert (case["assessments"]["totalCount"], case["timeline"]["totalCount"]) == (0, 0)
            of_file: Answer = {"note": None, "dispositions": {"totalCount": 0}, "plans": [], "supervisions": []}
            assert warning is None or {name: warning[name] for name in of_file} == of_file


async def test_a_liaison_is_told_of_cases_that_are_not_seen(sights: Sights) -> None:
    """Or the test above would find no such notice: of the warning of each case, and of its supervision (ZHU-10)."""
    data = await sights.client(Role.LIAISON_OFFICER).ask(
        "{ viewer { notices { nodes { subject case { id } } } } cases { totalCount } }"
    )

    notices = data["viewer"]["notices"]["nodes"]
    assert data["cases"] == {"totalCount": 0}
    assert {notice["case"]["id"] for notice in notices} == {sights.cases[place] for place in OFFICE}
    assert sorted(notice["subject"] for notice in notices) == ["督办通知:请限期结案"] * 3 + ["预警通知:请签收"] * 3


# ------------------------------------------------------------------------------------------------ filters

FILTERS: list[tuple[Answer, frozenset[str]]] = [
    ({"office": "430200"}, BELOW),
    ({"office": "430200", "includeSubordinate": False}, OFFICE),
    ({"office": "430281"}, frozenset({"county"})),
    ({"office": "370000"}, frozenset({"elsewhere"})),
    ({"text": "故意伤害"}, BELOW | {"elsewhere"}),
    ({"text": "甲某"}, NOTHING),
    ({"text": "犯罪嫌疑人"}, NOTHING),
    ({"level": ["zhuzhou:level-3"]}, BELOW),
    ({"level": ["shandong:orange"]}, frozenset({"elsewhere"})),
    ({"severity": ["HIGH"]}, BELOW | {"elsewhere"}),
    ({"open": True}, BELOW | {"elsewhere"}),
    ({"number": "检公诉"}, BELOW | {"elsewhere"}),
    ({"openedFrom": "1900-01-01T00:00:00+08:00"}, BELOW | {"elsewhere"}),
]
"""Filters of cases, and the cases that fit, seen or not."""


@pytest.mark.parametrize("role", Role, ids=str)
async def test_no_filter_finds_what_is_not_seen(sights: Sights, role: Role) -> None:
    """Nor does any look at parties."""
    seen, _ = SEES[role]
    listing = "query ($where: CaseFilter) { cases(where: $where) { totalCount nodes { id } } }"

    for where, fits in FILTERS:
        cases = (await sights.client(role).ask(listing, where=where))["cases"]
        assert sights.places([case["id"] for case in cases["nodes"]]) == sorted(fits & seen), where
        assert cases["totalCount"] == len(fits & seen), where


@pytest.mark.parametrize("role", Role, ids=str)
async def test_naming_a_case_does_not_show_it(sights: Sights, role: Role) -> None:
    """In the ledger, in the log, in the case's own file, in its stream."""
    seen, _ = SEES[role]
    client = sights.client(role)
    query = """query ($case: ID!) {
      warnings(where: { case: $case }) { totalCount nodes { id } }
      events(where: { case: $case }) { events { id } hasMore }
      node(id: $case) { ... on Case { timeline(first: 100) { totalCount nodes { id } } } } }"""

    for place, case in sights.cases.items():
        data = await client.ask(query, case=case)
        logged = {id for id in sights.belongings[place] if id.startswith("event_")}
        if place in seen:
            assert data["warnings"]["totalCount"] == 1
            assert {event["id"] for event in data["node"]["timeline"]["nodes"]} == logged
            assert {event["id"] for event in data["events"]["events"]} == logged
        else:
            nothing = {"warnings": {"totalCount": 0, "nodes": []}, "events": {"events": [], "hasMore": False}}
            assert data == nothing | {"node": None}


@pytest.mark.parametrize("role", Role, ids=str)
async def test_statistics_count_what_is_seen(sights: Sights, role: Role) -> None:
    seen, _ = SEES[role]
    query = """query ($office: String!) {
      statistics(office: $office, from: "2026-01-01", to: "2026-12-31") {
        cases assessed warnings warnedCases
        byOffice { office { code } cases } byLevel { warnings } byMonth { cases } } }"""

    for office, there in {"430200": BELOW, "430281": {"county"}, "370000": {"elsewhere"}, "999999": set()}.items():
        counted, count = (await sights.client(role).ask(query, office=office))["statistics"], len(seen & set(there))
        assert {counted[name] for name in ("cases", "assessed", "warnings", "warnedCases")} == {count}
        for name, what in (("byOffice", "cases"), ("byLevel", "warnings"), ("byMonth", "cases")):
            assert sum(item[what] for item in counted[name]) == count


@pytest.mark.parametrize("role", Role, ids=str)
async def test_offices_above_and_for_some_below(sights: Sights, role: Role) -> None:
    below = role in SEE_OFFICES_BELOW
    shown = {"430200", "430281"} if below else {"430200"}
    query = """{ offices { code }
      city: office(code: "430200") { code } county: office(code: "430281") { code }
      elsewhere: office(code: "370000") { code } rules: regulation(office: "370000") { edition }
      below: regulation(office: "430281") { office { code } } }"""

    data = await sights.client(role).ask(query)

    assert {office["code"] for office in data["offices"]} == shown
    assert data["city"]
    assert bool(data["county"]) == bool(data["below"]) == below
    assert data["elsewhere"] is data["rules"] is None


# ------------------------------------------------------------------------------------------------ streams


@pytest.mark.parametrize("role", [Role.CASE_HANDLER, Role.INTEGRATOR, Role.CASE_MANAGER, Role.ADMINISTRATOR], ids=str)
async def test_a_case_is_followed_by_who_sees_it(sights: Sights, role: Role) -> None:
    following = (
        'subscription ($case: ID!) { caseEvents(case: $case, after: "log_0") { id case { parties { label } } } }'
    )
    seen, with_parties = SEES[role]

    for place, case in sights.cases.items():
        async with listening(sights.client(role), following, case=case) as listener:
            if place not in seen:
                assert await listener.end() == ["FORBIDDEN"]
                continue
            logged = {id for id in sights.belongings[place] if id.startswith("event_")}
            events = await listener.heard(len(logged))
            assert {event["id"] for event in events} == logged
            assert all(bool(event["case"]["parties"]) == (place in with_parties) for event in events)


# ------------------------------------------------------------------------------------------------ nobody

QUERIES = {
    "node": '{ node(id: "case_1") { id } }',
    "nodes": '{ nodes(ids: ["case_1"]) { id } }',
    "viewer": "{ viewer { roles } }",
    "office": '{ office(code: "430200") { id } }',
    "offices": "{ offices { id } }",
    "case": '{ case(number: "1") { id } }',
    "cases": "{ cases { totalCount } }",
    "warnings": "{ warnings { totalCount } }",
    "events": "{ events { hasMore } }",
    "regulation": '{ regulation(office: "430200") { edition } }',
    "statistics": '{ statistics(office: "430200", from: "2026-01-01", to: "2026-01-02") { cases } }',
    "plugins": "{ plugins { name } }",
}
"""A document for every field of the root."""


@pytest.fixture
async def nobody(lasting_country: Country) -> Client:
    """Provide a client without a token."""
    return lasting_country.api.client(None)


async def test_nobody_reads_anything(nobody: Client) -> None:
    root = api_schema().query_type
    assert root
    assert set(QUERIES) == set(root.fields)

    for query in QUERIES.values():
        data, errors = await nobody.execute(query)
        assert [error["extensions"]["code"] for error in errors] == ["UNAUTHENTICATED"], query
        assert not data or set(data.values()) == {None}, query


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_nobody_does_anything(lasting_country: Country, nobody: Client, mutation: str) -> None:
    stage = await prepare_mutation(lasting_country.world, lasting_country.city, mutation)
    end = await lasting_country.world.store.end_of_log()

    _, errors = await nobody.execute(document(mutation), input=stage.input)

    assert [error["extensions"]["code"] for error in errors] == ["UNAUTHENTICATED"]
    assert await lasting_country.world.store.end_of_log() == end


@pytest.mark.parametrize(
    "subscription",
    ['subscription { warningChanges(after: "log_0") { id } }', 'subscription { caseEvents(case: "case_1") { id } }'],
)
async def test_nobody_listens(nobody: Client, subscription: str) -> None:
    async with listening(nobody, subscription) as listener:
        assert await listener.end() == ["UNAUTHENTICATED"]


async def test_anybody_reads_the_schema(nobody: Client) -> None:
    data = await nobody.ask('{ __typename __schema { queryType { name } } __type(name: "Case") { name } }')

    assert data == {"__typename": "Query", "__schema": {"queryType": {"name": "Query"}}, "__type": {"name": "Case"}}
