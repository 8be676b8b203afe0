"""`verify`: compare the stored rows with what the log adds up to."""

from __future__ import annotations

from datetime import datetime

import typer

from caserisk.domain.terms import office_time
from caserisk.store.verification import Difference, verify
from caserisk_graphql.application import Application
from caserisk_graphql.cli.output import localise, print_error, print_message, progress_bar
from caserisk_graphql.cli.run import run_job

_MAX_VALUE_LENGTH = 80

_HIDDEN = {("cases", "parties")}
"""Who reads the parties of a case is put on record, and a command line has no officer."""


def verify_database() -> None:
    """Replay the log, and print each stored value that is not what it adds up to."""
    cases, entries, differences = run_job(_verify)
    print_message(
        f"已核对{cases}件案件、{entries}条日志;{differences}处不一致",
        f"{cases} cases and {entries} entries of the log verified; {differences} differences",
    )
    if differences:
        raise typer.Exit(1)


async def _verify(opened: Application) -> tuple[int, int, int]:
    cases = entries = differences = 0
    with progress_bar() as bar:
        task = bar.add_task(localise("核对案件", "verifying cases"), total=None)
        async for part in verify(opened.store):
            cases, entries = cases + part.cases, entries + part.entries
            differences += len(part.differences)
            for difference in part.differences:
                _print_difference(difference)
            bar.update(task, completed=cases)
    return cases, entries, differences


def _print_difference(found: Difference) -> None:
    zh, en = (f"案件 {found.case_id}", f"case {found.case_id}") if found.case_id else ("检察院", "the offices")
    if found.column is None:
        what_zh = "库中有该行,日志中没有" if found.stored else "日志中有该行,库中没有"
        what_en = "is stored, but not in the log" if found.stored else "is in the log, but not stored"
        print_error(f"{zh}:{found.table} {found.row}:{what_zh}", f"{en}: row {found.row} of {found.table} {what_en}")
        return
    if (found.table, found.column) == ("events", "payload"):
        print_error(
            f"{zh}:第{found.row}条日志({found.stored})无法读取:{found.replayed}",
            f"{en}: entry {found.row} of the log ({found.stored}) cannot be read: {found.replayed}",
        )
        return
    place = f"{found.table}.{found.column}"
    stored, replayed = (_shown(found, value) for value in (found.stored, found.replayed))
    print_error(
        f"{zh}:{place}({found.row}):库中为「{stored}」,按日志应为「{replayed}」",
        f"{en}: {place} of {found.row} is {stored!r}, and by the log {replayed!r}",
    )


def _shown(found: Difference, value: object) -> str:
    if (found.table, found.column) in _HIDDEN:
        return "…"
    return (office_time(value) if isinstance(value, datetime) else str(value))[:_MAX_VALUE_LENGTH]
