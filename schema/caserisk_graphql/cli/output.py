"""Write to the terminal in the language of the user: results on standard output, errors on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text as RichText

from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale
from caserisk_graphql.naming import api_name

if TYPE_CHECKING:
    from rich.progress import Progress

_WIDTH_WITHOUT_TERMINAL = 240
"""Columns of a table that is read by a program: enough for no cell to be cut."""


def choose_locale(env: Mapping[str, str]) -> Locale:
    """Return the language of ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``: Chinese, or else English."""
    # The order of POSIX, for which an empty variable is not set.
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return Locale.ZH if locale.lower().startswith("zh") else Locale.EN


def localise(zh: str, en: str) -> str:
    """Return the text in the language of the user."""
    return Text(zh, en).localised(choose_locale(os.environ))


def print_message(zh: str, en: str) -> None:
    """Print a line."""
    # As `RichText`: in a plain string rich takes words in brackets for markup, and names may have some.
    _console().print(RichText(localise(zh, en)), soft_wrap=True)


def print_error(zh: str, en: str) -> None:
    """Print an error on standard error."""
    console = Console(stderr=True, highlight=False)
    console.print(RichText(localise(f"错误:{zh}", f"error: {en}")), soft_wrap=True)


def print_refusal(refusal: Refused) -> None:
    """Print each problem of a refusal on standard error."""
    for problem in refusal.problems:
        message = problem.message_for(api_name)  # as the API spells names
        print_error(message.zh, message.en)


def print_table(headings: Sequence[Text], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    from rich.table import Table

    table = Table(*(localise(heading.zh, heading.en) for heading in headings), box=None, pad_edge=False)
    for row in rows:
        # Folded: rich would cut a long cell and end it with an ellipsis, and ids are copied from here.
        table.add_row(*(RichText(cell, overflow="fold") for cell in row))
    _console().print(table)


def progress_bar() -> Progress:
    """Return a bar on standard error that vanishes when the work is done; disabled where that is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)
