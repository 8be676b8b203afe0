"""Keep the values of computed root fields, a mutation or an answer of a regulation, while an operation is executed.

graphql-core resolves such a field; what is selected of its value may then be read by SQL. Where that turns out to be
impossible, the operation is executed again and finds the value here: no mutation is carried out twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema

from caserisk_graphql.reads.fields import ReadField

OnValue = Callable[[str, Any], Awaitable[None]]


async def _ignore(_: str, __: Any) -> None:
    """Ignore a value, which is only kept."""


@dataclass(slots=True)
class ComputedValues:
    """The values of an operation's computed root fields by response key; ``on_value`` is called with each new one."""

    on_value: OnValue = _ignore
    values: dict[str, Any] = field(default_factory=dict)


def keep_computed_values(core: GraphQLSchema) -> None:
    """Have all computed root fields of queries and mutations keep their values."""
    for root in (core.query_type, core.mutation_type):
        for root_field in root.fields.values() if root else ():
            if not isinstance(root_field.extensions["strawberry-definition"], ReadField):
                _keep(root_field)


def _keep(root_field: GraphQLField) -> None:
    resolve: Any = root_field.resolve

    async def resolve_once(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        live: ComputedValues = info.context.computed_values
        key = str(info.path.key)
        # The operation may be executed again in another way; what was carried out or asked must not be repeated.
        if key not in live.values:
            value = resolve(source, info, **arguments)
            live.values[key] = await value if isawaitable(value) else value
            await live.on_value(key, live.values[key])
        return live.values[key]

    root_field.resolve = resolve_once
