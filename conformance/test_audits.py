"""GraphQL over HTTP, by the audits of graphql-http."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.tools import run_tool


def test_audits_of_graphql_http(
    bundles: Path, client_environment: Mapping[str, str], subtests: pytest.Subtests
) -> None:
    audits = [
        json.loads(line)
        for line in run_tool("node", bundles / "audits.js", env=client_environment).check().splitlines()
    ]

    assert len(audits) == 61
    for audit in audits:
        with subtests.test(f"{audit['id']} {audit['name']}"):
            assert audit["status"] == "ok", audit["reason"]
