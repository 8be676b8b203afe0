"""Running the servers of this folder: ``python -m bench.servers.raw URL PORT``, with uvicorn set as ours is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from uvicorn.loops.auto import auto_loop_factory


def listen(application: Callable[[str], AbstractAsyncContextManager[Any]]) -> None:
    """Serve an ASGI application that is opened on the URL of a database."""
    url, port = sys.argv[1:]
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(application(url), int(port)))


async def _serve(opening: AbstractAsyncContextManager[Any], port: int) -> None:
    async with opening as app:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, lifespan="off", log_level="warning", access_log=False, server_header=False
        )
        await uvicorn.Server(config).serve()
