"""Plans: a document compiled once, bound and run for every request that is like it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graphql import FieldNode, GraphQLObjectType
from graphql.execution.values import VariableValues
from sqlalchemy import bindparam
from sqlalchemy.engine import Dialect as Driver
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.sql.compiler import SQLCompiler
from strawberry import Schema

from caserisk.store import tables as t
from caserisk.store.authority import organisation_version
from caserisk.store.columns import Moment
from caserisk_graphql.compiler.dialects import dialect_of
from caserisk_graphql.compiler.given import Given, binds_of, given_to, kind_of
from caserisk_graphql.compiler.selection import NotCompiled, Reader, Selected, Shape
from caserisk_graphql.compiler.statement import VALUE, Recipe, Writer
from caserisk_graphql.reads import declare
from caserisk_graphql.reads.reading import Reading

_ENTRY = declare.One(t.events, declare.Argument(VALUE, int, "A position of the log."), t.events.c.position)
"""What a subscription hands on: the entry of the log at a position."""

NOW: Any = bindparam("now", None, type_=Moment())
"""The moment a request reads as of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The SQL of a root field for requests of one shape, and where its parameters come from.

    ``lists`` are the parameters that hold several values, with the names of their elements.
    """

    text: str
    nullable: bool
    order: Sequence[str]
    constants: Mapping[str, Any]
    process: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    named: Sequence[tuple[Selected, str, str]]
    of_given: Sequence[tuple[Selected, str, Sequence[str]]]
    of_scope: Sequence[tuple[Recipe, Sequence[str]]]

    def bind(self, reading: Reading, given: Mapping[Selected, Given]) -> list[Any]:
        """The parameters of a request, in the order of the statement."""
        values: dict[str, Any] = {**self.constants, "now": reading.now, "locale": reading.locale.lower()}
        for selected, name, parameter in self.named:
            values[parameter] = given[selected].values[name]
        for selected, part, names in self.of_given:
            values.update(zip(names, getattr(given[selected], f"{part}_values"), strict=True))
        timeless = replace(reading, now=NOW)
        for recipe, names in self.of_scope:
            values.update(zip(names, _values_for(recipe, timeless), strict=True))
        for name, elements in self.lists.items():
            values.update(zip(elements, values[name], strict=True))
        return [self._processed(name, values[name]) for name in self.order]

    def _processed(self, name: str, value: Any) -> Any:
        process = self.process.get(name)
        return process(value) if process else value


@lru_cache(maxsize=4096)
def _values_for(recipe: Recipe, timeless: Reading) -> list[Any]:
    """What somebody's scope puts into a predicate: the same for all their requests."""
    return [bind.effective_value for bind in binds_of(recipe(timeless)) if bind is not NOW]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RootPlan:
    """A root field of a document: what it selects, and which of it takes arguments.

    ``live``: the field has a value of its own, or is an entry of the log; the statement is given it.
    """

    selected: Selected
    argued: Sequence[Selected]
    live: bool

    def given(
        self, variables: VariableValues | None, reading: Reading, schema: Schema, value: Any
    ) -> dict[Selected, Given]:
        """What a request gives to the fields that take arguments, and to the root field its ``value``.

        Raises:
            RequestError: BAD_INPUT, where it could never be right.
        """
        given = {selected: given_to(selected, variables, schema, reading) for selected in self.argued}
        return {self.selected: Given(values={VALUE: value}), **given} if self.live else given

    def shape(self, reading: Reading, given: Mapping[Selected, Given]) -> Hashable:
        """What decides the statement for a request."""
        return (kind_of(reading), tuple(item.shape for item in given.values()))


def write(selected: Selected, reading: Reading, given: Mapping[Selected, Given], driver: Driver) -> Statement:
    """Compile a root field for requests of the shape of this one."""
    timeless = replace(reading, now=NOW)
    writer = Writer(dialect=dialect_of(driver.name), driver=driver, reading=timeless, given=given)
    answered = writer.root(selected).add_columns(organisation_version())
    compiled = _compiled(answered.compile(dialect=driver))
    names, written = compiled.bind_names, compiled.construct_expanded_state()
    of_scope = [
        (recipe, [names[bind] for bind in binds if bind.key != "now"])
        for recipe, binds in writer.of_scope
        if names.keys() >= {*binds}  # of what is counted, not all is selected
    ]
    return Statement(
        text=written.statement,
        nullable=selected.nullable,
        order=list(written.positiontup or ()),
        constants=written.parameters,
        process={**compiled._bind_processors, **written.processors},  # noqa: SLF001  # how values go to the driver
        lists=written.parameter_expansion,
        named=[(item, name, names[bind]) for (item, name), bind in writer.named.items() if bind in names],
        of_given=[(item, part, [names[bind] for bind in binds]) for item, part, binds in writer.of_given],
        of_scope=of_scope,
    )


def _compiled(compiled: Compiled) -> SQLCompiler:
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(type(compiled).__name__)
    return compiled


def plan_root(reader: Reader, root: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> RootPlan:
    """What a root field selects.

    Raises:
        NotCompiled: something in it is not declared.
    """
    selected = reader.field(root, key, nodes)
    if selected.reads is not None:
        return RootPlan(selected=selected, argued=[*_argued(selected)], live=False)
    if root is not reader.schema.subscription_type and not any(map(_reads_rows, selected.shapes.values())):
        raise NotCompiled(f"{selected.name}: nothing of it is stored")
    reads = _ENTRY if root is reader.schema.subscription_type else declare.Live()
    beneath = [item for shape in selected.shapes.values() for part in shape for item in _argued(part)]
    return RootPlan(selected=replace(selected, reads=reads), argued=beneath, live=True)


def _argued(selected: Selected) -> list[Selected]:
    """The fields that take arguments, from the outside in."""
    beneath = [item for shape in selected.shapes.values() for part in shape for item in _argued(part)]
    return [selected, *beneath] if selected.field.args else beneath


def _reads_rows(shape: Shape) -> bool:
    """Whether anything that is selected is not in the value itself."""
    return any(
        not isinstance(item.reads, declare.Plain | declare.Localised | None)
        or any(map(_reads_rows, item.shapes.values()))
        for item in shape
    )
