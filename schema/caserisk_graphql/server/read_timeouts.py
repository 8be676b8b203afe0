"""Limit how long a request may take to arrive, and the size of its headers; uvicorn itself limits neither.

Headers can only be limited where they are read: ASGI hands a request on once they are complete. So this is a subclass
of uvicorn's protocol, and relies on what uvicorn does not document; ``tests/schema/test_read_timeouts.py`` names it.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input, too_large

_MAX_HEADER_BYTES = 64 * 1024
"""Bytes of the headers of a request."""


def with_read_timeouts(limits: Limits) -> type[HttpToolsProtocol]:
    """Return uvicorn's protocol with timeouts: it closes a connection whose request does not arrive in time.

    The timeout of the headers starts with the connection, and for each further request on it with its first byte: how
    long an idle connection is kept is uvicorn's own ``timeout_keep_alive``. The timeout of the body starts with the end
    of the headers.
    """

    class ReadTimeoutProtocol(HttpToolsProtocol):
        """uvicorn's protocol with a timeout for headers and body, and a limit of the size of the headers."""

        _timer: asyncio.TimerHandle | None = None
        _reading_headers = True
        _reading_body = False
        _header_bytes = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)  # type: ignore[arg-type]  # a transport of a stream
            self._start_timer(limits.header_time)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_timer()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)  # calls the `on_…` methods below for what is in these bytes
            if self._reading_headers:
                self._header_bytes += len(data)
                if self._header_bytes > _MAX_HEADER_BYTES:
                    self._reject(b"431 Request Header Fields Too Large", _headers_too_large())
            if self._timer is None and (self._reading_headers or self._reading_body):
                self._start_timer(limits.header_time if self._reading_headers else limits.body_time)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._reading_headers, self._header_bytes = True, 0

        def on_headers_complete(self) -> None:
            self._stop_timer()
            # No timer for the body yet: mostly it came in the same bytes. `data_received` starts one where it did not.
            self._reading_headers, self._reading_body = False, True
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._stop_timer()
            self._reading_body = False
            super().on_message_complete()

        def _start_timer(self, seconds: float) -> None:
            self._timer = self.loop.call_later(seconds, self._time_out, seconds)

        def _stop_timer(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _time_out(self, seconds: float) -> None:
            self._reject(b"408 Request Timeout", _timed_out(seconds))

        def _reject(self, status: bytes, error: RequestError) -> None:
            self._stop_timer()
            if self.transport.is_closing():
                return
            # Written by hand: there is no request yet that the application could answer.
            body = encode({"errors": [error.formatted]})
            headers = b"content-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
            self.transport.write(b"HTTP/1.1 %s\r\n%sconnection: close\r\n\r\n%s" % (status, headers, body))
            self.transport.close()

    return ReadTimeoutProtocol


def _timed_out(seconds: float) -> RequestError:
    return bad_input(f"请求未在 {seconds:g} 秒内到齐", f"the request did not arrive within {seconds:g} s")


def _headers_too_large() -> RequestError:
    return too_large(
        f"请求头过大,最多 {_MAX_HEADER_BYTES} 字节",
        f"the headers are too large; they may have {_MAX_HEADER_BYTES} bytes",
    )
