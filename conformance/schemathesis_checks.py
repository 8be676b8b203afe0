"""Hooks of Schemathesis: how our scalars are written, which ids there are, and what is promised.

It is loaded by Schemathesis, in the environment that it has, with these variables: ``CONFORMANCE_SCHEMA`` is the
schema's file, ``CONFORMANCE_KNOWN`` are values that the server gave, in JSON: by the names of the arguments that take
them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import schemathesis
from graphql import (
    REMOVE,
    ArgumentNode,
    IntValueNode,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from conformance.answers import problems_of

SCHEMA = build_schema(Path(os.environ["CONFORMANCE_SCHEMA"]).read_text("utf-8"))
KNOWN: dict[str, list[str]] = json.loads(os.environ["CONFORMANCE_KNOWN"])
PAGING = ("after", "before", "last")

_MOMENTS = st.datetimes().map(lambda moment: f"{moment.isoformat()[:19]}+08:00")

schemathesis.graphql.scalar("DateTime", st.one_of(_MOMENTS, st.text(max_size=30)).map(nodes.String))
schemathesis.graphql.scalar("Date", st.one_of(st.dates().map(str), st.text(max_size=12)).map(nodes.String))
schemathesis.graphql.scalar(
    "EventCursor", st.one_of(st.integers(0, 500).map("log_{}".format), st.text(max_size=20)).map(nodes.String)
)


@schemathesis.hook  # type: ignore[untyped-decorator]  # it is not installed where types are checked
def map_body(context: Any, body: Any) -> Any:
    """Put values that the server knows in the place of some that were made up: else it would never find anything."""
    if isinstance(body, dict):
        return {**body, "query": _with_known_values(body["query"])} if isinstance(body.get("query"), str) else body
    return _with_known_values(body) if isinstance(body, str) else body


class _KnownValues(Visitor):
    """Gives most arguments a value that is known, and leaves out most that say where a page begins."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        """Replace the value of an argument that the server knows values of."""
        return self._changed(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> Any:
        """Replace the value of an input field that the server knows values of."""
        return self._changed(node)

    def _changed(self, node: ArgumentNode | ObjectFieldNode) -> Any:
        name = node.name.value
        if name in PAGING and self._random.random() < 0.9:
            return REMOVE
        if name == "first" and self._random.random() < 0.9:
            return type(node)(name=node.name, value=IntValueNode(value=str(self._random.randint(1, 9))))
        if name in KNOWN and isinstance(node.value, StringValueNode) and self._random.random() < 0.8:
            value = StringValueNode(value=self._random.choice(KNOWN[name]))
            return type(node)(name=node.name, value=value)
        return None


def _with_known_values(query: str) -> str:
    return print_ast(visit(parse(query), _KnownValues(Random(crc32(query.encode(errors="replace"))))))


@schemathesis.check  # type: ignore[untyped-decorator]
def answers_as_promised(ctx: Any, response: Any, case: Any) -> None:
    """Check that an answer has no fault, shows nothing internal, and has data as the schema says."""
    assert response.status_code in {200, 400}, f"answered with {response.status_code}: {response.text[:500]}"
    document = case.body if isinstance(case.body, str) else case.body["query"]
    wrong = list(problems_of(SCHEMA, document, response.json()))
    assert not wrong, "; ".join(wrong[:5])
