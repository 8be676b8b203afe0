"""The reference of the hooks, ``docs/plugins/hooks.md``, written from their declarations and docstrings.

``python -m tests.hook_reference`` writes it; a test compares it.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from textwrap import dedent, fill
from typing import Any

from caserisk.regulation.hook_specification import Hook
from caserisk.regulation.hooks import HOOKS

DOCUMENT = Path(__file__).parents[1] / "docs" / "plugins" / "hooks.md"

_HEAD = """\
# Hooks

Written by `make reference` from the docstrings of `caserisk.regulation.hooks`; a test compares it.

Each heading is the exact signature; `facts` and the values are described in [values.md](values.md). Whatever a hook
raises, and whatever it returns that is not of the type in its heading, refuses the command with `PLUGIN_FAULT`
([more](how-to.md#find-out-what-is-wrong)). A list is as good as a tuple. Any implementation may name one argument more,
`inherited`: what the layers beneath it answer ([more](how-to.md#change-one-thing-and-keep-the-rest)). People may ask
some hooks without a case, by the query `regulation`; `facts.case` is then `None`.

| hook | field of `Rules` | how layers combine | asked without a case |
| --- | --- | --- | --- |
"""
_SECTION = re.compile(r"^([A-Z][a-z ]+)\n((?:    .*\n?|\n)+)", re.MULTILINE)
_WIDTH = 128


def document() -> str:
    """Return the document, as it should be."""
    rows = "".join(_row(hook) for hook in HOOKS.values())
    return _HEAD + rows + "".join(f"\n{_described(hook)}" for hook in HOOKS.values())


def sections(hook: Hook[..., Any]) -> dict[str, str]:
    """Return what a hook's docstring says under each of its headings, each a paragraph."""
    text = inspect.getdoc(hook.specification) or ""
    return {heading: " ".join(dedent(body).split()) for heading, body in _SECTION.findall(text)}


def signature(hook: Hook[..., Any]) -> str:
    """Return the signature of a hook, as an implementation would write it."""
    return f"{hook.name}{inspect.signature(hook.specification)}".replace("'", "")


def _row(hook: Hook[..., Any]) -> str:
    layers = "all together" if sections(hook)["Layers"].startswith("All together") else "the nearest answer"
    without_case = "yes" if hook.asked_without_case else "no"
    return f"| `{hook.name}` | `{hook.short_name}` | {layers} | {without_case} |\n"


def _described(hook: Hook[..., Any]) -> str:
    title = (inspect.getdoc(hook.specification) or "").partition("\n")[0]
    parts = "".join(f"{_item(heading, text)}\n" for heading, text in sections(hook).items())
    return f"## `{signature(hook)}`\n\n{title}\n\n{parts}"


def _item(heading: str, text: str) -> str:
    written = f"- **{heading}**: {text}".replace("``", "`")
    return fill(written, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
