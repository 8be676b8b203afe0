"""Write the statement of a root field: every field by its declaration, every relation as a sub-select.

The statement is written as text. Declared expressions are rendered into it from their templates, and so are the
predicates about visible rows, which the reference executor uses too.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, Table, Text, bindparam, literal_column, select
from sqlalchemy.types import TypeEngine

from caserisk.store.viewers import organisation_version
from caserisk_graphql.engine.compiler import connections
from caserisk_graphql.engine.compiler.arguments import FieldArguments, RequestConditions, scope_shape
from caserisk_graphql.engine.compiler.bound_values import (
    ArgumentValue,
    ConditionKind,
    ConditionValue,
    ContextExpression,
    LocaleValue,
    VisibilityCondition,
)
from caserisk_graphql.engine.compiler.dialects import JsonDialect, json_dialect
from caserisk_graphql.engine.compiler.expressions import ExpressionCompiler, Providers, context_providers
from caserisk_graphql.engine.compiler.field_sources import CountedRow, FieldSource, JsonValue, TableRow
from caserisk_graphql.engine.compiler.selection import NotCompiled, SelectedField, Selection
from caserisk_graphql.engine.compiler.sql import (
    Aliases,
    BoundParameter,
    RowExpression,
    SqlTemplate,
    StatementParameters,
    json_member,
    json_text_member,
    string_literal,
    where_clause,
)
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import STORED_TYPES, stored_by_prefix

ROOT_VALUE = "value"
"""The name of the argument by which a statement is given the value that it starts from."""

_AUDIT_KEY = "@audited"
_AUDIT_MARKS = re.compile(rf'"{_AUDIT_KEY}" ?: ?(?:"([^"]*)"|null), ?')
"""A member that names the row whose audited field comes next. It cannot be confused with anything in the answer: ``@``
is not allowed in a response key, and inside a text of a JSON text quotes are escaped."""

_MAX_OBJECT_FIELDS = 50
"""Both databases limit how many arguments a function takes: PostgreSQL 100, and a field takes two."""

_TEXT: TypeEngine[Any] = Text()
_ORGANISATION_VERSION = organisation_version()


@dataclass(slots=True, kw_only=True)
class StatementWriter:
    """Writes the statement of one root field.

    ``arguments`` are those of the fields that take any. ``common_tables`` is the WITH clause; ``audited``: the answer
    marks the rows whose audited fields it shows.
    """

    expressions: ExpressionCompiler
    read_context: ReadContext
    arguments: Mapping[SelectedField, FieldArguments]
    dialect: JsonDialect = field(init=False)
    parameters: StatementParameters = field(init=False)
    aliases: Aliases = field(default_factory=Aliases)
    common_tables: str = ""
    audited: bool = False

    def __post_init__(self) -> None:
        self.dialect = json_dialect(self.expressions.database)
        self.parameters = StatementParameters(self.dialect.placeholder_prefix)

    def write(self, selected: SelectedField) -> tuple[str, list[BoundParameter]]:
        """Write a statement that answers with the JSON text of a root field and the version of the organisation.

        Raises:
            NotCompiled: something that is selected has no declaration.
        """
        answer = self.dialect.to_text(self.value(selected, None))  # first: it may add common tables
        version = self.render(self.expressions.declared(_ORGANISATION_VERSION)).text
        return self.parameters.number_placeholders(f"{self.common_tables}SELECT {answer}, {version}")

    # -------------------------------------------------------------------------------------------- values

    def value(self, selected: SelectedField, source: FieldSource) -> str:
        """Write a field of a source, as a JSON value."""
        if selected.name == "__typename":
            raise NotCompiled("a type's name is written where the type is known")
        match selected.declaration:
            case declarations.Column(expression=expression):
                return self._scalar(selected, self.expression(expression, _row_of(source)))
            case declarations.JsonDocument(expression=expression):
                stored = self.expression(expression, _row_of(source))
                return self._document(selected, stored if selected.selections else self.dialect.stored_document(stored))
            case declarations.Attribute():
                return self._attribute(selected, source)
            case declarations.Localised() as localised:
                return self._localised(localised, selected, source)
            case declarations.One() as one:
                return self._one(one, selected, source)
            case declarations.Many() as many:
                return self._many(many, selected, source)
            case declarations.ByIdList() as by_id_list:
                return self._by_id_list(by_id_list, selected, _row_of(source))
            case declarations.Page() as page:
                return connections.write_page(self, page, selected, source=source)
            case declarations.Log() as log:
                return connections.write_log(self, log, selected)
            case declarations.AsOf() as as_of:
                return self._as_of(as_of, selected, _row_of(source))
            case declarations.ById():
                return self._by_id(selected)
            case declarations.Counted() as counted:
                return self._counted(counted, selected, source)
            case declarations.Computed():
                parameter = self.argument_parameter(selected, ROOT_VALUE, _TEXT)
                return self._document(selected, self.dialect.parse(parameter))
        raise NotCompiled(selected.name)

    def object(self, selection: Selection, source: FieldSource, type_name: str) -> str:
        """Write an object with the selected fields of a source."""
        members = [member for item in selection for member in self._members(item, source, type_name)]
        if len(members) > _MAX_OBJECT_FIELDS:
            raise NotCompiled("too many fields")
        return self.dialect.object(members)

    def _members(self, item: SelectedField, source: FieldSource, type_name: str) -> Iterator[tuple[str, str]]:
        if item.name == "__typename":
            yield item.key, string_literal(type_name)
            return
        if isinstance(item.declaration, declarations.JsonDocument) and item.declaration.audited:
            row, self.audited = _row_of(source), True
            is_shown = self.dialect.is_not_null(self.expression(item.declaration.expression, row))
            yield _AUDIT_KEY, f"CASE WHEN {is_shown} THEN {row.id} END"
        yield item.key, self.value(item, source)

    def _scalar(self, selected: SelectedField, value: str) -> str:
        match selected.type_name:
            case "DateTime":
                return self.dialect.timestamp(value)
            case "Boolean":
                return self.dialect.boolean(value)
        return value

    # -------------------------------------------------------------------------------------------- documents

    def _attribute(self, selected: SelectedField, source: FieldSource) -> str:
        if isinstance(source, CountedRow):
            return self._scalar(selected, f"{source.name}.{selected.name}")
        if not isinstance(source, JsonValue):
            raise NotCompiled(selected.name)
        # A document holds moments as they were stored, in any zone; the response has them in one.
        if selected.type_name == "DateTime":
            return self.dialect.timestamp_from_text(json_text_member(source.sql, string_literal(selected.name)))
        return self._document(selected, json_member(source.sql, selected.name))

    def _document(self, selected: SelectedField, document: str) -> str:
        """Write a part of a document, through the type of the field."""
        if not selected.selections:
            return document
        if selected.is_list:
            rows, element, _ = self.dialect.array_elements(document, self.aliases.new("elements"))
            each = self.object(selected.selection, JsonValue(sql=element), selected.type_name)
            value = f"(SELECT {self.dialect.aggregate(each)} FROM {rows})"
        else:
            value = self.object(selected.selection, JsonValue(sql=document), selected.type_name)
        return f"CASE WHEN {self.dialect.is_not_null(document)} THEN {value} END" if selected.nullable else value

    def _localised(self, localised: declarations.Localised, selected: SelectedField, source: FieldSource) -> str:
        if localised.column is not None:
            texts = self.expression(localised.column, _row_of(source))
        elif isinstance(source, JsonValue):
            texts = json_member(source.sql, selected.name)
        else:
            raise NotCompiled(selected.name)
        # Without the argument the language is that of the request, whatever default the schema prints.
        arguments = self.arguments.get(selected)
        if arguments and arguments.values:
            return json_text_member(texts, self.argument_parameter(selected, "locale", _TEXT))
        return json_text_member(texts, self._parameter(_TEXT, LocaleValue()))

    # -------------------------------------------------------------------------------------------- relations

    def _one(self, one: declarations.One, selected: SelectedField, source: FieldSource) -> str:
        row = self.new_row(one.table)
        if isinstance(one.key, declarations.Argument):
            key = self.argument_parameter(selected, one.key.name, one.remote.type)
        elif isinstance(one.key, str):
            key = self._key_in_value(one.key, source)
        else:
            key = self.expression(one.key, _row_of(source))
        # What a visible row refers to is visible too, for types that say so; what a client names has to be looked up.
        named = not isinstance(one.key, declarations.Argument)
        visible = [] if one.opens else map(row.render, self.visibility_conditions(one.table, named=named))
        found = self._single_row(selected, row, [f"{self.expression(one.remote, row)} = {key}", *visible])
        if isinstance(one.key, str) and not selected.nullable:
            # A foreign key keeps a column's row there, but nothing keeps that of a key in a document: fail rather than
            # answer with null where the schema allows none.
            return f"coalesce({found}, {self.dialect.fail(key)})"
        return found

    def _key_in_value(self, key: str, source: FieldSource) -> str:
        """Return the key that a JSON value, or a row of counts, holds under a name."""
        if isinstance(source, CountedRow):
            return f"{source.name}.{key}"
        if not isinstance(source, JsonValue):
            raise NotCompiled(key)
        return json_text_member(source.sql, string_literal(key))

    def _single_row(self, selected: SelectedField, row: TableRow, conditions: Sequence[str]) -> str:
        return f"(SELECT {self.row_object(selected.selections, row)} FROM {row.from_item}{where_clause(conditions)})"

    def row_object(self, selections: Mapping[str, Selection], row: TableRow) -> str:
        """Write a row as an object of its type; where the table holds several types, of whichever the row is."""
        if len(selections) == 1:
            ((name, selection),) = selections.items()
            return self.object(selection, row, name)
        cases = [
            f"WHEN {string_literal(name)} THEN {self.object(selection, row, name)}"
            for name, selection in selections.items()
        ]
        return f"CASE {self.expression(STORED_TYPES[row.table].typename, row)} {' '.join(cases)} END"

    def _many(self, many: declarations.Many, selected: SelectedField, source: FieldSource) -> str:
        row = self.new_row(many.table)
        conditions = [
            *self.visibility_conditions(many.table),
            *self.parent_conditions(many.remote, source),
            *self.context_conditions(many.where, many.table),
        ]
        order = ", ".join(self.expression(key, row) for key in many.order)
        value = self.row_object(selected.selections, row)
        where = where_clause(map(row.render, conditions))
        return self._array(f"SELECT {value} AS value FROM {row.from_item}{where} ORDER BY {order}")

    def _array(self, rows: str) -> str:
        """Write an array of the column ``value`` of rows, in their order."""
        alias = self.aliases.new("rows")
        values = self.dialect.aggregate(self.dialect.as_json(f"{alias}.value"))
        # Nothing else stands in this query: with a join, PostgreSQL need not keep the order of the sub-select.
        return f"(SELECT {values} FROM ({rows}) AS {alias})"

    def _by_id_list(self, declared: declarations.ByIdList, selected: SelectedField, source: TableRow) -> str:
        ids = self.expression(declared.key, source)
        elements, element, position = self.dialect.array_elements(ids, self.aliases.new("elements"))
        row = self.new_row(declared.table)
        joined = f"{elements} JOIN {row.from_item} ON {row.id} = {self.dialect.element_text(element)}"
        value = self.row_object(selected.selections, row)
        return self._array(f"SELECT {value} AS value FROM {joined} ORDER BY {position}")

    def _as_of(self, declared: declarations.AsOf, selected: SelectedField, source: TableRow) -> str:
        history, row = self.new_row(declared.key.table), self.new_row(declared.table)
        of_history = partial(self.expression, row=history)
        conditions = [
            f"{of_history(declared.remote)} = {source.id}",
            f"{of_history(declared.since)} <= {self.argument_parameter(selected, 'at', declared.since.type)}",
        ]
        order = ", ".join(map(of_history, declared.latest))
        entries = f"FROM {history.from_item}{where_clause(conditions)} ORDER BY {order} LIMIT 1"
        return self._single_row(selected, row, [f"{row.id} = (SELECT {of_history(declared.key)} {entries})"])

    def _by_id(self, selected: SelectedField) -> str:
        arguments = self.arguments[selected]
        key = arguments.statement_key  # the prefix of the id, or of each id of a list
        prefixes = [key] if isinstance(key, str) else cast("Sequence[str]", key)
        values = [self._node(selected, prefix, name) for prefix, name in zip(prefixes, arguments.values, strict=True)]
        return self.dialect.array(values) if selected.is_list else values[0]

    def _node(self, selected: SelectedField, prefix: str, argument: str) -> str:
        stored = stored_by_prefix(prefix)
        if stored is None:
            raise NotCompiled(prefix)
        row = self.new_row(stored.table)
        has_id = f"{row.id} = {self.argument_parameter(selected, argument, _TEXT)}"
        as_stored = replace(selected, selections={name: selected.selections[name] for name in stored.names})
        visible = map(row.render, self.visibility_conditions(stored.table))
        return self._single_row(as_stored, row, [has_id, *visible])

    # -------------------------------------------------------------------------------------------- counts

    def _counted(self, declared: declarations.Counted, selected: SelectedField, source: FieldSource) -> str:
        tables = source.tables if isinstance(source, CountedRow) else self._add_common_tables(declared, selected)
        name = tables[selected]
        value = self.object(selected.selection, CountedRow(name=name, tables=tables), selected.type_name)
        return f"(SELECT {self.dialect.aggregate(value) if selected.is_list else value} FROM {name})"

    def _add_common_tables(
        self, declared: declarations.Counted, selected: SelectedField
    ) -> Mapping[SelectedField, str]:
        """Add a common table for each counted field and return their names; they share what they count from."""
        counts = declared.of
        # A statement has one set of arguments to count from; nested fields find their table by the source.
        if counts is None or self.common_tables:
            raise NotCompiled(selected.name)
        fields = [*_counted_fields(selected)]
        names = {item: f"{item.name}{number}" for number, (item, _) in enumerate(fields, 1)}
        tables = tuple((names[item], declaration, _columns_read(item.selection)) for item, declaration in fields)
        # Nothing here compares by value but names: fields and declarations are compared by identity.
        key = (counts, tables, scope_shape(self.read_context))
        template = self.expressions.select(key, partial(_common_tables, counts, tables, self.read_context))
        rendered = self.render(template.with_providers(partial(ArgumentValue, selected)))
        # "SELECT 1" is only there to carry the WITH clause.
        self.common_tables = rendered.text.removesuffix("SELECT 1")
        return names

    # -------------------------------------------------------------------------------------------- shared

    def new_row(self, table: Table) -> TableRow:
        """Return a row of a table under an alias of its own."""
        return TableRow(table=table, alias=self.aliases.new(table.name), aliases=self.aliases)

    def expression(self, expression: declarations.Expression, row: TableRow) -> str:
        """Write a declared expression over a row."""
        if callable(expression):
            return " AND ".join(map(row.render, self.context_conditions(expression, row.table)))
        return row.render(self.declared_expression(expression, row.table))

    def declared_expression(self, expression: ColumnElement[Any], table: Table) -> RowExpression:
        """Return an expression over a table that depends on neither viewer nor moment."""
        return self.render(self.expressions.declared(expression, table))

    def context_conditions(self, expression: ContextExpression | None, table: Table) -> list[RowExpression]:
        """Return the conditions of a context expression over a table, which all have to hold."""
        if expression is None:
            return []
        return [*map(self.render, self.expressions.context_conditions(expression, self.read_context, table))]

    def visibility_conditions(self, table: Table, *, named: bool = False) -> list[RowExpression]:
        """Return the conditions for a row to be visible; ``named``: something that is visible refers to it."""
        stored = STORED_TYPES[table]
        if stored.visible is None or (named and stored.visible_by_reference):
            return []
        return self.context_conditions(VisibilityCondition(stored.visible), table)

    def parent_conditions(self, remote: Column[Any] | None, source: FieldSource) -> list[RowExpression]:
        """Return the condition for a row to belong to the row around it."""
        if remote is None:
            return []
        key = self.declared_expression(remote, remote.table)
        return [key._replace(text=f"{key.text} = {_row_of(source).id}")]

    def request_conditions(self, selected: SelectedField, table: Table, kind: ConditionKind) -> list[RowExpression]:
        """Return the conditions over a table that were made from the arguments of a field."""
        conditions: RequestConditions = getattr(self.arguments[selected], kind)
        templates = [
            self.expressions.request_condition(condition, shape, table).with_providers(
                partial(ConditionValue, selected, kind, number)
            )
            for number, (condition, shape) in enumerate(zip(conditions.expressions, conditions.shapes, strict=True))
        ]
        return [*map(self.render, templates)]

    def argument_parameter(self, selected: SelectedField, name: str, type_: TypeEngine[Any]) -> str:
        """Return the placeholder of an argument of a field."""
        return self._parameter(type_, ArgumentValue(selected, name))

    def _parameter(self, type_: TypeEngine[Any], provider: Hashable) -> str:
        return self.render(self.expressions.parameter(type_).with_providers(lambda _: provider)).text

    def render(self, template: SqlTemplate) -> RowExpression:
        """Render a template with placeholders of this statement."""
        return template.render(map(self.parameters.placeholder, template.parameters))


def take_audit_marks(answer: str) -> tuple[str, set[str]]:
    """Return an answer without its audit marks, and the ids of the rows whose audited fields it shows."""
    rows = {id for id in _AUDIT_MARKS.findall(answer) if id}
    return _AUDIT_MARKS.sub("", answer), rows


def _row_of(source: FieldSource) -> TableRow:
    if not isinstance(source, TableRow):
        raise NotCompiled("not a row")
    return source


# ------------------------------------------------------------------------------------------------ counts

CommonTables = Sequence[tuple[str, declarations.Counted, frozenset[str]]]
"""Common tables: their names and declarations, and the columns that are read of them."""


def _counted_fields(selected: SelectedField) -> Iterator[tuple[SelectedField, declarations.Counted]]:
    """Yield the fields that count from the same arguments, from the outside in."""
    if isinstance(selected.declaration, declarations.Counted):
        yield selected, selected.declaration
        for item in selected.selection:
            yield from _counted_fields(item)


def _columns_read(selection: Selection) -> frozenset[str]:
    """Return the columns of a common table that a selection reads."""
    ones = [item.declaration for item in selection if isinstance(item.declaration, declarations.One)]
    return frozenset({one.key for one in ones if isinstance(one.key, str)} | {item.name for item in selection})


def _common_tables(
    counts: type[declarations.Counts], tables: CommonTables, read_context: ReadContext
) -> tuple[Select[Any], Providers]:
    """Build a statement with common tables, and what provides its parameters."""
    parameters = {
        name: bindparam(None, type_=type_, unique=True, value=None) for name, type_ in counts.parameters.items()
    }
    providers: Providers = {bind: [name] for name, bind in parameters.items()}

    def context_condition(expression: declarations.Condition) -> ColumnElement[bool]:
        condition = expression(read_context)
        providers.update(context_providers(expression, condition))
        return condition

    counted = counts.of(parameters, context_condition)
    common = [_with_columns(declared.rows(counted), columns).cte(name) for name, declared, columns in tables]
    return select(literal_column("1")).add_cte(*common), providers


def _with_columns(statement: Select[Any], names: frozenset[str]) -> Select[Any]:
    """Return a statement that selects only these of its columns."""
    columns = [column for column in statement.selected_columns if column.key in names]
    return statement.with_only_columns(*(columns or [literal_column("1")]), maintain_column_froms=True)
