"""Each stream tells of what its listener sees, and of nothing else: from the beginning, and of what comes."""

from __future__ import annotations

import asyncio
from asyncio import Runner
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from caserisk.domain.vocabulary import Role
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import GraphQLResponse
from tests.adversarial.listening import EVENT_TIMEOUT
from tests.authority.country import settle
from tests.authority.country_api import VIEWERS, CountryApi, Findings
from tests.authority.schema_walk import walk
from tests.authority.visibility_oracle import Stored
from tests.support import flows
from tests.support.databases import SqliteFiles
from tests.support.world import World

CHANGES = walk("subscription", "warningChanges", deepest=2, live=False).text
EVENTS = walk("subscription", "caseEvents", deepest=4, live=False).text
EVERYBODY = [who for who in VIEWERS if not who.startswith("county")]


@pytest.fixture(scope="module")
def lively(sqlite_supply: SqliteFiles) -> Iterator[CountryApi]:
    """Provide a country of its own, where something happens."""
    url = sqlite_supply.fresh()
    with Runner() as runner:
        world = World(url)
        yield CountryApi(runner, world, runner.run(settle(world)))
        runner.run(world.close())
    sqlite_supply.take_back(url)


class StreamListener:
    """Somebody listening, and what they have heard: the text of each answer."""

    def __init__(self, asked: CountryApi, executor: str, who: str, document: str, **given: Any) -> None:
        self.who, self.heard = who, list[str]()
        request, context = GraphQLRequest(query=document, variables=given), asked.api.client(asked.viewer(who)).context
        self._task = asyncio.create_task(self._listen(asked.operations[executor].stream(request, context)))

    async def _listen(self, answers: AsyncIterator[GraphQLResponse]) -> None:
        async for answer in answers:
            self.heard.append(answer.text.decode())

    @property
    def events(self) -> list[str]:
        """Return the ids of what was heard."""
        return [event["id"] for text in self.heard for event in msgspec.json.decode(text)["data"].values()]

    async def end(self) -> None:
        """Wait until the stream ends by itself."""
        await asyncio.wait_for(self._task, EVENT_TIMEOUT)

    async def leave(self) -> None:
        """Stop listening."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def changes_of_warnings(stored: Stored, officer_id: str) -> list[str]:
    """Return the changes of warnings that an officer may hear of, in order."""
    return [event["id"] for event in stored.sight(officer_id).events if event["noun"] == "warning"]


def test_changes_of_warnings_are_heard_by_who_sees_them(lively: CountryApi, executor: str) -> None:
    lively.runner.run(_hear(lively, executor))


async def _hear(lively: CountryApi, executor: str) -> None:
    """Let everybody listen from the beginning, while something happens in the city and elsewhere."""
    watch = asyncio.create_task(lively.api.watch.run())
    ears = [StreamListener(lively, executor, who, CHANGES, after="log_0") for who in EVERYBODY]
    await flows.warn_in_zhuzhou(lively.world, lively.country.city)
    await flows.petition_in_shandong(lively.world, lively.country.province)
    stored = await Stored.read(lively.world.engine)
    expected = {ear.who: changes_of_warnings(stored, lively.viewer(ear.who).officer.id) for ear in ears}

    async with asyncio.timeout(6 * EVENT_TIMEOUT):
        while any(len(ear.heard) < len(expected[ear.who]) for ear in ears):  # noqa: ASYNC110  # it comes by itself
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # nothing comes after it

    for ear in ears:
        await ear.leave()
        sight = stored.sight(lively.viewer(ear.who).officer.id)
        assert ear.events == expected[ear.who], ear.who
        for text in ear.heard:
            assert Findings.of(text, sight, lively.country).leaks == [], ear.who
    assert len({len(ear.heard) for ear in ears}) > 4  # or they would all hear the same
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)


@pytest.mark.parametrize("role", [Role.CASE_HANDLER, Role.INTEGRATOR, Role.LEADER_IN_CHARGE, Role.INSPECTOR], ids=str)
def test_a_case_is_followed_by_who_sees_it(asked: CountryApi, executor: str, role: Role) -> None:
    viewer = asked.viewer(f"city {role}")
    sight = asked.sight(viewer)
    cases = [asked.country.marks[mark] for mark in ("1", "2", "3", "5", "9", "17")]

    async def follow(case: str) -> list[str]:
        logged = [event["id"] for event in sight.events if event["case_id"] == case]
        ear = StreamListener(asked, executor, f"city {role}", EVENTS, case=case, after="log_0")
        if not logged:
            await ear.end()
            return [msgspec.json.decode(text)["errors"][0]["extensions"]["code"] for text in ear.heard]
        async with asyncio.timeout(EVENT_TIMEOUT):
            while len(ear.heard) < len(logged):  # noqa: ASYNC110  # it comes by itself
                await asyncio.sleep(0.02)
        await ear.leave()
        assert all(Findings.of(text, sight, asked.country).leaks == [] for text in ear.heard)
        return ear.events

    for case in cases:
        heard = asked.runner.run(follow(case))
        expected = [event["id"] for event in sight.events if event["case_id"] == case]
        assert heard == (expected or ["FORBIDDEN"]), case


def test_a_change_that_is_filtered_by_what_is_elsewhere_is_heard_of_nobody(asked: CountryApi, executor: str) -> None:
    """Naming another office's case, level or office brings nothing, nor an error."""
    elsewhere = asked.country.marks["9"]

    async def listen() -> list[StreamListener]:
        document = 'subscription ($where: WarningChangeFilter) { warningChanges(where: $where, after: "log_0") { id } }'
        wheres = ({"case": elsewhere}, {"office": "370000"}, {"case": "case_none"}, {"office": "999999"})
        ears = [StreamListener(asked, executor, "city CHIEF_PROCURATOR", document, where=where) for where in wheres]
        await asyncio.sleep(0.5)
        for ear in ears:
            await ear.leave()
        return ears

    assert [ear.heard for ear in asked.runner.run(listen())] == [[], [], [], []]
