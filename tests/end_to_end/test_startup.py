"""The command line loads what a command needs, and no more: whoever types a command waits for what it loads."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from caserisk_graphql.cli import COMMANDS, create_cli

SERVER = {"uvicorn", "starlette", "strawberry", "graphql", "prometheus_client", "httpx", "jwt", "alembic"}
"""What only the server, or an upgrade of the database, needs."""

DATABASE = {"sqlalchemy", "aiosqlite", "asyncpg"}


def loaded_by(*arguments: str) -> set[str]:
    """Return the packages that a command has loaded by its end."""
    program = (
        "import sys; from caserisk_graphql.cli import main\n"
        f"sys.argv = ['caserisk', *{list(arguments)!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("plugins",), ("plugins", "--help")])
def test_what_needs_no_database_loads_none(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & (SERVER | DATABASE)


def test_a_list_of_offices_loads_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("CASERISK_DATA_DIR", str(tmp_path))
    subprocess.run([sys.executable, "-c", "from caserisk_graphql.cli import main; main()", "migrate"], check=True)

    loaded = loaded_by("office", "list")

    assert "sqlalchemy" in loaded
    assert not loaded & SERVER


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_can_be_loaded(name: str) -> None:
    loaded, listed = typer.main.get_group(create_cli([name])), typer.main.get_group(create_cli([]))

    assert set(loaded.commands) == set(listed.commands) == set(COMMANDS)
    assert loaded.commands[name].help == listed.commands[name].help == COMMANDS[name].help
