"""Clients that frontends use read, write, are refused and watch, unmodified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.tools import run


@pytest.mark.parametrize("client", ["apollo", "urql", "graphql-ws", "graphql-sse", "relay"])
def test_client_plays_the_scenario(client: str, built: Path, surroundings: Mapping[str, str]) -> None:
    run("node", built / f"{client}.js", env=surroundings, timeout=60).check()
