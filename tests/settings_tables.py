"""Write the tables of settings in docs/operation.md from their declarations: ``python -m tests.settings_tables``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.settings import Setting, declared_settings, variable_name

PAGE = Path(__file__).parents[1] / "docs" / "operation.md"
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def with_tables(page: str) -> str:
    """Return the page with the two tables of its section on settings written anew."""
    before, heading, rest = page.partition("\n## Settings\n")
    section, next_heading, after = rest.partition("\n## ")
    tables = iter((settings_table(), limits_table()))
    return before + heading + _TABLE.sub(lambda _: next(tables), section) + next_heading + after


def settings_table() -> str:
    """Return the table of all settings but the limits."""
    settings = declared_settings().items()
    return _table((name, _default(setting), setting.meaning) for name, setting in settings)


def limits_table() -> str:
    """Return the table of the limits."""
    hints = get_type_hints(Limits, include_extras=True)
    return _table((item.name, _shown(item.default), hints[item.name].__metadata__[0]) for item in fields(Limits))


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = (f"| `{variable_name(name)}` | {default} | {meaning} |\n" for name, default, meaning in rows)
    return "| setting | default | meaning |\n| --- | --- | --- |\n" + "".join(lines)


def _default(setting: Setting) -> str:
    return setting.shown_default or _shown(setting.default)


def _shown(default: object) -> str:
    match default:
        case None:
            return "–"
        case ():
            return "none"
        case bool():
            return "`on`" if default else "`off`"
        case float():
            return f"`{default:g}`"
        case _:
            return f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
