"""A stream of events goes on after the last one that was seen: nothing twice, nothing left out."""

from __future__ import annotations

import json

import pytest

from caserisk.commands.cases import RecordPetition
from tests.limits.conftest import Install
from tests.support.databases import KINDS, Databases
from tests.support.installation import Installation, Message, Socket, Stream, codes

EVENTS = "subscription ($case: ID!, $after: EventCursor) { caseEvents(case: $case, after: $after) { cursor summary } }"


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases) -> str:
    """Return the URL of either database."""
    return databases.fresh(request.param)


async def happen(here: Installation, case: str, times: int) -> None:
    """Something happens in a case so many times."""
    for number in range(times):
        command = RecordPetition(case=case, channel="LETTER", description=f"来信{number}")
        await here.opened.runner.execute(command, viewer=None)


def stream_of(here: Installation, token: str, case: str, seen: str | None = None, after: str = "log_0") -> Stream:
    """Open a stream of what happens in a case, as a browser does: with the last id that it was given."""
    parameters = {"query": EVENTS, "variables": json.dumps({"case": case, "after": after})}
    headers = {"authorization": f"Bearer {token}", **({} if seen is None else {"last-event-id": seen})}
    return Stream(here.app, parameters, headers)


def read(event: str) -> tuple[str | None, Message]:
    """Return the id of an event and the answer in it."""
    fields = dict(line.partition(": ")[::2] for line in event.splitlines())
    assert fields["event"] == "next"
    return fields.get("id"), json.loads(fields["data"])


async def test_a_stream_resumes_by_the_id_of_its_last_event(install: Install, database: str) -> None:
    async with install(database) as here:
        token, case = here.token(await here.officer()), await here.open_case()
        await happen(here, case, 3)
        whole = stream_of(here, token, case)
        assert await whole.status() == 200
        every = [read(await whole.event()) for _ in range(4)]
        await whole.leave()

        for place, (seen, _) in enumerate(every[:-1]):
            rest = stream_of(here, token, case, seen)
            assert await rest.status() == 200
            assert [read(await rest.event()) for _ in every[place + 1 :]] == every[place + 1 :]
            await rest.leave()

        last = stream_of(here, token, case, every[-1][0])
        assert await last.status() == 200
        await happen(here, case, 1)
        id, answer = read(await last.event())
        await last.leave()

    assert [id for id, _ in every] == [answer["data"]["caseEvents"]["cursor"] for _, answer in every]
    assert id == answer["data"]["caseEvents"]["cursor"]
    assert id not in [earlier for earlier, _ in every]


@pytest.mark.parametrize(
    ("seen", "code"), [("log_999999", "UNKNOWN_CURSOR"), ("x", "BAD_INPUT"), ("log_-1", "BAD_INPUT")]
)
async def test_an_id_that_is_none_of_the_log_is_an_error(here: Installation, seen: str, code: str) -> None:
    stream = stream_of(here, here.token(await here.officer()), await here.open_case(), seen)

    assert await stream.status() == 200
    id, answer = read(await stream.event())
    await stream.ended()

    assert id is None
    assert codes(answer) == [code]


async def test_an_empty_id_is_none(here: Installation) -> None:
    """Send an empty id, as browsers do after an event without one."""
    stream = stream_of(here, here.token(await here.officer()), await here.open_case(), "")

    assert await stream.status() == 200
    assert "errors" not in read(await stream.event())[1]
    await stream.leave()


async def test_only_an_event_has_an_id(here: Installation) -> None:
    stream = Stream(here.app, {"query": "{ __typename }"})

    assert await stream.status() == 200
    assert "id:" not in await stream.event()
    await stream.ended()


async def test_a_socket_goes_by_its_argument(here: Installation) -> None:
    case = await here.open_case()
    socket = Socket(here.app, {"last-event-id": "log_999999"})
    await socket.open(here.token(await here.officer()))
    socket.ask("1", EVENTS, variables={"case": case, "after": "log_0"})

    assert (await socket.heard())["type"] == "next"
    await socket.leave()
