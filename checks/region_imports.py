"""Check what the regions under ``plugins/`` import, and that neither the core nor the API imports a region.

``python -m checks.region_imports`` prints what is wrong, file by file, and exits with 1. Regions are found, not listed:
every folder of ``plugins/`` is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

PLUGIN_API = "caserisk.plugin"
ALLOWED = f"a region may import {PLUGIN_API}, itself and the standard library"

_REGION_FOLDERS = ("plugins/*", "tests/regions/*")
_REGION_PREFIX = "caserisk_"
_API_PACKAGE = "caserisk_graphql"


def find_regions(root: Path) -> list[Path]:
    """Return the folders of all regions: those for use, and those of the tests."""
    found = (folder for pattern in _REGION_FOLDERS for folder in sorted(root.glob(pattern)))
    return [folder for folder in found if folder.is_dir() and not folder.name.startswith((".", "_"))]


def find_problems(root: Path) -> list[str]:
    """Return a line for each import that is not allowed, beginning with its file and line."""
    regions = [problem for folder in find_regions(root) for problem in _region_problems(folder, root)]
    return [*regions, *_core_problems(root)]


def _region_problems(folder: Path, root: Path) -> Iterator[str]:
    packages = [path.parent for path in sorted(folder.glob(f"{_REGION_PREFIX}*/__init__.py"))]
    if len(packages) != 1 or not (folder / "pyproject.toml").is_file():
        # mypy's settings name the package by the same pattern: another name would pass unchecked.
        yield f"{folder.relative_to(root)}: a region has a pyproject.toml and one package, {_REGION_PREFIX}<region>"
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder).parts
        if place[0] == "tests":  # they may import pytest and caserisk.testing
            continue
        if not any(package in path.parents for package in packages):
            yield f"{path.relative_to(root)}: stands outside of the region's package and of its tests"
            continue
        for line, module in _imports(path):
            if not _is_allowed(module, own_package=place[0]):
                yield f"{path.relative_to(root)}:{line}: imports {module}; {ALLOWED}"


def _core_problems(root: Path) -> Iterator[str]:
    for path in sorted(path for folder in ("core", "schema") for path in (root / folder).rglob("*.py")):
        for line, module in _imports(path):
            package = module.partition(".")[0]
            if package.startswith(_REGION_PREFIX) and package != _API_PACKAGE:
                yield f"{path.relative_to(root)}:{line}: imports {module}; neither the core nor the API knows a region"


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and module of every import of a file, also of those in functions and for type checkers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            # `from caserisk import plugin` names the module in its second half.
            whole = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "caserisk" else []
            yield from ((node.lineno, module) for module in whole or [node.module])


def _is_allowed(module: str, *, own_package: str) -> bool:
    package = module.partition(".")[0]
    return module == PLUGIN_API or package == own_package or package in sys.stdlib_module_names


def main() -> int:
    """Print the problems of this repository and return the exit code."""
    problems = find_problems(ROOT)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"Regions: {len(find_regions(ROOT))} import what they may.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
