"""How long the server waits for a request to arrive; uvicorn itself waits as long as it takes."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input, too_large

_HEADERS = 64 * 1024
"""Bytes of headers that are read."""


def with_read_timeouts(limits: Limits) -> type[HttpToolsProtocol]:
    """uvicorn's protocol, which closes a connection whose request does not arrive in time.

    The time for the headers counts from when the connection is made, and for each further request on it from its first
    byte: how long a connection is kept between two of them is uvicorn's own ``timeout_keep_alive``. The time for the
    body counts from the headers.
    """

    class Impatient(HttpToolsProtocol):
        """Waits so long for headers and for so many bytes of them, and so long for a body."""

        _waiting: asyncio.TimerHandle | None = None
        _in_headers = True
        _in_body = False
        _read = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)  # type: ignore[arg-type]  # a transport of a stream
            self._wait(limits.header_time)

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait_no_more()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._in_headers:
                self._read += len(data)
                if self._read > _HEADERS:
                    self._give_up(b"431 Request Header Fields Too Large", _too_many_headers())
            if self._waiting is None and (self._in_headers or self._in_body):
                self._wait(limits.header_time if self._in_headers else limits.body_time)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._in_headers, self._read = True, 0

        def on_headers_complete(self) -> None:
            self._wait_no_more()
            self._in_headers, self._in_body = False, True
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._wait_no_more()
            self._in_body = False
            super().on_message_complete()

        def _wait(self, seconds: float) -> None:
            self._waiting = self.loop.call_later(seconds, self._too_slow, seconds)

        def _wait_no_more(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _too_slow(self, seconds: float) -> None:
            self._give_up(b"408 Request Timeout", _too_slow(seconds))

        def _give_up(self, status: bytes, error: RequestError) -> None:
            self._wait_no_more()
            if self.transport.is_closing():
                return
            body = encode({"errors": [error.formatted]})
            headers = b"content-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
            self.transport.write(b"HTTP/1.1 %s\r\n%sconnection: close\r\n\r\n%s" % (status, headers, body))
            self.transport.close()

    return Impatient


def _too_slow(seconds: float) -> RequestError:
    return bad_input(f"请求未在 {seconds:g} 秒内到齐", f"the request did not arrive within {seconds:g} s")


def _too_many_headers() -> RequestError:
    return too_large(f"请求头过大,最多 {_HEADERS} 字节", f"the headers are too large; they may have {_HEADERS} bytes")
