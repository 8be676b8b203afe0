"""Root fields that are computed: a command carried out, a regulation asked. Their values are kept for the operation.

graphql-core resolves such a field; what is selected of its value may then be read by SQL. Where that cannot be done
after all, the operation is executed once more, and finds the value here: nothing is carried out twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema

from caserisk_graphql.reads.fields import ReadField

Take = Callable[[str, Any], Awaitable[None]]


async def _nothing_more(_: str, __: Any) -> None:
    """Values are only kept."""


@dataclass(slots=True)
class ComputedValues:
    """The values of an operation's live root fields by response key; each goes to ``take`` as soon as it is there."""

    take: Take = _nothing_more
    values: dict[str, Any] = field(default_factory=dict)


def keep_computed_values(core: GraphQLSchema) -> None:
    """Have all live root fields of queries and mutations keep their values."""
    for root in (core.query_type, core.mutation_type):
        for made in root.fields.values() if root else ():
            if not isinstance(made.extensions["strawberry-definition"], ReadField):
                _keep(made)


def _keep(made: GraphQLField) -> None:
    resolve: Any = made.resolve

    async def kept(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        live: ComputedValues = info.context.computed_values
        key = str(info.path.key)
        if key not in live.values:
            value = resolve(source, info, **arguments)
            live.values[key] = await value if isawaitable(value) else value
            await live.take(key, live.values[key])
        return live.values[key]

    made.resolve = kept
