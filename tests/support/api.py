"""The API as a client sees it: documents in, answers out, for whichever officer asks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from graphql import GraphQLObjectType, get_named_type

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk.rulebook import Rulebook
from caserisk.store.log_watch import LogWatch
from caserisk_graphql.api.schema import schema
from caserisk_graphql.auth import ViewerCache
from caserisk_graphql.context import Context
from caserisk_graphql.delivery.log_stream import stream_entries
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.request import GraphQLRequest
from tests.support.world import StaffedOffice, World

SELECTED = {
    "Case": "id version closedAt stage { key } activeWarning { id }",
    "Assessment": "id status version level { code }",
    "Warning": "id status version plan { id }",
    "Supervision": "id status",
    "Notice": "id readAt",
}
"""What is asked of the objects of a mutation's answer where a test does not say; of others, the id."""

ERRORS = (
    "cursor errors { code message path currentVersion "
    "reasons { rule assumed citation { quote } plugin pluginVersion } }"
)

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An officer at the API, or nobody."""

    context: Context
    operations: Engine

    async def execute(self, document: str, **variables: Any) -> tuple[Answer | None, list[Answer]]:
        """Return the data and the errors of an operation."""
        answer = await self.operations.execute(GraphQLRequest(query=document, variables=variables), self.context)
        read = msgspec.json.decode(answer.text)
        return read.get("data"), read.get("errors", [])

    async def ask(self, document: str, **variables: Any) -> Answer:
        """Return the data of an operation that has no errors."""
        data, errors = await self.execute(document, **variables)
        assert errors == []
        assert data is not None
        return data

    async def do(self, mutation: str, selection: str | None = None, /, **input: Any) -> Answer:
        """Carry out a mutation, and return its answer."""
        answer = await self._mutate(mutation, selection, input)
        assert answer["errors"] == []
        return answer

    async def refused(self, mutation: str, /, **input: Any) -> list[Answer]:
        """Return the errors of a mutation that is refused, and answers with nothing else."""
        answer = await self._mutate(mutation, None, input)
        assert answer["errors"]
        assert [value for name, value in answer.items() if name != "errors" and value is not None] == []
        errors: list[Answer] = answer["errors"]
        return errors

    async def _mutate(self, mutation: str, selection: str | None, input: Answer) -> Answer:
        type_ = f"{mutation[0].upper()}{mutation[1:]}Input"
        selected = f"{selection or _selection(mutation)} {ERRORS}"
        document = f"mutation ($input: {type_}!) {{ {mutation}(input: $input) {{ {selected} }} }}"
        answer: Answer = (await self.ask(document, input=input))[mutation]
        return answer

    async def follow(self, document: str, **variables: Any) -> AsyncGenerator[Answer, None]:
        """Yield the answers of a subscription, one after the other."""
        async for answer in self.operations.stream(GraphQLRequest(query=document, variables=variables), self.context):
            assert not answer.errors, answer.errors
            yield msgspec.json.decode(answer.text)["data"]


@cache
def _selection(mutation: str) -> str:
    """Return what is selected of a mutation's answer where a test does not say."""
    root = schema()._schema.mutation_type
    payload = get_named_type(root.fields[mutation].type) if root else None
    assert isinstance(payload, GraphQLObjectType)
    objects = {name: get_named_type(field.type) for name, field in payload.fields.items()}
    return " ".join(
        f"{name} {{ {SELECTED.get(type_.name, 'id')} }}"
        for name, type_ in objects.items()
        if isinstance(type_, GraphQLObjectType) and name != "errors"
    )


class Api:
    """The API of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.watch = LogWatch(world.store)
        self.viewers = ViewerCache(world.store)
        self.operations = Engine(schema(), Compiler(schema(), world.store))
        self._rulebook = Rulebook(registry=world.runner.registry, store=world.store)

    def client(self, viewer: Viewer | None, locale: Locale = Locale.ZH) -> Client:
        """Return a client for an officer, or for nobody."""
        context = Context(
            database=self.world.store.database,
            viewer=viewer,
            locale=locale,
            now=self.world.now,
            regulations=self._rulebook,
            runner=self.world.runner,
            watch=self.watch,
            viewers=self.viewers,
            stream_entries=stream_entries,
        )
        return Client(context=context, operations=self.operations)

    def of(self, office: StaffedOffice, role: Role, locale: Locale = Locale.ZH) -> Client:
        """Return a client for the officer of a role in an office."""
        return self.client(office.viewer(role), locale)
