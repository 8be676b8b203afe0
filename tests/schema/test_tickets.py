"""A browser's EventSource cannot send a token: a ticket lets it in, once, for a minute, into one stream."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from caserisk.store.tables import stream_tickets
from caserisk_graphql.auth import tickets
from tests.support.installation import Installation, Stream, codes, installed_at
from tests.support.stored import stored_rows, stored_value

VIEWER = "{ viewer { officer { id } } }"
MINUTE = timedelta(seconds=60)
CHANGES = 'subscription { warningChanges(after: "log_0") { cursor } }'


@pytest.fixture
async def here(tmp_path: Path, database: str) -> AsyncIterator[Installation]:
    """An installation on either database."""
    env = {"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_DATABASE_URL": database}
    async with installed_at(env) as installation:
        yield installation


async def status_of(here: Installation, ticket: str, query: str = VIEWER) -> int:
    """How a stream begins that shows a ticket."""
    stream = Stream(here.app, {"query": query, "ticket": ticket})
    status = await stream.status()
    await stream.leave()
    return status


async def test_a_ticket_shows_who_was_given_it(here: Installation) -> None:
    officer = await here.officer()
    stream = Stream(here.app, {"query": VIEWER, "ticket": await here.ticket(here.token(officer))})

    assert await stream.status() == 200
    assert officer.id in await stream.event()
    await stream.ended()


async def test_a_ticket_says_how_long_it_may_be_used(here: Installation) -> None:
    token = here.token(await here.officer())

    before = datetime.now(UTC).replace(microsecond=0)
    answer = await here.http.post("/graphql/ticket", headers={"authorization": f"Bearer {token}"})
    after = datetime.now(UTC)

    assert before + MINUTE <= datetime.fromisoformat(answer.json()["expiresAt"]) <= after + MINUTE
    assert answer.headers["cache-control"] == "no-store"


async def test_a_ticket_ends_with_the_sign_in(here: Installation) -> None:
    token = here.token(await here.officer(), timedelta(seconds=20))

    answer = await here.http.post("/graphql/ticket", headers={"authorization": f"Bearer {token}"})

    assert datetime.fromisoformat(answer.json()["expiresAt"]) <= datetime.now(UTC) + timedelta(seconds=20)


async def test_a_ticket_is_used_once(here: Installation) -> None:
    ticket = await here.ticket(here.token(await here.officer()))

    assert await status_of(here, ticket) == 200
    assert await status_of(here, ticket) == 401


async def test_of_streams_that_begin_at_once_one_is_let_in(here: Installation) -> None:
    ticket = await here.ticket(here.token(await here.officer()))

    statuses = await asyncio.gather(*(status_of(here, ticket) for _ in range(5)))

    assert sorted(statuses) == [200, 401, 401, 401, 401]


async def test_another_server_takes_it_too(here: Installation, tmp_path: Path, database: str) -> None:
    ticket = await here.ticket(here.token(await here.officer()))
    env = {"CASERISK_DATA_DIR": str(tmp_path / "elsewhere"), "CASERISK_DATABASE_URL": database}

    async with installed_at(env) as elsewhere:
        assert await status_of(elsewhere, ticket) == 200

    assert await status_of(here, ticket) == 401


async def test_a_ticket_whose_minute_is_over_lets_nobody_in(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "TICKET_LIFETIME", timedelta(seconds=-1))
    ticket = await here.ticket(here.token(await here.officer()))

    assert await status_of(here, ticket) == 401


async def test_a_ticket_of_somebody_who_has_left_lets_nobody_in(here: Installation) -> None:
    officer = await here.officer()
    ticket = await here.ticket(here.token(officer))
    await here.dismiss(officer)

    assert await status_of(here, ticket, CHANGES) == 401


@pytest.mark.parametrize("ticket", ["", "x", "' OR 1=1 --", "票", "x" * 5000, "\x00"])
async def test_what_is_no_ticket_lets_nobody_in(here: Installation, ticket: str) -> None:
    assert await status_of(here, ticket) == 401


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*"])
async def test_a_ticket_opens_nothing_but_streams(here: Installation, accept: str) -> None:
    ticket = await here.ticket(here.token(await here.officer()))

    answer = await here.http.get("/graphql", params={"query": VIEWER, "ticket": ticket}, headers={"accept": accept})

    assert (answer.status_code, codes(answer.json())) == (400, ["BAD_INPUT"])


async def test_a_ticket_is_no_token(here: Installation) -> None:
    ticket = await here.ticket(here.token(await here.officer()))

    assert codes(await here.ask(ticket, VIEWER)) == ["UNAUTHENTICATED"]


async def test_a_ticket_changes_nothing(here: Installation) -> None:
    ticket = await here.ticket(here.token(await here.officer()))

    assert await status_of(here, ticket, 'mutation { markNoticeRead(input: {notice: "x"}) { cursor } }') == 405


async def test_a_ticket_is_given_by_post_to_who_shows_a_token(here: Installation) -> None:
    by_get = await here.http.get("/graphql/ticket")
    by_nobody = await here.http.post("/graphql/ticket", headers={"accept-language": "en"})

    assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")
    assert (by_nobody.status_code, by_nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert "sign in first" in by_nobody.json()["errors"][0]["message"]


async def test_an_officer_holds_a_few_tickets_at_most(here: Installation) -> None:
    token = here.token(await here.officer())
    for _ in range(25):
        last = await here.ticket(token)

    held = await stored_value(here.opened.store, select(func.count()).select_from(stream_tickets))
    assert held == 20
    assert await status_of(here, last) == 200


async def test_tickets_are_neither_stored_nor_logged(here: Installation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="caserisk")
    ticket = await here.ticket(here.token(await here.officer()))
    rows = await stored_rows(here.opened.store, select(stream_tickets))

    await status_of(here, ticket)
    await status_of(here, ticket)

    assert ticket not in json.dumps(rows, default=str)
    assert ticket not in caplog.text
