"""GraphiQL in a browser to which every other host is unknown: it loads, runs the tour, and shows events."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.conftest import OFFICE
from conformance.tools import ROOT, run_tool
from tests.end_to_end.server import Server, command

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EXPECTED = {
    1: "totalCount",
    2: "ZHU-14",
    3: "gates",
    4: "GATE_CLOSED",
    5: "IN_REVIEW",
    6: "log_",
}
"""What each tab of the tour shows once it was run."""


@pytest.fixture
def browser() -> str:
    """Find a browser of this machine; without one, tests that need it are skipped."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"there is none of {', '.join(BROWSERS)}")
    return found


def test_the_tour_runs_where_nothing_else_can_be_reached(
    browser: str, bundles: Path, server: Server, client_environment: Mapping[str, str], tmp_path: Path
) -> None:
    command("import", str(ROOT / "examples" / "cases.csv"), env=server.env)
    handler = command("token", "--office", OFFICE, "--role", "CASE_HANDLER", env=server.env)
    env = {
        **client_environment,
        "CONFORMANCE_TOKEN": handler,
        "CONFORMANCE_BROWSER": browser,
        "CONFORMANCE_PICTURES": str(tmp_path),
    }

    lines = [
        json.loads(line)
        for line in run_tool("node", bundles / "graphiql.js", env=env, timeout=300).check().splitlines()
    ]

    *tabs, page = lines
    shown: dict[int, Any] = {tab["tab"]: tab["answer"] for tab in tabs}
    assert set(shown) == set(EXPECTED)
    for number, what in EXPECTED.items():
        assert what in shown[number], shown[number]
        assert (tmp_path / f"tab-{number}.png").stat().st_size > 10_000
    assert set(page["asked"]) == {f"127.0.0.1:{server.port}"}
    assert page["complaints"] == []
