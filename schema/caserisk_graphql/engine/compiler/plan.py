"""Plans: a document compiled once, bound and run for every request that is like it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from graphql import FieldNode, GraphQLObjectType
from graphql.execution.values import VariableValues
from strawberry import Schema

from caserisk.store import tables as t
from caserisk_graphql.engine.compiler.given import Given, given_to, kind_of
from caserisk_graphql.engine.compiler.pieces import Pieces
from caserisk_graphql.engine.compiler.selection import NotCompiled, Selected, SelectionReader, Shape
from caserisk_graphql.engine.compiler.sql import Process
from caserisk_graphql.engine.compiler.statement import VALUE, Writer
from caserisk_graphql.engine.compiler.values import BindingContext, OfWhoAsks, Origin, Recipe, timeless, values_for
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext

_STATEMENTS = {"entries": 20, "size": 500_000}
_PREPARED = {"entries": 500, "size": 50_000}
"""What is kept with a plan: statements and variables, of how many characters together."""

_ENTRY = declarations.One(t.events, declarations.Argument(VALUE, int, "A position of the log."), t.events.c.position)
"""What a subscription hands on: the entry of the log at a position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStatement:
    """The SQL of a root field for requests of one shape, and its parameters in their order.

    ``recipes`` are what some of them come from. ``noted``: the answer says of which rows noted fields are shown.
    """

    text: str
    nullable: bool
    noted: bool
    parameters: Sequence[tuple[Origin, Process | None]]
    recipes: tuple[Recipe, ...]

    def bind(self, reading: ReadContext, given: Mapping[Selected, Given]) -> list[Any]:
        """The values of a request, in the order of the parameters."""
        asked = values_for(self.recipes, timeless(reading)) if self.recipes else {}
        request = BindingContext(reading, given, asked)
        values = [(origin.value(request), process) for origin, process in self.parameters]
        return [process(value) if process else value for value, process in values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What requests with the same variables give to a root field, and its statements by the kind of scope."""

    given: Mapping[Selected, Given]
    statements: dict[Hashable, CompiledStatement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RootPlan:
    """A root field of a document: what it selects, and which of it takes arguments.

    ``live``: the field has a value of its own, or is an entry of the log; the statement is given it. With the plan are
    kept its ``statements`` by their shape, and what is ``prepared`` by the variables that are sent: they hold on to
    the document, and go with it.
    """

    selected: Selected
    argued: Sequence[Selected]
    live: bool
    statements: LruCache[Hashable, CompiledStatement] = field(default_factory=lambda: LruCache(**_STATEMENTS))
    prepared: LruCache[str, Prepared] = field(default_factory=lambda: LruCache(**_PREPARED))

    def given(
        self, variables: VariableValues | None, reading: ReadContext, schema: Schema, value: Any
    ) -> dict[Selected, Given]:
        """What a request gives to the fields that take arguments, and to the root field its ``value``.

        Raises:
            RequestError: BAD_INPUT, where it could never be right.
        """
        given = {selected: given_to(selected, variables, schema, reading) for selected in self.argued}
        return {self.selected: Given(values={VALUE: value}), **given} if self.live else given

    def shape(self, reading: ReadContext, given: Mapping[Selected, Given]) -> Hashable:
        """What decides the statement for a request."""
        return (kind_of(reading), tuple(item.shape for item in given.values()))


def write(
    selected: Selected, reading: ReadContext, given: Mapping[Selected, Given], pieces: Pieces
) -> CompiledStatement:
    """Compile a root field for requests of the shape of this one."""
    writer = Writer(pieces=pieces, reading=timeless(reading), given=given)
    text, parameters = writer.root(selected)
    recipes = {parameter.origin.recipe: None for parameter in parameters if isinstance(parameter.origin, OfWhoAsks)}
    return CompiledStatement(
        text=text,
        nullable=selected.nullable,
        noted=writer.noted,
        parameters=cast("list[tuple[Origin, Process | None]]", [*parameters]),
        recipes=tuple(recipes),
    )


def plan_root(reader: SelectionReader, root: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> RootPlan:
    """What a root field selects.

    Raises:
        NotCompiled: something in it is not declared.
    """
    selected = reader.field(root, key, nodes)
    if selected.reads is not None:
        return RootPlan(selected=selected, argued=[*_argued(selected)], live=False)
    if root is not reader.schema.subscription_type and not any(map(_reads_rows, selected.shapes.values())):
        raise NotCompiled(f"{selected.name}: nothing of it is stored")
    reads = _ENTRY if root is reader.schema.subscription_type else declarations.Computed()
    beneath = [item for shape in selected.shapes.values() for part in shape for item in _argued(part)]
    return RootPlan(selected=replace(selected, reads=reads), argued=beneath, live=True)


def _argued(selected: Selected) -> list[Selected]:
    """The fields that take arguments, from the outside in."""
    beneath = [item for shape in selected.shapes.values() for part in shape for item in _argued(part)]
    return [selected, *beneath] if selected.field.args else beneath


def _reads_rows(shape: Shape) -> bool:
    """Whether anything that is selected is not in the value itself."""
    return any(
        not isinstance(item.reads, declarations.Attribute | declarations.Localised | None)
        or any(map(_reads_rows, item.shapes.values()))
        for item in shape
    )
