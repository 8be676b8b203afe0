"""Random visitors of a server's WebSocket, who say what is nearly right, out of order, broken, too much, or anything.

``python -m tests.adversarial.fuzz_sockets SECONDS [SEED]`` sends them for as long as one likes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import struct
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import uvicorn

from caserisk.domain.vocabulary import Role
from caserisk_graphql.server.read_timeouts import with_read_timeouts
from caserisk_graphql.server.websocket import CloseCode
from tests.adversarial.raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    READ_TIMEOUT,
    TEXT,
    RawWebSocket,
    frame,
)
from tests.support.installation import Installation, installed_at
from tests.support.internals import internals_in

CLOSE_CODES = {close.value[0] for close in CloseCode if close is not CloseCode.INTERNAL_SERVER_ERROR} | {
    1000,
    1001,
    1002,
    1003,
    1005,
    1007,
    1008,
    1009,
}
"""How a server closes: as graphql-transport-ws says, and as WebSocket does where the frames are wrong."""

REFUSED_STATUSES = {400, 403, 404, 426, 431}
"""How it answers what is no handshake."""

_VISITORS = 12
"""Visitors at the same time."""

_MAX_OVERTAKEN = 5 * _VISITORS
"""Visits that may end while a client that behaves waits for one answer: work is counted, as the machine may be busy."""

Json = Any
Visit = Callable[["Visitor"], bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """A server in this process, and who may ask it."""

    installation: Installation
    port: int
    tokens: Sequence[str]
    faults: list[str]

    async def answers(self) -> None:
        """Send a query as a well-behaved client does, and check the answer."""
        wire = await RawWebSocket.open(self.port)
        wire.send(frame(TEXT, _message(type="connection_init", payload={"Authorization": f"Bearer {self.tokens[0]}"})))
        wire.send(frame(TEXT, _message(type="subscribe", id="1", payload={"query": "{ viewer { roles } }"})))
        heard = [json.loads(await wire.hear() or "null") for _ in range(3)]
        await wire.close()
        assert [message and message["type"] for message in heard] == ["connection_ack", "next", "complete"], heard
        assert heard[1]["payload"]["data"] == {"viewer": {"roles": ["CASE_MANAGER"]}}

    @property
    def in_use(self) -> dict[str, int]:
        """Count what visitors take, and have to give back."""
        opened, service = self.installation.opened, self.installation.app.state.service
        return {
            "tasks": len(asyncio.all_tasks()),
            "places": len(service.quota),
            **opened.store.database.connections_in_use(),
        }

    async def left_as_it_was(self, before: dict[str, int]) -> None:
        """Wait for everything to be given back."""
        async with asyncio.timeout(READ_TIMEOUT):
            while any(count > before[name] for name, count in self.in_use.items()):  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.05)


class _Faults(logging.Handler):
    """What the log has of faults."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if not any(isinstance(cause, UnicodeDecodeError) for cause in (error, error and error.__context__)):
            self.found.append(self.format(record))  # of such frames uvicorn writes itself, and closes as it should


@asynccontextmanager
async def target(directory: Path) -> AsyncIterator[Target]:
    """Run a server on a port of its own, as it is run in production."""
    faults = _Faults()
    logging.getLogger().addHandler(faults)
    async with installed_at({"CASERISK_DATA_DIR": str(directory)}) as installation:
        limits = installation.opened.settings.limits
        config = uvicorn.Config(
            installation.app,
            port=0,
            lifespan="off",
            log_config=None,
            access_log=False,
            http=with_read_timeouts(limits),
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=limits.max_body,
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]  # they are the test runner's
        serving = asyncio.create_task(server.serve())
        try:
            while not server.started:  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.01)
            await installation.open_case()
            officers = [await installation.officer(role) for role in (Role.CASE_MANAGER, Role.CASE_HANDLER)]
            tokens = [installation.token(officer) for officer in officers]
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Target(installation, port, tokens, faults.found)
        finally:
            server.should_exit = True
            await serving
            logging.getLogger().removeHandler(faults)


# ------------------------------------------------------------------------------------------------ what they say


def _message(**members: Json) -> bytes:
    return json.dumps(members).encode()


QUERIES = (
    "{ viewer { roles } }",
    "{ cases { totalCount nodes { id number } } }",
    'subscription { warningChanges(after: "log_0") { id } }',
    "subscription { warningChanges { id cursor } }",
    'subscription { caseEvents(case: "case_none") { id } }',
    'mutation { markNoticeRead(input: { notice: "notice_none" }) { errors { code } } }',
    "{ nothing }",
    "{",
    "query ($n: Int!) { cases(first: $n) { totalCount } }",
    "",
)
WORDS = (
    "connection_init",
    "subscribe",
    "complete",
    "ping",
    "pong",
    "next",
    "error",
    "connection_ack",
    "start",
    "",
    "ü",
)


@dataclass(slots=True)
class Visitor:
    """Somebody who draws what to say."""

    random: Random
    tokens: Sequence[str]
    whole: bool = field(default=True)
    """Whether all frames so far were whole: after half a one nothing is heard."""
    closes: set[int] = field(default_factory=set)
    """The codes that it closed with: a server answers with the same."""

    def json(self, depth: int = 4) -> Json:
        """Return any JSON value."""
        draw = self.random
        kinds: list[Json] = [None, True, draw.randint(-(10**30), 10**30), draw.random() * 1e300, self.text(), [], {}]
        if depth and draw.random() < 0.4:
            return [self.json(depth - 1) for _ in range(draw.randrange(4))]
        if depth and draw.random() < 0.5:
            return {self.text(): self.json(depth - 1) for _ in range(draw.randrange(4))}
        return draw.choice(kinds)

    def text(self) -> str:
        """Return a short text."""
        return "".join(self.random.choices('ab1\0"\\\n 案😀\u2028\ud800{}[]:,', k=self.random.randrange(8)))

    def id(self) -> str:
        """Return one of few ids, so that some are used twice."""
        return self.random.choice(("1", "2", "3", "", "\0", "案"))

    def right(self) -> dict[str, Json]:
        """Return a valid message."""
        match self.random.randrange(6):
            case 0:
                said = self.random.choice((f"Bearer {self.random.choice(self.tokens)}", "Bearer x", "", "Basic a:b"))
                return {"type": "connection_init", "payload": {"Authorization": said}}
            case 1:
                return {"type": self.random.choice(("ping", "pong")), "payload": {"a": self.json(1)}}
            case 2:
                return {"type": "complete", "id": self.id()}
        return {"type": "subscribe", "id": self.id(), "payload": {"query": self.random.choice(QUERIES)}}

    def nearly(self) -> dict[str, Json]:
        """Return a message with something wrong."""
        message = self.right()
        inside = self.random.choice([message, *(value for value in message.values() if isinstance(value, dict))])
        key = self.random.choice([*inside, "extensions", "variables", "operationName", "documentId", "query", "id"])
        match self.random.randrange(4):
            case 0:
                inside.pop(key, None)
            case 1:
                inside[key] = self.json()
            case 2:
                inside[key.upper()] = self.json()
            case 3:
                message["type"] = self.random.choice(WORDS)
        return message


def _of(message: Json) -> bytes:
    return frame(TEXT, json.dumps(message).encode())


def _begin(visitor: Visitor) -> bytes:
    token = visitor.random.choice(visitor.tokens)
    return _of({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})


def _in_parts(visitor: Visitor) -> bytes:
    """Return a message in several frames, with control frames between them, perhaps never ended."""
    text = json.dumps(visitor.right()).encode()
    cut = visitor.random.randrange(len(text))
    between = visitor.random.choice((b"", frame(PING, b"x"), frame(PONG, b""), frame(TEXT, b"{}")))
    last = visitor.random.random() < 0.8
    return frame(TEXT, text[:cut], final=False) + between + frame(CONTINUATION, text[cut:], final=last)


def _half(visitor: Visitor) -> bytes:
    """Return the beginning of a frame."""
    visitor.whole = False
    whole = _of(visitor.right())
    return whole[: visitor.random.randrange(1, len(whole))]


def _closing(visitor: Visitor) -> bytes:
    code = visitor.random.choice((1000, 1001, 1005, 1006, 1015, 999, 3000, 4400, 4999, 65535))
    visitor.closes.add(code)
    reason = visitor.random.choice((b"", b"bye", b"\xff", b"x" * 123, b"x" * 200))
    return frame(CLOSE, visitor.random.choice((struct.pack("!H", code) + reason, b"", b"\x03")))


def _deep(visitor: Visitor) -> bytes:
    size = visitor.random.choice((100, 3000, 100_000))
    nested = "[" * size + "]" * size
    return frame(TEXT, f'{{"type":"ping","payload":{{"a":{nested}}}}}'.encode())


def _large(visitor: Visitor) -> bytes:
    size = visitor.random.choice((100_000, 900_000, 1_100_000, 3_000_000))
    return _of({"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }" + " " * size}})


def _many(visitor: Visitor) -> bytes:
    """Return more operations than may run at once."""
    query = {"query": "subscription { warningChanges { id } }"}
    return b"".join(_of({"type": "subscribe", "id": f"m{n}", "payload": query}) for n in range(120))


def _broken(visitor: Visitor) -> bytes:
    """Return an invalid frame."""
    kind = visitor.random.choice((0x3, 0x7, 0xB, 0xF, CONTINUATION))
    return visitor.random.choice(
        (
            frame(kind, b"{}"),
            frame(TEXT, b"{}", reserved=visitor.random.randint(1, 7)),
            frame(TEXT, b"{}", masked=False),
            frame(PING, b"x" * 126),
            frame(PING, b"", final=False),
            b"\x81\xff" + b"\xff" * 8,
            visitor.random.randbytes(40),
        )
    )


def _no_utf8(visitor: Visitor) -> bytes:
    return frame(TEXT, visitor.random.choice((b"\xff", b'{"type":"\xc3"}', b"\xed\xa0\x80", b"\xf4\x90\x80\x80")))


MESSAGES: dict[Visit, int] = {
    _begin: 6,
    lambda visitor: _of(visitor.right()): 10,
    lambda visitor: _of(visitor.nearly()): 10,
    lambda visitor: _of(visitor.json()): 3,
    lambda visitor: frame(TEXT, visitor.random.choice((b"", b"{", b"nul", b'{"type":"ping"}x', b"[1,]"))): 2,
    lambda visitor: frame(BINARY, visitor.random.randbytes(20)): 1,
    lambda visitor: frame(PING, b"x" * visitor.random.randrange(126)): 1,
    lambda _: frame(PONG, b""): 1,
    _in_parts: 2,
    _no_utf8: 1,
    _broken: 2,
    _half: 1,
    _closing: 1,
    _deep: 1,
    _large: 1,
    _many: 1,
}
"""What is said, and how often."""

HANDSHAKES: tuple[dict[str, str], ...] = (
    *({} for _ in range(12)),
    {"Sec-WebSocket-Protocol": ""},
    {"Sec-WebSocket-Protocol": "graphql-ws"},
    {"Sec-WebSocket-Protocol": "a, graphql-transport-ws, b"},
    {"Sec-WebSocket-Version": "8"},
    {"Sec-WebSocket-Key": ""},
    {"Sec-WebSocket-Key": "x"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Authorization": "Bearer x"},
    {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits=99"},
)

# ------------------------------------------------------------------------------------------------ how they are met


@dataclass(slots=True)
class VisitTally:
    """How visits ended."""

    ends: Counter[str] = field(default_factory=Counter)

    def note(self, wire: RawWebSocket, closes: set[int]) -> None:
        """Count how a visit ended, and check what the server said.

        Raises:
            AssertionError: the server said something internal, or closed as it never should.
        """
        for text in wire.texts:
            assert not internals_in(text), text[:2000]
        if wire.status != 101:
            assert wire.status in REFUSED_STATUSES, (wire.status, wire.texts)
        assert wire.code is None or wire.code in CLOSE_CODES | closes, wire.code
        self.ends[str(wire.code or wire.status)] += 1


async def visit(target: Target, random: Random, tally: VisitTally) -> None:
    """Connect, send some messages, and leave with or without closing."""
    visitor = Visitor(random, target.tokens)
    wire = await RawWebSocket.open(target.port, **random.choice(HANDSHAKES))
    try:
        if not wire.ended:
            if random.random() < 0.6:
                wire.send(_begin(visitor))
            for say in random.choices(list(MESSAGES), list(MESSAGES.values()), k=random.randrange(10)):
                wire.send(say(visitor))
            if visitor.whole and random.random() < 0.8:
                wire.send(_of([]))  # if nothing was wrong before, this is
            if visitor.whole:
                await wire.settle()
        tally.note(wire, visitor.closes)
    finally:
        await (wire.close() if random.random() < 0.3 else wire.hang_up())


async def connect_and_leave(target: Target, count: int) -> None:
    """Let many clients connect and leave at once, some before anything was answered."""

    async def pass_by(number: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", target.port)
        if number % 3:
            handshake = "GET /graphql HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            writer.write(f"{handshake}Sec-WebSocket-Version: 13\r\n"[: number % 200].encode())
        writer.transport.abort()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    async def leave_at_once() -> None:
        wire = await RawWebSocket.open(target.port)
        wire.send(_of({"type": "ping"}))
        await wire.hang_up()

    for start in range(0, count, 50):
        await asyncio.gather(
            *(pass_by(number) if number % 2 else leave_at_once() for number in range(start, start + 50))
        )


async def besiege(target: Target, random: Random, *, visits: int) -> VisitTally:
    """Send visitors, a few at a time, while a well-behaved client goes on asking; check that nothing is left of them.

    Raises:
        AssertionError: something is not as it has to be.
    """
    await target.answers()
    await asyncio.sleep(0.1)
    before, tally, seeds = target.in_use, VisitTally(), [random.getrandbits(64) for _ in range(visits)]

    async def send(seeds: Sequence[int]) -> None:
        for seed in seeds:
            try:
                await visit(target, Random(seed), tally)
            except Exception as error:
                error.add_note(f"the visitor of seed {seed}")
                raise

    async with asyncio.TaskGroup() as group:
        senders = [group.create_task(send(seeds[start::_VISITORS])) for start in range(_VISITORS)]
        overtaken = []
        while not all(sender.done() for sender in senders):
            ended = tally.ends.total()
            await target.answers()
            overtaken.append(tally.ends.total() - ended)
            await asyncio.sleep(0.05)
    await connect_and_leave(target, 200)
    await target.answers()
    await target.left_as_it_was(before)
    assert max(overtaken) <= _MAX_OVERTAKEN, overtaken
    assert not target.faults, "\n".join(target.faults[:5])
    return tally


async def _main(seconds: float, seed: int) -> None:
    random, until, ends = Random(seed), monotonic() + seconds, Counter[str]()
    with TemporaryDirectory() as directory:
        async with target(Path(directory)) as besieged:
            while monotonic() < until:
                ends += (await besiege(besieged, random, visits=500)).ends
    sys.stdout.write(f"{ends.total()} visits, by how they ended: {dict(ends.most_common())}\n")


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().getrandbits(64)
    sys.stdout.write(f"seed {wanted}\n")
    asyncio.run(_main(float(sys.argv[1]), wanted))
