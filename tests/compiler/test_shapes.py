"""The shape of an expression is all of it but its values: it rests on a key of SQLAlchemy's that is not documented."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from caserisk.store import tables as t
from caserisk_graphql.engine.compiler.arguments import expression_shape, parameter_values

CASES, OFFICES = t.cases.c, t.offices.c
OF = f"with SQLAlchemy {sqlalchemy.__version__}"


def in_office(code: str, *, unique: bool = False) -> ColumnElement[bool]:
    """Return a condition with a sub-select and an alias of its own."""
    above = t.offices.alias()
    below = select(OFFICES.id).join(above, OFFICES.path.startswith(above.c.path)).where(above.c.code == code)
    return CASES.office_id.in_(below.distinct() if unique else below)


ALIKE = {
    "a comparison": (CASES.number == "a", CASES.number == "b"),
    "a list of one length": (CASES.stage_key.in_(["a", "b"]), CASES.stage_key.in_(["c", "d"])),
    "a pattern": (CASES.title.icontains("a", autoescape=True), CASES.title.icontains("b%", autoescape=True)),
    "a sub-select with an alias": (in_office("1"), in_office("2")),
    "nested conditions": (
        or_(CASES.number > "a", and_(CASES.number == "a", CASES.id > "1")),
        or_(CASES.number > "b", and_(CASES.number == "b", CASES.id > "2")),
    ),
}

DIFFERENT = {
    "columns": (CASES.number == "a", CASES.title == "a"),
    "operators": (CASES.number < "a", CASES.number <= "a"),
    "lengths of lists": (CASES.stage_key.in_(["a", "b"]), CASES.stage_key.in_(["a", "b", "c"])),
    "negations": (CASES.stage_key.in_(["a"]), not_(CASES.stage_key.in_(["a"]))),
    "patterns": (CASES.title.icontains("a", autoescape=True), CASES.title.icontains("a")),
    "sub-selects": (in_office("1"), in_office("1", unique=True)),
    "connectives": (or_(CASES.number > "a", CASES.id > "1"), and_(CASES.number > "a", CASES.id > "1")),
    "constants": (CASES.closed_at.is_(None), false()),
}


def sql(expression: ColumnElement[Any]) -> str:
    """Return the SQL of an expression, lists expanded."""
    return str(expression.compile(compile_kwargs={"render_postcompile": True}))


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_other_values_are_the_same_shape(one: ColumnElement[Any], other: ColumnElement[Any]) -> None:
    assert expression_shape(one) == expression_shape(other), OF
    assert parameter_values(one) != parameter_values(other)
    assert hash(expression_shape(one)) == hash(expression_shape(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_other_sql_is_another_shape(one: ColumnElement[Any], other: ColumnElement[Any]) -> None:
    assert sql(one) != sql(other)
    assert expression_shape(one) != expression_shape(other), OF
