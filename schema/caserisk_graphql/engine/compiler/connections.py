"""Pages of lists: what is selected of a connection, aggregated from the rows of one page in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer

from caserisk.store.columns import Moment
from caserisk_graphql.engine.compiler.access_paths import AccessPath, PageQuery, direct_path, partition_row
from caserisk_graphql.engine.compiler.field_sources import FieldSource, TableRow
from caserisk_graphql.engine.compiler.selection import NotCompiled, SelectedField
from caserisk_graphql.engine.compiler.sql import RowExpression, string_literal, where_clause
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.orders import Order, SortKey
from caserisk_graphql.reads.page_arguments import PageArguments

if TYPE_CHECKING:
    from caserisk_graphql.engine.compiler.statement import StatementWriter

_INTEGER, _BIG_INTEGER = Integer(), BigInteger()

_POSITION_COLUMNS = "row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS found"
"""The position of each row that was read, and how many rows were."""


def write_page(
    writer: StatementWriter, declared: declarations.Page, selected: SelectedField, *, source: FieldSource
) -> str:
    """Write a connection as a value."""
    arguments = writer.arguments[selected].page
    if arguments is None:
        raise NotCompiled(selected.name)
    return _PageWriter(writer, declared, selected, arguments=arguments, source=source).write()


class _PageWriter:
    """Writes one page; its rows are those of a sub-select under the alias ``_rows``."""

    def __init__(
        self,
        writer: StatementWriter,
        declared: declarations.Page,
        selected: SelectedField,
        *,
        arguments: PageArguments,
        source: FieldSource,
    ) -> None:
        self._writer, self._dialect = writer, writer.dialect
        self._declared, self._selected, self._source = declared, selected, source
        self._arguments = arguments
        self._rows = writer.aliases.new("page")
        self._size = writer.argument_parameter(selected, "size", _INTEGER)
        self._needs_positions = self._selects("page_info", self._info_from_rows())
        self._object_columns = {item: f"shown{number}" for number, item in enumerate(_node_fields(selected))}

    def write(self) -> str:
        """Write an aggregate over the rows of the page; where nothing that is selected needs them, an object."""
        # A count alone needs no page: `totalCount` is a sub-select of its own.
        if not self._needs_positions and not any(item.name in {"nodes", "edges"} for item in self._selected.selection):
            return self._connection()
        rows = self._select_rows()
        return f"(SELECT {self._connection()} FROM ({rows}) AS {self._rows})"

    def _selects(self, name: str, parts: Set[str]) -> bool:
        """Tell whether any of these parts is selected of a field of the connection."""
        fields = [item for item in self._selected.selection if item.name == name]
        return any(part.name in parts for item in fields for part in item.selection)

    def _info_from_rows(self) -> Set[str]:
        """Return the parts of ``pageInfo`` that depend on the rows; the arguments tell those of the other side."""
        return {"start_cursor", "end_cursor", "has_previous_page" if self._arguments.backward else "has_next_page"}

    # -------------------------------------------------------------------------------------------- rows

    def _select_rows(self) -> str:
        """Select the rows of the page in the order of the list.

        Where positions are needed, one row more is read than the page has: whether there is another is known by it.
        """
        order, backward = self._arguments.order, self._arguments.backward
        with_cursors = self._selects("edges", {"cursor"}) or self._selects("page_info", {"start_cursor", "end_cursor"})
        path = self._access_path(f"{self._size} + 1" if self._needs_positions else self._size)
        columns = self._objects(path.row)
        if with_cursors:
            columns.append(f"{self._cursor(path.row)} AS cursor")
        sort_columns = [f"sort{number}" for number, _ in enumerate(order.keys)]
        # What is read backward is put in order again outside, by the sort values: the objects are JSON by then.
        if self._needs_positions or backward or not columns:
            columns += [
                f"{self._writer.expression(key.column, path.row)} AS {name}"
                for key, name in zip(order.keys, sort_columns, strict=True)
            ]
        select = f"SELECT {', '.join(columns)} {path.sql}"
        if not self._needs_positions and not backward:
            return select
        positions = ""
        if self._needs_positions:
            positions = f", {_POSITION_COLUMNS.format(order=_order_by(order, sort_columns, backward=backward))}"
        alias = self._writer.aliases.new("read")
        in_order = _order_by(order, sort_columns, backward=False)
        return f"SELECT {alias}.*{positions} FROM ({select}) AS {alias} ORDER BY {in_order}"

    def _access_path(self, limit: str) -> AccessPath:
        """Return the path to the rows; only a whole table consists of lists that are worth merging."""
        writer, table, arguments = self._writer, self._declared.table, self._arguments
        conditions, row = self._list_conditions(), writer.new_row(table)
        is_whole_table = self._declared.remote is None
        # Cursor conditions do not count for the partition: they are on sort values, never on the key of a list alone.
        query = PageQuery(
            row=partition_row(row, conditions) if is_whole_table else row,
            conditions=[*conditions, *writer.request_conditions(self._selected, table, "cursor_conditions")],
            order=[
                (writer.declared_expression(key.column, table), _direction(key, backward=arguments.backward))
                for key in arguments.order.keys
            ],
            limit=limit,
        )
        return self._dialect.access_path(query) if is_whole_table else direct_path(query)

    def _list_conditions(self) -> list[RowExpression]:
        """Return the conditions of the list: visible, of the row around it, as declared, and as filtered."""
        writer, declared = self._writer, self._declared
        return [
            *writer.visibility_conditions(declared.table),
            *writer.parent_conditions(declared.remote, self._source),
            *writer.context_conditions(declared.where, declared.table),
            *writer.request_conditions(self._selected, declared.table, "filter_conditions"),
        ]

    def _objects(self, row: TableRow) -> list[str]:
        """Return the objects of ``nodes``, and of ``edges { node }``, as columns."""
        return [
            f"{self._writer.row_object(item.selections, row)} AS {name}" for item, name in self._object_columns.items()
        ]

    def _cursor(self, row: TableRow) -> str:
        """Return the row's cursor, as `caserisk_graphql.reads.cursors` encodes it."""
        order = self._arguments.order
        return " || '~' || ".join([string_literal(order.name), *(self._cursor_part(key, row) for key in order.keys)])

    def _cursor_part(self, key: SortKey, row: TableRow) -> str:
        value = self._writer.expression(key.column, row)
        # The text has to be the same as Python's, byte for byte: cursors of both executors are exchangeable.
        is_moment = isinstance(key.column.type, Moment)
        text = self._dialect.cursor_timestamp(value) if is_moment else f"CAST({value} AS TEXT)"
        return f"coalesce({text}, '')" if key.column.nullable else text

    # -------------------------------------------------------------------------------------------- fields

    def _connection(self) -> str:
        return self._dialect.object((item.key, self._field(item)) for item in self._selected.selection)

    def _field(self, item: SelectedField) -> str:
        """Return a field of the connection, as an aggregate over its rows."""
        dialect = self._dialect
        match item.name:
            case "total_count":
                return self._total_count()
            case "page_info":
                return dialect.object((part.key, self._info_field(item, part)) for part in item.selection)
            case "nodes":
                return self._aggregate(self._node(item))
            case "edges":
                return self._aggregate(
                    dialect.object((part.key, self._edge_field(item, part)) for part in item.selection)
                )
        return string_literal(self._selected.type_name)

    def _aggregate(self, value: str) -> str:
        """Aggregate the rows of the page, without the one that was read beyond it."""
        within_page = f"{self._rows}.place <= {self._size}" if self._needs_positions else None
        return self._dialect.aggregate(value, within_page)

    def _edge_field(self, edge: SelectedField, part: SelectedField) -> str:
        match part.name:
            case "node":
                return self._node(part)
            case "cursor":
                return f"{self._rows}.cursor"
        return string_literal(edge.type_name)

    def _node(self, item: SelectedField) -> str:
        return self._dialect.as_json(f"{self._rows}.{self._object_columns[item]}")

    def _info_field(self, info: SelectedField, part: SelectedField) -> str:
        arguments, boolean = self._arguments, self._dialect.boolean
        match part.name:
            case "has_next_page" if arguments.backward:
                return boolean("false" if arguments.before is None else "true")
            case "has_previous_page" if not arguments.backward:
                return boolean("false" if arguments.after is None else "true")
            case "has_next_page" | "has_previous_page":
                return boolean(f"coalesce(max({self._rows}.found), 0) > {self._size}")
            case "start_cursor" | "end_cursor":
                return self._end_cursor(last_read=(part.name == "end_cursor") is not arguments.backward)
        return string_literal(info.type_name)

    def _end_cursor(self, *, last_read: bool) -> str:
        """Return the cursor of the row that was read first, or of the last one within the page."""
        rows, size = self._rows, self._size
        position = f"CASE WHEN {rows}.found < {size} THEN {rows}.found ELSE {size} END" if last_read else "1"
        return f"max(CASE WHEN {rows}.place = {position} THEN {rows}.cursor END)"

    def _total_count(self) -> str:
        row = self._writer.new_row(self._declared.table)
        return f"(SELECT count(*) FROM {row.from_item}{where_clause(map(row.render, self._list_conditions()))})"


def _node_fields(connection: SelectedField) -> Iterator[SelectedField]:
    """Yield the fields of a connection that show its rows."""
    for item in connection.selection:
        if item.name == "nodes":
            yield item
        elif item.name == "edges":
            yield from (part for part in item.selection if part.name == "node")


# ------------------------------------------------------------------------------------------------ the log


def write_log(writer: StatementWriter, declared: declarations.Log, selected: SelectedField) -> str:
    """Write a page of the event log as a value; null for a cursor beyond the end of the log."""
    after = writer.argument_parameter(selected, "after", _BIG_INTEGER)
    # Null for a field that may not be null sends the request to the reference executor, which raises UNKNOWN_CURSOR.
    row = writer.new_row(declared.table)
    end = f"(SELECT coalesce(max({writer.expression(declared.position, row)}), 0) FROM {row.from_item})"
    return f"CASE WHEN {after} <= {end} THEN {_log_page(writer, declared, selected, after=after)} END"


def _log_page(writer: StatementWriter, declared: declarations.Log, selected: SelectedField, *, after: str) -> str:
    dialect = writer.dialect
    if all(item.name == "__typename" for item in selected.selection):
        return dialect.object((item.key, string_literal(selected.type_name)) for item in selected.selection)
    size, rows = writer.argument_parameter(selected, "size", _BIG_INTEGER), writer.aliases.new("log")
    events = [item for item in selected.selection if item.name == "events"]
    entries = _log_entries(writer, declared, selected, events=events, after=after, size=size)
    within_page = f"{rows}.place <= {size}"

    def field(item: SelectedField) -> str:
        match item.name:
            case "events":
                return dialect.aggregate(dialect.as_json(f"{rows}.shown{events.index(item)}"), within_page)
            case "end_cursor":
                # An empty page ends where it began, so that the next request does not start over.
                last = f"max(CASE WHEN {within_page} THEN {rows}.position END)"
                return f"'log_' || CAST(coalesce({last}, {after}) AS TEXT)"
            case "has_more":
                return dialect.boolean(f"coalesce(max({rows}.found), 0) > {size}")
        return string_literal(selected.type_name)

    page = dialect.object((item.key, field(item)) for item in selected.selection)
    return f"(SELECT {page} FROM ({entries}) AS {rows})"


def _log_entries(
    writer: StatementWriter,
    declared: declarations.Log,
    selected: SelectedField,
    *,
    events: Sequence[SelectedField],
    after: str,
    size: str,
) -> str:
    """Select the entries of a page and one more, each with its position among them and their number."""
    table = declared.table
    position = writer.declared_expression(declared.position, table)
    conditions = [
        *writer.visibility_conditions(table),
        *writer.request_conditions(selected, table, "filter_conditions"),
    ]
    query = PageQuery(
        row=partition_row(writer.new_row(table), conditions),
        conditions=[position._replace(text=f"{position.text} > {after}"), *conditions],
        order=[(position, "ASC")],
        limit=f"{size} + 1",
    )
    path, read = writer.dialect.access_path(query), writer.aliases.new("read")
    shown = [f", {writer.row_object(item.selections, path.row)} AS shown{number}" for number, item in enumerate(events)]
    rows = f"SELECT {path.row.render(position)} AS position{''.join(shown)} {path.sql}"
    return f"SELECT {read}.*, {_POSITION_COLUMNS.format(order='position')} FROM ({rows}) AS {read} ORDER BY place"


# ------------------------------------------------------------------------------------------------ order


def _order_by(order: Order, columns: Sequence[str], *, backward: bool) -> str:
    """Return the terms of an order over the columns that hold its sort values."""
    return ", ".join(
        f"{name} {_direction(key, backward=backward)}" for key, name in zip(order.keys, columns, strict=True)
    )


def _direction(key: SortKey, *, backward: bool) -> str:
    """Return the direction of a sort key; backward it is the exact reverse, nulls first."""
    direction = "DESC" if key.descending != backward else "ASC"
    if not key.column.nullable:
        return direction
    return f"{direction} NULLS {'FIRST' if backward else 'LAST'}"
