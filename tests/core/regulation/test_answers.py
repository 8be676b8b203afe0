"""What a hook hands over is a value of the API, or the command is refused and the plugin named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, PluginStatus
from caserisk.plugin import (
    ClosingCondition,
    DerivedLevel,
    Gate,
    GatedAct,
    Issuing,
    Level,
    LevelScheme,
    PlanKind,
    PlanRule,
    Responsibility,
    ReviewStep,
    Role,
    Severity,
    Stage,
    TermRule,
    Text,
)
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from tests.core.regulation.made_up import CITY, REASON, Hook, beside_the_others, loaded, region, regulation

TEXT = Text("文字", "text")
LEVEL = Level(code="one", label=TEXT, severity=Severity.LOW)
GATE = Gate(act=GatedAct.CONCLUSION, open=True)
SCHEME = LevelScheme(key="one", name=TEXT, version="1", levels=(LEVEL,), reasons=(REASON,))

Asked = Callable[[Regulation], object]


@dataclass(frozen=True)
class Issued:
    """A class that looks like `Issuing`, without its reasons."""

    automatic: bool = True


def endless_nesting() -> list[Any]:
    """Make a list that holds itself."""
    nested: list[Any] = []
    nested.append(nested)
    return nested


def generator() -> Iterator[Gate]:
    """Yield where a hook should return."""
    yield GATE


def leave() -> NoReturn:
    """Exit, as a hook that wants the process to end does."""
    sys.exit(3)


def stop() -> NoReturn:
    """Raise what interrupts whoever asks."""
    raise KeyboardInterrupt


def fail() -> NoReturn:
    """Raise, as a hook with a mistake in it does."""
    raise ZeroDivisionError("division by zero")


def gates(asked: Regulation) -> object:
    """Ask which acts are open."""
    return asked.ask(hooks.caserisk_gates, asked.facts())


def issuing(asked: Regulation) -> object:
    """Ask who issues a warning."""
    return asked.ask(hooks.caserisk_issuing, asked.facts(), None)


def stages(asked: Regulation) -> object:
    """Ask which stages there are."""
    return asked.ask(hooks.caserisk_stages, asked.facts())


def scheme(asked: Regulation) -> object:
    """Ask which levels there are."""
    return asked.ask(hooks.caserisk_level_scheme, asked.facts())


def derived(asked: Regulation) -> object:
    """Ask which level follows from no answers."""
    return asked.ask(hooks.caserisk_derived_level, asked.facts(), {}, SCHEME)


def terms(asked: Regulation) -> object:
    """Ask which terms run."""
    return asked.ask(hooks.caserisk_terms, asked.facts(), None)


def steps(asked: Regulation) -> object:
    """Ask which chain an assessment passes."""
    return asked.ask(hooks.caserisk_review_steps, asked.facts(), has_risk=True, level=None)


def plan(asked: Regulation) -> object:
    """Ask what a plan holds."""
    return asked.ask(hooks.caserisk_plan, asked.facts(), PlanKind.SCHEME, has_risk=True, level=None)


def term(written: Any) -> TermRule:
    """Make a term as somebody wrote it."""
    return TermRule(kind="PLAN", rule="MUP-01", label=TEXT, term=written, reasons=(REASON,))  # type: ignore[arg-type]


def step(written: str) -> ReviewStep:
    """Make a step of review with a term as somebody wrote it."""
    return ReviewStep(key="step", label=TEXT, role=Role.DEPARTMENT_HEAD, term=written, reasons=(REASON,))


WRONG_TYPES: dict[str, tuple[Asked, str, Hook]] = {
    "a number": (gates, "gates", lambda: 5),
    "a text": (gates, "gates", lambda: "open"),
    "one value for many": (gates, "gates", lambda: GATE),
    "many values for one": (issuing, "issuing", lambda: [Issuing(reasons=(REASON,))]),
    "a generator": (gates, "gates", generator),
    "a set of texts": (gates, "gates", lambda: {"CONCLUSION"}),
    "a value among texts": (gates, "gates", lambda: [GATE, "CONCLUSION"]),
    "an act that is none": (gates, "gates", lambda: [Gate(act="SENTENCE", open=True)]),  # type: ignore[arg-type]
    "a number for yes": (gates, "gates", lambda: [Gate(act=GatedAct.CONCLUSION, open=1)]),  # type: ignore[arg-type]
    "a text for a reason": (gates, "gates", lambda: [Gate(act=GatedAct.CONCLUSION, open=True, reasons=("why",))]),  # type: ignore[arg-type]
    "a class of its own": (issuing, "issuing", lambda: Issued()),
    "a class with the same field": (issuing, "issuing", lambda: Responsibility(reasons=(REASON,))),
    "conditions for sections": (
        plan,
        "plan",
        lambda: PlanRule(sections=(ClosingCondition(key="done", label=TEXT, reasons=(REASON,)),)),  # type: ignore[arg-type]
    ),
    "an object": (issuing, "issuing", lambda: object()),
    "a function": (issuing, "issuing", lambda: generator),
    "itself for ever": (gates, "gates", endless_nesting),
}
"""Answers of the wrong type: how it is asked, of which hook, and what it answers."""

UNUSABLE: dict[str, tuple[Asked, str, Hook, str]] = {
    "no stage": (stages, "stages", lambda: (), "there is no stage for a case to begin in"),
    "a stage twice": (stages, "stages", lambda: [Stage(key="a", label=TEXT)] * 2, "stage 'a' is there twice"),
    "a level twice": (
        scheme,
        "level_scheme",
        lambda: LevelScheme(key="two", name=TEXT, version="1", levels=(LEVEL, LEVEL), reasons=(REASON,)),
        "level 'one' is there twice",
    ),
    "a level of no scheme": (
        derived,
        "derived_level",
        lambda: DerivedLevel(code="ten", reasons=(REASON,)),
        "level 'ten' is not of the scheme 'one'; it has one",
    ),
    "a term in words": (terms, "terms", lambda: [term("three days")], "not a term: 'three days'; write P3BD"),
    "an empty term": (terms, "terms", lambda: [term("P0D")], "not a term: 'P0D'"),
    "a review in words": (steps, "review_steps", lambda: [step("soon")], "not a term: 'soon'; write P3BD"),
}
"""Answers of the right type that cannot be acted on, and what is said of them."""

FAILURES: dict[str, tuple[Hook, str]] = {
    "a mistake": (fail, "ZeroDivisionError: division by zero"),
    "the end of the process": (leave, "SystemExit: 3"),
    "an interruption": (stop, "KeyboardInterrupt: "),
}


def refused(asked: Asked, hook: str, answer: Hook) -> tuple[Refused, str]:
    """Return how a question is refused, and what is said of the plugin."""
    registry = beside_the_others(region(CITY, name="made-up", options=(), **{hook: answer}))
    with pytest.raises(Refused) as caught:
        asked(regulation(registry))
    plugin = loaded(registry)
    assert (plugin.status, [item.name for item in registry.faulty]) == (PluginStatus.FAULTY, ["made-up"])
    assert plugin.problem is not None
    assert plugin.problem.startswith(f"caserisk_{hook} for {CITY} ")
    return caught.value, plugin.problem


@pytest.mark.parametrize(("asked", "hook", "answer"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_an_answer_of_the_wrong_type_is_refused(asked: Asked, hook: str, answer: Hook) -> None:
    refusal, problem = refused(asked, hook, answer)

    assert refusal.problems[0].code is ErrorCode.PLUGIN_FAULT
    assert "(答复的类型不对)" in refusal.problems[0].message_for(str).zh
    assert "answered with something else: " in problem


@pytest.mark.parametrize(("asked", "hook", "answer", "why"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_answer_nobody_can_act_on_is_refused(asked: Asked, hook: str, answer: Hook, why: str) -> None:
    refusal, problem = refused(asked, hook, answer)

    assert refusal.problems[0].code is ErrorCode.PLUGIN_FAULT
    assert why in problem


@pytest.mark.parametrize(("hook", "what"), FAILURES.values(), ids=FAILURES.keys())
def test_a_hook_that_raises_is_named(hook: Hook, what: str) -> None:
    refusal, problem = refused(gates, "gates", hook)

    assert refusal.problems[0].code is ErrorCode.PLUGIN_FAULT
    assert "(it failed)" in refusal.problems[0].message_for(str).en
    assert problem == f"caserisk_gates for {CITY} raised {what}"


def test_a_fault_of_the_province_is_named_for_its_city() -> None:
    registry = beside_the_others(region("380000", gates=fail), region("380100", name="city", terms=lambda: ()))

    with pytest.raises(Refused, match="plugin 'made-up' failed to answer 'caserisk_gates' for office '380100'"):
        gates(regulation(registry, "380100"))

    assert loaded(registry, "city").status is PluginStatus.ACTIVE


def test_a_hook_that_failed_once_is_asked_again() -> None:
    answers = iter([[GATE]])
    registry = beside_the_others(region(CITY, gates=lambda: next(answers, 5)))
    city = regulation(registry)

    gates(city)
    with pytest.raises(Refused, match="wrong type"):
        gates(city)

    assert loaded(registry).usable
    assert (loaded(registry).problem or "").startswith("caserisk_gates for 371600 answered with something else")


def test_a_list_is_as_good_as_a_tuple() -> None:
    listed = Gate(act=GatedAct.NEXT_STAGE, open=False, reasons=[REASON])  # type: ignore[arg-type]
    registry = beside_the_others(region(CITY, gates=lambda: [listed]))

    city = regulation(registry)
    entering = next(gate for gate in city.ask(hooks.caserisk_gates, city.facts()) if gate.act is GatedAct.NEXT_STAGE)

    assert entering.reasons == (replace(REASON, plugin="made-up", plugin_version="1.0"),)
