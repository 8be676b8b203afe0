"""Asks the same of both executors, and watches what the compiler does about it."""

from __future__ import annotations

import json
from asyncio import Runner
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

import msgspec

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk_graphql.api.schema import schema
from caserisk_graphql.engine.compiler.compiler import Compiler, OperationPlan
from caserisk_graphql.engine.compiler.plan import CompiledStatement
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.documents import Operation, Variables
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.execution import OperationExecutor
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.observer import NoObserver
from caserisk_graphql.engine.party_audit import PartyAudit
from caserisk_graphql.engine.preparation import PreparedOperation
from caserisk_graphql.engine.reference_executor import ReferenceExecutor
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import GraphQLResponse
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads.schema import Schema
from tests.compiler.data import Country, copy, settle
from tests.compiler.documents import Question
from tests.compiler.pool import Pool, fill
from tests.support.api import Api
from tests.support.world import World

T = TypeVar("T")

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
    """A compiler whose last plan is known."""

    last: OperationPlan | None = None

    def plan(self, operation: Operation, variables: Variables) -> OperationPlan:
        """Plan an operation, and remember the plan."""
        self.last = None
        self.last = super().plan(operation, variables)
        return self.last

    @property
    def statements(self) -> list[CompiledStatement]:
        """Return all statements that are cached."""
        roots = [root for plan in cached(self.plans) for root in plan.root_fields.values()]
        return [statement for root in roots if root.plan for statement in cached(root.plan.statements)]


def cached(cache: LruCache[Any, T]) -> list[T]:
    """Return the values of a cache."""
    return [value for value, _ in cache._entries.values()]


class WatchedExecutor(OperationExecutor):
    """An executor of which is known why it left the last operation to the reference executor, if it did, and whose
    parties the response shows.
    """

    reason: NotCompiled | None = None
    parties_shown: frozenset[str] = frozenset()

    async def _execute(self, prepared: PreparedOperation) -> GraphQLResponse:
        response = await super()._execute(prepared)
        self.parties_shown = frozenset(prepared.context.parties_shown)
        return response

    async def _execute_compiled(self, prepared: PreparedOperation) -> GraphQLResponse:
        self.reason = None
        try:
            return await super()._execute_compiled(prepared)
        except NotCompiled as reason:
            self.reason = reason
            raise


class WatchedEngine(Engine):
    """An engine with a watched executor."""

    def __init__(self, schema: Schema, compiler: Compiler | None, *, limits: Limits) -> None:
        super().__init__(schema, compiler, limits=limits)
        self.executor = WatchedExecutor(
            ReferenceExecutor(schema), compiler, audit=PartyAudit(None), observer=NoObserver()
        )
        self._executor = self.executor


class Asked:
    """A country's API on one database, asked through either executor; ``parties_shown`` is of the last answer."""

    def __init__(self, runner: Runner, world: World, country: Country, pool: Pool) -> None:
        self.runner, self.world, self.country, self.pool = runner, world, country, pool
        self._api, self._reference = Api(world), WatchedEngine(schema(), None, limits=_WIDE)
        self.parties_shown: frozenset[str] = frozenset()
        self.forget()

    def __repr__(self) -> str:
        return f"the country on {self.kind}"

    def forget(self) -> None:
        """Begin with a compiler that has seen nothing."""
        self.compiler = WatchedCompiler(schema(), self.world.store)
        self.operations = WatchedEngine(schema(), self.compiler, limits=_WIDE)

    @property
    def kind(self) -> str:
        """Return the name of the database."""
        return self.world.engine.dialect.name

    def two_alike(self, random: Random) -> list[Viewer]:
        """Somebody, and somebody of another office who is the same there: one plan serves both."""
        role = random.choice(random.choice((_TELLING, tuple(Role))))
        return [office.viewer(role) for office in random.sample(self.country.offices, 2)]

    def compiled(self, question: Question, viewer: Viewer, locale: Locale = Locale.ZH) -> str:
        """Return the compiler's answer; what it leaves, the reference executor answers."""
        return self.runner.run(self._ask(question, viewer, locale, self.operations))

    def reference(self, question: Question, viewer: Viewer, locale: Locale = Locale.ZH) -> str:
        """Return the reference executor's answer."""
        return self.runner.run(self._ask(question, viewer, locale, self._reference))

    async def _ask(self, question: Question, viewer: Viewer, locale: Locale, operations: WatchedEngine) -> str:
        variables = dict(question.variables)
        request = GraphQLRequest(query=question.text, variables=variables, operation_name=question.operation)
        answer = await operations.execute(request, self._api.client(viewer, locale).context)
        self.parties_shown = operations.executor.parties_shown
        return written(answer)

    def left(self) -> Sequence[str] | None:
        """Return the root fields that the last answer left to the reference executor; None where it left everything."""
        if self.reason or self.compiler.last is None:
            return None
        return [key for key, root in self.compiler.last.root_fields.items() if root.plan is None]

    @property
    def reason(self) -> NotCompiled | None:
        """Return why the last operation was left to the reference executor, if it was."""
        return self.operations.executor.reason


def written(answer: GraphQLResponse) -> str:
    """Return an answer as text: its keys in their order, its scalars as they are; of errors their paths and codes.

    Errors of fields that are answered at the same time come in any order.
    """
    read = msgspec.json.decode(answer.text)
    errors = sorted((str(error.get("path")), error["extensions"]["code"]) for error in read.get("errors", ()))
    return json.dumps({"data": read.get("data"), "errors": errors}, ensure_ascii=False, indent=1)


def settled(runner: Runner, url: str) -> Asked:
    """Return a country in a fresh database."""
    world = World(url)
    country = runner.run(settle(world))
    pool = runner.run(fill(Api(world), country))
    return Asked(runner, world, country, pool)


def copied(other: Asked, url: str) -> Asked:
    """Return the same country in another fresh database."""
    world = World(url)
    world.now = other.world.now
    other.runner.run(copy(other.world.engine, world.engine))
    return Asked(other.runner, world, other.country, other.pool)
