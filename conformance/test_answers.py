"""What is wrong with an answer is recognised, or no suite that asks at random could find it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema

from conformance.answers import problems_of
from conformance.tools import SCHEMA

DOCUMENT = """{ offices { code parent { id } } node(id: "x") { id ... on Case { openedAt closedAt } }
  viewer { roles notices(first: 1) { totalCount } } }"""
RIGHT: dict[str, Any] = {
    "offices": [{"code": "430200", "parent": None}],
    "node": {"id": "case_1", "openedAt": "2026-01-01T00:00:00+08:00", "closedAt": None},
    "viewer": {"roles": ["INSPECTOR"], "notices": {"totalCount": 0}},
}
WRONG: dict[str, Any] = {
    "no answer": [],
    "another member": {"data": RIGHT, "debug": 1},
    "neither": {},
    "null where it is never": {"data": {**RIGHT, "offices": [{"code": None, "parent": None}]}},
    "a number for a text": {"data": {**RIGHT, "offices": [{"code": 1, "parent": None}]}},
    "a text for a number": {"data": {**RIGHT, "viewer": {"roles": [], "notices": {"totalCount": "0"}}}},
    "none of the enum": {"data": {**RIGHT, "viewer": {"roles": ["KING"], "notices": {"totalCount": 0}}}},
    "no list": {"data": {**RIGHT, "offices": {}}},
    "a field too many": {"data": {**RIGHT, "offices": [{"code": "1", "parent": None, "id": "x"}]}},
    "a field too few": {"data": {**RIGHT, "node": {"id": "case_1", "openedAt": "2026-01-01T00:00:00+08:00"}}},
    "a fault": {"data": None, "errors": [{"message": "服务器内部错误", "extensions": {"code": "INTERNAL"}}]},
    "an error without a code": {"errors": [{"message": "请求有误"}]},
    "an error in Python's words": {
        "errors": [{"message": "KeyError: 'x'", "extensions": {"code": "BAD_INPUT"}}],
    },
}


def test_what_is_right_is_taken() -> None:
    assert list(problems_of(build_schema(SCHEMA.read_text("utf-8")), DOCUMENT, {"data": RIGHT})) == []


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named(answer: Any) -> None:
    assert list(problems_of(build_schema(SCHEMA.read_text("utf-8")), DOCUMENT, answer))
