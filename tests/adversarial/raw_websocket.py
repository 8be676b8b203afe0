"""A WebSocket by its bytes: frames that follow the protocol (RFC 6455), and frames that do not."""

from __future__ import annotations

import asyncio
import base64
import struct
from dataclasses import dataclass, field

from caserisk_graphql.server.websocket import PROTOCOL

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
CONTINUATION = 0x0

READ_TIMEOUT = 30.0
"""Seconds after which a server that says nothing has failed."""

QUIET_SECONDS = 0.3
"""Seconds after which nothing more is waited for, where nothing has to come."""

_KEY = base64.b64encode(b"0123456789abcdef").decode()


def frame(kind: int, payload: bytes, *, final: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """Encode a frame as a client sends it; with ``reserved`` bits or not ``masked`` it is invalid."""
    first, mask = (0x80 if final else 0) | (reserved << 4) | kind, 0x80 if masked else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first, mask | len(payload))
    elif len(payload) < 1 << 16:
        head = struct.pack("!BBH", first, mask | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, mask | 127, len(payload))
    return head + (b"\0\0\0\0" if masked else b"") + payload  # a mask of zeros changes nothing


@dataclass(slots=True)
class RawWebSocket:
    """A connection, with what was heard on it; ``code`` is of the close frame, ``status`` of the handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    texts: list[str] = field(default_factory=list)
    status: int | None = None
    code: int | None = None
    ended: bool = False

    @classmethod
    async def open(cls, port: int, **headers: str) -> RawWebSocket:
        """Connect and shake hands; ``headers`` replace the right ones, and an empty one is left out."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        wire = cls(reader, writer)
        given = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": _KEY,
            "Sec-WebSocket-Protocol": PROTOCOL,
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
        wire.send(f"GET /graphql HTTP/1.1\r\n{lines}\r\n".encode())
        answer = await asyncio.wait_for(reader.readline(), READ_TIMEOUT)
        wire.status = int(answer.split()[1]) if answer else None
        if wire.status == 101:
            while (await asyncio.wait_for(reader.readline(), READ_TIMEOUT)).strip():
                pass
        else:
            wire.texts.append((await asyncio.wait_for(reader.read(), READ_TIMEOUT)).decode(errors="replace"))
            wire.ended = True
        return wire

    def send(self, data: bytes) -> None:
        """Send bytes; nothing happens where the connection is closed."""
        if not self.writer.is_closing():
            self.writer.write(data)

    async def hear(self) -> str | None:
        """Return the next message; None once the server has closed the connection."""
        try:
            return await asyncio.wait_for(self._hear(), READ_TIMEOUT)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended = True
            return None

    async def _hear(self) -> str | None:
        while True:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8))
            payload = await self.reader.readexactly(size)
            match first & 0x0F:
                case 0x8:
                    self.code, self.ended = int.from_bytes(payload[:2]) if payload else 1005, True
                    self.texts.append(payload[2:].decode())
                    return None
                case 0x1:
                    self.texts.append(payload.decode())
                    return self.texts[-1]

    async def settle(self) -> None:
        """Read what comes until the server has closed, or for a moment."""
        while not self.ended:
            try:
                await asyncio.wait_for(self.hear(), QUIET_SECONDS)
            except TimeoutError:
                return

    async def close(self) -> None:
        """Close the connection as the protocol says."""
        self.send(frame(CLOSE, struct.pack("!H", 1000)))
        await self.hang_up()

    async def hang_up(self) -> None:
        """Abort the connection."""
        self.writer.transport.abort()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)
