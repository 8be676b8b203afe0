"""Pages of lists: what is selected of a connection, gathered from the rows of one page in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Label, Subquery, Text, case, cast, func, literal, select

from caserisk.store.columns import Moment
from caserisk_graphql.compiler.dialects import Expression, text_literal
from caserisk_graphql.compiler.selection import NotCompiled, Selected
from caserisk_graphql.reads import declare
from caserisk_graphql.reads.orders import Order, SortKey
from caserisk_graphql.reads.windows import Window

if TYPE_CHECKING:
    from caserisk_graphql.compiler.statement import Row, Source, Writer

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
        self._row, self._window, self._source = writer.row(declared.table, source), window, source
        self._size = writer.parameter(selected, "size", Integer())
        self._shown: list[tuple[Selected, Label[Any]]] = []

    def value(self) -> Expression:
        """The connection."""
        pairs = [(item.key, item) for item in self._selected.shape]
        counted = [item for _, item in pairs if item.name == "total_count"]
        total = self._total() if counted else None
        if all(item.name in {"total_count", "__typename"} for _, item in pairs):
            written = [(key, self._plain(item, total)) for key, item in pairs]
            return self._writer.dialect.object(written)
        rows = self._rows()
        written = [(key, self._of_rows(item, rows, total)) for key, item in pairs]
        gathered = select(self._writer.dialect.object(written)).select_from(rows)
        return gathered.correlate(*_froms(self._source)).scalar_subquery()

    def _plain(self, item: Selected, total: Expression | None) -> Expression:
        return text_literal(self._selected.type_name) if item.name == "__typename" or total is None else total

    def _rows(self) -> Subquery:
        """The rows of the page with one more, each with its place in the page's direction and how many there are."""
        order, backward = self._window.order, self._window.backward
        for item in self._selected.shape:
            self._show(item)
        sort = [self._row.of(key.column).label(f"sort{number}") for number, key in enumerate(order.keys)]
        read = (
            select(*(label for _, label in self._shown), self._cursor(order).label(_CURSOR), *sort)
            .select_from(self._row.alias)
            .where(*self._narrowed(self._row), *self._writer.conditions(self._selected, self._row, "between"))
            .order_by(*(self._row.of(term) for term in order.sorted(backward=backward)))
            .limit(self._size + literal(1, Integer()))
            .correlate(*_froms(self._source))
            .subquery()
        )
        by = [_resorted(key, read.c[f"sort{number}"], backward) for number, key in enumerate(order.keys)]
        place = func.row_number().over(order_by=by)
        placed = select(read, place.label(_PLACE), func.count().over().label(_COUNT))
        return placed.order_by(-place if backward else place).subquery()

    def _narrowed(self, row: Row) -> list[ColumnElement[Any]]:
        """The rows of the list: seen, of the row around them, as declared and as filtered."""
        writer, declared = self._writer, self._declared
        return [
            *writer.visible(row),
            *writer.belongs(declared.remote, row, self._source),
            *([] if declared.where is None else [writer.about_who_asks(declared.where, row)]),
            *writer.conditions(self._selected, row, "narrowed"),
        ]

    def _show(self, item: Selected) -> None:
        """Have the objects of ``nodes``, or of ``edges { node }``, among what is read of each row."""
        if item.name == "nodes":
            self._add(item)
        elif item.name == "edges":
            for part in item.shape:
                if part.name == "node":
                    self._add(part)

    def _add(self, item: Selected) -> None:
        shown = self._writer.row_object(item.shapes, self._row)
        self._shown.append((item, shown.label(f"shown{len(self._shown)}")))

    def _cursor(self, order: Order) -> Expression:
        """The row's cursor, as `caserisk_graphql.reads.cursors` writes it."""
        written: Expression = text_literal(order.name)
        for key in order.keys:
            value = self._row.of(key.column)
            moment = isinstance(key.column.type, Moment)
            shown = self._writer.dialect.written(value) if moment else cast(value, Text())
            written = written.concat(text_literal("~")).concat(
                func.coalesce(shown, text_literal("")) if key.column.nullable else shown
            )
        return written

    def _of_rows(self, item: Selected, rows: Subquery, total: Expression | None) -> Expression:
        """A field of the connection, as an aggregate over its rows."""
        dialect, kept = self._writer.dialect, rows.c[_PLACE] <= self._size
        place = -rows.c[_PLACE] if self._window.backward else rows.c[_PLACE]
        match item.name:
            case "nodes":
                return dialect.collected(self._shown_in(item, rows), place, kept)
            case "edges":
                pairs = [(part.key, self._of_edge(item, part, rows)) for part in item.shape]
                return dialect.collected(dialect.object(pairs), place, kept)
            case "page_info":
                return dialect.object([(part.key, self._of_info(item, part, rows)) for part in item.shape])
        return self._plain(item, total)

    def _of_edge(self, edge: Selected, part: Selected, rows: Subquery) -> Expression:
        if part.name == "__typename":
            return text_literal(edge.type_name)
        return self._shown_in(part, rows) if part.name == "node" else rows.c[_CURSOR]

    def _of_info(self, info: Selected, part: Selected, rows: Subquery) -> Expression:
        window = self._window
        more = func.coalesce(func.max(rows.c[_COUNT]), 0) > self._size
        match part.name:
            case "has_next_page":
                found: Any = literal(window.before is not None) if window.backward else more
            case "has_previous_page":
                found = more if window.backward else literal(window.after is not None)
            case "start_cursor":
                return self._end(rows, last=window.backward)
            case "end_cursor":
                return self._end(rows, last=not window.backward)
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
        return counted.correlate(*_froms(self._source)).scalar_subquery()


def log(writer: Writer, declared: declare.Log, selected: Selected) -> Expression:
    """A stretch of the event log as a value; null where it is asked for beyond its end."""
    size, after = (writer.parameter(selected, name, BigInteger()) for name in ("size", "after"))
    row = writer.row(declared.table, None)
    position = row.of(declared.position)
    events = [item for item in selected.shape if item.name == "events"]
    shown = [writer.row_object(item.shapes, row).label(f"shown{number}") for number, item in enumerate(events)]
    where = [position > after, *writer.visible(row), *writer.conditions(selected, row, "narrowed")]
    read = (
        select(position.label("position"), *shown).where(*where).order_by(position).limit(size + literal(1, Integer()))
    )
    inner = read.subquery()
    place = func.row_number().over(order_by=inner.c.position)
    rows = select(inner, place.label(_PLACE), func.count().over().label(_COUNT)).order_by(place).subquery()
    kept = rows.c[_PLACE] <= size

    def written(item: Selected) -> Expression:
        match item.name:
            case "events":
                value = writer.dialect.again(rows.c[f"shown{events.index(item)}"])
                return writer.dialect.collected(value, rows.c[_PLACE], kept)
            case "end_cursor":
                last = func.coalesce(func.max(case((kept, rows.c.position))), after)
                return text_literal("log_").concat(cast(last, Text()))
            case "has_more":
                return writer.dialect.scalar(func.coalesce(func.max(rows.c[_COUNT]), 0) > size)
        return text_literal(selected.type_name)

    answer = select(writer.dialect.object([(item.key, written(item)) for item in selected.shape])).select_from(rows)
    end = select(func.coalesce(func.max(declared.position), 0)).scalar_subquery()
    return case((after <= end, answer.scalar_subquery()))


def _resorted(key: SortKey, column: ColumnElement[Any], backward: bool) -> Any:
    """The order of a key once more, over the rows that were read in it."""
    term = column.desc() if key.descending != backward else column.asc()
    if not key.column.nullable:
        return term
    return term.nulls_first() if backward else term.nulls_last()


def _froms(source: Source) -> Any:
    return source.froms if source else ()
