"""The calendar month of a moment, in the offices' zone, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class OfficeMonth(FunctionElement[str]):
    """``2011-11`` for a moment in November 2011 at UTC+8."""

    type = String()
    inherit_cache = True
    name = "office_month"

    def __init__(self, moment: ColumnElement[Any]) -> None:
        super().__init__(moment)


@compiles(OfficeMonth, "sqlite")
def _in_sqlite(element: OfficeMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(OfficeMonth, "postgresql")
def _in_postgresql(element: OfficeMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM')"
