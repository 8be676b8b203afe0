"""`caserisk calendar apply` and `caserisk verify`, as an administrator types them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from caserisk.store import tables as t
from caserisk.store.database import Row
from caserisk.working_days import Weekdays
from tests.end_to_end.test_cli import Installation
from tests.support import flows
from tests.support.stored import stored_rows
from tests.support.world import ZHUZHOU, World


async def receive_a_warning(database: Path) -> Row:
    """Let a term of half a year begin to run today without any calendar, and return its deadline."""
    async with World(f"sqlite:///{database}") as world:
        world.now, world.runner.calendar = datetime.now(UTC).replace(microsecond=0), Weekdays()
        await flows.receive_in_zhuzhou(world, await world.office(ZHUZHOU), level="level-4")
        [row] = await stored_rows(world.store, select(t.deadlines))
        return row


@pytest.fixture
def database(installation: Installation) -> Path:
    """Provide the migrated database of the installation."""
    installation.says("migrate")
    return installation.folder / "data" / "caserisk.db"


@pytest.fixture
def due_on(database: Path) -> date:
    """Provide the last day of the only term that runs, counted by weekends only."""
    found: date = asyncio.run(receive_a_warning(database))["due_on"]
    return found


def notice(installation: Installation, *rows: str) -> str:
    """Write the days of a notice, and return the file's path."""
    file = installation.folder / "notice.csv"
    file.write_text("\n".join(("date,working", *rows, "")), encoding="utf-8")
    return str(file)


def published(installation: Installation, due_on: date) -> str:
    """Write a notice of the year of a day and the next one, in which nobody works on that day."""
    years = [f"{due_on.year + later}-01-01,no" for later in (0, 1)]
    return notice(installation, *dict.fromkeys((*years, f"{due_on},no")))


def test_a_dry_run_names_what_would_move_and_changes_nothing(installation: Installation, due_on: date) -> None:
    calendar = published(installation, due_on)

    first = installation.says("calendar", "apply", "--dry-run", CASERISK_CALENDAR=calendar)
    second = installation.says("calendar", "apply", "--dry-run", CASERISK_CALENDAR=calendar)

    row = first.splitlines()[1]
    assert f"{due_on}" in row
    assert any(f"{due_on + timedelta(days=later)}" in row for later in range(1, 5))
    assert "1 deadlines move, 0 stay on their day, 0 cannot be counted anew; nothing was changed" in first
    assert second == first


def test_a_calendar_is_applied_once(installation: Installation, due_on: date) -> None:
    calendar = published(installation, due_on)

    first = installation.says("calendar", "apply", CASERISK_CALENDAR=calendar)
    again = installation.says("calendar", "apply", CASERISK_CALENDAR=calendar)

    assert "1 deadlines move, 0 stay on their day, 0 cannot be counted anew; in the log as batch_" in first
    assert again == "0 deadlines move, 0 stay on their day, 0 cannot be counted anew"
    assert installation.says("verify").endswith("; 0 differences")


def test_a_wrong_calendar_is_named(installation: Installation) -> None:
    wrong = notice(installation, "2097-01-01,perhaps")

    english = installation.run("calendar", "apply", CASERISK_CALENDAR=wrong)
    chinese = installation.run("calendar", "apply", CASERISK_CALENDAR=wrong, LANG="zh_CN.UTF-8")
    missing = installation.run("migrate", CASERISK_CALENDAR="nowhere.csv")

    assert (english.returncode, chinese.returncode, missing.returncode) == (1, 1, 1)
    assert "CASERISK_CALENDAR" in english.stderr
    assert "line 2, '2097-01-01,perhaps'" in english.stderr
    assert "第2行「2097-01-01,perhaps」应为日期和是否上班" in chinese.stderr
    assert "'nowhere.csv' cannot be used" in missing.stderr


def test_verification_names_what_was_changed_past_the_program(
    installation: Installation, database: Path, due_on: date
) -> None:
    clean = installation.says("verify")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE deadlines SET due_at = '2097-01-01T16:00:00Z'")
        connection.execute("""UPDATE cases SET parties = '[{"label": "张某", "role": "犯罪嫌疑人"}]'""")
        connection.commit()

    english, chinese = installation.run("verify"), installation.run("verify", LANG="zh_CN.UTF-8")

    told = f"{due_on + timedelta(days=1)}T00:00:00+08:00"
    assert clean.startswith("1 cases and ")
    assert clean.endswith("; 0 differences")
    assert (english.returncode, chinese.returncode) == (1, 1)
    assert "2 differences" in english.stdout
    assert f"is '2097-01-02T00:00:00+08:00', and by the log '{told}'" in english.stderr
    assert f"库中为「2097-01-02T00:00:00+08:00」,按日志应为「{told}」" in chinese.stderr
    assert "cases.parties" in english.stderr
    assert "张某" not in english.stderr
