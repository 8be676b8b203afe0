"""The page about operation names every setting, every metric and every field of the log, and none that is not."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import msgspec

from caserisk.importing.csv_columns import REQUIRED_COLUMNS, ImportColumn
from caserisk_graphql.application import application
from caserisk_graphql.asgi import create_app
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.server.telemetry.request_record import LogFields
from caserisk_graphql.settings import Settings, declared_settings, variable_name
from tests.settings_tables import with_tables

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
SETTINGS = {variable_name(name) for name in (*declared_settings(), *(item.name for item in fields(Limits)))}


def named(text: str) -> set[str]:
    """The settings that a text names."""
    return set(re.findall(r"CASERISK_[A-Z0-9_]+", text))


def section(heading: str) -> str:
    """What stands under a heading."""
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_setting_is_on_the_page_as_it_is_declared() -> None:
    """After a change of the settings: ``python -m tests.settings_tables``."""
    assert named(section("Settings")) == SETTINGS
    assert with_tables(PAGE) == PAGE


def test_every_column_of_the_import_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (yes)? ?\|", section("Importing cases"), flags=re.MULTILINE)
    assert [(zh, en) for zh, en, _ in rows] == [(column.zh, column.en) for column in ImportColumn]
    assert {zh for zh, _, required in rows if required} == {column.zh for column in REQUIRED_COLUMNS}


def test_no_page_names_a_setting_that_is_not() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = re.sub(r"CASERISK_TEST_\w+", "", page.read_text(encoding="utf-8"))
        assert named(text) <= SETTINGS, page.name


def test_defaults_are_those_of_the_program() -> None:
    shown = dict(re.findall(r"`CASERISK_([A-Z_]+)` \| `([^`]+)` \|", section("Settings")))

    assert {item.name: float(shown[item.name.upper()]) for item in fields(Limits)} == {
        item.name: item.default for item in fields(Limits)
    }
    defaults = Settings.from_env({})
    assert {name: shown[name] for name in ("HOST", "PORT", "CLOCK", "CLOCK_INTERVAL", "METRICS", "DOCUMENTS")} == {
        "HOST": defaults.host,
        "PORT": str(defaults.port),
        "CLOCK": "on" if defaults.clock else "off",
        "CLOCK_INTERVAL": f"{defaults.clock_interval:g}",
        "METRICS": defaults.metrics,
        "DOCUMENTS": defaults.documents,
    }


def test_every_field_of_the_log_is_on_the_page() -> None:
    table = "\n".join(line.split("|")[1] for line in section("The log").splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`(\w+)`", table)) == {item.name for item in msgspec.structs.fields(LogFields)}


async def test_every_metric_is_on_the_page(tmp_path: Path) -> None:
    async with application(Settings.from_env({"CASERISK_DATA_DIR": str(tmp_path)})) as opened:
        app = create_app(opened)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://caserisk") as client:
            said = (await client.get("/metrics")).text

    served = set(re.findall(r"^# TYPE (caserisk_\w+)", said, re.MULTILINE))
    at_a_tick = {"caserisk_clock_last_tick_timestamp_seconds"}
    assert set(re.findall(r"`(caserisk_\w+)`", section("Metrics"))) == served | at_a_tick
