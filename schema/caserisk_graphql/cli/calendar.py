"""`calendar`: count running terms anew when the calendar that they lacked is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from caserisk.domain.texts import Text
from caserisk_graphql.cli.output import localise, print_error, print_message, print_refusal, print_table
from caserisk_graphql.cli.run import run_job

if TYPE_CHECKING:
    from caserisk.recalculate import CountedCase, CountedTerm
    from caserisk_graphql.application import Application

calendar = typer.Typer()

_HEADINGS = (
    Text("案号", "CASE"),
    Text("期限", "DEADLINE"),
    Text("规则", "RULE"),
    Text("起算日", "STARTS ON"),
    Text("长度", "TERM"),
    Text("原届满日", "DUE ON"),
    Text("新届满日", "NEW DUE DATE"),
)


@calendar.callback(no_args_is_help=True)
def keep_group() -> None:
    """Keep `apply` a word of its own: typer gives the name of a group with one command to that command."""


@calendar.command("apply")
def apply_calendar(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出,不更改 · list what would move, change nothing")
    ] = False,
) -> None:
    """按已公布的日历重新计算未届满的期限。 Count running terms anew that were counted by weekends only."""
    batch, cases = run_job(lambda opened: _apply(opened, dry_run=dry_run))
    if cases:
        print_table(_HEADINGS, [_row(case, term) for case in cases for term in case.terms])
    refused = [case for case in cases if case.refusal]
    for case in refused:
        print_error(f"案件「{case.number}」的期限未更改:", f"the terms of case {case.number!r} stay as they were:")
        if case.refusal:
            print_refusal(case.refusal)
    _print_counts([term for case in cases for term in case.terms], batch)
    if refused:
        raise typer.Exit(1)


async def _apply(opened: Application, *, dry_run: bool) -> tuple[str | None, list[CountedCase]]:
    from caserisk.recalculate import recalculate

    batch = None if dry_run else opened.runner.new_id("batch")
    return batch, [case async for case in recalculate(opened.runner, batch=batch)]


def _row(case: CountedCase, term: CountedTerm) -> tuple[str, ...]:
    deadline = term.deadline
    if term.due_on is None:
        new = localise("日历未公布", "not published") if case.refusal is None else "–"
    else:
        new = term.due_on.isoformat() if term.moved else localise("不变", "the same")
    label = localise(deadline.label.zh, deadline.label.en)
    return (
        case.number,
        label,
        deadline.rule,
        deadline.starts_on.isoformat(),
        deadline.term,
        deadline.due_on.isoformat(),
        new,
    )


def _print_counts(terms: list[CountedTerm], batch: str | None) -> None:
    moved = sum(term.moved for term in terms)
    same = sum(term.due_on is not None for term in terms) - moved
    rest = len(terms) - moved - same
    zh = f"{moved}个期限变动,{same}个不变,{rest}个未能重新计算"
    en = f"{moved} deadlines move, {same} stay on their day, {rest} cannot be counted anew"
    if batch is None:
        print_message(f"{zh};未作更改", f"{en}; nothing was changed")
    elif moved or same:
        print_message(f"{zh};日志批次 {batch}", f"{en}; in the log as {batch}")
    else:
        print_message(zh, en)
