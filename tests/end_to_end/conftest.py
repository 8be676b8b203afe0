"""An installation with a case handler, registered once by the command line and copied for each test that wants one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.test_cli import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Provide an installation without data."""
    return Installation(tmp_path)


@pytest.fixture(scope="session")
def handler_template(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Register an office, a department and a case handler, by three commands that take a second each."""
    template = Installation(tmp_path_factory.mktemp("template"))
    template.says("office", "add", "430200", "株洲市人民检察院")
    department = template.says("department", "add", "430200", "公诉科")
    template.says("officer", "add", "430200", "李检", "--role", "CASE_HANDLER", "--department", department)
    return template


@pytest.fixture
def handler_installation(handler_template: Installation, tmp_path: Path) -> Installation:
    """Provide an installation of its own with a case handler."""
    return handler_template.copied_to(tmp_path)
