"""The closed sets of words as GraphQL enums; each value is described by its Chinese and its English name."""

from __future__ import annotations

import inspect

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from caserisk.domain.vocabulary import (
    AssessmentChangeKind,
    AssessmentStatus,
    CaseChangeKind,
    ClosureOutcome,
    DeadlineKind,
    DeadlineStatus,
    DepartmentFunction,
    ErrorCode,
    FactorKind,
    GatedAct,
    LabelledEnum,
    LevelOverride,
    Locale,
    OfficeChangeKind,
    PlanKind,
    PluginStatus,
    Role,
    Severity,
    SupervisionKind,
    SupervisionStatus,
    Verdict,
    WarningAct,
    WarningChangeKind,
    WarningStatus,
)

__all__ = [
    "AssessmentChangeKind",
    "AssessmentStatus",
    "CaseChangeKind",
    "CaseOrder",
    "ClosureOutcome",
    "DeadlineKind",
    "DeadlineStatus",
    "DepartmentFunction",
    "ErrorCode",
    "FactorKind",
    "GatedAct",
    "LevelOverride",
    "Locale",
    "OfficeChangeKind",
    "PlanKind",
    "PluginStatus",
    "Role",
    "Severity",
    "SupervisionKind",
    "SupervisionStatus",
    "Verdict",
    "WarningAct",
    "WarningChangeKind",
    "WarningOrder",
    "WarningStatus",
]


class CaseOrder(LabelledEnum):
    """How cases are sorted; where the value is null, the case comes last."""

    DUE_SOONEST = "DUE_SOONEST", "最早到期在前", "the earliest open deadline first"
    OPENED_NEWEST = "OPENED_NEWEST", "最近受理在前", "opened last first"
    OPENED_OLDEST = "OPENED_OLDEST", "最早受理在前", "opened first first"
    SEVERITY_HIGHEST = "SEVERITY_HIGHEST", "风险最高在前", "the gravest level first"


class WarningOrder(LabelledEnum):
    """How warnings are sorted; where the value is null, the warning comes last."""

    DUE_SOONEST = "DUE_SOONEST", "最早到期在前", "the earliest open deadline first"
    ISSUED_NEWEST = "ISSUED_NEWEST", "最近发布在前", "issued last first"
    ISSUED_OLDEST = "ISSUED_OLDEST", "最早发布在前", "issued first first"
    SEVERITY_HIGHEST = "SEVERITY_HIGHEST", "风险最高在前", "the gravest level first"


_LOCALES = {"ZH": "中文 · Chinese", "EN": "英文 · English"}


def _describe(cls: type[LabelledEnum] | type[Locale]) -> None:
    strawberry.enum(cls, description=inspect.cleandoc(cls.__doc__ or ""))
    # Strawberry takes descriptions one value at a time; here they are the words of the enum itself.
    definition: StrawberryEnumDefinition = cls.__strawberry_definition__  # type: ignore[union-attr]
    for value, word in zip(definition.values, cls, strict=True):
        value.description = f"{word.zh} · {word.en}" if isinstance(word, LabelledEnum) else _LOCALES[word]


_describe(Locale)
for _words in LabelledEnum.__subclasses__():
    _describe(_words)
