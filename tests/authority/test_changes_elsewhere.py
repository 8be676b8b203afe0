"""Whatever is different of what somebody does not see, every answer to them is the same, to the byte.

The country is there again twice, with everything different of some cases: texts, days, levels, handlers, and half of
what belongs to them gone. Who sees none of these asks both countries for whatever might tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from graphql import GraphQLEnumType, get_named_type
from sqlalchemy import Table, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.store import tables as t
from caserisk.store.database.engine import WRITE_TRANSACTION
from tests.authority.country_api import VIEWERS, CountryApi, walk_from
from tests.authority.schema_walk import CORE
from tests.authority.test_walk import ROOTS, asked_for
from tests.authority.visibility_oracle import Stored
from tests.support.api import Answer
from tests.support.databases import SqliteFiles
from tests.support.world import World

Row = dict[str, Any]

GOING = (t.dispositions, t.deadlines, t.supervisions, t.plans)
"""Of these, half are not there in the other country."""

TEXTS = ("title", "cause", "summary", "comment", "description", "outcome", "note", "report", "reply", "number")
DAYS = ("opened_at", "issued_at", "due_at", "submitted_at", "proposed_at", "performed_at", "at")


def _different(row: Row) -> Row:
    """Return a row of the same id and office, with nothing else the same."""
    texts = {name: f"异{row[name][::-1]}"[:60] for name in TEXTS if isinstance(row.get(name), str)}
    days = {name: row[name] + timedelta(days=40) for name in DAYS if row.get(name) and row[name].year < 2800}
    other: Row = {"severity": 1, "level_id": None, "stage_key": "other", "handler_id": None, "parties": []}
    told = {"summary": {"zh": "异", "en": "other"}} if isinstance(row.get("summary"), dict) else {}
    return {**row, **texts, **days, **{name: value for name, value in other.items() if name in row}, **told}


async def _copy(source: AsyncEngine, target: AsyncEngine, hidden: frozenset[str]) -> None:
    """Copy all rows into another database, those of some cases changed or left out."""
    async with source.connect() as read, target.connect() as plain:
        write = await plain.execution_options(**WRITE_TRANSACTION)
        await write.execute(text("PRAGMA defer_foreign_keys = ON"))  # departments and officers name each other
        for table in t.metadata.sorted_tables:
            rows = (await read.execute(select(table).order_by(*table.primary_key))).mappings().all()
            changed = [_changed(table, dict(row), hidden, number) for number, row in enumerate(rows)]
            kept = [row for row in changed if row is not None]
            if kept:
                await write.execute(insert(table), kept)
        await write.commit()


def _changed(table: Table, row: Row, hidden: frozenset[str], number: int) -> Row | None:
    if (row["id"] if table is t.cases else row.get("case_id")) not in hidden or table is t.notices:
        return row  # who is told of a case need not see it
    return None if table in GOING and number % 2 else _different(row)


@pytest.fixture(scope="session")
def copies(asked: CountryApi, sqlite_supply: SqliteFiles) -> Iterator[Sequence[tuple[frozenset[str], CountryApi]]]:
    """Provide the country twice: cases of other provinces changed, then those of the city's other departments too."""
    cases, country = asked.stored.cases, asked.country
    far = {office.office.id for office in (country.province, country.other)}
    own = country.city.department(DepartmentFunction.BUSINESS).id
    elsewhere = frozenset(id for id, case in cases.items() if case["office_id"] in far)
    beside = frozenset(
        id for id, case in cases.items() if case["office_id"] == country.city.office.id and case["department_id"] != own
    )
    urls = [sqlite_supply.fresh(), sqlite_supply.fresh()]
    worlds = [World(url) for url in urls]
    changed = []
    for world, hidden in zip(worlds, (elsewhere, elsewhere | beside), strict=True):
        world.now = asked.world.now
        asked.runner.run(_copy(asked.world.engine, world.engine, hidden))
        changed.append((hidden, CountryApi(asked.runner, world, country)))
    yield changed
    for world, url in zip(worlds, urls, strict=True):
        asked.runner.run(world.close())
        sqlite_supply.take_back(url)


# ------------------------------------------------------------------------------------------------ what might tell

CASES = """query ($where: CaseFilter, $orderBy: CaseOrder! = DUE_SOONEST, $first: Int, $last: Int, $after: String,
  $before: String) { cases(where: $where, orderBy: $orderBy, first: $first, last: $last, after: $after,
  before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node {
  id } } } }"""
WARNINGS = (
    CASES.replace("CaseFilter", "WarningFilter").replace("CaseOrder", "WarningOrder").replace("cases", "warnings")
)
EVENTS = """query ($where: EventFilter, $after: EventCursor) { events(where: $where, after: $after, first: 20) {
  endCursor hasMore events { id } } }"""


def filters(stored: Stored, hidden: frozenset[str]) -> Iterator[tuple[str, Answer]]:
    """Yield each condition of each filter, with values that some of the hidden cases have."""
    for id in sorted(hidden)[::12]:
        case = stored.cases[id]
        opened, office = case["opened_at"].isoformat(), stored.rows[t.offices][case["office_id"]]["code"]
        level = stored.rows[t.levels].get(case["level_id"])
        named = f"{level['scheme_key']}:{level['code']}" if level else "zhuzhou:level-1"
        for where in (
            {"office": office},
            {"office": office, "includeSubordinate": False},
            {"open": case["closed_at"] is None},
            {"stage": [case["stage_key"]]},
            {"handler": case["handler_id"] or "officer_none"},
            {"severity": ["HIGH"]},
            {"level": [named]},
            {"number": case["number"][:9]},
            {"text": case["title"][:9] or "异"},
            {"openedFrom": opened},
            {"openedTo": opened},
        ):
            yield CASES, where
        for where in ({"case": id}, {"office": office}, {"severity": ["HIGH"]}, {"level": [named]}, {"overdue": True}):
            yield WARNINGS, where
        yield WARNINGS, {"status": ["ISSUED", "IN_DISPOSITION"]}
        for name in ("dueBefore", "issuedFrom", "issuedTo"):
            yield WARNINGS, {name: opened}
        for where in ({"case": id}, {"office": office}):
            yield EVENTS, where


def test_every_condition_is_asked(asked: CountryApi) -> None:
    for document, name in ((CASES, "CaseFilter"), (WARNINGS, "WarningFilter"), (EVENTS, "EventFilter")):
        some = frozenset(list(asked.stored.cases)[:4])
        asked_by = {key for text, where in filters(asked.stored, some) if text is document for key in where}
        assert asked_by | {"includeSubordinate"} == set(CORE.type_map[name].fields)  # type: ignore[attr-defined]


def orders(document: str, asked: CountryApi) -> Iterator[Answer]:
    """Yield pages in every order, also from cursors of somebody who sees the hidden cases."""
    field, name = ("cases", "CaseOrder") if document is CASES else ("warnings", "WarningOrder")
    ordering = get_named_type(CORE.type_map[name])
    assert isinstance(ordering, GraphQLEnumType)
    others = asked.viewer("province CHIEF_PROCURATOR")
    for order in ordering.values:
        edges = asked.ask("reference", others, document, orderBy=order, first=100)[field]["edges"]
        for cursor in (edges[1]["cursor"], edges[-2]["cursor"]):
            yield {"orderBy": order, "first": 3, "after": cursor}
            yield {"orderBy": order, "last": 3, "before": cursor}
        yield {"orderBy": order, "first": 100}


def questions(asked: CountryApi, other: CountryApi, hidden: frozenset[str]) -> Iterator[tuple[str, Answer]]:
    """Yield every query that might tell of the hidden cases, with the values they have in either country."""
    for country in (asked, other):
        for document, where in filters(country.stored, hidden):
            yield document, {"where": where}
        for document in (CASES, WARNINGS):
            for given in orders(document, country):
                yield document, given
        for id in sorted(hidden)[::12]:
            yield "query ($n: String!) { case(number: $n) { id } }", {"n": country.stored.cases[id]["number"]}
    ids = [id for id, row in asked.stored.ids.items() if hidden & {id, row.get("case_id")}]
    for start in range(0, len(ids), 100):
        yield "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", {"ids": ids[start : start + 100]}
    for position in range(0, len(asked.stored.rows[t.events]), 25):
        yield EVENTS, {"after": f"log_{position}"}
    for office in ("430200", "430281", "370000", "441300"):
        yield COUNTS, {"office": office}


COUNTS = """query ($office: String!) { statistics(office: $office, from: "1999-01-01", to: "2026-12-31") {
  cases assessed warnings warnedCases resolved overdue byLevel { warnings warnedCases level { code } }
  byOffice { office { id } cases warnings overdue } byMonth { month cases warnings resolved } } }"""

BLIND = {
    0: [who for who in VIEWERS if who.startswith("city")] + ["county CHIEF_PROCURATOR", "several 0"],
    1: [f"city {role}" for role in (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)]
    + ["city ADMINISTRATOR", "county CHIEF_PROCURATOR", "several 3"],
}
"""Who sees none of the cases that are different in either copy."""

SLOWLY = ("CASE_HANDLER", "DEPARTMENT_HEAD", "CASE_MANAGER", "CHIEF_PROCURATOR", "INTEGRATOR", "ADMINISTRATOR")
"""One for each reach: they ask the reference executor, too."""


@pytest.mark.parametrize(
    ("executor", "copy", "who"),
    [
        *(("compiled", copy, who) for copy, all in BLIND.items() for who in all),
        *(("reference", copy, who) for copy, all in BLIND.items() for who in all if who.endswith(SLOWLY)),
    ],
)
def test_nothing_tells_that_it_is_different(
    asked: CountryApi, executor: str, copies: Sequence[tuple[frozenset[str], CountryApi]], copy: int, who: str
) -> None:
    hidden, other = copies[copy]
    viewer = asked.viewer(who)
    assert not hidden & asked.sight(viewer).cases

    for document, given in asked_once(questions, asked, other, hidden):
        once, again = (country.answer(executor, viewer, document, **given) for country in (asked, other))
        assert once == again, (document, given)
    for root in ROOTS:
        for given in asked_for(asked, root):
            document = walk_from("compiled", root).text
            once, again = (country.answer(executor, viewer, document, **given) for country in (asked, other))
            assert _without_what_notices_open(once) == _without_what_notices_open(again), (root, given)


def _without_what_notices_open(answer: str) -> Answer:
    """Return an answer without the cases and warnings that its reader is told of; what is seen of them may differ."""
    read: Answer = msgspec.json.decode(answer)
    waiting: list[Any] = [read]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("__typename") == "Notice":
                for key in [key for key in value if key.endswith(("case", "warning"))]:
                    del value[key]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return read


_ASKED: dict[frozenset[str], list[tuple[str, Answer]]] = {}


def asked_once(
    make: Callable[[CountryApi, CountryApi, frozenset[str]], Iterator[tuple[str, Answer]]],
    asked: CountryApi,
    other: CountryApi,
    hidden: frozenset[str],
) -> list[tuple[str, Answer]]:
    """Return the questions of a copy, made once: they are the same for everybody."""
    if hidden not in _ASKED:
        _ASKED[hidden] = list(make(asked, other, hidden))
    return _ASKED[hidden]


def test_who_sees_them_is_answered_otherwise(
    asked: CountryApi, copies: Sequence[tuple[frozenset[str], CountryApi]]
) -> None:
    """Or the copies would be no different, and the test above could not fail."""
    for hidden, other in copies:
        viewer = asked.viewer("province CHIEF_PROCURATOR")
        differ = [
            document
            for document, given in asked_once(questions, asked, other, hidden)
            if asked.answer("reference", viewer, document, **given)
            != other.answer("reference", viewer, document, **given)
        ]
        assert {CASES, WARNINGS, COUNTS} <= set(differ)
