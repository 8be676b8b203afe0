"""Serve GraphQL over server-sent events, in distinct connections mode: one request, one stream of its results.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from starlette.types import Receive, Send

from caserisk_graphql.context import Context
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.server.disconnect import wait_for_disconnect

_HEARTBEAT_INTERVAL = 10.0
"""Seconds between comments that keep proxies from closing a silent stream."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back until its buffer is full
]


async def stream_events(
    engine: Engine, request: GraphQLRequest, context: Context, *, receive: Receive, send: Send
) -> None:
    """Send each result as an event, until there are no more or the client disconnects."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    results = asyncio.create_task(_send_results(engine, request, context, send))
    others = [asyncio.create_task(wait_for_disconnect(receive)), asyncio.create_task(_send_heartbeats(send))]
    try:
        await asyncio.wait([results, *others], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (results, *others):
            task.cancel()
        # Waited for, so that the operation has released its snapshot when the request ends.
        await asyncio.gather(results, *others, return_exceptions=True)
    # Cancelled above means that the client has left: there is nobody to send an end to.
    if not results.cancelled():
        results.result()  # raises what ended it, for the log
        await send({"type": "http.response.body", "body": b""})


async def _send_results(engine: Engine, request: GraphQLRequest, context: Context, send: Send) -> None:
    async with aclosing(engine.stream(request, context)) as results:
        async for result in results:
            # The browser sends the last id again in Last-Event-ID when it reconnects.
            id_line = b"" if result.cursor is None else b"id: %s\n" % result.cursor.encode()
            await _send_text(send, b"event: next\n" + id_line + b"data: " + result.text + b"\n\n")
    # With `data:` though it is empty: EventSource drops an event that has no such line.
    await _send_text(send, b"event: complete\ndata:\n\n")


async def _send_heartbeats(send: Send) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT_INTERVAL)
        await _send_text(send, b":\n\n")  # a comment, which clients ignore; without an id, so it moves no cursor


async def _send_text(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
