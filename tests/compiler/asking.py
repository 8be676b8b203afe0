"""Asks the same of both executors, and watches what the compiler does about it."""

from __future__ import annotations

import json
from asyncio import Runner
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import msgspec
from graphql import DocumentNode
from strawberry.types import ExecutionResult

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk_graphql.compiler.compiler import Answer, Compiler
from caserisk_graphql.compiler.selection import NotCompiled
from caserisk_graphql.reads.reference import Reads
from caserisk_graphql.schema import schema
from tests.compiler.data import Country, copy, settle
from tests.compiler.documents import Question
from tests.compiler.pool import Pool, fill
from tests.support.api import Api
from tests.support.world import World

_TELLING = (Role.CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER, Role.CASE_MANAGER, Role.DEPARTMENT_HEAD, Role.CASE_HANDLER)
"""Those who see something worth comparing."""


class Watched(Compiler):
    """A compiler whose last answer is known: what it answered, or why it did not."""

    last: Answer | NotCompiled | None = None

    async def answer(
        self, query: str, document: DocumentNode, operation_name: str | None, given: Mapping[str, Any], reads: Reads
    ) -> Answer:
        """Answer, and note it."""
        self.last = None
        try:
            self.last = await super().answer(query, document, operation_name, given, reads)
        except NotCompiled as reason:
            self.last = reason
            raise
        return self.last


class Asked:
    """A country's API on one database, asked through either executor."""

    def __init__(self, runner: Runner, world: World, country: Country, pool: Pool) -> None:
        self.runner, self.world, self.country, self.pool = runner, world, country, pool
        self._api = Api(world)
        self.forget()

    def __repr__(self) -> str:
        return f"the country on {self.kind}"

    def forget(self) -> None:
        """Begin with a compiler that has seen nothing."""
        self.compiler = Watched(schema(), self.world.engine)

    @property
    def kind(self) -> str:
        """The database."""
        return self.world.engine.dialect.name

    def two_alike(self, random: Random) -> list[Viewer]:
        """Somebody, and somebody of another office who is the same there: one plan serves both."""
        role = random.choice(random.choice((_TELLING, tuple(Role))))
        return [office.viewer(role) for office in random.sample(self.country.offices, 2)]

    def compiled(self, question: Question, viewer: Viewer, locale: Locale = Locale.ZH) -> str:
        """The compiler's answer; what it leaves, the reference executor answers."""
        return self.runner.run(self._ask(question, viewer, locale, self.compiler))

    def reference(self, question: Question, viewer: Viewer, locale: Locale = Locale.ZH) -> str:
        """The reference executor's answer."""
        return self.runner.run(self._ask(question, viewer, locale, None))

    async def _ask(self, question: Question, viewer: Viewer, locale: Locale, compiler: Compiler | None) -> str:
        context = replace(self._api.client(viewer, locale).context, compiler=compiler)
        result = await schema().execute(
            question.text,
            variable_values=dict(question.variables),
            context_value=context,
            operation_name=question.operation,
        )
        assert isinstance(result, ExecutionResult)
        return written(result)

    def left(self) -> Sequence[str] | None:
        """The root fields that the last answer left to the reference executor; None where it left everything."""
        last = self.compiler.last
        return [key for key in last.keys if key not in last.compiled] if isinstance(last, Answer) else None


def written(result: ExecutionResult) -> str:
    """An answer as text: its keys in their order, its scalars as they are; of errors their paths and codes.

    Errors of fields that are answered at the same time come in any order.
    """
    errors = sorted((str(error.path), str((error.extensions or {}).get("code"))) for error in result.errors or ())
    data = msgspec.json.decode(msgspec.json.encode(result.data))
    return json.dumps({"data": data, "errors": errors}, ensure_ascii=False, indent=1)


def settled(runner: Runner, url: str) -> Asked:
    """A country in a fresh database."""
    world = World(url)
    country = runner.run(settle(world))
    pool = runner.run(fill(Api(world), country))
    return Asked(runner, world, country, pool)


def copied(other: Asked, url: str) -> Asked:
    """The same country in another fresh database."""
    world = World(url)
    world.now = other.world.now
    other.runner.run(copy(other.world.engine, world.engine))
    return Asked(other.runner, world, other.country, other.pool)
