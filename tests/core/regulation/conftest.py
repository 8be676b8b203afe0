"""Fixtures for the tests of the plugin API."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.regions.installing import YANGLI, install


@pytest.fixture(scope="session")
def yangli_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory in which the made-up city's distribution is installed."""
    site = tmp_path_factory.mktemp("site")
    install(YANGLI, site)
    return site


@pytest.fixture
def yangli(yangli_site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an environment in which the made-up city is installed beside the others."""
    monkeypatch.syspath_prepend(str(yangli_site))
    yield yangli_site
    forget_modules("caserisk_yangli")


def forget_modules(package: str) -> None:
    """Have a package imported anew the next time."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
