"""Derive the level from the answers of an assessment, and hold against it what people set instead (ZHU-08, A-16)."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment, FactorAnswer
from caserisk.domain.levels import RiskLevel
from caserisk.domain.refusals import invalid
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import LevelOverride
from caserisk.regulation import hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """The level that follows from the answers and whether another one may be set; both None where none follows."""

    level: RiskLevel | None = None
    override: LevelOverride | None = None
    reasons: tuple[Reason, ...] = ()


def derive_level(work: UnitOfWork, answers: tuple[FactorAnswer, ...]) -> Derivation:
    """Ask the regulation for the level that follows from the answers."""
    facts = work.facts()
    scheme = work.regulation.ask(hooks.caserisk_level_scheme, facts)
    # A region may know risk and no risk alone; then there is no level to derive.
    if scheme is None:
        return Derivation()
    values = {answer.factor.key: answer.value for answer in answers}
    derived = work.regulation.ask(hooks.caserisk_derived_level, facts, values, scheme)
    if derived is None or derived.code is None:
        return Derivation(reasons=derived.reasons if derived else ())
    return Derivation(level=work.find_level(derived.code), override=derived.override, reasons=derived.reasons)


def check_override(
    derivation: Derivation, *, has_risk: bool, proposed: RiskLevel | None, override_reason: str | None
) -> None:
    """Refuse a level, or "no risk", that departs from the derived level against the regulation or without a word.

    Raises:
        Refused: INVALID.
    """
    derived = derivation.level
    level = (proposed or derived) if has_risk else None
    if derived is None or not _departs(level, derived):
        if override_reason is not None:
            raise invalid(
                "没有变更由答案得出的等级,不须说明理由",
                "nothing departs from a level that follows from the answers; leave the reason out",
                "override_reason",
            )
        return
    _require_allowed(level, derivation, "proposed_level" if has_risk else "has_risk")
    if override_reason is None:
        said = _contradiction(level, derived)
        raise invalid(
            f"{said.zh};请说明理由", f"{said.en}; give a reason", "override_reason", reasons=derivation.reasons
        )


def check_reviewed_level(assessment: Assessment, level: RiskLevel | None) -> None:
    """Refuse a reviewer's level that departs from a derived one which binds, or which may only be raised.

    A reviewer gives no reason: a level that may be departed from is the handler's preliminary one (ZHU-08, ZHU-09).

    Raises:
        Refused: INVALID.
    """
    derived = assessment.derived_level
    if derived and _departs(level, derived):
        kept = Derivation(level=derived, override=assessment.override, reasons=assessment.reasons)
        _require_allowed(level, kept, "level")


def _require_allowed(level: RiskLevel | None, derivation: Derivation, *path: str) -> None:
    derived, override = derivation.level, derivation.override
    if derived is None or override is None or override is LevelOverride.WITH_REASON:
        return
    if override is LevelOverride.RAISE_ONLY and level and level.graver_than(derived):
        return
    said = _contradiction(level, derived)
    raise invalid(f"{said.zh};此等级{override.zh}", f"{said.en}; {override.en}", *path, reasons=derivation.reasons)


def _departs(level: RiskLevel | None, derived: RiskLevel) -> bool:
    # By rank, not by identity: between submission and review the scheme may have got another version.
    return level is None or level.graver_than(derived) or derived.graver_than(level)


def _contradiction(level: RiskLevel | None, derived: RiskLevel) -> Text:
    given = level.label if level else Text("无风险", "no risk")
    return Text(
        f"由答案得出「{derived.label.zh}」,而所报为「{given.zh}」",
        f"the answers give {derived.label.en!r}, not {given.en!r}",
    )
