"""Trusted documents: asked for by their hash, by every door; nothing else is answered, where that is set."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import Role
from caserisk.store.trusted_documents import (
    TrustedDocument,
    UsageCount,
    add_uses,
    all_uses,
    put_documents,
    remove_documents,
)
from caserisk_graphql.api.schema import schema
from caserisk_graphql.cli.manifests import read_manifest
from caserisk_graphql.client_info import ClientInfo
from caserisk_graphql.engine import trusted_documents, usage_statistics
from caserisk_graphql.engine.documents import DocumentCache
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.usage_statistics import UsageStatistics, find_deprecated
from tests.support.installation import Installation, Socket, Stream, codes, installed_at

VIEWER = "query Viewer { viewer { officer { id } } }"
CASES = "query Cases($first: Int) { cases(first: $first) { totalCount } }"
SEVERAL = "query A { __typename } query B { again: __typename }"
CHANGES = 'subscription Changes { warningChanges(after: "log_0") { cursor } }'
MARK = 'mutation Mark { markNoticeRead(input: {notice: "x"}) { cursor errors { code } } }'
OTHER = "{ cases { totalCount } }"


def id_of(text: str) -> str:
    """The identifier of a document."""
    return "sha256:" + sha256(text.encode()).hexdigest()


async def enter(here: Installation, *texts: str) -> None:
    """Enter documents, as the command line does."""
    documents = [
        TrustedDocument(id=id_of(text), text=text, operations=["X"], client="board", imported_at=datetime.now(UTC))
        for text in texts
    ]
    await put_documents(here.opened.store, documents)


@pytest.fixture(params=["on", "off"], ids=["compiled", "reference"])
async def here(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> AsyncIterator[Installation]:
    """An installation with either executor, on either database, that answers any document."""
    async with installed_at(_env(tmp_path, database, CASERISK_COMPILER=request.param)) as installation:
        await enter(installation, VIEWER, CASES, SEVERAL, CHANGES, MARK)
        yield installation


@pytest.fixture(params=["on", "off"], ids=["compiled", "reference"])
async def strict(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> AsyncIterator[Installation]:
    """An installation that answers documents it knows, and no others."""
    more = {"CASERISK_COMPILER": request.param, "CASERISK_DOCUMENTS": "trusted"}
    async with installed_at(_env(tmp_path, database, **more)) as installation:
        await enter(installation, VIEWER, CASES, CHANGES)
        yield installation


def _env(folder: Path, database: str, **more: str) -> dict[str, str]:
    return {"CASERISK_DATA_DIR": str(folder), "CASERISK_DATABASE_URL": database, **more}


# ------------------------------------------------------------------------------------------------ by every door


async def test_a_document_is_asked_for_by_its_hash(here: Installation) -> None:
    officer = await here.officer()

    by_post = await here.ask(here.token(officer), documentId=id_of(VIEWER))
    headers = {"authorization": f"Bearer {here.token(officer)}"}
    by_get = await here.http.get("/graphql", params={"documentId": id_of(VIEWER)}, headers=headers)

    for answer in (by_post, by_get.json()):
        assert answer["data"] == {"viewer": {"officer": {"id": officer.id}}}


async def test_it_takes_variables_and_an_operation_of_several(here: Installation) -> None:
    token = here.token(await here.officer())

    with_variables = await here.ask(token, documentId=id_of(CASES), variables={"first": 1}, operationName="Cases")
    one_of_two = await here.ask(token, documentId=id_of(SEVERAL), operationName="B")

    assert with_variables["data"] == {"cases": {"totalCount": 0}}
    assert one_of_two["data"] == {"again": "Query"}


async def test_apollos_clients_name_it_their_way(here: Installation) -> None:
    officer = await here.officer()
    digest = id_of(VIEWER).removeprefix("sha256:")
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}

    answer = await here.ask(here.token(officer), extensions=extensions, operationName="Viewer")

    assert answer["data"] == {"viewer": {"officer": {"id": officer.id}}}


async def test_it_comes_over_a_socket(here: Installation) -> None:
    officer = await here.officer()
    socket = Socket(here.app)
    await socket.open(here.token(officer))

    socket.ask("1", documentId=id_of(VIEWER))
    said, done = await socket.heard(), await socket.heard()
    socket.ask("2", documentId=id_of("{ __typename }"))
    unknown = await socket.heard()
    socket.ask("3", VIEWER, documentId=id_of(VIEWER))

    assert said["payload"]["data"] == {"viewer": {"officer": {"id": officer.id}}}
    assert (done["type"], unknown["type"]) == ("complete", "error")
    assert codes({"errors": unknown["payload"]}) == ["UNKNOWN_DOCUMENT"]
    assert (await socket.heard())["code"] == 4400
    await socket.ended()


async def test_it_comes_in_a_stream(here: Installation) -> None:
    officer = await here.officer()
    ticket = await here.ticket(here.token(officer))
    stream = Stream(here.app, {"documentId": id_of(VIEWER), "ticket": ticket})

    assert await stream.status() == 200
    assert officer.id in await stream.event()
    await stream.ended()


async def test_an_empty_operation_name_is_none(here: Installation) -> None:
    parameters = {"documentId": id_of(CASES), "operationName": "", "variables": ""}
    headers = {"authorization": f"Bearer {here.token(await here.officer())}"}

    answer = await here.http.get("/graphql", params=parameters, headers=headers)

    assert answer.json()["data"] == {"cases": {"totalCount": 0}}


async def test_what_changes_something_does_not_come_by_get(here: Installation) -> None:
    answer = await here.http.get("/graphql", params={"documentId": id_of(MARK)})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
async def test_an_unknown_document_is_one_error(here: Installation, accept: str, status: int) -> None:
    unknown = id_of("{ unknown }")

    answer = await here.http.post("/graphql", json={"documentId": unknown}, headers={"accept": accept})

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (status, "UNKNOWN_DOCUMENT")
    assert unknown in error["message"]
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    "members",
    [
        {"query": VIEWER, "documentId": id_of(VIEWER)},
        {"documentId": 5},
        {"documentId": None},
        {"query": None},
        {"documentId": [id_of(VIEWER)]},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}},
        {"extensions": {"persistedQuery": "x"}},
    ],
)
async def test_a_request_has_one_document_exactly(here: Installation, members: dict[str, Any]) -> None:
    answer = await here.http.post("/graphql", json=members, headers={"accept": "application/json"})

    assert (answer.status_code, codes(answer.json())) == (400, ["BAD_INPUT"])


@pytest.mark.parametrize(
    "id", ["", "sha256:", "sha256:xyz", "a" * 32, f"{id_of(VIEWER)}0", id_of(VIEWER).upper(), "票"]
)
async def test_what_is_no_identifier_is_named_as_such(here: Installation, id: str) -> None:
    answer = await here.ask(None, documentId=id)

    assert codes(answer) == ["BAD_INPUT"]
    assert "sha256:" in answer["errors"][0]["message"]


async def test_a_removed_document_is_gone_within_a_minute(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trusted_documents, "_TRUSTED_DOCUMENT_TTL", 0.0)
    token = here.token(await here.officer())
    before = await here.ask(token, documentId=id_of(VIEWER))

    await remove_documents(here.opened.store, [id_of(VIEWER)])

    assert "errors" not in before
    assert codes(await here.ask(token, documentId=id_of(VIEWER))) == ["UNKNOWN_DOCUMENT"]


async def test_a_document_is_looked_up_once(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    token, looked_up = here.token(await here.officer()), []

    async def counted(store: Any, id: str) -> str | None:
        looked_up.append(id)
        return VIEWER

    monkeypatch.setattr(trusted_documents, "find_text", counted)
    for _ in range(5):
        assert "errors" not in await here.ask(token, documentId=id_of(VIEWER))

    assert looked_up == [id_of(VIEWER)]


# ------------------------------------------------------------------------------------------------ these and no others


async def test_others_are_not_answered(strict: Installation) -> None:
    token = strict.token(await strict.officer())

    answers = [await strict.ask(asked_as, OTHER) for asked_as in (token, None)]
    introspection = await strict.ask(token, "{ __schema { types { name } } }")

    assert [codes(answer) for answer in (*answers, introspection)] == [["FORBIDDEN"]] * 3


async def test_those_known_are_answered_by_hash_and_by_text(strict: Installation) -> None:
    officer = await strict.officer()

    for answer in (
        await strict.ask(strict.token(officer), documentId=id_of(VIEWER)),
        await strict.ask(strict.token(officer), VIEWER),
    ):
        assert answer["data"] == {"viewer": {"officer": {"id": officer.id}}}
    assert codes(await strict.ask(strict.token(officer), VIEWER + " ")) == ["FORBIDDEN"]


async def test_others_are_not_answered_over_sockets_and_streams_either(strict: Installation) -> None:
    token = strict.token(await strict.officer())
    socket = Socket(strict.app)
    await socket.open(token)
    socket.ask("1", OTHER)
    over_socket = await socket.heard()
    await socket.leave()
    stream = Stream(strict.app, {"query": CHANGES + " "}, {"authorization": f"Bearer {token}"})
    await stream.status()

    assert codes({"errors": over_socket["payload"]}) == ["FORBIDDEN"]
    assert '"code":"FORBIDDEN"' in await stream.event()
    await stream.ended()


async def test_administrators_may_send_any(strict: Installation) -> None:
    """GraphiQL is theirs; of cases they see nothing."""
    token = strict.token(await strict.officer(Role.ADMINISTRATOR))

    assert (await strict.ask(token, "{ __typename }"))["data"] == {"__typename": "Query"}
    assert "errors" not in await strict.ask(token, "{ __schema { types { name } } }")


async def test_who_is_no_administrator_any_more_may_not(strict: Installation) -> None:
    officer = await strict.officer(Role.ADMINISTRATOR)
    token = strict.token(officer)
    await strict.ask(token, "{ __typename }")

    await strict.dismiss(officer)

    assert codes(await strict.ask(token, "{ __typename }")) == ["FORBIDDEN"]


# ------------------------------------------------------------------------------------------------ manifests


@pytest.fixture
def documents() -> DocumentCache:
    """DocumentCache of our schema."""
    return DocumentCache(schema().core, Limits())


def bare(text: str) -> str:
    """The hash alone."""
    return id_of(text).removeprefix("sha256:")


APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": bare(VIEWER), "name": "Viewer", "type": "query", "body": VIEWER}],
}


@pytest.mark.parametrize("manifest", [{bare(VIEWER): VIEWER}, {id_of(VIEWER): VIEWER}, APOLLO])
def test_the_manifests_of_builds_are_read(tmp_path: Path, documents: DocumentCache, manifest: dict[str, Any]) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest), encoding="utf-8")

    [listed] = read_manifest(file, documents)

    assert (listed.id, listed.text, listed.operations) == (id_of(VIEWER), VIEWER, ("Viewer",))


@dataclass(frozen=True)
class Wrong:
    """A file, and what is said of it."""

    content: str
    said: str


WRONG = {
    "nothing": Wrong("", "is no manifest"),
    "a list": Wrong("[]", "is no manifest"),
    "no documents": Wrong("{}", "has no document"),
    "brackets": Wrong("[" * 100_000, "is no manifest"),
    "numbers": Wrong('{"a": 5}', "is no manifest"),
    "Apollo's without operations": Wrong(json.dumps({**APOLLO, "operations": 5}), "is no manifest"),
    "Apollo's without texts": Wrong(json.dumps({**APOLLO, "operations": [{"id": "x"}]}), "is no manifest"),
    "Relay's MD5": Wrong(json.dumps({"9" * 32: VIEWER}), "is no SHA-256"),
    "another text": Wrong(json.dumps({bare(VIEWER): CASES}), "is not what its hash says"),
    "a field that is not there": Wrong(json.dumps({bare("{ nothing }"): "{ nothing }"}), "Cannot query field"),
    "no document": Wrong(json.dumps({bare("{"): "{"}), "does not hold by this schema"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_manifest_is_said(tmp_path: Path, documents: DocumentCache, wrong: Wrong) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(wrong.content, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_manifest(file, documents)

    assert wrong.said in refused.value.problems[0].message_for(str).en


def test_every_wrong_document_is_named(tmp_path: Path, documents: DocumentCache) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({bare(VIEWER): VIEWER, "x": VIEWER, bare("{ a }"): "{ a }"}), encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_manifest(file, documents)

    assert len(refused.value.problems) == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path, documents: DocumentCache) -> None:
    with pytest.raises(Refused, match=r"none\.json"):
        read_manifest(tmp_path / "none.json", documents)


# ------------------------------------------------------------------------------------------------ who uses what


async def used(here: Installation) -> list[tuple[str, str, str, str, int]]:
    """What is on record, once it was written."""
    await here.app.state.service.usage.flush()
    found = await all_uses(here.opened.store)
    return [(use.client, use.version, use.document_id, use.operation, use.uses) for use in found]


async def test_it_is_recorded_which_client_uses_what(here: Installation) -> None:
    token = here.token(await here.officer())
    for named in (
        {"graphql-client-name": "board", "graphql-client-version": "1.2"},
        {"apollographql-client-name": "app"},
    ):
        for query in (VIEWER, VIEWER, OTHER):
            headers = {"authorization": f"Bearer {token}", **named}
            await here.http.post("/graphql", json={"query": query}, headers=headers)
    await here.ask(token, documentId=id_of(VIEWER))
    socket = Socket(here.app)
    await socket.open(token, **{"graphql-client-name": "socket"})
    socket.ask("1", documentId=id_of(VIEWER))
    await socket.heard()
    await socket.leave()

    assert await used(here) == [
        ("app", "", id_of(VIEWER), "Viewer", 2),
        ("app", "", id_of(OTHER), "", 1),
        ("board", "1.2", id_of(VIEWER), "Viewer", 2),
        ("board", "1.2", id_of(OTHER), "", 1),
        ("socket", "", id_of(VIEWER), "Viewer", 1),
        ("unnamed", "", id_of(VIEWER), "Viewer", 1),
    ]


async def test_what_was_counted_is_written_when_the_server_ends(tmp_path: Path, database: str) -> None:
    async with installed_at(_env(tmp_path, database)) as here:
        await here.ask(here.token(await here.officer()), VIEWER)

    async with installed_at(_env(tmp_path / "next", database)) as later:
        assert [use.uses for use in await all_uses(later.opened.store)] == [1]


async def test_uses_add_up(here: Installation) -> None:
    token = here.token(await here.officer())
    await here.ask(token, VIEWER)
    first = await used(here)
    await here.ask(token, VIEWER)

    assert [row[-1] for row in first] == [1]
    assert [row[-1] for row in await used(here)] == [2]


@pytest.mark.parametrize("name", ["x" * 65, "a\tb", " ", "\u0085"])
async def test_a_name_that_cannot_be_shown_is_none(here: Installation, name: str) -> None:
    token = here.token(await here.officer())
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"graphql-client-name", name.encode("latin-1"))]
    await here.http.post("/graphql", json={"query": VIEWER}, headers=headers)

    assert [row[0] for row in await used(here)] == ["unnamed"]


async def test_what_nobody_asks_and_what_is_refused_is_not_recorded(here: Installation) -> None:
    await here.ask(None, VIEWER)
    await here.ask(here.token(await here.officer()), "{ nothing }")

    assert await used(here) == []


async def test_what_is_recorded_has_bounds(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_statistics, "_MAX_COUNTED_OPERATIONS", 3)
    token = here.token(await here.officer())
    for number in range(10):
        await here.ask(token, f"{{ field{number}: __typename }}")

    assert len(await used(here)) == 3


async def test_the_oldest_uses_are_forgotten(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caserisk.store.trusted_documents.MAX_STORED_USES", 5)

    def use(number: int, day: int) -> UsageCount:
        at = datetime(2026, 1, day, tzinfo=UTC)
        return UsageCount(
            client="a", version="", document_id=f"{number}", operation="", deprecated=[], uses=1, last_at=at
        )

    await add_uses(here.opened.store, [use(number, 1) for number in range(4)])
    await add_uses(here.opened.store, [use(number, 2) for number in range(4, 8)])

    assert {row.document_id for row in await all_uses(here.opened.store)} == {"4", "5", "6", "7"}


DEPRECATED = build_schema("""
    type Query { old(by: By, when: When, n: Int @deprecated): Thing @deprecated(reason: "use new") new: Thing
      found(by: By, when: When, n: Int @deprecated): Thing }
    type Thing { name: String title: String @deprecated }
    input By { name: String @deprecated title: String }
    enum When { NOW @deprecated LATER }
""")


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{ new { name } }", []),
        ("{ old { name } }", ["Query.old"]),
        ("{ found { ...F } } fragment F on Thing { title }", ["Thing.title"]),
        ("{ found(n: 1, when: LATER) { name } }", ["Query.found(n)"]),
        ('{ found(when: NOW, by: {title: "x"}) { name } }', ["When.NOW"]),
        ('{ found(by: {name: "x"}) { name title } }', ["By.name", "Thing.title"]),
        ("query ($n: Int) { a: new { title } found(n: $n) { name } }", ["Query.found(n)", "Thing.title"]),
    ],
)
def test_what_is_to_go_is_found_in_a_document(document: str, found: list[str]) -> None:
    assert find_deprecated(DEPRECATED, parse(document)) == found


async def test_what_is_to_go_is_recorded_with_who_uses_it(here: Installation) -> None:
    counted = UsageStatistics(DEPRECATED, here.opened.store, here.opened.runner.clock)
    text = "query Old { old { name title } }"
    operation = DocumentCache(DEPRECATED, Limits()).parse(text).select_operation(None)

    counted.record(ClientInfo("board", "1"), operation)
    counted.record(ClientInfo("board", "1"), operation)
    await counted.flush()

    [use] = await all_uses(here.opened.store)
    assert (use.client, use.version, use.operation, use.uses) == ("board", "1", "Old", 2)
    assert use.deprecated == ["Query.old", "Thing.title"]


async def test_while_the_database_is_away_it_is_counted_on(
    here: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counted = UsageStatistics(DEPRECATED, here.opened.store, here.opened.runner.clock)
    operation = DocumentCache(DEPRECATED, Limits()).parse("{ new { name } }").select_operation(None)
    counted.record(ClientInfo("board"), operation)

    async def away(*_: object) -> None:
        raise OSError("no route")

    with monkeypatch.context() as patched:
        patched.setattr(usage_statistics, "add_uses", away)
        await counted.flush()
    counted.record(ClientInfo("board"), operation)
    await counted.flush()

    assert [use.uses for use in await all_uses(here.opened.store)] == [2]
    assert "trying again" in caplog.text
