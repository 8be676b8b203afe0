"""Pages of lists: what is selected of a connection, gathered from the rows of one page in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer

from caserisk.store.columns import Moment
from caserisk_graphql.engine.compiler.selection import NotCompiled, Selected
from caserisk_graphql.engine.compiler.sources import Row, Source
from caserisk_graphql.engine.compiler.sql import Over, text_literal, where
from caserisk_graphql.engine.compiler.walks import Walk, Way, direct, listed
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.orders import Order, SortKey
from caserisk_graphql.reads.page_arguments import PageArguments

if TYPE_CHECKING:
    from caserisk_graphql.engine.compiler.statement import Writer

_INTEGER, _BIG = Integer(), BigInteger()

_PLACED = "row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS found"
"""The place of each row that was found, and how many were."""


def page(writer: Writer, declared: declarations.Page, selected: Selected, source: Source) -> str:
    """A connection as a value."""
    window = writer.given[selected].window
    if window is None:
        raise NotCompiled(selected.name)
    return _Page(writer, declared, selected, window, source).value()


class _Page:
    """One page being written; its rows are those of a sub-select under the alias ``_rows``."""

    def __init__(
        self, writer: Writer, declared: declarations.Page, selected: Selected, window: PageArguments, source: Source
    ) -> None:
        self._writer, self._declared, self._selected = writer, declared, selected
        self._window, self._source = window, source
        self._rows = writer.aliases.another("page")
        self._size = writer.parameter(selected, "size", _INTEGER)
        self._ends = self._any("page_info", self._of_rows())
        self._shown = {item: f"shown{number}" for number, item in enumerate(_rows_of(selected))}

    def value(self) -> str:
        """The connection: an aggregate over the rows of the page, or where none of it needs them an object."""
        if not self._ends and not any(item.name in {"nodes", "edges"} for item in self._selected.shape):
            return self._object()
        rows = self._read()
        return f"(SELECT {self._object()} FROM ({rows}) AS {self._rows})"

    def _any(self, name: str, parts: Set[str]) -> bool:
        """Whether any of these parts is selected of a field of the connection."""
        return any(part.name in parts for item in self._selected.shape if item.name == name for part in item.shape)

    def _of_rows(self) -> Set[str]:
        """The parts of the page's info that depend on its rows; the page has a further row only on one side."""
        return {"start_cursor", "end_cursor", "has_previous_page" if self._window.backward else "has_next_page"}

    # -------------------------------------------------------------------------------------------- rows

    def _read(self) -> str:
        """The rows of the page in the order of the list; with its ends one more, and each with its place."""
        order, backward = self._window.order, self._window.backward
        cursors = self._any("edges", {"cursor"}) or self._any("page_info", {"start_cursor", "end_cursor"})
        way = self._way(f"{self._size} + 1" if self._ends else self._size)
        columns = [*self._objects(way.row), *([f"{self._cursor(way.row)} AS cursor"] if cursors else [])]
        keys = [f"sort{number}" for number, _ in enumerate(order.keys)]
        if self._ends or backward or not columns:
            columns += [
                f"{self._writer.expression(key.column, way.row)} AS {name}"
                for key, name in zip(order.keys, keys, strict=True)
            ]
        read = f"SELECT {', '.join(columns)} {way.rest}"
        if not self._ends and not backward:
            return read
        placed = f", {_PLACED.format(order=_order(order, keys, backward=backward))}" if self._ends else ""
        alias = self._writer.aliases.another("read")
        return f"SELECT {alias}.*{placed} FROM ({read}) AS {alias} ORDER BY {_order(order, keys, backward=False)}"

    def _way(self, size: str) -> Way:
        """The way to the rows; from a whole table it leads through the lists that its rows are of."""
        writer, table, window = self._writer, self._declared.table, self._window
        narrowed, row = self._narrowed(), writer.row(table)
        whole = self._declared.remote is None
        order = [(writer.over(key.column, table), _way_of(key, window.backward)) for key in window.order.keys]
        conditions = [*narrowed, *writer.conditions(self._selected, table, "between")]
        walk = Walk(row=listed(row, narrowed) if whole else row, where=conditions, order=order, size=size)
        return writer.dialect.walk(walk) if whole else direct(walk)

    def _narrowed(self) -> list[Over]:
        """The rows of the list: seen, of the row around them, as declared and as filtered."""
        writer, declared = self._writer, self._declared
        return [
            *writer.visible(declared.table),
            *writer.belongs(declared.remote, self._source),
            *writer.asked(declared.where, declared.table),
            *writer.conditions(self._selected, declared.table, "narrowed"),
        ]

    def _objects(self, row: Row) -> list[str]:
        """The objects of ``nodes``, and of ``edges { node }``, as columns."""
        return [f"{self._writer.row_object(item.shapes, row)} AS {name}" for item, name in self._shown.items()]

    def _cursor(self, row: Row) -> str:
        """The row's cursor, as `caserisk_graphql.reads.cursors` writes it."""
        order = self._window.order
        return " || '~' || ".join([text_literal(order.name), *(self._key(key, row) for key in order.keys)])

    def _key(self, key: SortKey, row: Row) -> str:
        value = self._writer.expression(key.column, row)
        moment = isinstance(key.column.type, Moment)
        written = self._writer.dialect.written(value) if moment else f"CAST({value} AS TEXT)"
        return f"coalesce({written}, '')" if key.column.nullable else written

    # -------------------------------------------------------------------------------------------- fields

    def _object(self) -> str:
        return self._writer.dialect.object((item.key, self._of(item)) for item in self._selected.shape)

    def _of(self, item: Selected) -> str:
        """A field of the connection, as an aggregate over its rows."""
        dialect = self._writer.dialect
        match item.name:
            case "total_count":
                return self._total()
            case "page_info":
                return dialect.object((part.key, self._of_info(item, part)) for part in item.shape)
            case "nodes":
                return self._gathered(self._again(item))
            case "edges":
                return self._gathered(dialect.object((part.key, self._of_edge(item, part)) for part in item.shape))
        return text_literal(self._selected.type_name)

    def _gathered(self, value: str) -> str:
        kept = f"{self._rows}.place <= {self._size}" if self._ends else None
        return self._writer.dialect.gathered(value, kept)

    def _of_edge(self, edge: Selected, part: Selected) -> str:
        match part.name:
            case "node":
                return self._again(part)
            case "cursor":
                return f"{self._rows}.cursor"
        return text_literal(edge.type_name)

    def _again(self, item: Selected) -> str:
        return self._writer.dialect.again(f"{self._rows}.{self._shown[item]}")

    def _of_info(self, info: Selected, part: Selected) -> str:
        window, truth = self._window, self._writer.dialect.truth
        match part.name:
            case "has_next_page" if window.backward:
                return truth("false" if window.before is None else "true")
            case "has_previous_page" if not window.backward:
                return truth("false" if window.after is None else "true")
            case "has_next_page" | "has_previous_page":
                return truth(f"coalesce(max({self._rows}.found), 0) > {self._size}")
            case "start_cursor" | "end_cursor":
                return self._end(last=(part.name == "end_cursor") is not window.backward)
        return text_literal(info.type_name)

    def _end(self, *, last: bool) -> str:
        """The cursor of the row that was read first, or of the last one that is kept."""
        rows, size = self._rows, self._size
        at = f"CASE WHEN {rows}.found < {size} THEN {rows}.found ELSE {size} END" if last else "1"
        return f"max(CASE WHEN {rows}.place = {at} THEN {rows}.cursor END)"

    def _total(self) -> str:
        """How many rows the whole list has."""
        row = self._writer.row(self._declared.table)
        return f"(SELECT count(*) FROM {row.rows}{where(map(row.of, self._narrowed()))})"


def _rows_of(connection: Selected) -> Iterator[Selected]:
    """The fields of a connection that show its rows."""
    for item in connection.shape:
        if item.name == "nodes":
            yield item
        elif item.name == "edges":
            yield from (part for part in item.shape if part.name == "node")


def log(writer: Writer, declared: declarations.Log, selected: Selected) -> str:
    """A stretch of the event log as a value; null where it is asked for beyond its end."""
    after = writer.parameter(selected, "after", _BIG)
    row = writer.row(declared.table)
    end = f"(SELECT coalesce(max({writer.expression(declared.position, row)}), 0) FROM {row.rows})"
    return f"CASE WHEN {after} <= {end} THEN {_stretch(writer, declared, selected, after)} END"


def _stretch(writer: Writer, declared: declarations.Log, selected: Selected, after: str) -> str:
    if all(item.name == "__typename" for item in selected.shape):
        return writer.dialect.object((item.key, text_literal(selected.type_name)) for item in selected.shape)
    size, rows = writer.parameter(selected, "size", _BIG), writer.aliases.another("log")
    events = [item for item in selected.shape if item.name == "events"]
    entries = _entries(writer, declared, selected, events, after=after, size=size)
    kept = f"{rows}.place <= {size}"

    def written(item: Selected) -> str:
        match item.name:
            case "events":
                shown = writer.dialect.again(f"{rows}.shown{events.index(item)}")
                return writer.dialect.gathered(shown, kept)
            case "end_cursor":
                return f"'log_' || CAST(coalesce(max(CASE WHEN {kept} THEN {rows}.position END), {after}) AS TEXT)"
            case "has_more":
                return writer.dialect.truth(f"coalesce(max({rows}.found), 0) > {size}")
        return text_literal(selected.type_name)

    answer = writer.dialect.object((item.key, written(item)) for item in selected.shape)
    return f"(SELECT {answer} FROM ({entries}) AS {rows})"


def _entries(
    writer: Writer, declared: declarations.Log, selected: Selected, events: Sequence[Selected], *, after: str, size: str
) -> str:
    """Entries of the log with one more, each with its place and how many there are."""
    table = declared.table
    position = writer.over(declared.position, table)
    narrowed = [*writer.visible(table), *writer.conditions(selected, table, "narrowed")]
    beyond = position._replace(text=f"{position.text} > {after}")
    row = listed(writer.row(table), narrowed)
    walk = Walk(row=row, where=[beyond, *narrowed], order=[(position, "ASC")], size=f"{size} + 1")
    way, read = writer.dialect.walk(walk), writer.aliases.another("read")
    shown = [f", {writer.row_object(item.shapes, way.row)} AS shown{number}" for number, item in enumerate(events)]
    rows = f"SELECT {way.row.of(position)} AS position{''.join(shown)} {way.rest}"
    return f"SELECT {read}.*, {_PLACED.format(order='position')} FROM ({rows}) AS {read} ORDER BY place"


def _order(order: Order, names: Sequence[str], *, backward: bool) -> str:
    """The order of rows once more, by what was read of them."""
    return ", ".join(f"{name} {_way_of(key, backward)}" for key, name in zip(order.keys, names, strict=True))


def _way_of(key: SortKey, backward: bool) -> str:
    """Which way a list is sorted by a key; backward it is the exact reverse, nulls first."""
    way = "DESC" if key.descending != backward else "ASC"
    if not key.column.nullable:
        return way
    return f"{way} NULLS {'FIRST' if backward else 'LAST'}"
