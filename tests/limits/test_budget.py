"""Nobody spends more within a minute than is theirs; others are not held up by it."""

from __future__ import annotations

import json

import pytest

from caserisk_graphql.engine import rate_limit
from caserisk_graphql.engine.rate_limit import RateLimiter
from tests.limits.conftest import Install
from tests.support.installation import Socket, Stream, codes

QUERY = "{ cases(first: 30) { nodes { id } } }"
"""It costs 32."""


async def test_who_has_spent_it_is_told_to_wait(install: Install) -> None:
    async with install(max_cost=50, cost_per_minute=50) as here:
        spender, other = [here.token(await here.officer()) for _ in range(2)]
        await here.ask(spender, QUERY)

        headers = {"authorization": f"Bearer {spender}", "accept": "application/json"}
        refused = await here.http.post("/graphql", json={"query": QUERY}, headers=headers)

        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert codes(refused.json()) == ["TOO_COMPLEX"]
        assert "data" not in refused.json()
        assert "data" in await here.ask(other, QUERY)


async def test_nobody_known_spends_by_their_address(install: Install) -> None:
    async with install(max_cost=50, cost_per_minute=50) as here:
        answers = [await here.http.post("/graphql", json={"query": QUERY}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 429]
        assert "data" in await here.ask(here.token(await here.officer()), QUERY)


async def test_sockets_and_streams_spend_the_same(install: Install) -> None:
    async with install(max_cost=50, cost_per_minute=50) as here:
        officer = await here.officer()
        token = here.token(officer)
        socket = Socket(here.app)
        await socket.open(token)
        socket.ask("1", QUERY)
        assert (await socket.heard())["type"] == "next"
        assert (await socket.heard())["type"] == "complete"

        socket.ask("2", QUERY)
        refused = await socket.heard()
        stream = Stream(here.app, {"query": QUERY}, {"authorization": f"Bearer {token}"})
        assert await stream.status() == 200
        event = await stream.event()

        assert refused["type"] == "error"
        assert codes({"errors": refused["payload"]}) == ["TOO_COMPLEX"]
        assert codes(json.loads(event.partition("data: ")[2])) == ["TOO_COMPLEX"]
        await socket.leave()
        await stream.ended()


def test_a_budget_fills_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(rate_limit, "monotonic", lambda: now)
    limiter = RateLimiter(60)

    assert limiter.charge("a", 60) == 0
    assert limiter.charge("a", 10) == 10
    now = 0.5
    assert limiter.charge("a", 10) == 10  # 9.5 seconds are left, and a client waits whole ones
    now = 10.0
    assert limiter.charge("a", 11) == 1
    assert limiter.charge("a", 10) == 0
    now = 1000.0
    assert limiter.charge("a", 61) == 1
    assert limiter.charge("a", 60) == 0


def test_a_budget_remembers_so_many_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_MAX_CLIENTS", 3)
    limiter = RateLimiter(10)

    for client in "abcab":
        limiter.charge(client, 5)
    limiter.charge("d", 5)

    assert len(limiter) == 3
    assert limiter.charge("b", 1) > 0
    assert limiter.charge("c", 10) == 0
