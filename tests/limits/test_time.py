"""What takes too long, or is waited for by nobody, is ended, down to the statement; a mutation is never torn."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from caserisk.store.store import Store
from tests.limits.conftest import Install
from tests.support.installation import PATIENCE, Installation, Socket, _Line, codes

SLOW = "{ cases { nodes { id } } }"
SEVERAL = "{ cases { nodes { id } } offices { code } }"
QUICK = "{ offices { code } }"
MORE_THAN_CONNECTIONS = 12
"""One more statement would have to wait, if one of so many were still running."""

CONNECTIONS = 10
"""So many are in use at once, whichever database and executor it is."""

LISTENING = {"sqlite": 0, "postgresql": 1}
"""Connections that are always in use: one waits to hear that the log has grown."""

PETITION = """
mutation ($case: ID!) {
  recordPetition(input: { case: $case, channel: "LETTER", description: "来信", idempotencyKey: "1" }) {
    case { version }
    errors { message }
  }
}
"""


class Posted(_Line):
    """A request by POST whose client may leave."""

    def __init__(self, app: Any, token: str, query: str, **variables: Any) -> None:
        scope = {"type": "http", "method": "POST", "scheme": "http"}
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        super().__init__(app, scope, headers)
        body = json.dumps({"query": query, "variables": variables}).encode()
        self.give({"type": "http.request", "body": body, "more_body": False})

    async def leave(self) -> None:
        """Close the client's side of the connection."""
        self.give({"type": "http.disconnect"})
        await self.ended()

    @property
    def answered(self) -> bool:
        """Tell whether anything was sent."""
        return not self._out.empty()


def connections_in_use(here: Installation) -> int:
    """Count the connections that are in use, of either executor."""
    return sum(here.opened.store.database.connections_in_use().values())


async def all_begin(here: Installation) -> None:
    """Wait until as many slow statements are at work as can be."""
    async with asyncio.timeout(PATIENCE):
        while connections_in_use(here) < CONNECTIONS:  # noqa: ASYNC110  # nothing tells but the pools
            await asyncio.sleep(0.01)


async def all_end(here: Installation) -> None:
    """Wait until no statement is at work."""
    async with asyncio.timeout(PATIENCE):
        while connections_in_use(here) > LISTENING[here.opened.store.database.dialect.name]:  # noqa: ASYNC110  # nothing tells but the pools
            await asyncio.sleep(0.01)


async def nothing_runs(here: Installation, token: str) -> None:
    """Check that the connections are free: a quick query is answered."""
    answer = await asyncio.wait_for(here.ask(token, QUICK), PATIENCE)
    assert answer["data"]["offices"]


@pytest.mark.parametrize("query", [SLOW, SEVERAL], ids=["alone", "beside another"])
async def test_what_takes_too_long_is_ended(slow: Install, query: str) -> None:
    async with slow(request_time=1) as here:
        token = here.token(await here.officer())

        answers = await asyncio.gather(*(here.ask(token, query) for _ in range(MORE_THAN_CONNECTIONS)))

        for answer in answers:
            assert answer["data"] is None
            assert codes(answer) == ["TOO_COMPLEX"]
            assert "1 秒" in answer["errors"][0]["message"]
        await nothing_runs(here, token)


async def test_the_status_says_that_it_was_begun(slow: Install) -> None:
    accepted = "application/graphql-response+json"
    async with slow(request_time=0.5) as here:
        headers = {"authorization": f"Bearer {here.token(await here.officer())}", "accept": accepted}

        answer = await here.http.post("/graphql", json={"query": SLOW}, headers=headers)

    assert answer.status_code == 200


async def test_an_operation_of_a_socket_is_ended_too(slow: Install) -> None:
    async with slow(request_time=0.5) as here:
        socket = Socket(here.app)
        await socket.open(here.token(await here.officer()))
        socket.ask("1", SLOW)
        socket.ask("2", "subscription { warningChanges { cursor } }")

        said = await socket.heard()

        assert (said["id"], codes(said["payload"])) == ("1", ["TOO_COMPLEX"])
        assert await socket.heard() == {"type": "complete", "id": "1"}
        await socket.leave()


async def test_what_nobody_waits_for_is_ended(slow: Install) -> None:
    async with slow() as here:
        token = here.token(await here.officer())
        posted = [Posted(here.app, token, SLOW) for _ in range(MORE_THAN_CONNECTIONS)]
        await all_begin(here)

        for request in posted:
            await request.leave()

        assert not any(request.answered for request in posted)
        await all_end(here)
        await nothing_runs(here, token)


async def test_a_socket_that_leaves_ends_what_runs_on_it(slow: Install) -> None:
    async with slow() as here:
        token, socket = here.token(await here.officer()), Socket(here.app)
        await socket.open(token)
        for id in range(MORE_THAN_CONNECTIONS):
            socket.ask(str(id), SLOW)
        await all_begin(here)

        await socket.leave()

        await all_end(here)
        await nothing_runs(here, token)


class Gate:
    """A gate before every write, which waits there until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    def close(self) -> None:
        """Make the next write wait."""
        self.reached.clear()
        self.open.clear()


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Put a gate before every write to the store."""
    gate, write = Gate(), Store.write

    async def waits(self: Store, *given: Any, **named: Any) -> int:
        gate.reached.set()
        await gate.open.wait()
        return await write(self, *given, **named)

    monkeypatch.setattr(Store, "write", waits)
    return gate


async def version_of(here: Installation, case: str) -> int:
    """Return the version that a case has by now."""
    query = "query ($case: ID!) { node(id: $case) { ... on Case { version } } }"
    answer = await here.ask(here.token(await here.officer()), query, variables={"case": case})
    version: int = answer["data"]["node"]["version"]
    return version


async def grows(here: Installation, case: str, before: int) -> None:
    """Wait for a case to have changed."""
    async with asyncio.timeout(PATIENCE):
        while await version_of(here, case) == before:  # noqa: ASYNC110  # nothing tells but the answer
            await asyncio.sleep(0.05)


async def test_a_mutation_is_carried_out_though_its_client_left(here: Installation, writing: Gate) -> None:
    writing.open.set()
    case = await here.open_case()
    token, before = here.token(await here.officer(Role.COMPLAINTS_OFFICER)), await version_of(here, case)
    writing.close()
    posted = Posted(here.app, token, PETITION, case=case)
    await asyncio.wait_for(writing.reached.wait(), PATIENCE)

    await posted.leave()
    writing.open.set()

    await grows(here, case, before)
    assert not posted.answered


async def test_a_mutation_that_takes_too_long_is_carried_out_all_the_same(install: Install, writing: Gate) -> None:
    async with install(request_time=0.5) as here:
        writing.open.set()
        case = await here.open_case()
        token, before = here.token(await here.officer(Role.COMPLAINTS_OFFICER)), await version_of(here, case)
        writing.close()

        answer = await here.ask(token, PETITION, variables={"case": case})
        assert writing.reached.is_set()
        writing.open.set()

        assert answer["data"] is None
        assert codes(answer) == ["TOO_COMPLEX"]
        assert "idempotencyKey" in answer["errors"][0]["message"]
        await grows(here, case, before)
        again = await here.ask(token, PETITION, variables={"case": case})
        assert again["data"]["recordPetition"]["errors"] == []
        assert again["data"]["recordPetition"]["case"]["version"] == await version_of(here, case)
