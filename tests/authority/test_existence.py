"""Whether something exists elsewhere is not told: what is there and what is not are answered alike, to the byte."""

from __future__ import annotations

import re
from asyncio import Runner
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from graphql import GraphQLInputObjectType, GraphQLInputType, get_named_type

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk_graphql.engine.request import GraphQLRequest
from tests.adversarial.attempts import document
from tests.adversarial.mutation_setups import MUTATIONS, Input, MutationSetup, prepare_mutation
from tests.adversarial.stored_rows import row_counts
from tests.authority.country_api import VIEWERS, CountryApi
from tests.authority.schema_walk import CORE
from tests.support.api import Api
from tests.support.databases import SqliteFiles
from tests.support.world import StaffedOffice, World

_ID = re.compile(r"([a-z]+)_[0-9A-Za-z]+")
HERE, APART = "430281", "430282"
"""Two counties of Zhuzhou, neither above the other."""

# ------------------------------------------------------------------------------------------------ queries

QUERIES = {
    "node": "query ($id: ID!) { node(id: $id) { id } }",
    "nodes": "query ($id: ID!) { nodes(ids: [$id]) { id } }",
    "warnings": "query ($id: ID!) { warnings(where: { case: $id }) { totalCount pageInfo { endCursor hasNextPage } } }",
    "cases": "query ($id: ID!) { cases(where: { handler: $id }) { totalCount pageInfo { endCursor hasNextPage } } }",
    "events": "query ($id: ID!) { events(where: { case: $id }) { endCursor hasMore events { id } } }",
    "caseEvents": 'subscription ($id: ID!) { caseEvents(case: $id, after: "log_0") { id } }',
}
"""Every place of reading that takes an id."""

TEXTS = {
    "office": ("query ($it: String!) { office(code: $it) { id } }", ("370000", "441300"), "999999"),
    "regulation": ("query ($it: String!) { regulation(office: $it) { edition } }", ("370000", "441300"), "999999"),
    "statistics": (
        'query ($it: String!) { statistics(office: $it, from: "2026-01-01", to: "2026-12-31") { cases warnings } }',
        ("370000", "441300"),
        "999999",
    ),
    "case": ("query ($it: String!) { case(number: $it) { id } }", ("〖9C〗号", "〖13C〗号"), "〖99C〗号"),
    "a prefix": ("query ($it: String!) { cases(where: { number: $it }) { totalCount } }", ("〖9C〗",), "〖99〗"),
    "a text": (
        "query ($it: String!) { cases(where: { text: $it }) { totalCount } }",
        ("〖13C〗罪", "〖1P〗"),
        "〖99C〗罪",
    ),
    "an office of cases": (
        "query ($it: String!) { cases(where: { office: $it }) { totalCount } }",
        ("370000",),
        "999999",
    ),
    "an office of warnings": (
        "query ($it: String!) { warnings(where: { office: $it }) { totalCount } }",
        ("370000",),
        "999999",
    ),
    "an office of events": (
        "query ($it: String!) { events(where: { office: $it }) { endCursor hasMore } }",
        ("370000",),
        "999999",
    ),
    "a level of an office": (
        'query ($it: String!) { cases(where: { office: $it, level: ["orange"] }) { totalCount } }',
        ("370000",),
        "999999",
    ),
}
"""Places that take another name: asked for some that are there but not seen from the city, and for one of nothing."""


def ids_taken(types: Mapping[str, Any]) -> set[str]:
    """Return the fields of a root that take an id, by themselves or in an input object."""

    def takes(type_: GraphQLInputType) -> bool:
        named = get_named_type(type_)
        if isinstance(named, GraphQLInputObjectType):
            return any(takes(field.type) for field in named.fields.values())
        return named.name == "ID"

    return {name for name, field in types.items() if any(takes(asked.type) for asked in field.args.values())}


def test_every_field_that_takes_an_id_is_asked() -> None:
    assert CORE.query_type
    assert CORE.subscription_type
    taken = ids_taken(CORE.query_type.fields) | ids_taken(CORE.subscription_type.fields)

    assert taken - {"warningChanges"} == set(QUERIES)  # which goes on whatever it is asked for: test_streams


@pytest.mark.parametrize("who", [who for who in VIEWERS if who.startswith(("city", "several"))])
def test_an_id_elsewhere_is_answered_as_one_that_is_none(asked: CountryApi, executor: str, who: str) -> None:
    viewer = asked.viewer(who)
    unseen = [id for id in asked.stored.ids if id not in asked.sight(viewer).granted]
    some = [next(id for id in unseen if id.startswith(prefix)) for prefix in {id.partition("_")[0] for id in unseen}]

    for name, query in QUERIES.items():
        for id in some if name in ("node", "nodes") else [id for id in some if id.startswith(("case", "officer"))]:
            invented = f"{id.partition('_')[0]}_01KAMZ0000NONE"
            there = asked.answer(executor, viewer, query, id=id)
            assert there.replace(id, invented) == asked.answer(executor, viewer, query, id=invented), (name, id)


@pytest.mark.parametrize("who", [f"city {role}" for role in Role])
def test_a_name_elsewhere_is_answered_as_one_that_is_none(asked: CountryApi, executor: str, who: str) -> None:
    viewer = asked.viewer(who)

    for name, (query, theirs, nobodys) in TEXTS.items():
        for it in theirs:
            there = asked.answer(executor, viewer, query, it=it)
            assert there.replace(it, nobodys) == asked.answer(executor, viewer, query, it=nobodys), (name, it)


# ------------------------------------------------------------------------------------------------ mutations


@dataclass(frozen=True, slots=True)
class Counties:
    """Two offices where everything can be done next, by mutation."""

    runner: Runner
    world: World
    here: StaffedOffice
    other: StaffedOffice
    stages: Mapping[str, MutationSetup]
    apart: Mapping[str, MutationSetup]

    def size(self) -> dict[str, int]:
        """Count the rows on record."""
        return self.runner.run(row_counts(self.world.store))

    def refusal(self, viewer: Viewer, mutation: str, input: Input) -> str:
        """Return the answer to a mutation that has to be refused, as text."""
        return self.runner.run(self._refusal(viewer, mutation, input))

    async def _refusal(self, viewer: Viewer, mutation: str, input: Input) -> str:
        client = Api(self.world).client(viewer)
        request = GraphQLRequest(query=document(mutation), variables={"input": input})
        text = (await client.operations.execute(request, client.context)).text.decode()
        payload = msgspec.json.decode(text)["data"]
        assert payload is None or payload[mutation]["errors"], text
        return text


@pytest.fixture(scope="module")
def counties(sqlite_supply: SqliteFiles) -> Iterator[Counties]:
    """Provide two offices apart under one regulation, each with every mutation prepared."""
    url = sqlite_supply.fresh()
    with Runner() as runner:
        world = World(url)
        here, apart = (runner.run(world.office(code)) for code in (HERE, APART))
        stages, others = (
            {mutation: runner.run(prepare_mutation(world, office, mutation)) for mutation in MUTATIONS}
            for office in (here, apart)
        )
        yield Counties(runner, world, here, apart, stages, others)
        runner.run(world.close())
    sqlite_supply.take_back(url)


def with_ids_of(mine: Any, theirs: Any) -> Iterator[tuple[Any, str, Any]]:
    """Replace each id of an input in turn; yield the input with another's id, that id, and the input with nobody's."""
    if isinstance(mine, dict):
        for key in mine:
            for there, id, nowhere in with_ids_of(mine[key], theirs[key]):
                yield {**mine, key: there}, id, {**mine, key: nowhere}
    elif isinstance(mine, list):
        for place, (item, other) in enumerate(zip(mine, theirs, strict=True)):
            for there, id, nowhere in with_ids_of(item, other):
                yield _put(mine, place, there), id, _put(mine, place, nowhere)
    elif isinstance(mine, str) and _ID.fullmatch(mine) and mine != theirs:
        yield theirs, theirs, invented(theirs)


def _put(items: list[Any], place: int, item: Any) -> list[Any]:
    return [*items[:place], item, *items[place + 1 :]]


def invented(id: str) -> str:
    """Return an id of the same kind and length, of nothing."""
    prefix, _, rest = id.partition("_")
    return f"{prefix}_{'0' * len(rest)}"


def test_every_id_of_every_input_is_replaced(counties: Counties) -> None:
    """Or the next test would not see that one tells."""
    assert CORE.mutation_type
    for mutation, stage in counties.stages.items():
        [given] = CORE.mutation_type.fields[mutation].args.values()
        input_type = get_named_type(given.type)
        assert isinstance(input_type, GraphQLInputObjectType)
        wanted = {name for name, field in input_type.fields.items() if get_named_type(field.type).name == "ID"}
        assert wanted - {"warning"} <= set(stage.input), mutation
        found = {id for _, id, _ in with_ids_of(stage.input, counties.apart[mutation].input)}
        assert len(found) >= len(wanted & set(stage.input)), mutation


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_tells_nothing_of_what_is_elsewhere(counties: Counties, mutation: str) -> None:
    """Each id of its input in turn is one of another office, and one of nothing."""
    stage, theirs, before = counties.stages[mutation], counties.apart[mutation], counties.size()

    for role in Role:
        viewer = counties.here.viewer(role)
        for there, id, nowhere in with_ids_of(stage.input, theirs.input):
            said = counties.refusal(viewer, mutation, there)
            unsaid = counties.refusal(viewer, mutation, nowhere)
            assert said.replace(id, invented(id)) == unsaid, (role, id)

    assert counties.size() == before


@pytest.mark.parametrize("mutation", [mutation for mutation in MUTATIONS if mutation != "openCase"])
def test_a_mutation_of_another_office_is_not_found(counties: Counties, mutation: str) -> None:
    """With nothing wrong in it, and with everything: what is wrong is told to those who see the case."""
    whole = counties.apart[mutation].input
    subject = next(name for name in ("assessment", "warning", "supervision", "notice", "case") if name in whole)
    subject = "case" if mutation in ("issueWarning", "recordDisposition") else subject
    subject = "warning" if mutation == "superviseWarning" else subject
    before = counties.size()

    for role in Role:
        viewer = counties.here.viewer(role)
        for changes in ({}, {"expectedVersion": 10**6}):
            if mutation == "markNoticeRead" and changes:
                continue
            there = {**whole, **changes}
            nowhere = {**there, subject: invented(whole[subject])}
            said, unsaid = (counties.refusal(viewer, mutation, input) for input in (there, nowhere))
            assert said.replace(whole[subject], invented(whole[subject])) == unsaid, (role, changes)

    assert counties.size() == before


def test_of_a_number_that_is_taken_elsewhere_nothing_more_is_told(counties: Counties) -> None:
    """A number is unique in an installation: that it is taken cannot be hidden from who opens a case."""
    taken = "检公诉〔2026〕邻县1号"
    opening, manager = {**counties.apart["openCase"].input, "number": taken}, counties.other.viewer(Role.CASE_MANAGER)
    counties.runner.run(Api(counties.world).client(manager).do("openCase", **opening))
    stage = counties.stages["openCase"]

    told = msgspec.json.decode(
        counties.refusal(counties.here.viewer(stage.role), "openCase", {**stage.input, "number": taken})
    )["data"]["openCase"]

    [error] = told["errors"]
    assert (error["path"], told["case"], told["cursor"], error["reasons"]) == (["number"], None, None, [])
    assert not _ID.search(error["message"])
    assert "43028" not in error["message"]
