"""A server with demonstration data, and the suites and clients that are sent to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conformance.tools import (
    BUILT,
    GENERATED,
    CompletedTool,
    NotInstalled,
    install_node_modules,
    install_packages,
    run_tool,
)
from tests.end_to_end.server import Server, command, serving

OFFICE = "430200"
ENTRIES = ("audits", "apollo", "urql", "graphql-ws", "graphql-sse", "relay", "graphiql")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the installed command, serving an installation of its own."""
    env = {"CASERISK_DATA_DIR": str(tmp_path_factory.mktemp("data"))}
    command("demo", "--cases", "60", env=env)
    with serving(env) as server:
        yield server


@pytest.fixture(scope="session")
def tokens(server: Server) -> dict[str, str]:
    """Provide tokens of a case manager and of a complaints officer, by role."""
    roles = ("CASE_MANAGER", "COMPLAINTS_OFFICER")
    return {role: command("token", "--office", OFFICE, "--role", role, env=server.env) for role in roles}


@pytest.fixture(scope="session")
def client_environment(server: Server, tokens: Mapping[str, str]) -> dict[str, str]:
    """Provide the variables that tell a client of the server."""
    return {
        "CONFORMANCE_ADDRESS": f"http://127.0.0.1:{server.port}/graphql",
        "CONFORMANCE_OFFICE": OFFICE,
        "CONFORMANCE_TOKEN": tokens["CASE_MANAGER"],
        "CONFORMANCE_OTHER_TOKEN": tokens["COMPLAINTS_OFFICER"],
    }


@pytest.fixture(scope="session")
def node() -> None:
    """Install everything of npm; without it, tests that need it are skipped."""
    try:
        install_node_modules()
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def python_environment() -> Path:
    """Install everything of PyPI in its own environment; without it, tests that need it are skipped."""
    try:
        return install_packages()
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def codegen(node: None) -> CompletedTool:
    """Generate the types of schema and operations anew."""
    _empty(GENERATED / "types")
    return run_tool("graphql-codegen", "--config", "codegen.yml")


@pytest.fixture(scope="session")
def relay_compiler(node: None) -> CompletedTool:
    """Compile the artifacts of relay/ anew."""
    _empty(GENERATED / "relay")
    return run_tool("relay-compiler", "relay.config.json")


@pytest.fixture(scope="session")
def bundles(codegen: CompletedTool, relay_compiler: CompletedTool) -> Path:
    """Bundle the clients so that Node runs them."""
    codegen.check()
    relay_compiler.check()
    _empty(BUILT)
    files = [f"clients/{entry}.ts" for entry in ENTRIES]
    options = ("--bundle", "--packages=external", "--platform=node", "--format=esm", f"--outdir={BUILT}")
    run_tool("esbuild", *files, *options, "--log-level=warning").check()
    return BUILT


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
