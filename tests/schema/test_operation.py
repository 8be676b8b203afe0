"""What an installation shows of itself: health, a line of the log for each request, metrics."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from caserisk.domain.organisation import BoundEdition, PluginBound
from caserisk.domain.vocabulary import Role
from caserisk.registrar import Registrar
from caserisk_graphql.application import Application, application
from caserisk_graphql.asgi import create_app
from caserisk_graphql.auth import issue_token, load_signing_key
from caserisk_graphql.server.telemetry.logs import JsonLines, TextLines
from caserisk_graphql.settings import Settings
from tests.support.world import ZHUZHOU, StaffedOffice, World

CASES = "query Board { cases(first: 2) { nodes { number parties { label } } } }"
NAME = "秘某某"
TICKED = "caserisk_clock_last_tick_timestamp_seconds", ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An installation that runs, with an office in it; ``lines`` are those of its log."""

    opened: Application
    app: Starlette
    office: StaffedOffice
    http: httpx.AsyncClient
    lines: list[dict[str, Any]]

    def headers(self, role: Role = Role.CASE_HANDLER) -> dict[str, str]:
        """What the officer of a role sends."""
        key = load_signing_key(self.opened.settings.signing_key)
        token = issue_token(key, self.office.officer_id(role), lifetime=timedelta(hours=1))
        return {"authorization": f"Bearer {token}", "accept-language": "en"}

    async def ask(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx.Response:
        """The response to a handler's request."""
        sent = {**self.headers(), **(headers or {})}
        return await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=sent)

    async def metrics(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """The metrics, by name and the values of their labels in the order of their names."""
        families = text_string_to_metric_families((await self.http.get("/metrics")).text)
        return {
            (sample.name, tuple(sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
        }


class Lines(logging.Handler):
    """Keeps lines as they would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def log() -> Iterator[Lines]:
    """Everything of ours that is logged."""
    lines, ours = Lines(), logging.getLogger("caserisk")
    before = ours.level
    ours.addHandler(lines)
    ours.setLevel(logging.DEBUG)
    yield lines
    ours.setLevel(before)
    ours.removeHandler(lines)


@pytest.fixture(params=["on", "off"])
def compiler(request: pytest.FixtureRequest) -> str:
    """Both executors."""
    return str(request.param)


@pytest.fixture
async def installation(database: str, tmp_path: Path, log: Lines, compiler: str) -> AsyncIterator[Installation]:
    """An installation as it runs."""
    async with World(database) as world:
        office = await world.office(ZHUZHOU)
    env = {"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_DATABASE_URL": database, "CASERISK_COMPILER": compiler}
    async with application(Settings.from_env(env)) as opened:
        app = create_app(opened)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://caserisk") as client,
        ):
            yield Installation(opened=opened, app=app, office=office, http=client, lines=log.lines)


async def away(*_: object) -> None:
    """A database that is not there."""
    raise ConnectionRefusedError("connection refused")


only_one = pytest.mark.parametrize("compiler", ["on"], indirect=True)

# ------------------------------------------------------------------------------------------------ health


@only_one
async def test_a_server_that_runs_is_live_and_ready(installation: Installation) -> None:
    live, ready = await installation.http.get("/health/live"), await installation.http.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"live": True})
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "parts": {"database": "ok", "log": "ok", "keys": "ok", "clock": "ok"},
        "plugins": "ok",
    }
    assert ready.headers["cache-control"] == "no-store"


@only_one
async def test_a_ready_server_names_the_plugins_that_are_gone(installation: Installation) -> None:
    """The offices they decided for wait for them, and everybody else is served."""
    bound = BoundEdition(office_id=installation.office.office.id, plugin="gone", version="1", edition="2010", digest="")
    registrar = Registrar(runner=installation.opened.runner)
    await registrar.write_all([(bound.office_id, PluginBound(bound=bound))])

    gone = await installation.http.get("/health/ready", headers={"accept-language": "en"})
    listed = await installation.ask("{ plugins { name status problem jurisdictions } }")
    await registrar.retire_plugin("gone")
    await asyncio.sleep(1)
    retired = await installation.http.get("/health/ready")

    assert (gone.status_code, gone.json()["ready"]) == (200, True)
    assert gone.json()["plugins"] == "gone and not retired: gone"
    assert listed.json()["data"]["plugins"][-1] == {
        "name": "gone",
        "status": "FAULTY",
        "problem": "has decided for offices and is gone: install it again, or caserisk plugins retire gone",
        "jurisdictions": [],
    }
    assert retired.json()["plugins"] == "ok"


@only_one
async def test_a_part_that_is_not_well_is_named_in_words(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caserisk_graphql.server.telemetry.health.newest_revision", lambda: "9999")
    app = create_app(installation.opened)  # nothing runs beside it

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://caserisk") as client:
        chinese = await client.get("/health/ready", headers={"accept-language": "zh"})
        english = await client.get("/health/ready", headers={"accept-language": "en"})

    assert chinese.status_code == english.status_code == 503
    assert english.json() == {
        "ready": False,
        "parts": {
            "database": "the database has the schema of another version",
            "log": "the log is not watched",
            "keys": "ok",
            "clock": "the deadline clock stands still",
        },
        "plugins": "ok",
    }
    assert chinese.json()["parts"]["clock"] == "期限时钟未在运行"


@only_one
async def test_a_database_that_is_away_is_named_and_the_process_lives(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.opened.store.database, "read_row", away)

    ready, live = await installation.http.get("/health/ready"), await installation.http.get("/health/live")

    assert ready.status_code == 503
    assert ready.json()["parts"]["database"] == "数据库无法访问,或响应过慢"
    assert live.status_code == 200


@only_one
async def test_many_probes_ask_the_database_once(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    database, asked = installation.opened.store.database, []
    read = database.read_row

    async def counted(statement: str, values: Any) -> Any:
        asked.append("alembic" in statement)
        return await read(statement, values)

    monkeypatch.setattr(database, "read_row", counted)
    answers = await asyncio.gather(*(installation.http.get("/health/ready") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert sum(asked) == 1


async def test_a_key_set_that_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    env = {
        "CASERISK_DATA_DIR": str(tmp_path),
        "CASERISK_JWKS": "http://127.0.0.1:1/jwks",
        "CASERISK_JWT_AUDIENCE": "caserisk",
        "CASERISK_JWT_ISSUER": "https://id.example",
    }
    async with application(Settings.from_env(env), plugins=()) as opened:
        transport = httpx.ASGITransport(create_app(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://caserisk") as client:
            ready = await client.get("/health/ready")

    assert ready.json()["parts"]["keys"] == "没有可核验令牌的公钥"


@only_one
async def test_a_watch_that_breaks_down_is_logged_and_named(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError(NAME)

    monkeypatch.setattr(installation.opened.store, "end_of_log", broken)
    ready = await installation.http.get("/health/ready", headers={"accept-language": "en"})
    async with asyncio.timeout(30):
        while ready.status_code == 200:
            await asyncio.sleep(0.05)
            ready = await installation.http.get("/health/ready", headers={"accept-language": "en"})

    assert ready.json()["parts"]["log"] == "the log is not watched"
    assert [line["error"] for line in installation.lines if "has ended" in line["message"]] == ["KeyError"]


# ------------------------------------------------------------------------------------------------ ids of requests


@only_one
async def test_a_request_keeps_the_id_that_it_came_with(installation: Installation) -> None:
    answer = await installation.ask(CASES, {"x-request-id": "gateway-7:1"})

    assert answer.headers["x-request-id"] == "gateway-7:1"
    assert installation.lines[-1]["request_id"] == "gateway-7:1"


@pytest.mark.parametrize("sent", ["", "with space", "x" * 101, 'quote"', "\t", "é"])
@only_one
async def test_an_id_that_is_not_sane_is_replaced(installation: Installation, sent: str) -> None:
    headers = {b"x-request-id": sent.encode("latin-1")}

    answers = [await installation.http.post("/graphql", json={}, headers=headers) for _ in range(2)]

    first, second = (answer.headers["x-request-id"] for answer in answers)
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first != second


# ------------------------------------------------------------------------------------------------ the log


async def test_a_query_is_a_line_of_the_log(installation: Installation, compiler: str) -> None:
    answer = await installation.ask(CASES, {"graphql-client-name": "board"})

    line = installation.lines[-1]
    assert answer.json()["data"] == {"cases": {"nodes": []}}
    assert line.pop("statements") >= 1
    assert line.pop("duration_ms") > 0
    assert line.pop("cost") == answer.json()["extensions"]["cost"]["requested"]
    assert re.fullmatch("[0-9a-f]{12}", line.pop("document"))
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "caserisk.operations",
        "message": "operation",
        "request_id": answer.headers["x-request-id"],
        "transport": "http",
        "officer": installation.office.officer_id(Role.CASE_HANDLER),
        "client": "board",
        "operation": "Board",
        "kind": "query",
        "outcome": "answered",
        "executor": "compiled" if compiler == "on" else "reference",
        "answers": 1,
        "bytes": len(answer.content),
        "status": 200,
    }


async def test_statements_are_counted_of_this_request_alone(installation: Installation) -> None:
    await installation.ask(CASES)
    await asyncio.gather(*(installation.ask(CASES) for _ in range(5)))

    counted = [line["statements"] for line in installation.lines if line["message"] == "operation"][1:]
    assert len(set(counted)) == 1
    assert 1 <= counted[0] <= 3


@pytest.mark.parametrize(
    ("query", "code", "kind"),
    [
        ("{ nothing }", "BAD_INPUT", "none"),
        ("query Q { cases(first: 1000) { nodes { id } } }", "BAD_INPUT", "query"),
    ],
)
async def test_an_operation_that_fails_is_logged_with_its_code(
    installation: Installation, query: str, code: str, kind: str
) -> None:
    await installation.ask(query)

    line = installation.lines[-1]
    assert (line["codes"], line["kind"]) == ([code], kind)
    assert line["outcome"] in {"refused", "errors"}


@only_one
async def test_what_is_no_graphql_request_is_logged_with_its_status(installation: Installation) -> None:
    await installation.http.put("/graphql")

    line = installation.lines[-1]
    assert (line["message"], line["status"]) == ("request", 405)
    assert "outcome" not in line


@only_one
async def test_a_stream_is_logged_at_its_end(installation: Installation) -> None:
    await installation.ask(CASES, {"accept": "text/event-stream"})

    line = installation.lines[-1]
    assert (line["transport"], line["outcome"], line["answers"]) == ("sse", "answered", 1)


@only_one
async def test_an_unexpected_fault_is_logged_with_its_request(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError(NAME)

    await installation.ask(CASES)
    monkeypatch.setattr(installation.opened.store.database, "read_row", broken)
    answer = await installation.ask(CASES, {"x-request-id": "r-1"})

    [fault] = [line for line in installation.lines if "unexpected fault" in line["message"]]
    assert fault["request_id"] == "r-1"
    assert fault["error"] == "KeyError"
    assert any("in broken" in place for place in fault["trace"])
    assert fault["message"].split()[-1] in answer.json()["errors"][0]["message"]
    assert NAME not in json.dumps(installation.lines, ensure_ascii=False)


OPEN = """
  mutation Open($input: OpenCaseInput!) {
    openCase(input: $input) { case { id parties { label role } } errors { code message } }
  }
"""


async def test_no_party_no_variable_and_no_token_is_in_the_log(installation: Installation) -> None:
    """At the finest level, of requests that go well, that are refused, and that break within the database."""
    parties = [{"label": NAME, "role": f"被害人{NAME}"}]
    case = {"number": "检〔2026〕1号", "title": f"{NAME}案", "cause": "信访", "office": ZHUZHOU, "parties": parties}
    handler = installation.office.officer_id(Role.CASE_HANDLER)

    opened = await installation.ask(OPEN, input={**case, "handler": handler})
    again = await installation.ask(OPEN, input={**case, "handler": handler})
    searched = await installation.ask(
        "query ($text: String) { cases(where: { text: $text }) { nodes { title parties { label } } } }", text=NAME
    )
    zero = await installation.ask("query ($id: ID!) { case(id: $id) { id } }", id=f"case_{NAME}\0")
    inline = await installation.ask(f'{{ cases(first: 9000, where: {{ text: "{NAME}" }}) {{ nodes {{ id }} }} }}')

    assert opened.json()["data"]["openCase"]["case"]["parties"] == parties
    assert again.json()["data"]["openCase"]["errors"]
    assert searched.json()["data"]["cases"]["nodes"][0]["title"] == f"{NAME}案"
    assert "errors" in zero.json() or zero.json()["data"] == {"case": None}
    assert "errors" in inline.json()
    told = json.dumps(installation.lines, ensure_ascii=False)
    assert len(installation.lines) >= 5
    assert NAME not in told
    assert "检〔2026〕1号" not in told
    assert installation.headers()["authorization"].split(".")[1][:20] not in told


def test_a_line_of_text_tells_the_same(log: Lines) -> None:
    logger = logging.getLogger("caserisk.test")
    try:
        raise ValueError(NAME) from OSError("the disk is full")
    except ValueError:
        logger.exception("it failed")
    record = logging.LogRecord("caserisk.test", logging.ERROR, "", 0, "it failed", None, None)

    [line] = log.lines
    assert line["error"] == "ValueError"
    assert "OSError: the disk is full" in line["trace"]
    assert TextLines().format(record).endswith("ERROR caserisk.test: it failed")


def test_what_a_forgotten_task_was_doing_is_not_told() -> None:
    said = f"Task exception was never retrieved\nfuture: <Task exception=KeyError('{NAME}')>"
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, said, None, (KeyError, KeyError(NAME), None))

    for formatter in (JsonLines(), TextLines()):
        assert "never retrieved" in formatter.format(record)
        assert NAME not in formatter.format(record)


# ------------------------------------------------------------------------------------------------ metrics


async def test_operations_are_counted_by_how_they_ended(installation: Installation, compiler: str) -> None:
    await installation.ask(CASES)
    await installation.ask(CASES)
    await installation.ask("{ nothing }")
    await installation.http.put("/graphql")

    found = await installation.metrics()
    executor = "compiled" if compiler == "on" else "reference"
    assert found["caserisk_operations_total", ("", "query", "answered", "http")] == 2
    assert found["caserisk_operations_total", ("BAD_INPUT", "none", "refused", "http")] == 1
    assert found["caserisk_operations_executed_total", (executor,)] == 2
    assert found["caserisk_operation_duration_seconds_count", ("query",)] == 2
    assert found["caserisk_operation_cost_count", ()] == 2
    assert found["caserisk_statements_total", ()] >= 2
    assert found["caserisk_http_responses_total", ("405",)] == 1


@only_one
async def test_metrics_tell_the_state_of_the_server(installation: Installation) -> None:
    end = await installation.opened.store.end_of_log()
    found = await installation.metrics()
    async with asyncio.timeout(30):
        while TICKED not in found or found["caserisk_log_lag_entries", ()]:
            await asyncio.sleep(0.05)
            found = await installation.metrics()

    assert found["caserisk_log_position", ()] == end
    assert found["caserisk_deadlines_unrecorded", ()] == 0
    assert found["caserisk_clock_failures_total", ()] == 0
    assert found["caserisk_plugins", ("active",)] >= 3
    assert found["caserisk_sockets", ()] == found["caserisk_streams", ()] == 0
    assert ("caserisk_database_connections", ("transactions",)) in found
    assert ("process_cpu_seconds_total", ()) in found


@only_one
async def test_metrics_are_still_there_when_the_database_is_away(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.opened.store.database, "read_row", away)

    found = await installation.metrics()

    assert ("caserisk_log_position", ()) not in found
    assert ("caserisk_operations_executed_total", ("compiled",)) in found


@only_one
async def test_no_label_is_chosen_by_clients(installation: Installation) -> None:
    await installation.ask("query MyOwnName { cases { totalCount } }", {"graphql-client-name": "my-client"})

    said = (await installation.http.get("/metrics")).text
    assert "MyOwnName" not in said
    assert "my-client" not in said
    assert installation.office.officer_id(Role.CASE_HANDLER) not in said


@pytest.mark.parametrize(
    ("setting", "client", "headers", "status"),
    [
        ("local", "127.0.0.1", {}, 200),
        ("local", "::1", {}, 200),
        ("local", "10.0.0.9", {}, 404),
        ("local", "127.0.0.1", {"x-forwarded-for": "10.0.0.9"}, 404),
        ("local", "127.0.0.1", {"forwarded": "for=10.0.0.9"}, 404),
        ("on", "10.0.0.9", {}, 200),
        ("off", "127.0.0.1", {}, 404),
    ],
)
async def test_metrics_are_for_this_machine_unless_set_otherwise(
    tmp_path: Path, setting: str, client: str, headers: dict[str, str], status: int
) -> None:
    env = {"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_METRICS": setting}
    async with application(Settings.from_env(env), plugins=()) as opened:
        transport = httpx.ASGITransport(create_app(opened), client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://caserisk") as http:
            assert (await http.get("/metrics", headers=headers)).status_code == status
