"""What is no GraphQL request is answered in JSON all the same, in the language of who asks, and hurts nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from caserisk_graphql.application import application
from caserisk_graphql.asgi import create_app
from caserisk_graphql.server.content_negotiation import EVENT_STREAM, RESPONSE_TYPES, choose_media_type
from caserisk_graphql.server.language import choose_locale
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
    accepted = "application/graphql-response+json"
    headers = {"content-type": "application/json", "accept-language": "zh", "accept": accepted}

    answer = await http.post("/graphql", content=body, headers=headers)

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert any(word in error["message"] for word in ("请求", "文档"))


async def test_json_answers_what_graphql_refuses_with_200(http: httpx.AsyncClient) -> None:
    """GraphQL over HTTP: to application/json the status says only that the request was one."""
    answer = await http.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": "application/json"})

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert "data" not in answer.json()


async def test_its_own_type_refuses_with_400(http: httpx.AsyncClient) -> None:
    accepted = "application/graphql-response+json"

    answer = await http.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": accepted})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith(accepted)
    assert "data" not in answer.json()


async def test_a_query_may_come_by_get_and_nothing_else(http: httpx.AsyncClient) -> None:
    query = await http.get("/graphql", params={"query": "{ __typename }", "variables": "{}"})
    mutation = await http.get(
        "/graphql", params={"query": 'mutation { markNoticeRead(input: {notice: "x"}) { cursor } }'}
    )

    assert query.json()["data"] == {"__typename": "Query"}
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "POST")


async def test_one_of_several_operations_has_to_be_named(http: httpx.AsyncClient) -> None:
    document = "query A { __typename } query B { again: __typename }"

    unnamed = await http.post("/graphql", json={"query": document})
    named = await http.post("/graphql", json={"query": document, "operationName": "B"})

    assert unnamed.json()["errors"][0]["extensions"] == {"code": "BAD_INPUT"}
    assert named.json()["data"] == {"again": "Query"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "application/json; charset=gbk"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "accept": "image/png"}, 406),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ],
)
async def test_types_that_are_not_taken(http: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    answer = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)

    assert answer.status_code == status
    assert ("errors" in answer.json()) is (status != 200)


async def test_a_method_that_is_none_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.delete("/graphql")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_a_body_of_a_mebibyte_is_read(http: httpx.AsyncClient) -> None:
    """With the length said beforehand, and in chunks; a byte more is refused."""

    async def chunks(body: bytes) -> AsyncIterator[bytes]:
        yield body

    body = b'{"query": "{ __typename }"}'.ljust(1024 * 1024)
    headers = {"content-type": "application/json"}
    answers = [
        await http.post("/graphql", content=content, headers=headers)
        for sent in (body, body + b" ")
        for content in (sent, chunks(sent))
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 413, 413]


async def test_a_body_that_is_too_large_is_not_read(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ __typename }" + " " * 1_100_000})

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"] == {"code": "TOO_LARGE"}


async def test_a_subscription_is_told_where_to_go(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "subscription { warningChanges { cursor } }"})

    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT"}
    assert "graphql-transport-ws" in error["message"]


async def test_events_are_streamed_to_who_asks_for_them(http: httpx.AsyncClient) -> None:
    """graphql-sse, distinct connections: what is no subscription has one event, and one that is refused says so."""
    headers = {"accept": "text/event-stream"}

    query = await http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    nobody = await http.post("/graphql", json={"query": "subscription { warningChanges { cursor } }"}, headers=headers)

    assert query.headers["content-type"].startswith("text/event-stream")
    assert query.text.startswith('event: next\ndata: {"data":{"__typename":"Query"},')
    assert query.text.endswith("}\n\nevent: complete\ndata:\n\n")
    assert '"code":"UNAUTHENTICATED"' in nobody.text
    assert nobody.text.endswith("event: complete\ndata:\n\n")


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
        ("zh;q=0.5, EN-us", "EN"),
        ("en;q=0.9,zh;q=0.9", "EN"),  # alike: the first
        ("en;q=0", "ZH"),
        ("en;q=x, fr", "ZH"),
        ("en;q=nan, zh;q=0.1", "ZH"),
    ],
)
def test_language_is_the_one_most_wanted(header: str | None, language: str) -> None:
    assert choose_locale(header) == language


@pytest.mark.parametrize(
    ("header", "type_"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"),
        ("application/json;q=0.9, application/graphql-response+json", "application/graphql-response+json"),
        ("application/graphql-response+json, application/json", "application/json"),  # alike: the first offered
        ("text/event-stream, */*", "application/json"),
        ("text/*", "text/event-stream"),
        ("application/json;q=0, */*", "application/graphql-response+json"),  # the more exact range holds
        ("Application/JSON; charset=utf-8", "application/json"),
        ("application/json;q=x", None),
        ("application/json;q=-1", None),
        ("application/json;q=0.0001, text/event-stream;q=0.1", "text/event-stream"),
        ("image/png", None),
        (",;q=1", None),
    ],
)
def test_type_is_the_one_most_wanted(header: str | None, type_: str | None) -> None:
    assert choose_media_type(header, (*RESPONSE_TYPES, EVENT_STREAM)) == type_
