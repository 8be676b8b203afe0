"""Officers of every role act at random, time passes, the clock ticks: no state is impossible.

CASERISK_TEST_EXAMPLES sets how many stories of how many steps are told, as ``200x80``; each time the same ones.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from caserisk import deadline_clock
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Issuing, TermRule, TermStart
from caserisk.domain.vocabulary import DeadlineKind, Receipt, Role
from caserisk.store.replay import replay
from tests.adversarial.actors import Actor
from tests.adversarial.attempts import REFUSALS, Outcome, attempt
from tests.adversarial.invariants import CaseSnapshot, check_case, check_growth, check_terms, read_case
from tests.adversarial.mutation_setups import EXAMPLES
from tests.adversarial.random_inputs import RANDOM_INPUTS
from tests.adversarial.random_mutations import RandomMutation, random_mutation
from tests.adversarial.stored_rows import row_counts, rows_of
from tests.core.regulation.made_up import REASON, beside_the_others, region
from tests.support.api import Api, Client
from tests.support.databases import KINDS, Databases
from tests.support.world import HUIZHOU, SHANDONG, START_TIME, ZHUZHOU, StaffedOffice, World

T = TypeVar("T")

DICE = st.randoms(use_true_random=True)
"""Chance by a seed: what one officer does has no bearing on which dice the next one throws."""

CITY = "120000"
"""A made-up city with what no region has: short terms from the issue and the receipt, and warnings at intake."""

OFFICES = (ZHUZHOU, "430281", SHANDONG, HUIZHOU, CITY)
"""The three regions, a county of one, and the made-up city."""

_DAYS = {1: ("P2D", "P20D"), 2: ("P3D", "P5D"), 3: ("P1D", "P40D")}
"""The terms of its levels: to receive a warning, and to resolve it; graver is now shorter, now longer."""


def _terms(level: RiskLevel | None) -> tuple[TermRule, ...]:
    if level is None:
        return ()
    kinds = (DeadlineKind.ACKNOWLEDGEMENT, DeadlineKind.RESOLUTION)
    starts = (TermStart.ISSUE, TermStart.RECEIPT)
    return tuple(
        TermRule(kind=kind, rule="MUP-02", label=REASON.text, term=term, starts=start, reasons=(REASON,))
        for kind, term, start in zip(kinds, _DAYS[level.rank], starts, strict=True)
    )


_ISSUING = Issuing(
    automatic=True,
    lifted_by=(Role.LEADER_IN_CHARGE,),
    receipt=Receipt.REQUIRED,
    at_intake=(Role.CASE_MANAGER,),
    reasons=(REASON,),
)

OPTIONS = [
    (ZHUZHOU, "numbering", ("positional", "national")),
    (ZHUZHOU, "roll", ("forward", "none")),
    (SHANDONG, "online_gate", ("off", "on")),
    (HUIZHOU, "gate", ("confirmed", "submitted")),
    (HUIZHOU, "also_warn", ("none", "publicity")),
]
"""The choices that offices have, the default first."""

SIZES = {"sqlite": "20x12", "postgresql": "8x12"}
"""How many stories of how many steps are told on each database."""

LISTS = """
query ($case: ID!) {
  warnings(where: { case: $case, overdue: true }) { nodes { id } }
  cases(orderBy: DUE_SOONEST, first: 100) { nodes { activeWarning { dueAt } } }
}
"""

REQUEST_ERRORS = {"BAD_INPUT"}


@dataclass(kw_only=True)
class StoryWorld:
    """What all stories of a test are played on, one after the other."""

    runner: asyncio.Runner
    world: World
    offices: dict[str, StaffedOffice]
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine and wait for it."""
        return self.runner.run(work)


class Story(RuleBasedStateMachine):
    """What happens in a handful of cases."""

    def __init__(self, stage: StoryWorld) -> None:
        super().__init__()
        self.stage, self.world = stage, stage.world
        self.api = Api(stage.world)
        self.cases: dict[str, tuple[StaffedOffice, CaseSnapshot]] = {}
        self.passed: set[str] = set()
        self.world.now = START_TIME

    @initialize(random=DICE)
    def it_begins(self, random: Random) -> None:
        """Open a case, with every option at its default."""
        for code, key, choices in OPTIONS:
            self.stage.run(self.world.registrar.option(code, key, choices[0]))
        self.stage.run(self._open(random))

    @rule(random=DICE, moves=st.integers(10, 40))
    def officers_act(self, random: Random, moves: int) -> None:
        """Let some officers act in one case, an old one or a new one."""
        if len(self.cases) < 6 and random.random() < 0.5:
            self.stage.run(self._open(random))
        case = random.choice(list(self.cases))
        for _ in range(moves):
            self.stage.run(self._act(random, case))

    @rule(hours=st.one_of(st.integers(1, 24), st.integers(24, 24 * 100)))
    def time_passes(self, hours: int) -> None:
        """Advance the clock by hours or months, and check that each passed deadline is recorded once."""
        self.world.now += timedelta(hours=hours)
        self.stage.run(self._tick())

    @rule(chosen=st.sampled_from(OPTIONS), second=st.booleans())
    def an_office_chooses(self, chosen: tuple[str, str, tuple[str, str]], second: bool) -> None:
        """Set an option of an office."""
        code, key, choices = chosen
        self.stage.run(self.world.registrar.option(code, key, choices[second]))

    # -------------------------------------------------------------------------------------------- what they do

    async def _open(self, random: Random) -> None:
        office = self.stage.offices[random.choice(OFFICES)]
        input = {
            "number": f"检公诉〔2026〕{self.world.runner.new_id('n')}号",
            "title": "故意伤害案",
            "cause": "故意伤害",
            "office": office.code,
        }
        if random.random() < 0.7:
            input["handler"] = office.officer_id(Role.CASE_HANDLER)
        opened = await attempt(self.api.of(office, Role.CASE_MANAGER), "openCase", input)
        assert opened.payload, opened.messages
        assert opened.done, opened.messages
        await self._look(office, opened.payload["case"]["id"])
        self.stage.done["openCase"] += 1

    async def _act(self, random: Random, case: str) -> None:
        office, seen = self.cases[case]
        actor = Actor(random=random, office=office, seen=seen, now=self.world.now, others=list(self.cases))
        attempted = random_mutation(actor)
        of = office if actor.chance(0.97) else self.stage.offices[random.choice(OFFICES)]
        input = attempted.input | ({"idempotencyKey": self.world.runner.new_id("key")} if actor.chance(0.1) else {})
        client, before = self.api.of(of, attempted.role), await row_counts(self.world.store)
        outcome = await attempt(client, attempted.mutation, input)
        note(f"{of.code} {attempted.role} {attempted.mutation} {input}: {outcome.refusals or 'done'}")
        await self._check(attempted, outcome, before, self._touched(case, attempted, outcome))
        if "idempotencyKey" in input and outcome.done:
            await self._repeat(client, attempted, input, outcome)

    def _touched(self, case: str, attempted: RandomMutation, outcome: Outcome) -> str:
        """Return the case that was changed: nearly always the one that was meant."""
        named = ((outcome.payload or {}).get("case") or {}).get("id") or attempted.input.get("case")
        return str(named) if named in list(self.cases) else case

    async def _repeat(self, client: Client, attempted: RandomMutation, input: dict[str, Any], first: Outcome) -> None:
        """Check that the same request under the same key is done once, and another under it is a conflict."""
        before = await row_counts(self.world.store)
        again = await attempt(client, attempted.mutation, input)
        assert again.payload == first.payload
        if "description" in input:
            other = await attempt(client, attempted.mutation, input | {"description": "别的"})
            assert other.refusals == [("CONFLICT", "idempotencyKey")]
        assert await row_counts(self.world.store) == before

    async def _tick(self) -> None:
        await self._look_at_all()
        story_settings = self._told_overdue()
        due = {
            item["id"]
            for _, seen in self.cases.values()
            for warning in seen.warnings
            for item in warning["deadlines"]
            if item["overdue"]
        }
        await deadline_clock.tick(self.world.runner)
        await self._look_at_all()
        assert self._told_overdue() - story_settings == len(due - self.passed)
        self.passed |= due
        await self._check_lists()

    async def _check_lists(self) -> None:
        """Check that the ledger and the lists agree with each case."""
        for case, (office, seen) in self.cases.items():
            data = await self.api.of(office, Role.CHIEF_PROCURATOR).ask(LISTS, case=case)
            due = [item["activeWarning"] and item["activeWarning"]["dueAt"] for item in data["cases"]["nodes"]]
            overdue = [item["id"] for item in seen.warnings if item["overdue"]]
            assert [item["id"] for item in data["warnings"]["nodes"]] == overdue
            assert due == sorted(due, key=lambda at: (at is None, at))

    def _told_overdue(self) -> int:
        changes = [event for _, seen in self.cases.values() for event in seen.changes()]
        return sum(event["ofWarning"] == "OVERDUE" for event in changes)

    # -------------------------------------------------------------------------------------------- what must be so

    async def _look_at_all(self) -> None:
        for case, (office, _) in self.cases.items():
            await self._look(office, case)

    async def _look(self, office: StaffedOffice, case: str) -> CaseSnapshot:
        """Read a case anew, and check it."""
        before = self.cases[case][1] if case in self.cases else None
        seen = await read_case(self.api.of(office, Role.CHIEF_PROCURATOR), case, before)
        check_case(seen, self.world.now)
        if before:
            check_growth(before, seen)
        self.cases[case] = office, seen
        return seen

    async def _check(self, attempted: RandomMutation, outcome: Outcome, before: dict[str, int], case: str) -> None:
        """Check that a refusal changes nothing, and that a change is announced and answered with the end of the log."""
        after = await row_counts(self.world.store)
        if not outcome.done:
            assert outcome.codes <= (REFUSALS if outcome.payload else REQUEST_ERRORS), outcome.messages
            assert after == before
            self.stage.refused.update(outcome.codes)
        elif attempted.mutation == "openCase":
            assert after["cases"] == before["cases"] + 1
        else:
            assert outcome.payload
            self.stage.done[attempted.mutation] += 1
            office, old = self.cases[case]
            new = await self._look(office, case)
            check_terms(old, new, attempted.mutation, role=attempted.role, at=self.world.now)
            assert outcome.payload["cursor"] == f"log_{after['end']}"
            _check_announced(attempted, [event["ofWarning"] for event in new.changes()[len(old.changes()) :]])


def _check_announced(attempted: RandomMutation, kinds: list[str]) -> None:
    """Check that exactly the changes of warnings that a mutation brings are announced, each once."""
    always = EXAMPLES[attempted.mutation].announces
    if always is not None:
        assert kinds == list(always)
    elif attempted.mutation == "recordDisposition":
        assert kinds == (["DISPOSITION_RECORDED"] if attempted.input.get("warning") else [])
    elif attempted.mutation == "issueWarning" or attempted.input.get("warn"):
        assert kinds[0] == "ISSUED"
        assert set(kinds[1:]) <= {"SUPERVISED", "ACKNOWLEDGED"}
    else:
        levels = {"ISSUED", "ACKNOWLEDGED", "LEVEL_ADJUSTED", "SUPERVISED", "SUPERVISION_WITHDRAWN", "LIFTED"}
        assert set(kinds) <= levels
    assert len(kinds) == len(set(kinds))


def story_settings(kind: str) -> settings:
    """Return the length of the stories; a failing one is made shorter only where there is time."""
    wanted = os.environ.get("CASERISK_TEST_EXAMPLES")
    examples, steps = (wanted or SIZES[kind]).split("x")
    return settings(
        max_examples=int(examples),
        stateful_step_count=int(steps),
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if wanted else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_story_ends_in_an_impossible_state(kind: str, databases: Databases) -> None:
    url, empty = databases.fresh(kind), databases.fresh(kind)
    with asyncio.Runner() as runner, ExitStack() as at_the_end:
        city = region(CITY, terms=_terms, issuing=lambda: _ISSUING)
        world, copy = World(url, registry=beside_the_others(city)), World(empty)
        for place in (world, copy):
            at_the_end.callback(lambda world: runner.run(world.close()), place)
        stage = StoryWorld(
            runner=runner, world=world, offices={code: runner.run(world.office(code)) for code in OFFICES}
        )

        run_state_machine_as_test(partial(Story, stage), settings=story_settings(kind))  # type: ignore[arg-type]  # makes one

        runner.run(replay(world.store, copy.store))
        assert runner.run(rows_of(copy.store)) == runner.run(rows_of(world.store))
    if kind == "sqlite":
        assert set(stage.done) >= set(RANDOM_INPUTS)
        assert set(stage.refused) == REFUSALS | REQUEST_ERRORS
