"""From a selection to one SQL statement: every field by its declaration, every relation a sub-select.

A field is read from a row of an aliased table, or from a value of a JSON document. The statement is written as text;
what is declared as an expression is a piece in it, and so are the predicates about who asks, which the reference uses
too.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, Table, Text, bindparam, literal_column, select
from sqlalchemy.types import TypeEngine

from caserisk.store.authority import organisation_version
from caserisk_graphql.engine.compiler import connections
from caserisk_graphql.engine.compiler.dialects import Dialect, dialect_of
from caserisk_graphql.engine.compiler.given import Conditions, Given, kind_of
from caserisk_graphql.engine.compiler.pieces import Origins, Pieces, asked_by
from caserisk_graphql.engine.compiler.selection import NotCompiled, Selected, Shape
from caserisk_graphql.engine.compiler.sources import CountedRow, JsonValue, Row, Source
from caserisk_graphql.engine.compiler.sql import (
    Aliases,
    Over,
    Parameter,
    Parameters,
    Piece,
    member,
    text_literal,
    text_member,
    where,
)
from caserisk_graphql.engine.compiler.values import Language, OfConditions, OfField, Recipe, Seen
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import STORED_TYPES, stored_by_prefix

VALUE = "value"
"""The name under which the value of a live field is given to a statement."""

_NOTE = "@noted"
_NOTES = re.compile(rf'"{_NOTE}" ?: ?(?:"([^"]*)"|null), ?')
"""A member that says of which row the field after it is shown: no response key is like its key, and in a text of a JSON
text quotes are escaped."""

_MOST_FIELDS = 50
"""Of one object: both databases limit how many arguments a function has."""

_TEXT: TypeEngine[Any] = Text()
_VERSION = organisation_version()


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes the statement of one root field.

    ``given`` is what the request gives to each field that takes arguments. ``counted`` are the common tables of what is
    counted; ``noted``: the answer says which rows' noted fields it shows.
    """

    pieces: Pieces
    reading: ReadContext
    given: Mapping[Selected, Given]
    dialect: Dialect = field(init=False)
    parameters: Parameters = field(init=False)
    aliases: Aliases = field(default_factory=Aliases)
    counted: str = ""
    noted: bool = False

    def __post_init__(self) -> None:
        self.dialect = dialect_of(self.pieces.database)
        self.parameters = Parameters(self.dialect.mark)

    def root(self, selected: Selected) -> tuple[str, list[Parameter]]:
        """The statement that answers a root field with one JSON text, and the version of the organisation beside it.

        Raises:
            NotCompiled: something in it is not declared.
        """
        answer = self.dialect.answer(self.value(selected, None))
        version = self.filled(self.pieces.declared(_VERSION)).text
        return self.parameters.numbered(f"{self.counted}SELECT {answer}, {version}")

    # -------------------------------------------------------------------------------------------- values

    def value(self, selected: Selected, source: Source) -> str:
        """A field of a source, as a JSON value."""
        if selected.name == "__typename":
            raise NotCompiled("a type's name is written where the type is known")
        match selected.reads:
            case declarations.Column(expression=expression):
                return self._column(selected, expression, _row(source))
            case declarations.JsonDocument(expression=expression):
                stored = self.expression(expression, _row(source))
                return self._document(selected, stored if selected.shapes else self.dialect.document(stored))
            case declarations.Attribute():
                return self._plain(selected, source)
            case declarations.Localised() as localised:
                return self._localised(localised, selected, source)
            case declarations.One() as one:
                return self._one(one, selected, source)
            case declarations.Many() as many:
                return self._many(many, selected, source)
            case declarations.ByIdList() as listed:
                return self._listed(listed, selected, _row(source))
            case declarations.Page() as page:
                return connections.page(self, page, selected, source)
            case declarations.Log() as log:
                return connections.log(self, log, selected)
            case declarations.AsOf() as as_of:
                return self._as_of(as_of, selected, _row(source))
            case declarations.ById():
                return self._by_id(selected)
            case declarations.Counted() as counted:
                return self._counted(counted, selected, source)
            case declarations.Computed():
                return self._document(selected, self.dialect.given(self.parameter(selected, VALUE, _TEXT)))
        raise NotCompiled(selected.name)

    def object(self, shape: Shape, source: Source, typename: str) -> str:
        """An object with the selected fields."""
        pairs = [pair for item in shape for pair in self._members(item, source, typename)]
        if len(pairs) > _MOST_FIELDS:
            raise NotCompiled("too many fields")
        return self.dialect.object(pairs)

    def _members(self, item: Selected, source: Source, typename: str) -> Iterator[tuple[str, str]]:
        if item.name == "__typename":
            yield item.key, text_literal(typename)
            return
        if isinstance(item.reads, declarations.JsonDocument) and item.reads.audited:
            row, self.noted = _row(source), True
            shown = self.dialect.holds(self.expression(item.reads.expression, row))
            yield _NOTE, f"CASE WHEN {shown} THEN {row.id} END"
        yield item.key, self.value(item, source)

    def _column(self, selected: Selected, expression: declarations.Expression, row: Row) -> str:
        """What a leaf reads of a row."""
        return self._leaf(selected, self.expression(expression, row))

    def _leaf(self, selected: Selected, value: str) -> str:
        match selected.type_name:
            case "DateTime":
                return self.dialect.moment(value)
            case "Boolean":
                return self.dialect.truth(value)
        return value

    # -------------------------------------------------------------------------------------------- documents

    def _plain(self, selected: Selected, source: Source) -> str:
        if isinstance(source, CountedRow):
            return self._leaf(selected, f"{source.rows}.{selected.name}")
        if not isinstance(source, JsonValue):
            raise NotCompiled(selected.name)
        if selected.type_name == "DateTime":
            return self.dialect.moment_in(text_member(source.value, text_literal(selected.name)))
        return self._document(selected, member(source.value, selected.name))

    def _document(self, selected: Selected, document: str) -> str:
        """A part of a document, through the type of the field."""
        if not selected.shapes:
            return document
        if selected.is_list:
            rows, element, _ = self.dialect.elements(document, self.aliases.another("elements"))
            each = self.object(selected.shape, JsonValue(value=element), selected.type_name)
            shown = f"(SELECT {self.dialect.gathered(each)} FROM {rows})"
        else:
            shown = self.object(selected.shape, JsonValue(value=document), selected.type_name)
        return f"CASE WHEN {self.dialect.holds(document)} THEN {shown} END" if selected.nullable else shown

    def _localised(self, localised: declarations.Localised, selected: Selected, source: Source) -> str:
        if localised.column is not None:
            texts = self.expression(localised.column, _row(source))
        elif isinstance(source, JsonValue):
            texts = member(source.value, selected.name)
        else:
            raise NotCompiled(selected.name)
        given = self.given.get(selected)
        if given and given.values:
            return text_member(texts, self.parameter(selected, "locale", _TEXT))
        return text_member(texts, self._given_as(_TEXT, Language()))

    # -------------------------------------------------------------------------------------------- relations

    def _one(self, one: declarations.One, selected: Selected, source: Source) -> str:
        row = self.row(one.table)
        if isinstance(one.key, declarations.Argument):
            key = self.parameter(selected, one.key.name, one.remote.type)
        elif isinstance(one.key, str):
            key = self._named(one.key, source)
        else:
            key = self.expression(one.key, _row(source))
        named = not isinstance(one.key, declarations.Argument)
        seen = map(row.of, self.visible(one.table, named=named))
        found = self._single(selected, row, [f"{self.expression(one.remote, row)} = {key}", *seen])
        if isinstance(one.key, str) and not selected.nullable:  # nothing but a key in a document may name nobody
            return f"coalesce({found}, {self.dialect.impossible(key)})"
        return found

    def _named(self, key: str, source: Source) -> str:
        """The key that a value, or a row that is counted, holds under a name."""
        if isinstance(source, CountedRow):
            return f"{source.rows}.{key}"
        if not isinstance(source, JsonValue):
            raise NotCompiled(key)
        return text_member(source.value, text_literal(key))

    def _single(self, selected: Selected, row: Row, conditions: Sequence[str]) -> str:
        return f"(SELECT {self.row_object(selected.shapes, row)} FROM {row.rows}{where(conditions)})"

    def row_object(self, shapes: Mapping[str, Shape], row: Row) -> str:
        """A row as an object of its type; of whichever type it is, where the table holds several."""
        if len(shapes) == 1:
            ((name, shape),) = shapes.items()
            return self.object(shape, row, name)
        objects = [f"WHEN {text_literal(name)} THEN {self.object(shape, row, name)}" for name, shape in shapes.items()]
        return f"CASE {self.expression(STORED_TYPES[row.table].typename, row)} {' '.join(objects)} END"

    def _many(self, many: declarations.Many, selected: Selected, source: Source) -> str:
        row = self.row(many.table)
        conditions = [
            *self.visible(many.table),
            *self.belongs(many.remote, source),
            *self.asked(many.where, many.table),
        ]
        order = ", ".join(self.expression(key, row) for key in many.order)
        shown = self.row_object(selected.shapes, row)
        return self._array(f"SELECT {shown} AS value FROM {row.rows}{where(map(row.of, conditions))} ORDER BY {order}")

    def _array(self, rows: str) -> str:
        """The values of rows, in their order."""
        alias = self.aliases.another("rows")
        gathered = self.dialect.gathered(self.dialect.again(f"{alias}.value"))
        return f"(SELECT {gathered} FROM ({rows}) AS {alias})"

    def _listed(self, listed: declarations.ByIdList, selected: Selected, source: Row) -> str:
        ids = self.expression(listed.key, source)
        elements, element, place = self.dialect.elements(ids, self.aliases.another("elements"))
        row = self.row(listed.table)
        joined = f"{elements} JOIN {row.rows} ON {row.id} = {self.dialect.element_text(element)}"
        return self._array(f"SELECT {self.row_object(selected.shapes, row)} AS value FROM {joined} ORDER BY {place}")

    def _as_of(self, declared: declarations.AsOf, selected: Selected, source: Row) -> str:
        history, row = self.row(declared.key.table), self.row(declared.table)
        of_history = partial(self.expression, row=history)
        conditions = [
            f"{of_history(declared.remote)} = {source.id}",
            f"{of_history(declared.since)} <= {self.parameter(selected, 'at', declared.since.type)}",
        ]
        latest = ", ".join(map(of_history, declared.latest))
        named = f"(SELECT {of_history(declared.key)} FROM {history.rows}{where(conditions)} ORDER BY {latest} LIMIT 1)"
        return self._single(selected, row, [f"{row.id} = {named}"])

    def _by_id(self, selected: Selected) -> str:
        given = self.given[selected]
        prefixes = [given.fixed] if isinstance(given.fixed, str) else cast("Sequence[str]", given.fixed)
        found = [self._node(selected, prefix, name) for prefix, name in zip(prefixes, given.values, strict=True)]
        return self.dialect.list(found) if selected.is_list else found[0]

    def _node(self, selected: Selected, prefix: str, name: str) -> str:
        stored = stored_by_prefix(prefix)
        if stored is None:
            raise NotCompiled(prefix)
        row = self.row(stored.table)
        is_it = f"{row.id} = {self.parameter(selected, name, _TEXT)}"
        shown = replace(selected, shapes={name: selected.shapes[name] for name in stored.names})
        return self._single(shown, row, [is_it, *map(row.of, self.visible(stored.table))])

    # -------------------------------------------------------------------------------------------- counts

    def _counted(self, declared: declarations.Counted, selected: Selected, source: Source) -> str:
        counted = source.counted if isinstance(source, CountedRow) else self._common(declared, selected)
        rows = counted[selected]
        shown = self.object(selected.shape, CountedRow(rows=rows, counted=counted), selected.type_name)
        return f"(SELECT {self.dialect.gathered(shown) if selected.is_list else shown} FROM {rows})"

    def _common(self, declared: declarations.Counted, selected: Selected) -> Mapping[Selected, str]:
        """The names of common tables, each of what is counted for a field; they share what they are counted from."""
        of = declared.of
        if of is None or self.counted:
            raise NotCompiled(selected.name)
        fields = [*_counted_in(selected)]
        names = {item: f"{item.name}{number}" for number, (item, _) in enumerate(fields, 1)}
        tables = tuple((names[item], reads, _needed(item.shape)) for item, reads in fields)
        key = (of, tables, kind_of(self.reading))
        common = self.pieces.made(key, partial(_common_tables, of, tables, self.reading))
        self.counted = self.filled(common.told(partial(OfField, selected))).text.removesuffix("SELECT 1")
        return names

    # -------------------------------------------------------------------------------------------- shared

    def row(self, table: Table) -> Row:
        """Another row of a table."""
        return Row(table=table, alias=self.aliases.another(table.name), aliases=self.aliases)

    def expression(self, expression: declarations.Expression, row: Row) -> str:
        """A declared expression over a row."""
        if callable(expression):
            return " AND ".join(map(row.of, self.asked(expression, row.table)))
        return row.of(self.over(expression, row.table))

    def over(self, expression: ColumnElement[Any], table: Table) -> Over:
        """An expression over a table that depends on nothing."""
        return self.filled(self.pieces.declared(expression, table))

    def asked(self, recipe: Recipe | None, table: Table) -> list[Over]:
        """The parts of an expression over a table that depends on who asks, which all have to hold."""
        return [] if recipe is None else [*map(self.filled, self.pieces.asked(recipe, self.reading, table))]

    def visible(self, table: Table, *, named: bool = False) -> list[Over]:
        """That a row is seen; ``named``: something that is seen names it."""
        stored = STORED_TYPES[table]
        if stored.visible is None or (named and stored.visible_by_reference):
            return []
        return self.asked(Seen(stored.visible), table)

    def belongs(self, remote: Column[Any] | None, source: Source) -> list[Over]:
        """That a row belongs to the one around it."""
        if remote is None:
            return []
        key = self.over(remote, remote.table)
        return [key._replace(text=f"{key.text} = {_row(source).id}")]

    def parameter(self, selected: Selected, name: str, type_: TypeEngine[Any]) -> str:
        """A value that is given to a field."""
        return self._given_as(type_, OfField(selected, name))

    def _given_as(self, type_: TypeEngine[Any], origin: Hashable) -> str:
        return self.filled(self.pieces.parameter(type_).told(lambda _: origin)).text

    def conditions(self, selected: Selected, table: Table, part: str) -> list[Over]:
        """What the request gives to narrow a list (``narrowed``) or a page of it (``between``), over its rows."""
        given: Conditions = getattr(self.given[selected], part)
        return [
            self.filled(self.pieces.given(condition, shape, table).told(partial(OfConditions, selected, part, place)))
            for place, (condition, shape) in enumerate(zip(given.all, given.shapes, strict=True))
        ]

    def filled(self, piece: Piece) -> Over:
        """A piece with its parameters, as a part of the statement."""
        return piece.filled(map(self.parameters.hole, piece.parameters))


def without_notes(answer: str) -> tuple[str, set[str]]:
    """An answer as it goes out, and the ids of the rows whose noted fields it shows."""
    rows = {id for id in _NOTES.findall(answer) if id}
    return _NOTES.sub("", answer), rows


def _row(source: Source) -> Row:
    if not isinstance(source, Row):
        raise NotCompiled("not a row")
    return source


# ------------------------------------------------------------------------------------------------ what is counted

Tables = Sequence[tuple[str, declarations.Counted, frozenset[str]]]
"""Common tables by name, each with those of its columns that are needed."""


def _counted_in(selected: Selected) -> Iterator[tuple[Selected, declarations.Counted]]:
    """The fields that are counted of the same, from the outside in."""
    if isinstance(selected.reads, declarations.Counted):
        yield selected, selected.reads
        for item in selected.shape:
            yield from _counted_in(item)


def _needed(shape: Shape) -> frozenset[str]:
    """The columns that are read of what is counted."""
    keys = {
        item.reads.key for item in shape if isinstance(item.reads, declarations.One) and isinstance(item.reads.key, str)
    }
    return frozenset(keys | {item.name for item in shape})


def _common_tables(of: type[declarations.Counts], tables: Tables, reading: ReadContext) -> tuple[Select[Any], Origins]:
    """A statement with these common tables, and whose its parameters are."""
    parameters = {name: bindparam(None, type_=type_, unique=True, value=None) for name, type_ in of.parameters.items()}
    whose: Origins = {bind: [name] for name, bind in parameters.items()}

    def narrowed(recipe: declarations.Condition) -> ColumnElement[bool]:
        condition = recipe(reading)
        whose.update(asked_by(recipe, condition))
        return condition

    counts = of.of(parameters, narrowed)
    common = [_only(reads.rows(counts), needed).cte(name) for name, reads, needed in tables]
    return select(literal_column("1")).add_cte(*common), whose


def _only(counted: Select[Any], needed: frozenset[str]) -> Select[Any]:
    """Of what is counted, what is needed."""
    columns = [column for column in counted.selected_columns if column.key in needed]
    return counted.with_only_columns(*(columns or [literal_column("1")]), maintain_column_froms=True)
