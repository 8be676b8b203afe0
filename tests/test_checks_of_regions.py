"""Whatever folder is put into ``plugins/`` is checked: what it imports, and that it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from checks.region_imports import ROOT, find_problems

ALLOWED = "a region may import caserisk.plugin, itself and the standard library"


@pytest.fixture
def foo(tmp_path: Path) -> Path:
    """Return the package of a made-up region, in a tree like this repository's."""
    package = tmp_path / "plugins" / "foo" / "caserisk_foo"
    package.mkdir(parents=True)
    (package.parent / "pyproject.toml").write_text('[project]\nname = "caserisk-foo"\n', "utf-8")
    (package / "__init__.py").write_text('"""A made-up region."""\n', "utf-8")
    return package


def problems(foo: Path, **modules: str) -> list[str]:
    """Write these modules of the region, and return what is wrong with the tree."""
    for name, text in modules.items():
        (foo / f"{name}.py").write_text(text, "utf-8")
    return find_problems(foo.parents[2])


# ------------------------------------------------------------------------------------------------ imports


def test_the_regions_of_this_repository_import_what_they_may() -> None:
    assert find_problems(ROOT) == []


def test_a_region_imports_the_plugin_api_itself_and_the_standard_library(foo: Path) -> None:
    allowed = (
        "import caserisk.plugin\nfrom caserisk import plugin\nfrom caserisk.plugin import Rules\n"
        "import caserisk_foo\nfrom caserisk_foo.sources import FOO_01\nfrom . import sources\n"
        "import collections.abc\nfrom datetime import date\n"
    )

    assert problems(foo, levels=allowed) == []


@pytest.mark.parametrize(
    ("statement", "module"),
    [
        ("import sqlalchemy", "sqlalchemy"),
        ("from sqlalchemy.orm import Session", "sqlalchemy.orm"),
        ("from caserisk.regulation.layers import Regulation", "caserisk.regulation.layers"),
        ("from caserisk import baseline", "caserisk.baseline"),
        ("import caserisk", "caserisk"),
        ("from caserisk.testing import RegionContract", "caserisk.testing"),
        ("import caserisk_graphql", "caserisk_graphql"),
        ("from caserisk_shandong.levels import SCHEME", "caserisk_shandong.levels"),
        ("def later():\n    import sqlalchemy", "sqlalchemy"),
    ],
)
def test_another_import_is_named_with_its_line(foo: Path, statement: str, module: str) -> None:
    line = 2 + statement.count("\n")

    found = problems(foo, levels=f"import datetime\n{statement}\n")

    assert found == [f"plugins/foo/caserisk_foo/levels.py:{line}: imports {module}; {ALLOWED}"]


def test_tests_of_a_region_import_what_they_like(foo: Path) -> None:
    tests = foo.parent / "tests"
    tests.mkdir()
    (tests / "test_contract.py").write_text("import pytest\nfrom caserisk.testing import RegionContract\n", "utf-8")

    assert problems(foo) == []


def test_code_beside_the_package_of_a_region_is_named(foo: Path) -> None:
    (foo.parent / "helpers.py").write_text("import sqlalchemy\n", "utf-8")

    assert problems(foo) == ["plugins/foo/helpers.py: stands outside of the region's package and of its tests"]


def test_a_region_whose_package_has_another_name_is_named(foo: Path) -> None:
    foo.rename(foo.with_name("foo"))

    assert problems(foo)[0] == "plugins/foo: a region has a pyproject.toml and one package, caserisk_<region>"


@pytest.mark.parametrize("path", ["core/caserisk/registrar.py", "schema/caserisk_graphql/asgi.py"])
def test_neither_core_nor_api_imports_a_region(foo: Path, path: str) -> None:
    module = foo.parents[2] / path
    module.parent.mkdir(parents=True)
    module.write_text("import caserisk_graphql\nfrom caserisk_foo import levels\n", "utf-8")

    assert problems(foo) == [f"{path}:2: imports caserisk_foo; neither the core nor the API knows a region"]


# ------------------------------------------------------------------------------------------------ types

TYPED = """
from caserisk.plugin import API_VERSION, Edition, Plugin, Rules, TermRule

TERMS: dict[str, tuple[TermRule, ...]] = {}
RULES = Rules(terms=%s)
PLUGIN = Plugin(api_version=API_VERSION, editions=(Edition(name="2026", rules=RULES),))
"""


def check_types(foo: Path, text: str) -> str:
    """Check the types of a region's module with the settings of this repository, in the tree of the region."""
    (foo / "plugin.py").write_text(text, "utf-8")
    settings = ROOT / "pyproject.toml"
    patterns: list[str] = tomllib.loads(settings.read_text("utf-8"))["tool"]["mypy"]["files"]
    tree = foo.parents[2]
    matched = [str(path) for pattern in patterns for path in tree.glob(pattern)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(settings), *matched],
        env=os.environ | {"MYPYPATH": str(ROOT / "core")},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_mistyped_region_fails_the_check_of_types(foo: Path) -> None:
    sound, mistyped = check_types(foo, TYPED % "()"), check_types(foo, TYPED % "TERMS")

    assert sound == "Success: no issues found in 2 source files\n"
    assert 'plugin.py:5: error: Argument "terms" to "Rules" has incompatible type' in mistyped
