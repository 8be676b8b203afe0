"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, DateTime, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, in whole seconds: ``timestamptz`` in PostgreSQL, ``2011-11-10T01:02:03Z`` in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Take text on SQLite, whose text order is the order of the moments."""
        return String(20) if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write a moment; one without a zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        moment = value.astimezone(UTC).replace(microsecond=0)
        return moment.isoformat().replace("+00:00", "Z") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Read a moment, in UTC."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if value else None


def key_text() -> TypeEngine[str]:
    """Text compared byte by byte on both databases: ids, codes, numbers, whatever orders or pages."""
    return String().with_variant(String(collation="C"), "postgresql")


def document() -> TypeEngine[object]:
    """A JSON document: a value that is read and written whole."""
    return JSON(none_as_null=True)


def long_text() -> TypeEngine[str]:
    """Text for people."""
    return Text()


class LargestFirst(FunctionElement[Any]):
    """A column of an index, in the order of ``DESC NULLS LAST``; SQLite has nulls there without being told."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)


@compiles(LargestFirst)
def _nulls_last(element: LargestFirst, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} DESC NULLS LAST"


@compiles(LargestFirst, "sqlite")
def _in_sqlite(element: LargestFirst, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} DESC"
