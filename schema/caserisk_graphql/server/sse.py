"""GraphQL over server-sent events, in the mode of distinct connections: a request, and a stream of its answers.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from starlette.types import Receive, Send

from caserisk_graphql.context import Context
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.request import GraphQLRequest

_HEARTBEAT = 10.0
"""Seconds after which silence is broken, so that nothing between takes the stream for dead."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def stream(operations: Engine, request: GraphQLRequest, context: Context, receive: Receive, send: Send) -> None:
    """Send each answer as an event, until there are no more or the client has left."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    answering = asyncio.create_task(_answer(operations, request, context, send))
    beside = [asyncio.create_task(_left(receive)), asyncio.create_task(_beat(send))]
    try:
        await asyncio.wait([answering, *beside], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (answering, *beside):
            task.cancel()
        await asyncio.gather(answering, *beside, return_exceptions=True)
    if not answering.cancelled():
        answering.result()
        await send({"type": "http.response.body", "body": b""})


async def _answer(operations: Engine, request: GraphQLRequest, context: Context, send: Send) -> None:
    async with aclosing(operations.stream(request, context)) as answers:
        async for answer in answers:
            place = b"" if answer.cursor is None else b"id: %s\n" % answer.cursor.encode()
            await _say(send, b"event: next\n" + place + b"data: " + answer.text + b"\n\n")
    await _say(send, b"event: complete\ndata:\n\n")


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _beat(send: Send) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT)
        await _say(send, b":\n\n")


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
