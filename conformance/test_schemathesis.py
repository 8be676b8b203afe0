"""Whatever Schemathesis asks, and in whatever order, is answered as promised; the server is quick afterwards.

It asks for a minute, or for ``CONFORMANCE_SECONDS``. Of its own checks none is used: to those, an error with a path is
a fault of the server, while here it is how a wrong argument is told.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

import pytest

from conformance.tools import ROOT, SCHEMA, run_tool
from tests.end_to_end.server import Server, request

SECONDS = int(os.environ.get("CONFORMANCE_SECONDS", "60"))
MAX_SLOWDOWN = 5
"""How many times as long a request may take afterwards as it took before, on a machine that is busy."""

KNOWN = """{ cases(first: 20) { nodes { id number stage { key } department { id } handler { id }
  assessments { nodes { id } } warnings { nodes { id supervisions { id } } } } }
  viewer { notices { nodes { id } } } events(first: 20) { events { id } } }"""


async def known_values(server: Server, token: str) -> dict[str, list[str]]:
    """Return values that the server gives, by the names of the arguments that take them."""
    data = await server.http(token).execute_async(request(KNOWN))
    cases = data["cases"]["nodes"]
    assessments = [item["id"] for case in cases for item in case["assessments"]["nodes"]]
    warnings = [item for case in cases for item in case["warnings"]["nodes"]]
    ids = {
        "case": [case["id"] for case in cases],
        "assessment": assessments,
        "warning": [warning["id"] for warning in warnings],
        "supervision": [item["id"] for warning in warnings for item in warning["supervisions"]],
        "notice": [notice["id"] for notice in data["viewer"]["notices"]["nodes"]],
        "department": [case["department"]["id"] for case in cases if case["department"]],
        "handler": [case["handler"]["id"] for case in cases if case["handler"]],
    }
    further = {
        "id": [id for several in ids.values() for id in several] + [item["id"] for item in data["events"]["events"]],
        "number": [case["number"] for case in cases],
        "stage": [case["stage"]["key"] for case in cases],
        "office": ["430200", "430281", "370000"],
        "code": ["430200", "430281"],
    }
    return {name: values for name, values in (ids | further).items() if values}


async def response_time(server: Server, token: str, role: str) -> float:
    """Return the seconds that the fastest of some requests takes."""
    seconds = []
    for _ in range(10):
        begun = monotonic()
        data = await server.http(token).execute_async(request("{ viewer { roles } }"))
        seconds.append(monotonic() - begun)
        assert data == {"viewer": {"roles": [role]}}
    return min(seconds)


@pytest.mark.parametrize("role", ["CASE_MANAGER", "COMPLAINTS_OFFICER"])
async def test_schemathesis_finds_nothing(
    role: str,
    python_environment: Path,
    server: Server,
    tokens: Mapping[str, str],
    client_environment: Mapping[str, str],
    tmp_path: Path,
) -> None:
    env = {
        "CONFORMANCE_SCHEMA": str(SCHEMA),
        "CONFORMANCE_KNOWN": json.dumps(await known_values(server, tokens[role])),
        "SCHEMATHESIS_HOOKS": "conformance.schemathesis_checks",
        "PYTHONPATH": str(ROOT),
    }
    seconds, before = SECONDS // 2, await response_time(server, tokens[role], role)
    options = {
        "--header": f"Authorization: Bearer {tokens[role]}",
        "--checks": "answers_as_promised",
        "--max-time": str(seconds),
        "--max-examples": str(max(20, seconds)),
        "--max-response-time": "20",
        "--generation-database": "none",
        "--warnings": "off",
        "--wait-for-schema": "20",
    }
    command = [part for option in options.items() for part in option]
    address = client_environment["CONFORMANCE_ADDRESS"]

    ran = run_tool(
        python_environment / "bin" / "schemathesis",
        "run",
        address,
        *command,
        cwd=tmp_path,
        env=env,
        timeout=seconds + 300,
    )

    sys.stdout.write(ran.check())  # pytest shows it with -s
    assert await response_time(server, tokens[role], role) < MAX_SLOWDOWN * before
