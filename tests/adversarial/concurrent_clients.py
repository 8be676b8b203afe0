"""Many clients at once: each reads a case, decides, and acts on what it read, whatever the others did meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.store import Store
from tests.adversarial.actors import Actor
from tests.adversarial.attempts import REFUSALS, Outcome, attempt
from tests.adversarial.invariants import check_case, read_case
from tests.adversarial.random_mutations import RandomMutation, random_mutation
from tests.support.api import Api
from tests.support.stored import stored_values
from tests.support.world import StaffedOffice

Cases = Mapping[str, StaffedOffice]
"""Cases, each with its office."""


@dataclass(slots=True, kw_only=True)
class OutcomeTally:
    """What came of it: how often each mutation was done and each code met, and who named which version."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    named: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, attempted: RandomMutation, outcome: Outcome) -> None:
        """Count an outcome, and check that a refusal has a promised code."""
        assert outcome.codes <= (REFUSALS if outcome.payload else {"BAD_INPUT"}), outcome
        self.refused.update(outcome.codes)
        if outcome.done:
            self.done[attempted.mutation] += 1
            if "expectedVersion" in attempted.input:
                self.named[next(iter(attempted.input.values())), attempted.input["expectedVersion"]] += 1

    def __add__(self, other: OutcomeTally) -> OutcomeTally:
        return OutcomeTally(
            done=self.done + other.done, refused=self.refused + other.refused, named=self.named + other.named
        )


async def run_clients(api: Api, cases: Cases, *, clients: int, moves: int, seed: int) -> OutcomeTally:
    """Run so many clients at once, each of which tries so many mutations."""
    tally = OutcomeTally()
    await asyncio.gather(*(_client(api, cases, tally, Random(f"{seed} {n}"), moves) for n in range(clients)))
    return tally


async def _client(api: Api, cases: Cases, tally: OutcomeTally, random: Random, moves: int) -> None:
    for _ in range(moves):
        case, office = random.choice(list(cases.items()))
        seen = await read_case(api.of(office, Role.CHIEF_PROCURATOR), case)
        attempted = random_mutation(Actor(random=random, office=office, seen=seen, now=api.world.now))
        tally.add(attempted, await attempt(api.of(office, attempted.role), attempted.mutation, attempted.input))


async def check_cases(api: Api, cases: Cases, tally: OutcomeTally) -> None:
    """Check that every case is consistent, no update was lost, and the log has no gap."""
    for case, office in cases.items():
        check_case(await read_case(api.of(office, Role.CHIEF_PROCURATOR), case), api.world.now)
    assert {target for target, times in tally.named.items() if times > 1} == set()
    assert await _positions(api.world.store) == list(range(1, await api.world.store.end_of_log() + 1))


async def _positions(store: Store) -> Sequence[int]:
    return await stored_values(store, select(t.events.c.position).order_by(t.events.c.position))
