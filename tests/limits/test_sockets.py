"""How much a client may have open at once."""

from __future__ import annotations

from tests.limits.conftest import Install
from tests.support.installation import Socket, Stream, codes

CHANGES = "subscription { warningChanges { cursor } }"


async def test_a_socket_runs_so_many_operations_at_once(install: Install) -> None:
    async with install(max_operations=2) as here:
        socket = Socket(here.app)
        await socket.open(here.token(await here.officer()))
        for id in "123":
            socket.ask(id, CHANGES)

        closed = await socket.heard()
        await socket.ended()

    assert (closed["code"], closed["reason"]) == (4429, "Too many operations")


async def test_an_operation_that_is_over_makes_room(install: Install) -> None:
    async with install(max_operations=1) as here:
        socket = Socket(here.app)
        await socket.open(here.token(await here.officer()))
        for id in "123":
            socket.ask(id, "{ __typename }")
            assert [(await socket.heard())["type"] for _ in range(2)] == ["next", "complete"]
        await socket.leave()


async def test_a_client_has_so_many_sockets(install: Install) -> None:
    async with install(max_sockets=2) as here:
        token, other = [here.token(await here.officer()) for _ in range(2)]
        first, second, third, others = (Socket(here.app) for _ in range(4))
        await first.open(token)
        await second.open(token)
        await others.open(other)

        third.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        closed = await third.heard()
        await third.ended()
        assert (closed["code"], closed["reason"]) == (4429, "Too many connections")

        await first.leave()
        again = Socket(here.app)
        await again.open(token)
        for socket in (second, others, again):
            await socket.leave()


async def test_streams_are_counted_with_them(install: Install) -> None:
    async with install(max_sockets=1) as here:
        token = here.token(await here.officer())
        headers = {"authorization": f"Bearer {token}"}
        stream = Stream(here.app, {"query": CHANGES}, headers)
        assert await stream.status() == 200

        second = await here.http.get(
            "/graphql", params={"query": CHANGES}, headers={**headers, "accept": "text/event-stream"}
        )
        assert second.status_code == 429
        assert codes(second.json()) == ["TOO_COMPLEX"]

        await stream.leave()
        socket = Socket(here.app)
        await socket.open(token)
        await socket.leave()
