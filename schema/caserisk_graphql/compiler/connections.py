"""Pages of lists: what is selected of a connection, gathered from the rows of one page in one go."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Label, Subquery, Text, case, cast, func, literal, select

from caserisk.store.columns import Moment
from caserisk_graphql.compiler.dialects import Expression, text_literal
from caserisk_graphql.compiler.selection import NotCompiled, Selected
from caserisk_graphql.compiler.sources import Row, Source, froms_of
from caserisk_graphql.compiler.walks import Walk, listed
from caserisk_graphql.reads import declare
from caserisk_graphql.reads.orders import Order, SortKey
from caserisk_graphql.reads.windows import Window

if TYPE_CHECKING:
    from caserisk_graphql.compiler.statement import Writer

_COUNT, _PLACE, _CURSOR = "count", "place", "cursor"


def page(writer: Writer, declared: declare.Page, selected: Selected, source: Source) -> Expression:
    """A connection as a value."""
    window = writer.given[selected].window
    if window is None:
        raise NotCompiled(selected.name)
    return _Page(writer, declared, selected, window, source).value()


class _Page:
    """One page being written."""

    def __init__(
        self, writer: Writer, declared: declare.Page, selected: Selected, window: Window, source: Source
    ) -> None:
        self._writer, self._declared, self._selected = writer, declared, selected
        self._window, self._source = window, source
        self._size = writer.parameter(selected, "size", Integer())
        self._shown: list[tuple[Selected, Label[Any]]] = []

    def value(self) -> Expression:
        """The connection: an aggregate over the rows of the page, or where none of it needs them an object."""
        cursors = self._any("edges", {"cursor"}) or self._any("page_info", {"start_cursor", "end_cursor"})
        ends = self._any("page_info", self._ends())
        if not ends and not any(item.name in {"nodes", "edges"} for item in self._selected.shape):
            return self._object(None)
        rows = self._rows(cursors=cursors, ends=ends)
        return select(self._object(rows)).select_from(rows).correlate(*froms_of(self._source)).scalar_subquery()

    def _any(self, name: str, parts: Set[str]) -> bool:
        """Whether any of these parts is selected of a field of the connection."""
        return any(part.name in parts for item in self._selected.shape if item.name == name for part in item.shape)

    def _ends(self) -> Set[str]:
        """The parts of the page's info that depend on its rows; the page has a further row only on one side."""
        return {"start_cursor", "end_cursor", "has_previous_page" if self._window.backward else "has_next_page"}

    # -------------------------------------------------------------------------------------------- rows

    def _rows(self, *, cursors: bool, ends: bool) -> Subquery:
        """The rows of the page in the order of the list; with its ``ends`` one more, and each with its place."""
        order, resorted = self._window.order, ends or self._window.backward
        walk = self._walk(self._size + literal(1, Integer()) if ends else self._size)
        for item in self._selected.shape:
            self._show(item, walk.row)
        columns = [*(label for _, label in self._shown), *([self._cursor(order, walk.row)] if cursors else [])]
        sort = [walk.row.of(key.column).label(f"sort{number}") for number, key in enumerate(order.keys)]
        selected = walk.select(*columns, *(sort if resorted or not columns else []))
        read = selected.correlate(*froms_of(self._source)).subquery()
        return self._placed(read, ends=ends) if resorted else read

    def _placed(self, read: Subquery, *, ends: bool) -> Subquery:
        """The rows that were read in the page's direction, in the order of the list."""
        keys = list(enumerate(self._window.order.keys))
        forward = [_resorted(key, read.c[f"sort{number}"], False) for number, key in keys]
        if not ends:
            return select(read).order_by(*forward).subquery()
        read_by = [_resorted(key, read.c[f"sort{number}"], self._window.backward) for number, key in keys]
        place, count = func.row_number().over(order_by=read_by), func.count().over()
        return select(read, place.label(_PLACE), count.label(_COUNT)).order_by(*forward).subquery()

    def _walk(self, size: ColumnElement[int]) -> Walk:
        """The way to the rows; from a whole table it leads through the lists that its rows are of."""
        writer, whole = self._writer, self._declared.remote is None
        row = writer.row(self._declared.table, self._source)
        if whole:
            row = listed(row, writer.narrowing(self._selected, row.table))
        where = [*self._narrowed(row), *writer.conditions(self._selected, row, "between")]
        order = self._window.order.sorted(backward=self._window.backward)
        walk = Walk(row=row, rows=row.alias, where=where, order=order, size=size)
        return writer.dialect.walk(walk) if whole else walk

    def _narrowed(self, row: Row) -> list[ColumnElement[Any]]:
        """The rows of the list: seen, of the row around them, as declared and as filtered."""
        writer, declared = self._writer, self._declared
        return [
            *writer.visible(row),
            *writer.belongs(declared.remote, row, self._source),
            *([] if declared.where is None else [writer.about_who_asks(declared.where, row)]),
            *writer.conditions(self._selected, row, "narrowed"),
        ]

    def _show(self, item: Selected, row: Row) -> None:
        """Have the objects of ``nodes``, or of ``edges { node }``, among what is read of each row."""
        if item.name == "nodes":
            self._add(item, row)
        elif item.name == "edges":
            for part in item.shape:
                if part.name == "node":
                    self._add(part, row)

    def _add(self, item: Selected, row: Row) -> None:
        shown = self._writer.row_object(item.shapes, row)
        self._shown.append((item, shown.label(f"shown{len(self._shown)}")))

    def _cursor(self, order: Order, row: Row) -> Label[Any]:
        """The row's cursor, as `caserisk_graphql.reads.cursors` writes it."""
        written: Expression = text_literal(order.name)
        for key in order.keys:
            value = row.of(key.column)
            moment = isinstance(key.column.type, Moment)
            shown = self._writer.dialect.written(value) if moment else cast(value, Text())
            written = written.concat(text_literal("~")).concat(
                func.coalesce(shown, text_literal("")) if key.column.nullable else shown
            )
        return written.label(_CURSOR)

    # -------------------------------------------------------------------------------------------- fields

    def _object(self, rows: Subquery | None) -> Expression:
        return self._writer.dialect.object([(item.key, self._of(item, rows)) for item in self._selected.shape])

    def _of(self, item: Selected, rows: Subquery | None) -> Expression:
        """A field of the connection, as an aggregate over its rows."""
        dialect = self._writer.dialect
        match item.name:
            case "total_count":
                return self._total()
            case "page_info":
                return dialect.object([(part.key, self._of_info(item, part, rows)) for part in item.shape])
            case "nodes" | "edges" if rows is not None:
                kept = rows.c[_PLACE] <= self._size if _PLACE in rows.c else None
                return dialect.gathered(self._of_row(item, rows), kept)
        return text_literal(self._selected.type_name)

    def _of_row(self, item: Selected, rows: Subquery) -> Expression:
        """An element of ``nodes``, or of ``edges``."""
        if item.name == "nodes":
            return self._shown_in(item, rows)
        return self._writer.dialect.object([(part.key, self._of_edge(item, part, rows)) for part in item.shape])

    def _of_edge(self, edge: Selected, part: Selected, rows: Subquery) -> Expression:
        if part.name == "__typename":
            return text_literal(edge.type_name)
        return self._shown_in(part, rows) if part.name == "node" else rows.c[_CURSOR]

    def _of_info(self, info: Selected, part: Selected, rows: Subquery | None) -> Expression:
        window = self._window
        match part.name:
            case "has_next_page" if window.backward:
                found: Any = literal(window.before is not None)
            case "has_previous_page" if not window.backward:
                found = literal(window.after is not None)
            case "has_next_page" | "has_previous_page" if rows is not None:
                found = func.coalesce(func.max(rows.c[_COUNT]), 0) > self._size
            case "start_cursor" | "end_cursor" if rows is not None:
                return self._end(rows, last=(part.name == "end_cursor") is not window.backward)
            case _:
                return text_literal(info.type_name)
        return self._writer.dialect.scalar(found)

    def _end(self, rows: Subquery, *, last: bool) -> Expression:
        """The cursor of the row that was read first, or of the last one that is kept."""
        place, count = rows.c[_PLACE], rows.c[_COUNT]
        at: Any = case((count < self._size, count), else_=self._size) if last else literal(1, Integer())
        return func.max(case((place == at, rows.c[_CURSOR])))

    def _shown_in(self, item: Selected, rows: Subquery) -> Expression:
        label = next(label for shown, label in self._shown if shown is item)
        return self._writer.dialect.again(rows.c[label.name])

    def _total(self) -> Expression:
        """How many rows the whole list has."""
        row = self._writer.row(self._declared.table, self._source)
        counted = select(func.count()).select_from(row.alias).where(*self._narrowed(row))
        return counted.correlate(*froms_of(self._source)).scalar_subquery()


def log(writer: Writer, declared: declare.Log, selected: Selected) -> Expression:
    """A stretch of the event log as a value; null where it is asked for beyond its end."""
    size, after = (writer.parameter(selected, name, BigInteger()) for name in ("size", "after"))
    end = select(func.coalesce(func.max(declared.position), 0)).scalar_subquery()
    if all(item.name == "__typename" for item in selected.shape):
        answer = writer.dialect.object([(item.key, text_literal(selected.type_name)) for item in selected.shape])
        return case((after <= end, answer))
    events = [item for item in selected.shape if item.name == "events"]
    rows = _stretch(writer, declared, selected, events, size=size, after=after)
    kept = rows.c[_PLACE] <= size

    def written(item: Selected) -> Expression:
        match item.name:
            case "events":
                return writer.dialect.gathered(writer.dialect.again(rows.c[f"shown{events.index(item)}"]), kept)
            case "end_cursor":
                last = func.coalesce(func.max(case((kept, rows.c[_CURSOR]))), after)
                return text_literal("log_").concat(cast(last, Text()))
            case "has_more":
                return writer.dialect.scalar(func.coalesce(func.max(rows.c[_COUNT]), 0) > size)
        return text_literal(selected.type_name)

    answer = writer.dialect.object([(item.key, written(item)) for item in selected.shape])
    return case((after <= end, select(answer).select_from(rows).scalar_subquery()))


def _stretch(
    writer: Writer, declared: declare.Log, selected: Selected, events: Sequence[Selected], *, size: Any, after: Any
) -> Subquery:
    """Entries of the log with one more, each with its place and how many there are."""
    row = listed(writer.row(declared.table, None), writer.narrowing(selected, declared.table))
    where = [
        row.of(declared.position) > after,
        *writer.visible(row),
        *writer.conditions(selected, row, "narrowed"),
    ]
    order = [declared.position.asc()]
    walk = Walk(row=row, rows=row.alias, where=where, order=order, size=size + literal(1, Integer()))
    walk = writer.dialect.walk(walk)
    shown = [writer.row_object(item.shapes, walk.row).label(f"shown{number}") for number, item in enumerate(events)]
    inner = walk.select(walk.row.of(declared.position).label(_CURSOR), *shown).subquery()
    place = func.row_number().over(order_by=inner.c[_CURSOR])
    return select(inner, place.label(_PLACE), func.count().over().label(_COUNT)).order_by(place).subquery()


def _resorted(key: SortKey, column: ColumnElement[Any], backward: bool) -> Any:
    """The order of a key once more, over the rows that were read in it."""
    term = column.desc() if key.descending != backward else column.asc()
    if not key.column.nullable:
        return term
    return term.nulls_first() if backward else term.nulls_last()
