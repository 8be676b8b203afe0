"""A request that does not arrive is not waited for; a real server, spoken to byte by byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from time import sleep

import pytest

from tests.end_to_end.server import Server, serving

PATIENCE = 20.0
MANY_DROPS = 100
"""At one in 0.2 s they last for 20 s, where headers may take one."""

HEADERS = b"POST /graphql HTTP/1.1\r\nhost: caserisk\r\ncontent-type: application/json\r\n"
BODY = b'{"query": "{ __typename }"}'
WHOLE = HEADERS + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: caserisk\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server with short read timeouts."""
    env = {
        "CASERISK_DATA_DIR": str(tmp_path_factory.mktemp("with_read_timeouts")),
        "CASERISK_CLOCK": "off",
        "CASERISK_HEADER_TIME": "1",
        "CASERISK_BODY_TIME": "1",
        "CASERISK_MAX_BODY": "2000",
    }
    with serving(env) as running:
        yield running


@pytest.fixture
def line(server: Server) -> Iterator[socket.socket]:
    """Open a connection to it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connected:
        yield connected


def all_of(line: socket.socket) -> bytes:
    """Receive all that the server sends until it closes the connection."""
    said = b""
    while part := line.recv(65536):
        said += part
    return said


def until(line: socket.socket, end: bytes) -> bytes:
    """Receive what the server sends, to the end of an answer."""
    said = b""
    while not said.endswith(end):
        part = line.recv(65536)
        assert part, said
        said += part
    return said


def code_of(said: bytes) -> tuple[bytes, str]:
    """Return the status of a response, and the code of its error."""
    headers, _, body = said.partition(b"\r\n\r\n")
    return headers.split(b" ")[1], json.loads(body)["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("begun", [b"", b"POST", HEADERS], ids=["nothing", "a method", "half of the headers"])
def test_headers_that_do_not_come_are_not_waited_for(line: socket.socket, begun: bytes) -> None:
    line.sendall(begun)

    assert code_of(all_of(line)) == (b"408", "BAD_INPUT")


def test_headers_that_drip_are_cut(line: socket.socket) -> None:
    line.sendall(HEADERS)
    line.settimeout(0.2)
    said = b""
    for _ in range(MANY_DROPS):
        line.sendall(b"x-drop: 1\r\n")
        try:
            said = line.recv(65536)
            break
        except TimeoutError:
            continue

    assert code_of(said)[0] == b"408"


def test_headers_without_end_are_cut(line: socket.socket) -> None:
    line.sendall(HEADERS + b"x-long: " + b"x" * 70_000)

    assert code_of(all_of(line)) == (b"431", "TOO_LARGE")


def test_the_second_request_has_to_come_too(line: socket.socket) -> None:
    line.sendall(WHOLE)
    assert b'"__typename":"Query"' in until(line, b"}}}")

    line.sendall(HEADERS)

    assert code_of(all_of(line))[0] == b"408"


def test_a_body_that_does_not_come_is_not_waited_for(line: socket.socket) -> None:
    line.sendall(HEADERS + b"content-length: 100\r\n\r\n" + BODY)

    assert code_of(all_of(line)) == (b"408", "BAD_INPUT")


def test_a_body_in_pieces_that_never_end_is_cut(line: socket.socket) -> None:
    line.sendall(HEADERS + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n")

    assert code_of(all_of(line))[0] == b"408"


@pytest.mark.parametrize("length", [b"content-length: 2001", b"content-length: " + b"9" * 5000])
def test_a_body_that_is_said_to_be_too_large_is_not_read(line: socket.socket, length: bytes) -> None:
    line.sendall(HEADERS + length + b"\r\n\r\n")

    status = line.recv(65536).split(b" ")[1]

    assert status in {b"413", b"400"}  # of 5,000 digits is no HTTP
    assert status == b"413" or len(length) > 100


def test_a_body_without_a_length_is_read_so_far(line: socket.socket) -> None:
    line.sendall(HEADERS + b"transfer-encoding: chunked\r\n\r\n800\r\n" + b" " * 2048 + b"\r\n")

    assert code_of(all_of(line)) == (b"413", "TOO_LARGE")


def test_who_is_in_time_is_answered(line: socket.socket) -> None:
    line.sendall(HEADERS)
    sleep(0.3)
    line.sendall(b"content-length: %d\r\n\r\n" % len(BODY))
    sleep(0.3)
    line.sendall(BODY)

    assert b'"__typename":"Query"' in until(line, b"}}}")


def test_a_socket_stays_open_beyond_that(line: socket.socket) -> None:
    line.sendall(UPGRADE)
    assert line.recv(65536).startswith(b"HTTP/1.1 101")
    sleep(2.5)
    line.sendall(b"\x89\x80\x00\x00\x00\x00")  # a ping of the WebSocket's own

    assert line.recv(65536) == b"\x8a\x00"


def test_a_message_over_a_socket_is_so_large_at_most(line: socket.socket) -> None:
    line.sendall(UPGRADE)
    assert line.recv(65536).startswith(b"HTTP/1.1 101")

    line.sendall(b"\x81\xfe\x07\xd1\x00\x00\x00\x00" + b" " * 2001)

    closing = all_of(line)
    assert (closing[0], int.from_bytes(closing[2:4], "big")) == (0x88, 1009)
