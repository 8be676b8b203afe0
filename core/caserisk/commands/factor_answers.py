"""The answers of an assessment, checked against the factors of the regulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from caserisk.commands.checks import LONG, Checks
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import FactorAnswer
from caserisk.domain.rules import Factor
from caserisk.domain.vocabulary import FactorKind
from caserisk.regulation import hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """An answer as handed in."""

    factor: str
    value: str


def checked_answers(work: UnitOfWork, drafts: tuple[AnswerDraft, ...], checks: Checks) -> tuple[FactorAnswer, ...]:
    """The answers with the factors they answer; what is wrong with them is noted (SD-05)."""
    factors = {factor.key: factor for factor in work.regulation.ask(hooks.caserisk_factors, work.facts())}
    answers: dict[str, FactorAnswer] = {}
    for index, draft in enumerate(drafts):
        path, factor = ("answers", str(index)), factors.get(draft.factor)
        if factor is None:
            checks.not_among("评估因素", "factor", draft.factor, factors, *path, "factor")
        elif draft.factor in answers:
            zh, en = f"「{draft.factor}」答了两次", f"{draft.factor!r} is answered twice"
            checks.wrong(zh, en, *path, "factor")
        else:
            _check_value(factor, draft.value, checks, *path, "value")
            answers[draft.factor] = FactorAnswer(factor=factor, value=draft.value)
    for factor in factors.values():
        if factor.required and factor.key not in answers:
            zh = f"须回答「{factor.label.zh}」({factor.key})"
            checks.wrong(zh, f"{factor.key!r} ({factor.label.en}) has to be answered", "answers")
    return tuple(answers.values())


def _check_value(factor: Factor, value: str, checks: Checks, *path: str) -> None:
    possible = _possible(factor)
    if factor.kind is FactorKind.TEXT:
        checks.text(value, LONG, *path)
    elif possible is not None and value not in possible:
        checks.not_among("这样的答案", "such answer as", value, possible, *path)
    elif factor.kind is FactorKind.NUMBER and not _is_number(value):
        checks.wrong(f"「{value[:64]}」不是数字", f"{value[:64]!r} is not a number", *path)


def _possible(factor: Factor) -> list[str] | None:
    closed: dict[FactorKind, Callable[[], list[str]]] = {
        FactorKind.YES_NO: lambda: ["yes", "no"],
        FactorKind.CHOICE: lambda: [option.value for option in factor.options],
    }
    return closed[factor.kind]() if factor.kind in closed else None


def _is_number(value: str) -> bool:
    whole, _, fraction = value.removeprefix("-").partition(".")
    return len(value) <= 40 and whole.isdecimal() and whole.isascii() and (fraction.isdecimal() or "." not in value)
