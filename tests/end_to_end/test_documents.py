"""Trusted documents as people handle them: a manifest entered, a server that knows it, the uses shown."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.server import serving
from tests.end_to_end.test_cli import Installation

VIEWER = "query Viewer { viewer { roles } }"
HASH = sha256(VIEWER.encode()).hexdigest()


@pytest.fixture
def installation(handler_installation: Installation) -> Installation:
    """Provide an installation with an officer."""
    return handler_installation


def manifest(folder: Path, documents: dict[str, str]) -> str:
    """Write the file that a build writes."""
    path = folder / "persisted-documents.json"
    path.write_text(json.dumps(documents), encoding="utf-8")
    return str(path)


def test_a_manifest_is_entered_used_and_removed(installation: Installation, tmp_path: Path) -> None:
    file = manifest(tmp_path, {HASH: VIEWER})
    token = installation.says("token", "--office", "430200", "--role", "CASE_HANDLER")

    first = installation.says("documents", "import", file, "--client", "board")
    again = installation.says("documents", "import", file, "--client", "board")
    with serving(installation.env | {"CASERISK_DOCUMENTS": "trusted"}) as server:
        headers = {"authorization": f"Bearer {token}", "graphql-client-name": "board"}
        address = f"http://127.0.0.1:{server.port}/graphql"
        known = httpx.post(address, json={"documentId": f"sha256:{HASH}"}, headers=headers)
        other = httpx.post(address, json={"query": "{ viewer { roles } }"}, headers=headers)
    listed = installation.says("documents")
    usage = installation.says("documents", "usage")
    removed = installation.says("documents", "remove", f"sha256:{HASH}")

    assert first == "1 documents entered; 0 were there already"
    assert again == "0 documents entered; 1 were there already"
    assert known.json()["data"] == {"viewer": {"roles": ["CASE_HANDLER"]}}
    assert other.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert listed.splitlines()[1].split()[:3] == [f"sha256:{HASH}", "Viewer", "board"]
    assert listed.splitlines()[1].split()[4] == "1"
    assert usage.splitlines()[1].split()[:4] == ["board", "Viewer", f"sha256:{HASH}", "1"]
    assert removed == "1 documents removed; 0 were not there"
    assert len(installation.says("documents").splitlines()) == 1


def test_of_a_manifest_with_a_wrong_document_nothing_is_entered(installation: Installation, tmp_path: Path) -> None:
    wrong = "{ nothing }"
    file = manifest(tmp_path, {HASH: VIEWER, sha256(wrong.encode()).hexdigest(): wrong})

    done = installation.run("documents", "import", file)

    assert done.returncode == 1
    assert "Cannot query field" in done.stderr
    assert len(installation.says("documents").splitlines()) == 1


@pytest.mark.parametrize("arguments", [("remove", "x"), ("import", "none.json"), ("import", "x", "--client", "x" * 65)])
def test_what_is_typed_wrongly_is_named(installation: Installation, arguments: tuple[str, ...]) -> None:
    done = installation.run("documents", *arguments)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_page_of_another_host_opens_no_socket(installation: Installation) -> None:
    upgrade = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "graphql-transport-ws",
    }
    with serving(installation.env) as server:
        address = f"http://127.0.0.1:{server.port}/graphql"
        foreign = httpx.get(address, headers={**upgrade, "origin": "https://evil.example"})

    assert foreign.status_code == 403
