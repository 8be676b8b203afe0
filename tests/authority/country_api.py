"""Queries of any viewer by either executor, and checks of what is answered against the oracle."""

from __future__ import annotations

import re
from asyncio import Runner
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import msgspec

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk_graphql.api.schema import schema
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.reads.stored_types import STORED_TYPES
from tests.authority.country import SEVERAL, Country
from tests.authority.schema_walk import Walked, walk
from tests.authority.visibility_oracle import ORGANISATION, Stored, Visibility
from tests.compiler.asking import WatchedEngine
from tests.support.api import Answer, Api
from tests.support.world import StaffedOffice, World

UNLIMITED = Limits(max_tokens=10**6, max_cost=10**12, cost_per_minute=10**12, max_aliases=10**4, max_directives=10**4)
"""A walk asks for everything at once."""

EXECUTORS = ("compiled", "reference")

LISTED = "OfficerConnection"
"""A list of those of the organisation, which an object does not name though it is below it."""

_PREFIXES = "|".join(sorted(item.prefix for item in STORED_TYPES.values() if item.prefix))
_ID = re.compile(rf"\b(?:{_PREFIXES})_[0-9A-Za-z]+")
_MARK = re.compile("〖([0-9]+)([CPTN]?)〗")


class CountryApi:
    """A country's API on one database."""

    def __init__(self, runner: Runner, world: World, country: Country) -> None:
        self.runner, self.world, self.country = runner, world, country
        self.api = Api(world)
        self.stored = runner.run(Stored.read(world.engine))
        self.operations = {
            "compiled": WatchedEngine(schema(), Compiler(schema(), world.store), limits=UNLIMITED),
            "reference": Engine(schema(), None, limits=UNLIMITED),
        }

    def __repr__(self) -> str:
        return f"the country on {self.world.engine.dialect.name}"

    def viewer(self, who: str) -> Viewer:
        """Return a viewer by name."""
        place, _, which = who.partition(" ")
        if place == "several":
            return self.country.several[int(which)]
        office: StaffedOffice = getattr(self.country, place)
        return office.viewer(Role[which])

    def sight(self, viewer: Viewer) -> Visibility:
        """Return what a viewer may see."""
        return self.stored.sight(viewer.officer.id)

    @property
    def left_because(self) -> NotCompiled | None:
        """Return why the compiler left the last operation, if it did."""
        compiled = self.operations["compiled"]
        assert isinstance(compiled, WatchedEngine)
        return compiled.executor.reason

    def answer(self, executor: str, viewer: Viewer, document: str, **variables: Any) -> str:
        """Return the text of an answer."""
        return self.runner.run(self._answer(executor, viewer, document, variables))

    def ask(self, executor: str, viewer: Viewer, document: str, **variables: Any) -> Answer:
        """Return the data of an answer without errors."""
        answer: Answer = msgspec.json.decode(self.answer(executor, viewer, document, **variables))
        assert "errors" not in answer, answer["errors"]
        data: Answer = answer["data"]
        return data

    async def _answer(self, executor: str, viewer: Viewer, document: str, variables: Answer) -> str:
        request = GraphQLRequest(query=document, variables=variables)
        answer = await self.operations[executor].execute(request, self.api.client(viewer).context)
        return answer.text.decode()


VIEWERS = [
    *(f"{place} {role}" for place in ("city", "county", "province") for role in Role),
    *(f"several {number}" for number in range(len(SEVERAL))),
]
"""Everybody who asks, by name."""

MAX_DEPTH = {"compiled": 4, "reference": 99}
"""How deep either executor is asked; SQLite's parser has a stack of a fixed size, and what overflows it is left."""


@cache
def walk_from(executor: str, root: str) -> Walked:
    """Return the walk from a root field; the compiler gets one that it answers."""
    return walk("query", root, deepest=MAX_DEPTH[executor], live=executor == "reference")


# ------------------------------------------------------------------------------------------------ held to the oracle


@dataclass(slots=True)
class Findings:
    """What an answer shows that its reader may not see, and the ids of all that it shows.

    ``opened`` are those of the cases and warnings that notices open in it.
    """

    sight: Visibility
    marks: Mapping[str, str]
    leaks: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, text: str, sight: Visibility, country: Country) -> Self:
        """Examine the data of an answer."""
        found = cls(sight=sight, marks=country.marks)
        data = text.partition(',"extensions":{"cost"')[0]
        found._look(msgspec.json.decode(text).get("data"), frozenset(), in_notice=False)
        found._read(data)
        return found

    def _look(self, value: Any, named: frozenset[str], *, in_notice: bool) -> None:
        """Examine the objects of an answer; ``named`` are those of the organisation that the object around it names."""
        if isinstance(value, list):
            for inner in value:
                self._look(inner, named, in_notice=in_notice)
            return
        if not isinstance(value, dict):
            return
        id = value.get("id")
        in_notice = in_notice or value.get("__typename") == "Notice"
        if id is not None:
            named = self._meet(id, value, named, in_notice=in_notice)
        elif value.get("__typename") == "Statistics":
            named = self.sight.counted_offices
        elif value.get("__typename") == LISTED:
            named = frozenset()
        for inner in value.values():
            self._look(inner, named, in_notice=in_notice)

    def _meet(self, id: str, value: Answer, named: frozenset[str], *, in_notice: bool) -> frozenset[str]:
        """Check that an object and its parties may be shown, and return what it names."""
        self.shown.add(id)
        if in_notice and id in self.sight.opened:
            self.opened.add(id)
        elif id not in self.sight.granted and not (id.startswith(ORGANISATION) and id in named):
            self.leaks.append(f"{value['__typename']} {id}")
        parties = [inner for key, inner in value.items() if key.endswith("parties") and inner is not None]
        if parties and id not in self.sight.with_parties:
            self.leaks.append(f"the parties of {id}")
        return self.sight.stored.names.get(id, frozenset()) | {id}

    def _read(self, text: str) -> None:
        """Search every text for ids and marks of what may not be seen."""
        granted, known = self.sight.granted, self.sight.stored.ids
        self.leaks += [f"the id {id}" for id in set(_ID.findall(text)) - granted - self.shown if id in known]
        for number, kind in set(_MARK.findall(text)):
            case = self.marks[number]
            told = {row["case_id"] for row in self.sight.of_table(t.notices)}
            seen = {
                "": self.sight.cases,
                "C": self.sight.cases | self.opened,
                "P": self.sight.with_parties,
                "T": self.sight.with_parties,
                "N": told,
            }[kind]
            if case not in seen:
                self.leaks.append(f"a text {kind} of {case}")
