"""Asks the same of both executors, and watches what the compiler does about it."""

from __future__ import annotations

import json
from asyncio import Runner
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk_graphql.api.schema import schema
from caserisk_graphql.engine.compiler.compiler import Compiler, Roots
from caserisk_graphql.engine.compiler.plan import CompiledStatement
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.documents import Operation, Variables
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.engine import PreparedOperation as Asks
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import GraphQLResponse
from tests.compiler.data import Country, copy, settle
from tests.compiler.documents import Question
from tests.compiler.pool import Pool, fill
from tests.support.api import Api
from tests.support.world import World

_TELLING = (Role.CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER, Role.CASE_MANAGER, Role.DEPARTMENT_HEAD, Role.CASE_HANDLER)
"""Those who see something worth comparing."""


_WIDE = Limits(
    max_tokens=100_000,
    max_aliases=10_000,
    max_root_fields=1000,
    max_directives=10_000,
    max_cost=1_000_000_000,
    cost_per_minute=1_000_000_000_000,
)
"""Limits that no document here comes to: it is what both executors do that is compared."""


class WatchedCompiler(Compiler):
    """A compiler whose last plans are known."""

    last: Roots | None = None

    def roots(self, operation: Operation, variables: Variables) -> Roots:
        """Plan, and note it."""
        self.last = None
        self.last = super().roots(operation, variables)
        return self.last

    @property
    def statements(self) -> list[CompiledStatement]:
        """All statements that are kept."""
        roots = [root for roots, _ in self.plans._things.values() for root in roots.by_key.values()]
        return [found for root in roots if root.plan for found, _ in root.plan.statements._things.values()]


class Watched(Engine):
    """Operations of which is known why the last was left to the reference executor, if it was, and whose parties it
    showed.
    """

    reason: NotCompiled | None = None
    parties_shown: frozenset[str] = frozenset()

    async def _answer(self, asked: Asks) -> GraphQLResponse:
        answer = await super()._answer(asked)
        self.parties_shown = frozenset(asked.context.parties_shown)
        return answer

    async def _compiled(self, *given: Any) -> GraphQLResponse:
        self.reason = None
        try:
            return await super()._compiled(*given)
        except NotCompiled as reason:
            self.reason = reason
            raise


class Asked:
    """A country's API on one database, asked through either executor; ``parties_shown`` is of the last answer."""

    def __init__(self, runner: Runner, world: World, country: Country, pool: Pool) -> None:
        self.runner, self.world, self.country, self.pool = runner, world, country, pool
        self._api, self._reference = Api(world), Watched(schema(), None, limits=_WIDE)
        self.parties_shown: frozenset[str] = frozenset()
        self.forget()

    def __repr__(self) -> str:
        return f"the country on {self.kind}"

    def forget(self) -> None:
        """Begin with a compiler that has seen nothing."""
        self.compiler = WatchedCompiler(schema(), self.world.store)
        self.operations = Watched(schema(), self.compiler, limits=_WIDE)

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
        return self.runner.run(self._ask(question, viewer, locale, self.operations))

    def reference(self, question: Question, viewer: Viewer, locale: Locale = Locale.ZH) -> str:
        """The reference executor's answer."""
        return self.runner.run(self._ask(question, viewer, locale, self._reference))

    async def _ask(self, question: Question, viewer: Viewer, locale: Locale, operations: Watched) -> str:
        variables = dict(question.variables)
        request = GraphQLRequest(query=question.text, variables=variables, operation_name=question.operation)
        answer = await operations.answer(request, self._api.client(viewer, locale).context)
        self.parties_shown = operations.parties_shown
        return written(answer)

    def left(self) -> Sequence[str] | None:
        """The root fields that the last answer left to the reference executor; None where it left everything."""
        if self.operations.reason or self.compiler.last is None:
            return None
        return [key for key, root in self.compiler.last.by_key.items() if root.plan is None]


def written(answer: GraphQLResponse) -> str:
    """An answer as text: its keys in their order, its scalars as they are; of errors their paths and codes.

    Errors of fields that are answered at the same time come in any order.
    """
    read = msgspec.json.decode(answer.text)
    errors = sorted((str(error.get("path")), error["extensions"]["code"]) for error in read.get("errors", ()))
    return json.dumps({"data": read.get("data"), "errors": errors}, ensure_ascii=False, indent=1)


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
