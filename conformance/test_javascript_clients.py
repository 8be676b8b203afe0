"""Clients that frontends use read, write, are refused and watch, unmodified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.tools import run_tool


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-ws", "graphql-sse", "relay"])
def test_client_plays_the_scenario(client: str, bundles: Path, client_environment: Mapping[str, str]) -> None:
    run_tool("node", bundles / f"{client}.js", env=client_environment, timeout=60).check()
