"""`serve` and `worker`: run the server, or the deadline clock alone."""

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
from caserisk.plugin_record import removed_plugins
from caserisk.regulation.registry import LoadedPlugin
from caserisk_graphql.application import application
from caserisk_graphql.cli.output import print_message
from caserisk_graphql.cli.run import load_settings
from caserisk_graphql.cli.tls import TlsOptions, load_tls
from caserisk_graphql.plugin_registry import VERSION
from caserisk_graphql.server.read_timeouts import with_read_timeouts
from caserisk_graphql.server.telemetry.logs import configure_logging
from caserisk_graphql.settings import Settings

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_SHUTDOWN_TIMEOUT = 10
"""Seconds that running requests have to end, once the server is told to stop."""

_GC_THRESHOLDS = (10_000, 50, 100)
"""The thresholds of garbage collection by generation, in place of Python's (700, 10, 10): requests make many objects
and hardly any cycle, so the collector finds little however often it runs."""


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 · the address to listen on")] = None,
    port: Annotated[str | None, typer.Option(help="端口,0 为任一空闲端口 · the port, 0 for any free one")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="有插件故障时不启动 · refuse to start with a bad plugin")
    ] = False,
) -> None:
    """Serve the API, GraphiQL and the deadline clock until a signal stops the server."""
    chosen = load_settings(host=host, port=port)
    configure_logging(level=chosen.log_level, format=chosen.log_format)
    tls = load_tls(chosen)
    # uvicorn chooses its event loop in `Server.run`, which is not called: the application opens in the same loop.
    with _listen(chosen) as listener, asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(chosen, listener, tls, strict=strict))


def worker() -> None:
    """Run the deadline clock until a signal stops it."""
    chosen = load_settings()
    configure_logging(level=chosen.log_level, format=chosen.log_format)
    asyncio.run(_run_clock(chosen))


async def _serve(chosen: Settings, listener: socket.socket, tls: TlsOptions, *, strict: bool) -> None:
    from caserisk_graphql.asgi import create_app  # the whole API: not before the address is known to be free

    async with application(chosen) as opened:
        if strict:
            _refuse_faulty_plugins(*opened.registry.faulty, *await removed_plugins(opened.registry, opened.store))
        config = uvicorn.Config(
            create_app(opened),
            log_config=None,  # ours is configured already
            access_log=False,
            server_header=False,  # which server this is concerns nobody
            http=with_read_timeouts(chosen.limits),
            ws="websockets-sansio",
            ws_per_message_deflate=False,  # a compressor for each socket would cost memory, and CPU for each event
            ws_max_size=chosen.limits.max_body,
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT,
            # By default uvicorn lets this machine say what a client's address is; here only listed proxies may.
            proxy_headers=bool(chosen.forwarded_from),
            forwarded_allow_ips=list(chosen.forwarded_from),
            **tls,
        )
        server = uvicorn.Server(config)
        gc.freeze()  # the objects of the start live as long as the server: the collector need not scan them again
        gc.set_threshold(*_GC_THRESHOLDS)
        with _handle_stop_signals(server):
            _print_greeting(chosen, listener)
            await server.serve(sockets=[listener])


async def _run_clock(chosen: Settings) -> None:
    async with application(chosen) as opened:
        clock = asyncio.ensure_future(deadline_clock.run(opened.runner, interval=chosen.clock_interval))
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, clock.cancel)
        print_message(
            f"期限时钟已启动,每{chosen.clock_interval:g}秒一次",
            f"the deadline clock ticks every {chosen.clock_interval:g} s",
        )
        with suppress(asyncio.CancelledError):
            await clock


def _refuse_faulty_plugins(*plugins: LoadedPlugin) -> None:
    """Refuse to start with plugins that have a problem.

    Raises:
        Refused: PLUGIN_FAULT, naming each.
    """
    problems = tuple(
        Problem(
            code=ErrorCode.PLUGIN_FAULT,
            message=Text(
                f"插件「{plugin.name}」{plugin.version} {plugin.status.zh}:{plugin.problem}",
                f"plugin {plugin.name!r} {plugin.version} is {plugin.status.en}: {plugin.problem}",
            ),
        )
        for plugin in plugins
    )
    if problems:
        raise Refused(*problems)


def _print_greeting(chosen: Settings, listener: socket.socket) -> None:
    """Print the address of the server, and how to get a token."""
    port = listener.getsockname()[1]
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    scheme = "https" if chosen.tls_cert else "http"
    address = f"{scheme}://{host}:{port}/graphql"
    print_message(
        f"caserisk {VERSION} 已启动:{address}(浏览器打开即为 GraphiQL)",
        f"caserisk {VERSION} is at {address} (GraphiQL in a browser)",
    )
    if chosen.jwks:
        print_message(
            "令牌由 CASERISK_JWKS 的身份提供方签发", "tokens come from the identity provider of CASERISK_JWKS"
        )
    else:
        command = f"{_own_command()} token --office 430200 --role CASE_HANDLER"
        print_message(f"获取令牌:{command}", f"for a token: {command}")


def _own_command() -> str:
    """Return the command by which the user can call this program again."""
    # Outside this folder its name has to do: it was found on the PATH.
    program, here = Path(sys.argv[0]).absolute(), Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else program.name


def _listen(chosen: Settings) -> socket.socket:
    """Return a socket that listens: an address in use is found before the database is touched.

    Raises:
        Refused: INVALID, naming the address.
    """
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        return socket.create_server((chosen.host, chosen.port), family=family, backlog=2048)
    except OSError as error:
        # `socket.create_server` appends the address to the text; our message names it already.
        cause = str(error.strerror).partition(" (while")[0]
        raise invalid(
            f"不能监听 {chosen.host}:{chosen.port}({cause});请用 --host、--port 另选",
            f"cannot listen on {chosen.host}:{chosen.port} ({cause}); choose others by --host and --port",
            "port",
        ) from error


@contextmanager
def _handle_stop_signals(server: uvicorn.Server) -> Iterator[None]:
    """Stop the server by signals even before it is ready, and ignore the signal that it raises again at its end."""
    before = {number: signal.signal(number, server.handle_exit) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
