"""On PostgreSQL every order of a list and every filter is an index's, whoever asks: nothing is read from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest
from strawberry.utils.str_converters import to_camel_case

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.store.tables import metadata
from caserisk_graphql.api.enums import CaseOrder, WarningOrder
from caserisk_graphql.api.filters import CaseFilter, EventFilter, WarningFilter
from tests.compiler.asking import Asked, copied
from tests.compiler.conftest import Bound
from tests.compiler.documents import Question
from tests.compiler.large_tables import OF_DEPARTMENT, OF_HANDLER, Chosen, Scan, explained, multiply
from tests.support.databases import PostgresDatabases

VIEWERS = {
    "own": (Role.CASE_HANDLER,),
    "department": (Role.DEPARTMENT_HEAD,),
    "departments": (Role.LEADER_IN_CHARGE,),
    "own and department": (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD),
    "office": (Role.CASE_MANAGER,),
    "office and below": (Role.COMPLAINTS_OFFICER,),
    "below": (Role.INTEGRATOR,),
    "departments and office": (Role.LEADER_IN_CHARGE, Role.DEPUTY_CHIEF_PROCURATOR),
    "everything": (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.CHIEF_PROCURATOR),
}
"""Somebody with each kind of scope."""

LISTS = {"cases": CaseOrder, "warnings": WarningOrder}

FEW = {("cases", "own and department"): OF_DEPARTMENT} | {
    ("warnings", who): OF_DEPARTMENT for who in ("department", "departments", "own and department")
}
"""Where more than a handler's rows may be sorted: seen through cases, or for either of two reasons, a department's."""

CASES = {
    "office": ['"430200"', '"430200", includeSubordinate: false'],
    "open": ["true", "false"],
    "stage": ['["odd"]', '["none"]', '["odd", "none"]'],
    "handler": ['"officer_none"'],
    "severity": ["[HIGH]", "[LOW, CRITICAL]"],
    "level": ['["odd:grave"]', '["zhuzhou:level-4"]'],
    "number": ['"检公诉〔2026〕1号.77"', '"检公诉"'],
    "text": ['"故意伤害"', '"害案1234"'],
    "openedFrom": ['"2026-01-01T00:00:00Z"', '"2019-01-01T00:00:00Z"'],
    "openedTo": ['"2019-01-01T00:00:00Z"', '"2026-01-01T00:00:00Z"'],
}
WARNINGS = {
    "office": ['"430200"', '"430200", includeSubordinate: false'],
    "status": ["[ISSUED]", "[CONTROLLED]", "[ISSUED, CONTROLLED]"],
    "severity": ["[HIGH]", "[LOW, CRITICAL]"],
    "level": ['["odd:grave"]', '["zhuzhou:level-4"]'],
    "overdue": ["true", "false"],
    "dueBefore": ['"2019-01-01T00:00:00Z"', '"2027-01-01T00:00:00Z"'],
    "issuedFrom": ['"2026-01-01T00:00:00Z"', '"2019-01-01T00:00:00Z"'],
    "issuedTo": ['"2019-01-01T00:00:00Z"', '"2026-01-01T00:00:00Z"'],
    "case": ['"case_odd0001"', '"case_none"'],
}
EVENTS = {"office": ['"430200"', '"430200", includeSubordinate: false'], "case": ['"case_odd0001"', '"case_none"']}
"""What is given to each filter: something that many rows have, and something that few have."""

STATISTICS = """{ statistics(office: "430200", from: "2025-06-01", to: "2025-06-30") {
    cases assessed warnings warnedCases resolved overdue
    byLevel { warnings warnedCases } byOffice { cases warnings overdue } byMonth { month cases warnings resolved }
} }"""


@pytest.fixture(scope="module")
def crowd(on_sqlite: Asked, postgresql_supply: PostgresDatabases) -> Iterator[Asked]:
    """Return the country with thousands of cases in each office."""
    url = postgresql_supply.fresh()
    asked = copied(on_sqlite, url)
    asked.runner.run(multiply(url))
    yield asked
    asked.runner.run(asked.world.close())  # the database is dropped with the others; to wipe it takes longer


def viewer_of(asked: Asked, roles: Sequence[Role]) -> Viewer:
    """Somebody of the city with these roles."""
    city = asked.country.city
    first, led = city.viewer(roles[0]), city.viewer(Role.LEADER_IN_CHARGE).led_department_ids
    officer = replace(first.officer, roles=tuple(roles), department_id=city.department().id)
    return replace(first, officer=officer, led_department_ids=led if Role.LEADER_IN_CHARGE in roles else frozenset())


def chosen(asked: Asked, bound: Bound, document: str, who: str) -> list[Chosen]:
    """Return what PostgreSQL does for a document's statement, planned for its values and planned once for all."""
    bound.clear()
    asked.compiled(Question(text=document), viewer_of(asked, VIEWERS[who]))
    [(statement, values)] = bound

    async def explain() -> list[Chosen]:
        connection = await asyncpg.connect(asked.world.engine.url.set(drivername="postgresql").render_as_string(False))
        try:
            return await explained(connection, statement, values)
        finally:
            await connection.close()

    return asked.runner.run(explain())


def whole(plan: Chosen) -> list[str]:
    """Return the tables that were read from end to end."""
    return [scan.table for scan in plan.scans if scan.kind == "Seq Scan"]


def sorted_lists(plan: Chosen) -> list[Scan]:
    """Return the scans whose rows were all sorted, though an index was asked for nothing but whose they are."""
    return [scan for scan in plan.scans if scan.sorted and asked_of_index(scan) <= {"office_id"}]


def asked_of_index(scan: Scan) -> set[str]:
    """Return the columns that the conditions of an index are on."""
    return set(re.findall(r'\("?(\w+)', scan.narrowed)) & set(metadata.tables[scan.table].c.keys())


@pytest.mark.parametrize("who", VIEWERS)
@pytest.mark.parametrize(("noun", "order"), [(noun, order) for noun, orders in LISTS.items() for order in orders])
def test_a_list_in_any_order_is_walked(
    crowd: Asked, bound: Bound, noun: str, order: CaseOrder | WarningOrder, who: str
) -> None:
    document = f"{{ {noun}(first: 50, orderBy: {order.name}) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}"

    plans = chosen(crowd, bound, document, who)

    for plan in plans:
        assert noun in [scan.table for scan in plan.scans]
        assert whole(plan) == []
        assert plan.sorted <= FEW.get((noun, who), 3 * OF_HANDLER)


@pytest.mark.parametrize("who", VIEWERS)
def test_the_log_is_walked(crowd: Asked, bound: Bound, who: str) -> None:
    for plan in chosen(crowd, bound, "{ events(first: 50) { events { id } } }", who):
        assert whole(plan) == []
        assert plan.sorted <= 3 * OF_HANDLER


FILTERS = [
    (noun, page, name, value)
    for noun, page, given in (
        ("cases", "nodes { id } pageInfo { hasNextPage }", CASES),
        ("warnings", "nodes { id } pageInfo { hasNextPage }", WARNINGS),
        ("events", "events { id }", EVENTS),
    )
    for name, values in given.items()
    for value in values
]


@pytest.mark.parametrize("who", ["office", "office and below"])
@pytest.mark.parametrize(("noun", "page", "name", "value"), FILTERS)
def test_a_filter_is_an_index(
    crowd: Asked, bound: Bound, noun: str, page: str, name: str, value: str, who: str
) -> None:
    document = f"{{ {noun}(first: 50, where: {{ {name}: {value} }}) {{ {page} }} }}"

    plans = chosen(crowd, bound, document, who)

    for plan in plans:
        assert noun in [scan.table for scan in plan.scans]
        assert whole(plan) == []
        assert sorted_lists(plan) == []


@pytest.mark.parametrize(
    ("given", "type_"),
    [(CASES, CaseFilter), (WARNINGS, WarningFilter), (EVENTS, EventFilter)],
    ids=["cases", "warnings", "events"],
)
def test_no_filter_is_left_out(given: dict[str, list[str]], type_: Any) -> None:
    assert {to_camel_case(item.name) for item in fields(type_)} - {"includeSubordinate"} == given.keys()


def test_a_rare_text_is_found_by_its_trigrams(crowd: Asked, bound: Bound) -> None:
    document = '{ cases(where: { text: "害案1234" }) { nodes { id } } }'

    for plan in chosen(crowd, bound, document, "office and below"):
        assert [scan.indexes for scan in plan.scans if scan.table == "cases"] == [["ix_cases_texts"] * 3]


@pytest.mark.parametrize("who", ["own", "departments", "office and below", "everything"])
def test_statistics_read_what_they_count_and_no_more(crowd: Asked, bound: Bound, who: str) -> None:
    for plan in chosen(crowd, bound, STATISTICS, who):
        assert {"cases", "warnings"} <= {scan.table for scan in plan.scans}
        assert whole(plan) == []


def test_statistics_of_an_office_are_in_its_indexes(crowd: Asked, bound: Bound) -> None:
    for plan in chosen(crowd, bound, STATISTICS, "office and below"):
        counted = {scan.kind for scan in plan.scans if scan.table in {"cases", "warnings", "assessments"}}
        assert counted <= {"Index Only Scan", "Bitmap Heap Scan"}
