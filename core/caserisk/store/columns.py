"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, DateTime, String, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.ddl import BaseDDLElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """A moment in UTC and whole seconds: ``timestamptz`` in PostgreSQL, ``2011-11-10T01:02:03Z`` in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose text on SQLite: texts of this form sort in the order of the moments."""
        return String(20) if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Convert a moment for the driver.

        Raises:
            ValueError: it has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        # Both databases then hold the same: SQLite's texts have no fractions, which would break their order.
        moment = value.astimezone(UTC).replace(microsecond=0)
        return moment.isoformat().replace("+00:00", "Z") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Convert what the driver returns to a moment in UTC."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if value else None


def key_text() -> TypeEngine[str]:
    """Make the type of text that is compared byte by byte on both databases: ids, codes, numbers, sort keys."""
    return String().with_variant(String(collation="C"), "postgresql")


def document() -> TypeEngine[object]:
    """Make the type of a JSON document: a value that is read and written whole."""
    # By default None would be stored as the JSON value null, which `IS NULL` does not find.
    return JSON(none_as_null=True)


def long_text() -> TypeEngine[str]:
    """Make the type of text for people."""
    return Text()


class PartyText(Text):
    """A text for people that may name a party: who may not see the parties reads something else in its place."""


def has_trigrams(
    ddl: BaseDDLElement,  # noqa: ARG001  # the signature that `ddl_if` calls
    target: SchemaItem | str,  # noqa: ARG001
    bind: Connection | None,
    *_: Any,
    dialect: Dialect,
    **__: Any,
) -> bool:
    """Tell whether a database can index trigrams; a condition for `Index.ddl_if`."""
    if dialect.name != "postgresql":
        return False
    # Without a connection, DDL is only printed.
    return bind is None or bool(bind.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")))


class LargestFirst(FunctionElement[Any]):
    """A column of an index in the order of ``DESC NULLS LAST``, which is how SQLite sorts ``DESC`` anyway."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)


@compiles(LargestFirst)
def _nulls_last(element: LargestFirst, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} DESC NULLS LAST"


@compiles(LargestFirst, "sqlite")
def _in_sqlite(element: LargestFirst, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} DESC"
