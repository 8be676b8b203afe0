"""Readers of the log miss nothing and hear nothing twice, whoever writes meanwhile, and hear only what they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from caserisk.commands.cases import AssignCase, RecordPetition
from caserisk.commands.warnings import LiftWarning
from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.adversarial.conftest import Country
from tests.adversarial.listening import Listener, listening, watching
from tests.support import flows
from tests.support.api import Answer, Client

CHANGES = """
subscription ($where: WarningChangeFilter, $after: EventCursor) {
  warningChanges(where: $where, after: $after) {
    cursor kind status level { code } office { code } case { id parties { label } } warning { id }
  }
}
"""
EVENTS = "subscription ($case: ID!, $after: EventCursor) { caseEvents(case: $case, after: $after) { cursor summary } }"
LOG = """
query ($after: EventCursor, $case: ID) {
  events(after: $after, where: { case: $case }) { endCursor hasMore events { __typename cursor } }
}
"""
BEGINNING = "log_0"


@pytest.fixture(autouse=True)
async def _watched(country: Country) -> AsyncIterator[None]:
    async with watching(country.api):
        yield


def chief(country: Country) -> Client:
    """Return a client who sees the city's cases and the county's."""
    return country.api.of(country.city, Role.CHIEF_PROCURATOR)


async def logged(client: Client, **variables: Any) -> list[Answer]:
    """Return the log as it is polled, to its end."""
    events: list[Answer] = []
    while True:
        page = (await client.ask(LOG, **variables))["events"]
        events += page["events"]
        variables["after"] = page["endCursor"]
        if not page["hasMore"]:
            return events


def cursors(events: list[Answer]) -> list[str]:
    """Return the cursors of events."""
    return [event["cursor"] for event in events]


def changes(events: list[Answer]) -> list[str]:
    """Return the cursors of those events that are changes of warnings."""
    return cursors([event for event in events if event["__typename"] == "WarningChange"])


# ------------------------------------------------------------------------------------------------ nothing missed


async def test_from_any_cursor_exactly_the_rest_arrives(country: Country) -> None:
    """Eight write; some listen from the beginning, some come later and go on from a cursor they were given."""
    writers = [asyncio.create_task(_write(country)) for _ in range(8)]
    polling = asyncio.create_task(_poll(country, writers))
    async with listening(chief(country), CHANGES, after=BEGINNING) as first:
        async with asyncio.TaskGroup() as group:
            later = [group.create_task(_resume(country, first, number)) for number in (1, 5, 9)]
        await asyncio.gather(*writers)
        everything = changes(await logged(chief(country)))

        assert cursors(await first.heard(len(everything))) == everything
        assert changes(await polling) == everything
        for after, joined in [task.result() for task in later]:
            rest = everything[everything.index(after) + 1 :]
            assert cursors(await joined.heard(len(rest))) == rest
            await joined.leave()
        assert cursors(await first.silence()) == everything


async def _write(country: Country) -> None:
    for level in ("level-1", "level-2"):
        warned = await flows.receive_in_zhuzhou(country.world, country.city, level=level)
        lifting = LiftWarning(warning=warned.warning, reason="风险消除")
        await country.world.do(lifting, country.city.viewer(Role.EXPERT_COMMITTEE))


async def _poll(country: Country, writers: list[asyncio.Task[None]]) -> list[Answer]:
    """Poll until a while after the last event was written, and return what was read."""
    events: list[Answer] = []
    while not all(writer.done() for writer in writers):
        events += await logged(chief(country), after=events[-1]["cursor"] if events else None)
    return events + await logged(chief(country), after=events[-1]["cursor"])


async def _resume(country: Country, first: Listener, number: int) -> tuple[str, Listener]:
    """Listen from the cursor of an event that was heard a moment ago."""
    after = (await first.heard(number))[number - 1]["cursor"]
    return after, Listener(chief(country), CHANGES, {"after": after})


async def test_a_case_is_followed_from_any_of_its_events(country: Country) -> None:
    archived = await flows.archive_in_zhuzhou(country.world, country.city)
    events = cursors(await logged(chief(country), case=archived.case))

    for index in range(0, len(events), 7):
        async with listening(chief(country), EVENTS, case=archived.case, after=events[index]) as listener:
            rest = events[index + 1 :]

            assert cursors(await listener.heard(len(rest))) == rest
    assert len(events) > 20


async def test_a_mutations_cursor_begins_right_after_it(country: Country) -> None:
    """What was done is not told again to who did it; what comes next is."""
    warned = await flows.warn_in_zhuzhou(country.world, country.city)
    head = country.api.of(country.city, Role.DEPARTMENT_HEAD)
    answer = await head.do("acknowledgeWarning", warning=warned.warning)

    async with listening(head, CHANGES, after=answer["cursor"]) as listener:
        lifting = LiftWarning(warning=warned.warning, reason="风险消除")
        await country.world.do(lifting, country.city.viewer(Role.EXPERT_COMMITTEE))

        assert [event["kind"] for event in await listener.heard(1)] == ["LIFTED"]
        await listener.silence()


async def test_without_a_cursor_only_what_is_new_arrives(country: Country) -> None:
    await flows.warn_in_zhuzhou(country.world, country.city)
    before = changes(await logged(chief(country)))

    async with listening(chief(country), CHANGES) as listener:
        while not listener.events:  # when it began to listen is not told, so it is given something to hear
            await flows.warn_in_zhuzhou(country.world, country.city)
        await flows.warn_in_zhuzhou(country.world, country.city)
        everything = changes(await logged(chief(country)))
        first = everything.index(listener.events[0]["cursor"])

        assert first >= len(before)
        assert cursors(await listener.heard(len(everything) - first)) == everything[first:]


async def test_a_hundred_and_more_arrive_in_one_go(country: Country) -> None:
    """More than a batch holds."""
    case = await country.world.open_case(country.city)
    handler = country.city.viewer(Role.CASE_HANDLER)
    for _ in range(120):
        await country.world.do(RecordPetition(case=case, channel="来访", description="来访"), handler)
    events = cursors(await logged(chief(country), case=case))

    async with listening(chief(country), EVENTS, case=case, after=BEGINNING) as listener:
        assert cursors(await listener.heard(len(events))) == events
        assert len(events) > 120


# ------------------------------------------------------------------------------------------------ filters


async def test_filters_look_at_the_change_itself(country: Country) -> None:
    """Not at what has become of the warning since."""
    city = await flows.archive_in_zhuzhou(country.world, country.city)
    county = await flows.receive_in_zhuzhou(country.world, country.county, level="level-1")
    async with listening(chief(country), CHANGES, after=BEGINNING) as listener:
        everything = await listener.heard(len(changes(await logged(chief(country)))))
    wanted: list[tuple[Answer, Any]] = [
        ({"kind": ["OVERDUE", "ARCHIVED"]}, lambda event: event["kind"] in ("OVERDUE", "ARCHIVED")),
        ({"case": county.case}, lambda event: event["case"]["id"] == county.case),
        ({"office": "430281"}, lambda event: event["office"]["code"] == "430281"),
        ({"office": "430200"}, lambda _: True),
        ({"office": "430200", "includeSubordinate": False}, lambda event: event["office"]["code"] == "430200"),
        ({"severity": ["LOW"]}, lambda event: event["level"]["code"] == "level-1"),
        ({"level": ["zhuzhou:level-4"]}, lambda event: event["level"]["code"] == "level-4"),
        ({"level": ["level-1"], "office": "430281"}, lambda event: event["level"]["code"] == "level-1"),
        ({"case": city.case, "kind": ["ISSUED"]}, lambda e: e["case"]["id"] == city.case and e["kind"] == "ISSUED"),
        ({"office": "370000"}, lambda _: False),
        ({"case": "case_nowhere"}, lambda _: False),
    ]

    for where, matches in wanted:
        expected = [event for event in everything if matches(event)]
        async with listening(chief(country), CHANGES, where=where, after=BEGINNING) as listener:
            await listener.heard(len(expected))
            assert await listener.settled() == expected, where


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("cursor", ["", "log_", "log_-1", "LOG_1", "x", "log_1\0"])
async def test_a_cursor_that_is_none_is_bad_input(country: Country, cursor: str) -> None:
    async with listening(chief(country), CHANGES, after=cursor) as listener:
        assert await listener.end() == ["BAD_INPUT"]


async def test_a_cursor_beyond_the_end_is_unknown(country: Country) -> None:
    case, beyond = await country.world.open_case(country.city), f"log_{await country.world.store.end_of_log() + 1}"

    async with listening(chief(country), CHANGES, after=beyond) as listener:
        assert await listener.end() == ["UNKNOWN_CURSOR"]
    async with listening(chief(country), EVENTS, case=case, after=beyond) as listener:
        assert await listener.end() == ["UNKNOWN_CURSOR"]


@pytest.mark.parametrize("document", ["subscription { warningChanges(", "subscription { noneSuch }"])
async def test_what_is_no_subscription_is_bad_input(country: Country, document: str) -> None:
    async with listening(chief(country), document) as listener:
        assert await listener.end() == ["BAD_INPUT"]


@pytest.mark.parametrize("case", ["", "x", "case_", "warning_1", "case_\ud800"])
async def test_a_case_that_is_none_is_bad_input(country: Country, case: str) -> None:
    async with listening(chief(country), EVENTS, case=case) as listener:
        assert await listener.end() == ["BAD_INPUT"]


async def test_a_case_that_is_not_shown_is_not_followed(country: Country) -> None:
    elsewhere = await country.world.open_case(country.elsewhere)

    for case in (elsewhere, "case_nowhere"):
        async with listening(chief(country), EVENTS, case=case, after=BEGINNING) as listener:
            assert await listener.end() == ["FORBIDDEN"]
            assert listener.events == []


@pytest.mark.parametrize(
    "where",
    [{"level": ["level-1"]}, {"office": "\0"}, {"case": "x"}, {"kind": ["NONE_SUCH"]}, {"noneSuch": 1}, []],
)
async def test_a_filter_that_makes_no_sense_is_bad_input(country: Country, where: Any) -> None:
    async with listening(chief(country), CHANGES, where=where) as listener:
        assert await listener.end() == ["BAD_INPUT"]


# ------------------------------------------------------------------------------------------------ what is not shown


async def test_what_is_not_shown_is_not_heard(country: Country) -> None:
    """A county's chief hears the county, an integrator of the city both and no parties, who sees no cases nothing."""
    county = await flows.receive_in_zhuzhou(country.world, country.county)
    city = await flows.receive_in_zhuzhou(country.world, country.city)
    elsewhere = await flows.petition_in_shandong(country.world, country.elsewhere)
    expected = [
        (country.city, Role.CHIEF_PROCURATOR, {city.case, county.case}),
        (country.city, Role.INTEGRATOR, {city.case, county.case}),
        (country.city, Role.DEPARTMENT_HEAD, {city.case}),
        (country.county, Role.CHIEF_PROCURATOR, {county.case}),
        (country.elsewhere, Role.COMPLAINTS_OFFICER, {elsewhere.case}),
        (country.city, Role.ADMINISTRATOR, set()),
        (country.city, Role.RECEPTION_OFFICER, set()),
    ]

    for office, role, cases in expected:
        async with listening(country.api.of(office, role), CHANGES, after=BEGINNING) as listener:
            await listener.until(partial(_of_all, cases))
            events = await listener.settled()
        assert {event["case"]["id"] for event in events} == cases, role
        assert role is not Role.INTEGRATOR or all(event["case"]["parties"] is None for event in events)


def _of_all(cases: set[str], events: list[Answer]) -> bool:
    """Tell whether there are events of each of some cases."""
    return cases <= {event["case"]["id"] for event in events}


async def test_who_is_moved_hears_no_more(country: Country) -> None:
    """Authority is asked when an event is delivered, not when the stream is opened."""
    world, office, registrar = country.world, country.city, country.world.registrar
    head, away = office.viewer(Role.DEPARTMENT_HEAD).officer, office.department(DepartmentFunction.COMPLAINTS)
    own = office.department()
    await registrar.department(
        office.office, own.name, own.function, id=own.id, leader_in_charge_id=own.leader_in_charge_id
    )
    one, two, three = [await flows.warn_in_zhuzhou(world, office) for _ in range(3)]

    async def lifted(warned: flows.Warned) -> None:
        lifting = LiftWarning(warning=warned.warning, reason="风险消除")
        await world.do(lifting, office.viewer(Role.EXPERT_COMMITTEE))

    async with listening(
        country.api.of(office, Role.DEPARTMENT_HEAD), CHANGES, where={"kind": ["LIFTED"]}, after=BEGINNING
    ) as listener:
        await lifted(one)
        await listener.heard(1)
        await registrar.officer(office.office, head.name, head.roles, id=head.id, department_id=away.id)
        await lifted(two)
        await listener.silence()
        await registrar.officer(office.office, head.name, head.roles, id=head.id, department_id=head.department_id)
        await lifted(three)
        await listener.heard(2)

        assert [event["warning"]["id"] for event in listener.events] == [one.warning, three.warning]


async def test_a_case_that_is_given_away_is_heard_no_more(country: Country) -> None:
    world, office = country.world, country.city
    case = await world.open_case(office)
    away = AssignCase(case=case, department=office.department(DepartmentFunction.COMPLAINTS).id)

    async with listening(country.api.of(office, Role.CASE_HANDLER), EVENTS, case=case, after=BEGINNING) as listener:
        before = list(await listener.heard(len(await logged(chief(country), case=case))))
        await world.do(away, office.viewer(Role.CASE_MANAGER))
        await world.do(
            RecordPetition(case=case, channel="来访", description="来访一次"), office.viewer(Role.COMPLAINTS_OFFICER)
        )

        assert await listener.silence() == before


async def test_who_has_left_is_heard_out_no_longer(country: Country) -> None:
    world, office = country.world, country.city
    hub = office.viewer(Role.COMPLAINTS_OFFICER).officer
    client = country.api.of(office, Role.COMPLAINTS_OFFICER)
    case = await world.open_case(office)

    async with listening(client, CHANGES) as listener, listening(client, EVENTS, case=case, after=BEGINNING) as other:
        await other.heard(1)
        await world.registrar.officer(office.office, hub.name, hub.roles, id=hub.id, active=False)

        assert await other.end() == ["UNAUTHENTICATED"]
        assert await listener.end() == ["UNAUTHENTICATED"]
        assert listener.events == []


# ------------------------------------------------------------------------------------------------ many, and slow ones


async def test_more_listen_than_there_are_connections(country: Country) -> None:
    """Who holds a view of the data while waiting for another would hold up everybody."""
    listeners = [Listener(chief(country), CHANGES, {"after": BEGINNING}) for _ in range(40)]

    for _ in range(3):
        await flows.warn_in_zhuzhou(country.world, country.city)
    heard = [await listener.heard(3) for listener in listeners]

    assert [cursors(events) for events in heard] == [changes(await logged(chief(country)))] * 40
    for listener in listeners:
        await listener.leave()


async def test_slow_listeners_hold_up_nobody(country: Country) -> None:
    """Each takes one event and asks for no more; no connection waits for them."""
    await flows.warn_in_zhuzhou(country.world, country.city)
    streams = [chief(country).follow(CHANGES, after=BEGINNING) for _ in range(40)]
    for stream in streams:
        await asyncio.wait_for(anext(stream), 10)

    await asyncio.wait_for(flows.warn_in_zhuzhou(country.world, country.city), 10)

    assert len(await asyncio.wait_for(logged(chief(country)), 10)) > 0
    for stream in streams:
        assert (await asyncio.wait_for(anext(stream), 10))["warningChanges"]["kind"] == "ISSUED"
        await stream.aclose()
