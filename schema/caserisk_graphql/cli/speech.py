"""What the command line says: to people in their language, to programs on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Line

from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale
from caserisk_graphql.naming import api_name

_WIDTH_WITHOUT_TERMINAL = 240


def language_of(env: Mapping[str, str]) -> Locale:
    """The language that ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` asks for: Chinese, or else English."""
    asked = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return Locale.ZH if asked.lower().startswith("zh") else Locale.EN


def told(zh: str, en: str) -> str:
    """A text in the language of whoever sits in front of this."""
    return Text(zh, en).localised(language_of(os.environ))


def output() -> Console:
    """Where results go. Without a terminal lines are long enough for nothing to be cut."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)


def say(zh: str, en: str) -> None:
    """Say one line."""
    output().print(Line(told(zh, en)), soft_wrap=True)


def complain(zh: str, en: str) -> None:
    """Say what is wrong, on standard error."""
    Console(stderr=True, highlight=False).print(Line(told(f"错误:{zh}", f"error: {en}")), soft_wrap=True)


def complain_of(refusal: Refused) -> None:
    """Say everything a refusal says, a line each."""
    for problem in refusal.problems:
        message = problem.message_for(api_name)  # as the API spells names
        complain(message.zh, message.en)


def show(headings: Sequence[Text], rows: Iterable[Sequence[str]]) -> None:
    """Show a table."""
    table = Table(*(told(heading.zh, heading.en) for heading in headings), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Line(cell, overflow="fold") for cell in row))
    output().print(table)


def progress_bar() -> Progress:
    """A bar on standard error, which is gone when the work is done; none where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
