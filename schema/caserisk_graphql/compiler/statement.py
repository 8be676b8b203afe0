"""From a selection to one SQL statement: every field by its declaration, every relation a sub-select.

A field is read from a row of an aliased table, or from a value of a JSON document. What depends on who asks is put in
as the same predicates that the reference executor uses.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    Alias,
    BindParameter,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.engine import Dialect as Driver
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_

from caserisk_graphql.compiler import connections
from caserisk_graphql.compiler.dialects import Dialect, Expression, text_literal
from caserisk_graphql.compiler.given import Given, binds_of, kind_of
from caserisk_graphql.compiler.selection import NotCompiled, Selected, Shape
from caserisk_graphql.compiler.sources import Aliases, Count, Row, Source, Value, froms_of
from caserisk_graphql.execution.kept import Kept
from caserisk_graphql.reads import declare
from caserisk_graphql.reads.reading import Reading
from caserisk_graphql.reads.stored import STORED, Visible, stored_by_prefix

VALUE = "value"
"""The name under which the value of a live field is given to a statement."""

_MOST_FIELDS = 50
"""Of one object: both databases limit how many arguments a function has."""


Recipe = Callable[[Reading], ColumnElement[Any]]
Asked = tuple[ColumnElement[Any], list[BindParameter[Any]]]

_ASKED: Kept[Hashable, Asked] = Kept(entries=5000, size=5000)
_COLUMNS: Kept[Hashable, Expression] = Kept(entries=5000, size=5000)
"""What was written of rows before: expressions that depend on who asks, by the kind of scope they have, and leaves."""


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes the statement of one root field.

    ``given`` is what the request gives to each field that takes arguments. What is left to bind is noted: parameters by
    name in ``named``, those of conditions in order in ``of_given``, those of predicates about who asks in ``of_scope``.
    """

    dialect: Dialect
    driver: Driver
    reading: Reading
    given: Mapping[Selected, Given]
    aliases: Aliases = field(default_factory=Aliases)
    named: dict[tuple[Selected, str], BindParameter[Any]] = field(default_factory=dict)
    of_given: list[tuple[Selected, str, list[BindParameter[Any]]]] = field(default_factory=list)
    of_scope: list[tuple[Recipe, list[BindParameter[Any]]]] = field(default_factory=list)

    def root(self, selected: Selected) -> Select[Any]:
        """The statement that answers a root field with one JSON text.

        Raises:
            NotCompiled: something in it is not declared.
        """
        return self.dialect.statement(self.value(selected, None))

    # -------------------------------------------------------------------------------------------- values

    def value(self, selected: Selected, source: Source) -> Expression:
        """A field of a source, as a JSON value."""
        if selected.name == "__typename":
            raise NotCompiled("a type's name is written where the type is known")
        match selected.reads:
            case declare.Column(expression=expression):
                return self._column(selected, expression, _row(source))
            case declare.Document(expression=expression):
                stored = self._expression(expression, _row(source))
                value = stored if selected.shapes else self.dialect.document(stored)
                return self._document(selected, value, froms_of(source))
            case declare.Plain():
                return self._plain(selected, source)
            case declare.Localised():
                return self._localised(selected, source)
            case declare.One() as one:
                return self._one(one, selected, source)
            case declare.Many() as many:
                return self._many(many, selected, source)
            case declare.Listed() as listed:
                return self._listed(listed, selected, _row(source))
            case declare.Page() as page:
                return connections.page(self, page, selected, source)
            case declare.Log() as log:
                return connections.log(self, log, selected)
            case declare.AsOf() as as_of:
                return self._as_of(as_of, selected, _row(source))
            case declare.ById():
                return self._by_id(selected)
            case declare.Counted() as counted:
                return self._counted(counted, selected, source)
            case declare.Live():
                value = self.dialect.given(self.parameter(selected, VALUE, Text()))
                return self._document(selected, value, ())
        raise NotCompiled(selected.name)

    def object(self, shape: Shape, source: Source, typename: str) -> Expression:
        """An object with the selected fields."""
        if len(shape) > _MOST_FIELDS:
            raise NotCompiled("too many fields")
        return self.dialect.object(
            [
                (item.key, text_literal(typename) if item.name == "__typename" else self.value(item, source))
                for item in shape
            ]
        )

    def _expression(self, expression: declare.Expression, row: Row) -> ColumnElement[Any]:
        """A declared expression over a row; what it holds of the request is noted."""
        if not callable(expression):
            return row.of(expression)
        return self.about_who_asks(expression, row)

    def about_who_asks(self, recipe: Recipe, row: Row | None = None) -> ColumnElement[Any]:
        """An expression that depends on who asks, over a row; without one, over the tables themselves."""
        if row is None:
            expression = recipe(self.reading)
            asked = expression, list(binds_of(expression))
        else:
            key = (recipe, row, kind_of(self.reading))
            asked = _ASKED.once(key, partial(self._asked, recipe, row))
        self.of_scope.append((recipe, asked[1]))
        return asked[0]

    def _asked(self, recipe: Recipe, row: Row) -> Asked:
        adapted = row.of(recipe(self.reading))
        return adapted, list(binds_of(adapted))

    def _column(self, selected: Selected, expression: declare.Expression, row: Row) -> Expression:
        """What a leaf reads of a row."""
        if callable(expression):
            return self._leaf(selected, self.about_who_asks(expression, row))
        if not isinstance(row.alias, Alias):  # one that is made for this statement alone
            return self._leaf(selected, row.of(expression))
        key = (expression, row.alias, selected.type_name, self.dialect)
        return _COLUMNS.once(key, partial(self._written, selected, expression, row))

    def _written(self, selected: Selected, expression: ColumnElement[Any], row: Row) -> Expression:
        leaf = self._leaf(selected, row.of(expression))
        return leaf if binds_of(leaf) else literal_column(str(leaf.compile(dialect=self.driver)), leaf.type)

    def _leaf(self, selected: Selected, expression: ColumnElement[Any]) -> Expression:
        if selected.type_name == "DateTime":
            return self.dialect.moment(expression)
        if selected.type_name == "Boolean" and not isinstance(expression.type, Boolean):
            raise NotCompiled(selected.name)
        return self.dialect.scalar(expression)

    # -------------------------------------------------------------------------------------------- documents

    def _plain(self, selected: Selected, source: Source) -> Expression:
        if isinstance(source, Count):
            return self._leaf(selected, source.rows.c[selected.name])
        if not isinstance(source, Value):
            raise NotCompiled(selected.name)
        if selected.type_name == "DateTime":
            return self.dialect.moment_in(self.dialect.text_member(source.value, text_literal(selected.name)))
        return self._document(selected, self.dialect.member(source.value, selected.name), source.froms)

    def _document(self, selected: Selected, document: Expression, froms: tuple[FromClause, ...]) -> Expression:
        """A part of a document, through the type of the field."""
        if not selected.shapes:
            return document
        if selected.is_list:
            rows, element, _ = self.dialect.elements(document)
            each = self.object(selected.shape, Value(value=element, froms=(*froms, rows)), selected.type_name)
            shown: Expression = select(self.dialect.gathered(each)).select_from(rows).scalar_subquery()
        else:
            shown = self.object(selected.shape, Value(value=document, froms=froms), selected.type_name)
        return case((self.dialect.holds(document), shown)) if selected.nullable else shown

    def _localised(self, selected: Selected, source: Source) -> Expression:
        reads = selected.reads
        given = self.given.get(selected)
        if isinstance(reads, declare.Localised) and reads.column is not None:
            text = self._expression(reads.column, _row(source))
        elif isinstance(source, Value):
            text = self.dialect.member(source.value, selected.name)
        else:
            raise NotCompiled(selected.name)
        locale = self.parameter(selected, "locale", Text()) if given and given.values else _LOCALE
        return self.dialect.text_member(text, locale)

    # -------------------------------------------------------------------------------------------- relations

    def _one(self, one: declare.One, selected: Selected, source: Source) -> Expression:
        row = self.row(one.table, source)
        key: Any
        if isinstance(one.key, declare.Argument):
            key = self.parameter(selected, one.key.name, one.remote.type)
        elif isinstance(one.key, str):
            key = self._named(one.key, source)
        else:
            key = _row(source).of(one.key)
        named = not isinstance(one.key, declare.Argument)
        found = self._single(selected, row, [row.of(one.remote) == key, *self.visible(row, named=named)], source)
        if isinstance(one.key, str) and not selected.nullable:  # nothing but a key in a document may name nobody
            return func.coalesce(found, self.dialect.impossible(key))
        return found

    def _named(self, key: str, source: Source) -> Expression:
        """The key that a value, or a row that is counted, holds under a name."""
        if isinstance(source, Count):
            return source.rows.c[key]
        if not isinstance(source, Value):
            raise NotCompiled(key)
        return self.dialect.text_member(source.value, text_literal(key))

    def _single(self, selected: Selected, row: Row, where: Sequence[Any], source: Source) -> Expression:
        shown = select(self.row_object(selected.shapes, row)).select_from(row.alias).where(*where)
        return shown.correlate(*froms_of(source)).scalar_subquery()

    def row_object(self, shapes: Mapping[str, Shape], row: Row) -> Expression:
        """A row as an object of its type; of whichever type it is, where the table holds several."""
        if len(shapes) == 1:
            ((name, shape),) = shapes.items()
            return self.object(shape, row, name)
        typename = row.of(STORED[row.table].typename)
        whens = [(typename == text_literal(name), self.object(shape, row, name)) for name, shape in shapes.items()]
        return case(*whens)

    def _many(self, many: declare.Many, selected: Selected, source: Source) -> Expression:
        row = self.row(many.table, source)
        where = [*self.visible(row), *self.belongs(many.remote, row, source)]
        if many.where is not None:
            where.append(self.about_who_asks(many.where, row))
        shown = self.row_object(selected.shapes, row).label("value")
        rows = select(shown).select_from(row.alias).where(*where).order_by(*map(row.of, many.order))
        return self._array(rows, source)

    def _array(self, rows: Select[Any], source: Source) -> Expression:
        """The values of rows, in their order."""
        inner = rows.correlate(*froms_of(source)).subquery()
        gathered = self.dialect.gathered(self.dialect.again(inner.c.value))
        return select(gathered).select_from(inner).scalar_subquery()

    def _listed(self, listed: declare.Listed, selected: Selected, source: Row) -> Expression:
        elements, element, place = self.dialect.elements(source.of(listed.key))
        row = self.row(listed.table, source)
        joined = elements.join(row.alias, row.of(listed.table.c.id) == self.dialect.element_text(element))
        shown = self.row_object(selected.shapes, row).label("value")
        return self._array(select(shown).select_from(joined).order_by(place), source)

    def _as_of(self, declared: declare.AsOf, selected: Selected, source: Row) -> Expression:
        history = self.row(declared.key.table, source)
        at = self.parameter(selected, "at", declared.since.type)
        named = (
            select(history.of(declared.key))
            .where(history.of(declared.remote) == source.alias.c.id, history.of(declared.since) <= at)
            .order_by(*map(history.of, declared.latest))
            .limit(1)
            .correlate(*source.froms)
            .scalar_subquery()
        )
        row = self.row(declared.table, source)
        return self._single(selected, row, [row.of(declared.table.c.id) == named], source)

    def _by_id(self, selected: Selected) -> Expression:
        given = self.given[selected]
        found = [
            self._node(selected, prefix, name)
            for prefix, name in zip(_prefixes(given.fixed), given.values, strict=True)
        ]
        return self.dialect.list(found) if selected.is_list else found[0]

    def _node(self, selected: Selected, prefix: str, name: str) -> Expression:
        stored = stored_by_prefix(prefix)
        if stored is None:
            raise NotCompiled(prefix)
        row = self.row(stored.table, None)
        where = [row.of(stored.table.c.id) == self.parameter(selected, name, Text()), *self.visible(row)]
        shown = replace(selected, shapes={name: selected.shapes[name] for name in stored.names})
        return self._single(shown, row, where, None)

    def _counted(self, counted: declare.Counted, selected: Selected, source: Source) -> Expression:
        counts = self._counts(counted.of, selected) if counted.of else _count(source).counts
        rows = _only(counted.rows(counts), selected.shape).subquery()
        shown = self.object(selected.shape, Count(rows=rows, counts=counts), selected.type_name)
        return select(self.dialect.gathered(shown) if selected.is_list else shown).select_from(rows).scalar_subquery()

    def _counts(self, of: type[declare.Counts], selected: Selected) -> declare.Counts:
        parameters = {name: self.parameter(selected, name, type_) for name, type_ in of.parameters.items()}
        return of.of(parameters, self.about_who_asks)

    # -------------------------------------------------------------------------------------------- shared

    def row(self, table: Table, source: Source) -> Row:
        """A row of a table, inside a source."""
        return Row(table=table, alias=self.aliases(table), around=froms_of(source), aliases=self.aliases)

    def visible(self, row: Row, *, named: bool = False) -> list[Any]:
        """That the row is seen; ``named``: something that is seen names it."""
        stored = STORED[row.table]
        if stored.visible is None or (named and stored.named):
            return []
        parts = range(len(_parts(stored.visible(self.reading.scope))))
        return [self.about_who_asks(_Seen(stored.visible, part), row) for part in parts]

    def narrowing(self, selected: Selected, table: Table) -> list[ColumnElement[Any]]:
        """What narrows a list from a whole table, over the table itself: that rows are seen, and what is given."""
        stored = STORED[table]
        seen = [] if stored.visible is None else _parts(stored.visible(self.reading.scope))
        return [*seen, *self.given[selected].narrowed]

    def belongs(self, remote: ColumnElement[Any] | None, row: Row, source: Source) -> list[Any]:
        """That the row belongs to the one around it."""
        return [] if remote is None else [row.of(remote) == _row(source).alias.c.id]

    def parameter(self, selected: Selected, name: str, type_: Any) -> BindParameter[Any]:
        """A value that is given to a field."""
        made: BindParameter[Any] = bindparam(None, type_=type_, unique=True, required=False, value=None)
        return self.named.setdefault((selected, name), made)

    def conditions(self, selected: Selected, row: Row, part: str) -> list[ColumnElement[Any]]:
        """What the request gives to narrow a list (``narrowed``) or a page of it (``between``), over its rows."""
        adapted = [row.of(condition) for condition in getattr(self.given[selected], part)]
        binds = [bind for condition in adapted for bind in binds_of(condition)]
        self.of_given.append((selected, part, binds))
        return adapted


@dataclass(frozen=True, slots=True)
class _Seen:
    """A part of a predicate about who sees a row, as a function of the reading; equal where it is the same."""

    visible: Visible
    part: int

    def __call__(self, reading: Reading) -> ColumnElement[bool]:
        return _parts(self.visible(reading.scope))[self.part]


def _parts(condition: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    """The conditions that all have to hold for one to hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return condition.clauses
    return [condition]


_LOCALE: BindParameter[str] = bindparam("locale", None, type_=Text())
"""The language of the request: ``zh`` or ``en``."""


def _row(source: Source) -> Row:
    if not isinstance(source, Row):
        raise NotCompiled("not a row")
    return source


def _only(counted: Select[Any], shape: Shape) -> Select[Any]:
    """Of what is counted, what is selected."""
    keys = {item.reads.key for item in shape if isinstance(item.reads, declare.One)}
    columns = [column for column in counted.selected_columns if column.key in keys | {item.name for item in shape}]
    return counted.with_only_columns(*(columns or [literal_column("1")]), maintain_column_froms=True)


def _count(source: Source) -> Count:
    if not isinstance(source, Count):
        raise NotCompiled("not counted")
    return source


def _prefixes(fixed: Any) -> Sequence[str]:
    return (fixed,) if isinstance(fixed, str) else fixed
