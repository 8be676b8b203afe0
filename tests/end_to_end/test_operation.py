"""A server as it is operated: its log on standard error, TLS, health, and who read what."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from gql import Client
from gql.transport.websockets import WebsocketsTransport

from caserisk.domain.vocabulary import Role
from caserisk.store.party_access_log import PartyAccessLog
from tests.end_to_end.server import CASERISK, request
from tests.end_to_end.test_cli import Installation
from tests.support.world import ZHUZHOU, World

NAME = "秘某某"
SECRET = "geheim-token"
OPEN = """
  mutation Open($input: OpenCaseInput!) {
    openCase(input: $input) { case { id parties { label } } errors { message } }
  }
"""
READY_WITHIN = 60.0


@pytest.fixture
def installation(handler_installation: Installation) -> Installation:
    """Provide an installation with a handler."""
    return handler_installation


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    installation: Installation, log: Path, env: Mapping[str, str], verify: ssl.SSLContext | bool = True
) -> Iterator[str]:
    """Run a server whose standard error goes to a file, and yield its address once it is ready."""
    port, scheme = free_port(), "https" if "CASERISK_TLS_CERT" in env else "http"
    address = f"{scheme}://127.0.0.1:{port}"
    command = [CASERISK, "serve", "--port", str(port)]
    with log.open("w") as said:
        process = subprocess.Popen(
            command, env={**installation.env, **env}, stdout=subprocess.DEVNULL, stderr=said, cwd=installation.folder
        )
        try:
            _wait(process, f"{address}/health/ready", verify)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], address: str, verify: ssl.SSLContext | bool) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "it did not start"
        try:
            if httpx.get(address, verify=verify).status_code == 200:
                return
        except httpx.ConnectError:
            pass
        time.sleep(0.1)
    raise AssertionError("it is not ready")


async def _over_a_socket(address: str, token: str, name: str) -> Any:
    url = f"{address.replace('http', 'ws')}/graphql?secret={SECRET}"
    transport = WebsocketsTransport(
        url=url,
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    document = request("query Found($text: String) { cases(where: { text: $text }) { nodes { id } } }", text=name)
    async with Client(transport=transport) as session:
        return await session.execute(document)


@pytest.mark.parametrize("format", ["json", "text"])
def test_the_log_of_a_server_holds_requests_and_nothing_of_a_case(
    installation: Installation, tmp_path: Path, format: str
) -> None:
    """At the finest level, which is that of the libraries too: they are never asked for details."""
    log, token = tmp_path / "log", installation.says("token", "--office", "430200", "--role", "CASE_HANDLER")
    parties = [{"label": NAME, "role": "被害人"}]
    case = {"number": "检〔2026〕1号", "title": f"{NAME}案", "cause": "信访", "office": "430200", "parties": parties}
    with running(installation, log, {"CASERISK_LOG_FORMAT": format, "CASERISK_LOG_LEVEL": "debug"}) as address:
        with httpx.Client(headers={"authorization": f"Bearer {token}", "x-request-id": "r-1"}) as http:
            me = http.post(f"{address}/graphql", json={"query": "{ viewer { officer { id } } }"}).json()
            handler = me["data"]["viewer"]["officer"]["id"]
            sent = {"query": OPEN, "variables": {"input": {**case, "handler": handler}}}
            opened = http.post(f"{address}/graphql?secret={SECRET}", json=sent).json()
        found = asyncio.run(_over_a_socket(address, token, NAME))
        unknown = httpx.get(f"{address}/{SECRET}", headers={"authorization": f"Bearer {token}"})

    assert opened["data"]["openCase"]["case"]["parties"] == [{"label": NAME}]
    assert len(found["cases"]["nodes"]) == 1
    assert unknown.status_code == 404
    said = log.read_text(encoding="utf-8")
    for secret in (NAME, "检〔2026〕1号", SECRET, token, token.split(".")[1]):
        assert secret not in said
    if format == "text":
        assert f"request_id=r-1 transport=http officer={handler} operation=Open kind=mutation" in said
        return
    lines = [json.loads(line) for line in said.splitlines()]
    operations = {line.get("operation"): line for line in lines if line["message"] == "operation"}
    [closed] = [line for line in lines if line["message"] == "socket"]
    assert operations["Open"]["request_id"] == "r-1"
    assert operations["Found"]["request_id"] == f"{closed['request_id']}/1"
    assert operations["Found"]["transport"] == "websocket"
    assert (closed["officer"], closed["operations"]) == (handler, 1)


def self_signed(folder: Path, *, passphrase: bytes | None = None) -> dict[str, str]:
    """Write a new certificate for 127.0.0.1, and return its settings."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=1)).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(pem))
    key_path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, encryption))
    return {"CASERISK_TLS_CERT": str(cert_path), "CASERISK_TLS_KEY": str(key_path)}


def test_a_server_with_a_certificate_speaks_tls(installation: Installation, tmp_path: Path) -> None:
    env = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=env["CASERISK_TLS_CERT"])

    with running(installation, tmp_path / "log", env, trusting) as address:
        answer = httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}, verify=trusting)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{address.replace('https', 'http')}/health/live")

    assert answer.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("wrong", ["no such file", "no certificate", "the key of another", "an encrypted key"])
def test_a_certificate_that_cannot_be_used_is_named(installation: Installation, tmp_path: Path, wrong: str) -> None:
    env = self_signed(tmp_path, passphrase=b"geheim" if wrong == "an encrypted key" else None)
    if wrong == "no such file":
        env["CASERISK_TLS_KEY"] = str(tmp_path / "nowhere.pem")
    elif wrong == "no certificate":
        Path(env["CASERISK_TLS_CERT"]).write_text("no certificate")
    elif wrong == "the key of another":
        other = tmp_path / "other"
        other.mkdir()
        env["CASERISK_TLS_KEY"] = self_signed(other)["CASERISK_TLS_KEY"]

    done = installation.run("serve", "--port", "0", **env)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert env["CASERISK_TLS_KEY"] in done.stderr.replace("\n", "")
    assert "CASERISK_TLS_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_metrics_of_a_proxy_are_those_of_others(installation: Installation, tmp_path: Path) -> None:
    """A trusted proxy is believed for whom it asks; nobody else is."""
    with running(installation, tmp_path / "log", {"CASERISK_FORWARDED_FROM": "127.0.0.1"}) as address:
        here = httpx.get(f"{address}/metrics")
        elsewhere = httpx.get(f"{address}/metrics", headers={"x-forwarded-for": "10.0.0.9"})

    assert (here.status_code, elsewhere.status_code) == (200, 404)
    assert "caserisk_build_info" in here.text


def test_who_read_a_case_is_listed(tmp_path: Path, database: str) -> None:
    installation = Installation(tmp_path)
    installation.env["CASERISK_DATABASE_URL"] = database
    case, other, officer = asyncio.run(_read(database))

    listed = installation.says("readers", case).splitlines()
    nobody = installation.says("readers", other)
    unknown = installation.run("readers", "case_nowhere")

    assert listed[0].split() == ["DAY", "FIRST", "OFFICER", "NAME", "OFFICE", "ROLES"]
    assert listed[1].split() == ["2026-03-04", "00:30:00", officer, "案件承办人", "430200人民检察院", "CASE_HANDLER"]
    assert nobody == "nobody has read the parties of this case"
    assert (unknown.returncode, unknown.stderr.strip()) == (1, "error: there is no case 'case_nowhere'")


async def _read(database: str) -> tuple[str, str, str]:
    """Open two cases, and record a reader of the first."""
    async with World(database) as world:
        office = await world.office(ZHUZHOU)
        case, other = await world.open_case(office), await world.open_case(office)
        officer = office.officer_id(Role.CASE_HANDLER)
        await PartyAccessLog(world.store).record(officer, [case], datetime(2026, 3, 3, 16, 30, tzinfo=UTC))
    return case, other, officer
