"""The tests that the core ships find what is wrong with a region."""

from __future__ import annotations

import unittest
from itertools import count
from typing import Any

import pytest

from caserisk.domain.refusals import Refused
from caserisk.plugin import (
    Citation,
    ClosingCondition,
    DerivedLevel,
    Gate,
    GatedAct,
    Issuing,
    Level,
    LevelScheme,
    Option,
    Plugin,
    Reason,
    Responsibility,
    Severity,
    Text,
)
from caserisk.testing import RegionContract
from tests.core.regulation.made_up import REASON, Hook, declaration

TEXT = Text("文字", "text")
NUMBERS = count()


def contract(**hooks: Hook) -> Any:
    """Return the contract of a region with these hooks."""
    return of(declaration(options=(), **hooks))


def of(declared: Plugin) -> Any:
    """Return the contract of a declaration."""

    class Tested(RegionContract):
        plugin = declared
        jurisdictions = ("371600",)
        source = "第一条 案件均应评估。"

    return Tested()


def conditions(*keys: str, label: Text = TEXT, reasons: tuple[Reason, ...] = (REASON,)) -> list[ClosingCondition]:
    """Closing conditions."""
    return [ClosingCondition(key=key, label=label, reasons=reasons) for key in keys]


def scheme(*levels: tuple[str, Severity]) -> LevelScheme:
    """Levels of some severities."""
    listed = tuple(Level(code=code, label=TEXT, severity=severity) for code, severity in levels)
    return LevelScheme(key="made-up", name=TEXT, version="1", levels=listed, reasons=(REASON,))


def quoting(quote: str) -> tuple[Reason, ...]:
    """Make a reason with a quotation."""
    return (Reason(rule="MUP-02", text=TEXT, citation=Citation(document="办法", quote=quote)),)


def moody() -> list[ClosingCondition]:
    """Conditions that are others every time."""
    return conditions(f"condition-{next(NUMBERS)}")


def fail() -> None:
    """Raise, as a hook with a mistake in it does."""
    raise ZeroDivisionError


def test_a_sound_region_passes() -> None:
    sound = contract(
        closing_conditions=lambda: conditions("done", reasons=quoting("案件均应评估")),
        level_scheme=lambda: scheme(("mild", Severity.LOW), ("grave", Severity.HIGH)),
        derived_level=lambda scheme: DerivedLevel(code=scheme.levels[0].code, reasons=(REASON,)),
    )

    for name in [name for name in dir(sound) if name.startswith("test_")]:
        getattr(sound, name)()


@pytest.mark.parametrize(
    ("test", "region", "said"),
    [
        ("the_declaration_is_sound", contract(gate=lambda: ()), "unknown hook 'caserisk_gate'"),
        ("the_same_facts_get_the_same_answer", contract(closing_conditions=moody), "caserisk_closing_conditions"),
        (
            "every_value_gives_a_reason",
            contract(closing_conditions=lambda: conditions("done", reasons=())),
            "without a reason: ClosingCondition",
        ),
        (
            "every_value_gives_a_reason",
            contract(gates=lambda: [Gate(act=GatedAct.CONCLUSION, open=True)]),
            "without a reason: Gate",
        ),
        (
            "every_reason_cites_its_sentence_or_says_it_is_assumed",
            contract(issuing=lambda: Issuing(reasons=(Reason(rule="MUP-03", text=TEXT),))),
            "neither a citation nor assumed=True: MUP-03",
        ),
        (
            "quotations_are_found_in_the_text",
            contract(responsibility=lambda: Responsibility(reasons=quoting("案件都要评估"))),
            "not in the text: 案件都要评估",
        ),
        (
            "levels_are_listed_from_mildest_to_gravest",
            contract(level_scheme=lambda: scheme(("one", Severity.HIGH), ("two", Severity.LOW))),
            "severity falls in made-up: one, two",
        ),
        ("keys_are_told_apart", contract(closing_conditions=lambda: conditions("done", "done")), "twice among done"),
        (
            "texts_are_in_both_languages",
            contract(closing_conditions=lambda: conditions("done", label=Text("done", "done"))),
            "no Chinese",
        ),
        (
            "texts_are_in_both_languages",
            contract(closing_conditions=lambda: conditions("done", label=Text("已办", " "))),
            "no English",
        ),
        (
            "options_default_to_one_of_their_choices",
            of(declaration(options=(Option(key="strict", label=TEXT, default="no", choices=("yes",)),))),
            "strict",
        ),
    ],
)
def test_what_is_wrong_with_a_region_is_found(test: str, region: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        getattr(region, f"test_{test}")()


def test_a_hook_that_fails_in_some_situation_is_found() -> None:
    region = contract(closing_conditions=lambda level: fail() if level else conditions("done"))

    with pytest.raises(Refused, match="failed to answer 'caserisk_closing_conditions' for office '371600'"):
        region.test_every_hook_answers_in_every_situation()


def test_quotations_are_not_compared_without_a_text() -> None:
    region = contract(closing_conditions=lambda: conditions("done"))
    region.source = None

    with pytest.raises(unittest.SkipTest, match="source is not set"):
        region.test_quotations_are_found_in_the_text()
