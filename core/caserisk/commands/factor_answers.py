"""Check the answers of an assessment against the factors of the regulation."""

from __future__ import annotations

from collections.abc import Callable

from caserisk.commands.input_fields import declare_input, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import MAX_TEXT_LENGTH, InputValidator
from caserisk.domain.assessments import FactorAnswer
from caserisk.domain.rules import Factor
from caserisk.domain.vocabulary import FactorKind
from caserisk.regulation import hooks

_MAX_NUMBER_LENGTH = 40


@declare_input("The answer to a factor of the regulation.")
class FactorAnswerDraft:
    """An answer as handed in."""

    factor: str = value_field("The key of the factor, as `Regulation.factors` lists it.")
    value: str = value_field("`yes` or `no`, the value of an option, a number, or text, by the factor's kind.")


def check_answers(
    work: UnitOfWork, drafts: tuple[FactorAnswerDraft, ...], validator: InputValidator
) -> tuple[FactorAnswer, ...]:
    """Return the answers with the factors they answer, and note what is wrong with them (SD-05)."""
    factors = {factor.key: factor for factor in work.regulation.ask(hooks.caserisk_factors, work.facts())}
    answers: dict[str, FactorAnswer] = {}
    for index, draft in enumerate(drafts):
        path, factor = ("answers", str(index)), factors.get(draft.factor)
        if factor is None:
            validator.reject_unknown("评估因素", "factor", draft.factor, factors, *path, "factor")
        elif draft.factor in answers:
            zh, en = f"「{draft.factor}」答了两次", f"{draft.factor!r} is answered twice"
            validator.reject(zh, en, *path, "factor")
        else:
            _check_value(factor, draft.value, validator, *path, "value")
            answers[draft.factor] = FactorAnswer(factor=factor, value=draft.value)
    for factor in factors.values():
        if factor.required and factor.key not in answers:
            zh = f"须回答「{factor.label.zh}」({factor.key})"
            validator.reject(zh, f"{factor.key!r} ({factor.label.en}) has to be answered", "answers")
    return tuple(answers.values())


def _check_value(factor: Factor, value: str, validator: InputValidator, *path: str) -> None:
    possible = _possible_values(factor)
    if factor.kind is FactorKind.TEXT:
        validator.check_text(value, MAX_TEXT_LENGTH, *path)
    elif possible is not None and value not in possible:
        validator.reject_unknown("这样的答案", "such answer as", value, possible, *path)
    elif factor.kind is FactorKind.NUMBER and not _is_number(value):
        validator.reject(f"「{value[:64]}」不是数字", f"{value[:64]!r} is not a number", *path)


def _possible_values(factor: Factor) -> list[str] | None:
    # Built only for the kind that is asked for: a choice may have many options.
    closed: dict[FactorKind, Callable[[], list[str]]] = {
        FactorKind.YES_NO: lambda: ["yes", "no"],
        FactorKind.CHOICE: lambda: [option.value for option in factor.options],
    }
    return closed[factor.kind]() if factor.kind in closed else None


def _is_number(value: str) -> bool:
    whole, _, fraction = value.removeprefix("-").partition(".")
    has_digits = whole.isdecimal() and whole.isascii() and (fraction.isdecimal() or "." not in value)
    return has_digits and len(value) <= _MAX_NUMBER_LENGTH
