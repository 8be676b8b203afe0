"""The suites and clients, installed as their lock files say, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
GENERATED = HERE / "generated"
BUILT = HERE / "built"
SCHEMA = ROOT / "schema" / "schema.graphql"

_NODE_MODULES = HERE / "node_modules"
_ENVIRONMENT = HERE / ".venv"
_NPM_USAGE_ERRORS = ("EUSAGE", "EINTEGRITY", "EJSONPARSE")
"""What npm says when package.json and its lock do not fit together."""


class NotInstalled(Exception):
    """The suites cannot be had here."""


@dataclass(frozen=True, slots=True)
class CompletedTool:
    """How a command ended, and all it said."""

    command: str
    code: int
    output: str

    def check(self) -> str:
        """Check that it succeeded, and return its output.

        Raises:
            AssertionError: it did not.
        """
        assert self.code == 0, f"{self.command} ended with {self.code}:\n{self.output}"
        return self.output


def run_tool(
    *command: str | Path, cwd: Path = HERE, env: Mapping[str, str] | None = None, timeout: float = 120
) -> CompletedTool:
    """Run a command to its end; tools of npm and their Node go before those of the machine. ``timeout`` in seconds."""
    path = os.pathsep.join([str(_NODE_MODULES / ".bin"), os.environ["PATH"]])
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=timeout,
    )
    return CompletedTool(Path(command[0]).name, done.returncode, done.stdout)


def install_node_modules() -> None:
    """Install what package-lock.json names, Node included, unless it is there.

    Raises:
        NotInstalled: saying why.
        AssertionError: the lock is wrong.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled("there is no npm")
    if _same(HERE / "package-lock.json", _NODE_MODULES / "installed"):
        return
    ran = run_tool(npm, "ci", "--no-audit", "--no-fund", timeout=600)
    assert not any(f"code {code}" in ran.output for code in _NPM_USAGE_ERRORS), ran.output
    if ran.code:
        raise NotInstalled(f"npm ci failed: {_first_line_with(ran, 'npm error')}")
    shutil.copy(HERE / "package-lock.json", _NODE_MODULES / "installed")


def install_packages() -> Path:
    """Install what requirements.txt names in an environment of its own, unless it is there; return that environment.

    Raises:
        NotInstalled: saying why.
    """
    if not _same(HERE / "requirements.txt", _ENVIRONMENT / "installed"):
        run_tool(sys.executable, "-m", "venv", "--clear", _ENVIRONMENT).check()
        pip = (_ENVIRONMENT / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        ran = run_tool(*pip, "--requirement", "requirements.txt", timeout=600)
        if ran.code:
            raise NotInstalled(f"pip install failed: {_first_line_with(ran, 'ERROR')}")
        shutil.copy(HERE / "requirements.txt", _ENVIRONMENT / "installed")
    return _ENVIRONMENT


def _same(file: Path, other: Path) -> bool:
    return other.exists() and file.read_bytes() == other.read_bytes()


def _first_line_with(ran: CompletedTool, mark: str) -> str:
    """Return the first line in which an installer says what is wrong."""
    return next((line for line in ran.output.splitlines() if line.startswith(mark)), f"it ended with {ran.code}")
