"""`migrate`, `demo`, `import` and `schema`: prepare and fill the database, and print the schema of the API."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from caserisk.demo import build_demo, is_empty
from caserisk.domain.refusals import invalid
from caserisk.importing import ImportReport, import_cases
from caserisk_graphql.application import Application
from caserisk_graphql.cli.output import localise, print_error, print_message, progress_bar
from caserisk_graphql.cli.run import run_job
from caserisk_graphql.naming import api_name


def migrate() -> None:
    """Bring the database to the newest schema."""
    run_job(_do_nothing)
    print_message("数据库已是最新", "the database is up to date")


async def _do_nothing(_: Application) -> None:
    """Do nothing: opening an application has migrated its database."""


def demo(
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="案件数 · how many cases")] = 250,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="已有数据时不作任何事 · do nothing to a used one")
    ] = False,
) -> None:
    """Fill an empty database with demonstration data."""
    if run_job(lambda opened: _demo(opened, cases, if_empty=if_empty)):
        print_message("演示数据已建立", "the demonstration data is there")
    else:
        print_message("数据库已有数据,未作更改", "the database is in use; nothing was changed")


async def _demo(opened: Application, cases: int, *, if_empty: bool) -> bool:
    if if_empty and not await is_empty(opened.store):
        return False
    with progress_bar() as bar:
        task = bar.add_task(localise("演示数据", "demonstration data"), total=None)
        await build_demo(
            opened.runner, cases=cases, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    return True


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV 文件,UTF-8 或 GB18030 · a CSV file")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有误的行 · import the rows that are right")] = False,
) -> None:
    """Import cases from a CSV file, and print each bad row."""
    report = run_job(lambda opened: _import(opened, file, skip_bad=skip_bad))
    for row in report.problems:
        column = f"「{row.column}」" if row.column else ""
        print_error(
            f"第{row.line}行{column}「{row.value}」:{row.reason.zh}",
            f"line {row.line}, {row.column or 'the row'}, {row.value!r}: {row.reason.en}",
        )
    lines = len({row.line for row in report.problems})
    print_message(
        f"已导入{report.imported}件;{report.unchanged}件已存在;{lines}行有误",
        f"{report.imported} cases imported; {report.unchanged} were there already; {lines} rows are bad",
    )
    if report.problems and not skip_bad:  # then nothing was imported
        raise typer.Exit(1)


async def _import(opened: Application, file: Path, *, skip_bad: bool) -> ImportReport:
    try:
        return await import_cases(opened.runner, file, skip_bad=skip_bad, naming=api_name)
    except OSError as error:
        raise invalid(
            f"不能读取文件「{file}」:{error.strerror}", f"cannot read {str(file)!r}: {error.strerror}", "file"
        ) from error


def schema() -> None:
    """Print the GraphQL schema."""
    from caserisk_graphql.api.schema import print_sdl

    sys.stdout.buffer.write(print_sdl().encode())  # UTF-8, whatever the encoding of the terminal
