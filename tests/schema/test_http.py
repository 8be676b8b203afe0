"""What is no GraphQL request is answered in JSON all the same, in the language of who asks, and hurts nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from caserisk_graphql.app import create_app, locale_of
from caserisk_graphql.bootstrap import application
from caserisk_graphql.settings import Settings

MALFORMED = {
    "null": b"null",
    "a text": b'"x"',
    "a number": b"1",
    "a list": b"[]",
    "nothing": b"",
    "no query": b"{}",
    "a query that is no text": b'{"query": 5}',
    "variables that are no object": b'{"query": "{ viewer { roles } }", "variables": 5}',
    "an operation that is not there": b'{"query": "{ viewer { roles } }", "operationName": "X"}',
    "not UTF-8": b"\xff\xfe",
    "a hundred thousand brackets": b"[" * 100_000,
    "a number of 5,000 digits": b'{"query": ' + b"9" * 5000 + b"}",
}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an installation of its own."""
    settings = Settings.from_env({"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_CLOCK": "off"})
    async with application(settings, plugins=()) as opened:
        transport = httpx.ASGITransport(create_app(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://caserisk") as client:
            yield client


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_request_is_named_as_such(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json", "accept-language": "zh"}

    answer = await http.post("/graphql", content=body, headers=headers)

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert error["message"].startswith("请求有误")


async def test_nobody_is_told_to_sign_in(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ cases { totalCount } }"}, headers={"accept-language": "en"})

    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "sign in first" in error["message"]


async def test_browser_is_given_graphiql_from_our_own_files(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphql", headers={"accept": "text/html"})

    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ZH"),
        ("", "ZH"),
        ("en", "EN"),
        ("zh-CN,en;q=0.8", "ZH"),
        ("fr, en-GB;q=0.9, zh;q=0.1", "EN"),
        ("x;q=", "ZH"),
    ],
)
def test_language_is_the_one_most_wanted(header: str | None, language: str) -> None:
    assert locale_of(header) == language
