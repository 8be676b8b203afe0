"""Whoever follows is let in by who they are now: a sign-in that ends, and an officer who leaves, end their streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.installation import Installation, Socket, Stream, codes, installed_at

CHANGES = "subscription { warningChanges { cursor } }"
EVENTS = 'subscription Events($case: ID!) { caseEvents(case: $case, after: "log_0") { cursor } }'
SHORT = timedelta(seconds=3)


@pytest.fixture(params=["on", "off"], ids=["compiled", "reference"])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation with either executor."""
    return {"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_COMPILER": request.param}


@pytest.fixture
async def here(env: dict[str, str]) -> AsyncIterator[Installation]:
    """An installation, on its own database: when a sign-in ends, none is asked."""
    async with installed_at(env) as installation:
        yield installation


@pytest.fixture
async def anywhere(env: dict[str, str], database: str) -> AsyncIterator[Installation]:
    """An installation on either database."""
    async with installed_at({**env, "CASERISK_DATABASE_URL": database}) as installation:
        yield installation


async def test_a_sign_in_that_ends_closes_the_socket(here: Installation) -> None:
    officer = await here.officer()
    socket = Socket(here.app)
    await socket.open(here.token(officer, SHORT))
    socket.ask("1", CHANGES)
    socket.ask("2", CHANGES)

    said = [await socket.heard(), await socket.heard()]
    closed = await socket.heard()
    await socket.ended()

    assert {message["id"] for message in said} == {"1", "2"}
    for message in said:
        assert message["type"] == "error"
        assert codes({"errors": message["payload"]}) == ["UNAUTHENTICATED"]
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


async def test_a_silent_socket_closes_too(here: Installation) -> None:
    officer = await here.officer()
    socket = Socket(here.app)
    await socket.open(here.token(officer, SHORT))

    assert (await socket.heard())["code"] == 4403
    await socket.ended()


async def test_a_sign_in_that_ends_ends_a_stream_by_ticket(here: Installation) -> None:
    officer = await here.officer()
    stream = Stream(here.app, {"query": CHANGES, "ticket": await here.ticket(here.token(officer, SHORT))})

    assert await stream.status() == 200
    event = await stream.event()
    assert '"code":"UNAUTHENTICATED"' in event
    assert await stream.event() == "event: complete\ndata:"
    await stream.ended()


async def test_a_sign_in_that_ends_ends_a_stream_by_token(here: Installation) -> None:
    officer = await here.officer()
    token = here.token(officer, SHORT)
    stream = Stream(here.app, {"query": CHANGES}, {"authorization": f"Bearer {token}", "accept-language": "en"})

    assert await stream.status() == 200
    assert "your sign-in has ended" in await stream.event()
    await stream.ended()


async def test_who_leaves_hears_nothing_more_on_a_socket(anywhere: Installation) -> None:
    officer, case = await anywhere.officer(), await anywhere.open_case()
    socket = Socket(anywhere.app)
    await socket.open(anywhere.token(officer))
    socket.ask("1", EVENTS, variables={"case": case})
    before = await socket.heard()

    await anywhere.dismiss(officer)

    after = await socket.heard()
    while after["type"] == "next":  # tanywhere before
        after = await socket.heard()
    assert before["type"] == "next"
    assert (after["type"], codes({"errors": after["payload"]})) == ("error", ["UNAUTHENTICATED"])
    socket.ask("2", "{ cases { totalCount } }")
    again = await socket.heard()
    assert codes({"errors": again["payload"]} if again["type"] == "error" else again["payload"]) == ["UNAUTHENTICATED"]
    await socket.leave()


async def test_who_leaves_hears_nothing_more_in_a_stream(anywhere: Installation) -> None:
    officer, case = await anywhere.officer(), await anywhere.open_case()
    parameters = {"query": EVENTS, "variables": json.dumps({"case": case})}
    stream = Stream(anywhere.app, parameters, {"authorization": f"Bearer {anywhere.token(officer)}"})
    assert await stream.status() == 200
    before = await stream.event()

    await anywhere.dismiss(officer)

    after = await stream.event()
    while '"cursor"' in after:  # tanywhere before
        after = await stream.event()
    assert '"cursor"' in before
    assert '"code":"UNAUTHENTICATED"' in after
    await stream.ended()
