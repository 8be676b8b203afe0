"""`serve`, `worker` and `migrate`: what runs, and what runs before it."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from caserisk import deadline_clock
from caserisk.domain.refusals import Problem, Refused, invalid
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode
from caserisk.regulation.registry import Registry
from caserisk_graphql.application import VERSION, Application, application
from caserisk_graphql.cli.speech import say
from caserisk_graphql.cli.tls import Tls, tls_of
from caserisk_graphql.cli.working import settings, work
from caserisk_graphql.server.read_timeouts import with_read_timeouts
from caserisk_graphql.server.telemetry import logs
from caserisk_graphql.settings import Settings

_ENDING = (signal.SIGINT, signal.SIGTERM)
_LAST_REQUESTS = 10
"""Seconds that requests have to end in, once the server was told to."""

_GARBAGE = (10_000, 50, 100)
"""How much has to be made before what is of no more use is looked for, by generation."""


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 · the address to listen on")] = None,
    port: Annotated[str | None, typer.Option(help="端口,0 为任一空闲端口 · the port, 0 for any free one")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="有插件故障时不启动 · refuse to start with a bad plugin")
    ] = False,
) -> None:
    """启动服务:API、GraphiQL、期限时钟。 Serve the API, GraphiQL and the deadline clock."""
    chosen = settings(host=host, port=port)
    logs.set_up(level=chosen.log_level, format=chosen.log_format)
    tls = tls_of(chosen)
    with _listening(chosen) as listener, asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(chosen, listener, tls, strict=strict))


def worker() -> None:
    """只运行期限时钟,直至终止。 Run the deadline clock alone, until told to end."""
    chosen = settings()
    logs.set_up(level=chosen.log_level, format=chosen.log_format)
    asyncio.run(_run_clock(chosen))


def migrate() -> None:
    """建立或升级数据库。 Create the database, or bring it up to date."""
    work(_nothing_more)
    say("数据库已是最新", "the database is up to date")


async def _nothing_more(_: Application) -> None:
    """An application is opened on a database brought up to date."""


async def _serve(chosen: Settings, listener: socket.socket, tls: Tls, *, strict: bool) -> None:
    from caserisk_graphql.app import create_app

    async with application(chosen) as opened:
        if strict:
            _refuse_faulty(opened.registry)
        config = uvicorn.Config(
            create_app(opened),
            log_config=None,
            access_log=False,
            server_header=False,
            http=with_read_timeouts(chosen.limits),
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=chosen.limits.max_body,
            timeout_graceful_shutdown=_LAST_REQUESTS,
            proxy_headers=bool(chosen.forwarded_from),
            forwarded_allow_ips=list(chosen.forwarded_from),
            **tls,
        )
        server = uvicorn.Server(config)
        gc.freeze()  # what is there by now stays: it need not be looked through again and again
        gc.set_threshold(*_GARBAGE)
        with _ending_quietly(server):
            _greet(chosen, listener)
            await server.serve(sockets=[listener])


async def _run_clock(chosen: Settings) -> None:
    async with application(chosen) as opened:
        clock = asyncio.ensure_future(deadline_clock.run(opened.runner, interval=chosen.clock_interval))
        for number in _ENDING:
            asyncio.get_running_loop().add_signal_handler(number, clock.cancel)
        say(
            f"期限时钟已启动,每{chosen.clock_interval:g}秒一次",
            f"the deadline clock ticks every {chosen.clock_interval:g} s",
        )
        with suppress(asyncio.CancelledError):
            await clock


def _refuse_faulty(registry: Registry) -> None:
    problems = tuple(
        Problem(
            code=ErrorCode.PLUGIN_FAULT,
            message=Text(
                f"插件「{plugin.name}」{plugin.version} {plugin.status.zh}:{plugin.problem}",
                f"plugin {plugin.name!r} {plugin.version} is {plugin.status.en}: {plugin.problem}",
            ),
        )
        for plugin in registry.faulty
    )
    if problems:
        raise Refused(*problems)


def _greet(chosen: Settings, listener: socket.socket) -> None:
    """Say where the server is and how to get in."""
    port = listener.getsockname()[1]
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    scheme = "https" if chosen.tls_cert else "http"
    address = f"{scheme}://{host}:{port}/graphql"
    say(
        f"caserisk {VERSION} 已启动:{address}(浏览器打开即为 GraphiQL)",
        f"caserisk {VERSION} is at {address} (GraphiQL in a browser)",
    )
    if chosen.jwks:
        say("令牌由 CASERISK_JWKS 的身份提供方签发", "tokens come from the identity provider of CASERISK_JWKS")
    else:
        command = f"{_called()} token --office 430200 --role CASE_HANDLER"
        say(f"获取令牌:{command}", f"for a token: {command}")


def _called() -> str:
    """This program, as whoever started it can call it again."""
    program, here = Path(sys.argv[0]).absolute(), Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else program.name


def _listening(chosen: Settings) -> socket.socket:
    """A socket that listens already: an address that is taken is known before anything else is done."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        return socket.create_server((chosen.host, chosen.port), family=family, backlog=2048)
    except OSError as error:
        cause = str(error.strerror).partition(" (while")[0]
        raise invalid(
            f"不能监听 {chosen.host}:{chosen.port}({cause});请用 --host、--port 另选",
            f"cannot listen on {chosen.host}:{chosen.port} ({cause}); choose others by --host and --port",
            "port",
        ) from error


@contextmanager
def _ending_quietly(server: uvicorn.Server) -> Iterator[None]:
    """Let a signal end the server even before it is ready; the one it raises once more at its end does nothing."""
    before = {number: signal.signal(number, server.handle_exit) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
