"""What a page of somebody else's can have a browser do here: nothing, unless its origin is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from tests.support.installation import Installation, Socket, codes, installed_at

OURS, EVIL = "https://board.example", "https://evil.example"
MUTATION = 'mutation { markNoticeRead(input: {notice: "x"}) { cursor } }'
QUERY = {"query": "{ __typename }"}


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation as it comes: no other origin is allowed."""
    async with installed_at({"CASERISK_DATA_DIR": str(tmp_path)}) as installation:
        yield installation


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation that a frontend on another host may ask."""
    env = {"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_CORS_ORIGINS": f"{OURS}, http://127.0.0.1:5173"}
    async with installed_at(env) as installation:
        yield installation


def asking(origin: str, **more: str) -> dict[str, str]:
    """The headers by which a browser asks whether a page may send something."""
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type"}
    return {"origin": origin, **wanted, **more}


# ------------------------------------------------------------------------------------------------ reading


async def test_no_other_origin_is_allowed_unless_set(closed: Installation) -> None:
    preflight = await closed.http.options("/graphql", headers=asking(EVIL))
    answer = await closed.http.post("/graphql", json=QUERY, headers={"origin": EVIL})

    assert preflight.status_code == 405
    for response in (preflight, answer):
        assert "access-control-allow-origin" not in response.headers


async def test_an_allowed_origin_may_ask_and_read(open_: Installation) -> None:
    preflight = await open_.http.options("/graphql", headers=asking(OURS))
    answer = await open_.http.post("/graphql", json=QUERY, headers={"origin": OURS})

    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert preflight.headers["access-control-allow-methods"] == "GET, POST"
    for response in (preflight, answer):
        assert response.headers["access-control-allow-origin"] == OURS
        assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [EVIL, "null", f"{OURS}.evil.example", "http://board.example", "https://BOARD"])
async def test_other_origins_stay_out(open_: Installation, origin: str) -> None:
    preflight = await open_.http.options("/graphql", headers=asking(origin))
    answer = await open_.http.post("/graphql", json=QUERY, headers={"origin": origin})

    assert preflight.status_code == 400
    for response in (preflight, answer):
        assert "access-control-allow-origin" not in response.headers


# ------------------------------------------------------------------------------------------------ sockets


async def closes_at_once(here: Installation, headers: Mapping[str, str]) -> bool:
    """Whether a handshake is refused."""
    socket = Socket(here.app, headers)
    first = await socket.sent()
    await socket.leave()
    return bool(first["type"] == "websocket.close")


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"host": "caserisk.local:8000"}, False),  # a program
        ({"host": "caserisk.local:8000", "origin": "http://caserisk.local:8000"}, False),  # our own page
        ({"host": "caserisk.local", "origin": "https://caserisk.local"}, False),  # behind a proxy with TLS
        ({"host": "caserisk.local", "origin": OURS}, False),
        ({"host": "caserisk.local", "origin": EVIL}, True),
        ({"host": "caserisk.local", "origin": "null"}, True),
        ({"host": "caserisk.local", "origin": "http://caserisk.local:8000"}, True),
        ({"host": "caserisk.local", "origin": ""}, True),
        ({"origin": "http://"}, True),
    ],
)
async def test_a_socket_is_opened_by_our_own_pages_and_allowed_ones(
    open_: Installation, headers: Mapping[str, str], refused: bool
) -> None:
    assert await closes_at_once(open_, headers) is refused


# ------------------------------------------------------------------------------------------------ changing


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_what_a_form_can_send_is_not_taken(closed: Installation, type_: str) -> None:
    """These go to any host without asking; whatever has another type is asked for first, and refused above."""
    token = closed.token(await closed.officer())
    headers = {"content-type": type_, "authorization": f"Bearer {token}", "origin": EVIL}

    answer = await closed.http.post("/graphql", content='{"query": "{ __typename }"}', headers=headers)

    assert answer.status_code == 415


async def test_a_link_changes_nothing(closed: Installation) -> None:
    token = closed.token(await closed.officer())

    answer = await closed.http.get("/graphql", params={"query": MUTATION}, headers={"authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_cookie_shows_nobody_and_none_is_set(closed: Installation) -> None:
    token = closed.token(await closed.officer())
    cookies = {"cookie": f"authorization=Bearer {token}; token={token}; session={token}"}

    answers = [
        await closed.http.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=cookies),
        await closed.http.post("/graphql/ticket", headers=cookies),
        await closed.http.get("/graphql", headers={"accept": "text/html"}),
    ]

    assert [codes(answer.json()) for answer in answers[:2]] == [["UNAUTHENTICATED"]] * 2
    assert not any("set-cookie" in answer.headers for answer in answers)


# ------------------------------------------------------------------------------------------------ every response


def every_way(token: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Requests of every kind, those that are wrong too."""
    start = {"accept": "text/html"}
    return [
        ("GET", "/", {}),
        ("GET", "/graphql", {"headers": start}),
        ("GET", "/graphiql", {}),
        ("GET", "/graphiql/assets/start.js", {}),
        ("GET", "/graphiql/assets/none.js", {}),
        ("GET", "/graphiql/assets/..%2f..%2fsettings.py", {}),
        ("POST", "/graphiql/assets/start.js", {}),
        ("POST", "/graphql", {"json": QUERY}),
        ("POST", "/graphql", {"content": b"x"}),
        ("DELETE", "/graphql", {}),
        ("POST", "/graphql/ticket", {}),
        ("POST", "/graphql/ticket", {"headers": {"authorization": f"Bearer {token}"}}),
        ("GET", "/health/live", {}),
        ("GET", "/health/ready", {}),
        ("GET", "/metrics", {}),
        ("GET", "/nothing", {}),
        ("GET", "/graphql/", {}),
        ("GET", "/broken", {}),
    ]


@pytest.fixture
def broken(closed: Installation) -> Installation:
    """An installation with a page that fails in Python's own words."""

    async def fails(_: object) -> None:
        raise KeyError("/srv/secret.py SELECT parties FROM cases")

    closed.app.router.routes.append(Route("/broken", fails))
    return closed


async def test_every_response_is_guarded(broken: Installation) -> None:
    token = broken.token(await broken.officer())
    for method, path, given in every_way(token):
        answer = await broken.http.request(method, path, **given)

        assert answer.headers["x-content-type-options"] == "nosniff", (method, path)
        assert answer.headers["x-frame-options"] == "DENY", (method, path)
        assert answer.headers["referrer-policy"] == "no-referrer", (method, path)


@pytest.mark.parametrize(("language", "said"), [("zh", "没有「/nothing」"), ("en", "there is no '/nothing'")])
async def test_a_path_that_is_not_there_is_named(closed: Installation, language: str, said: str) -> None:
    answer = await closed.http.get("/nothing", headers={"accept-language": language})

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/json")
    assert said in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("path", ["/graphql/", "/nothing", "/graphiql/assets/", "/graphiql/assets/..%2f..%2fpage.py"])
async def test_nobody_is_sent_to_a_host_that_a_request_names(closed: Installation, path: str) -> None:
    answer = await closed.http.get(path, headers={"host": "evil.example"})

    assert answer.status_code == 404
    assert "evil" not in str(answer.headers) + answer.text


async def test_a_method_that_a_file_does_not_know_is_named(closed: Installation) -> None:
    answer = await closed.http.post("/graphiql/assets/start.js", headers={"accept-language": "en"})

    assert answer.status_code == 405
    assert answer.json()["errors"][0]["message"] == "POST is not answered at '/graphiql/assets/start.js'"


async def test_a_fault_has_a_number_and_nothing_else(broken: Installation, caplog: pytest.LogCaptureFixture) -> None:
    answer = await broken.http.get("/broken", headers={"accept-language": "en"})

    [error] = answer.json()["errors"]
    assert answer.status_code == 500
    assert error["extensions"] == {"code": "INTERNAL"}
    assert not any(word in answer.text for word in ("KeyError", "SELECT", "srv", "Traceback"))
    number = error["message"].partition("fault ")[2].partition(")")[0]
    assert number
    assert number in caplog.text
