"""The plugin API: everything a region may import, and nothing else is promised.

A complete plugin is a distribution whose ``pyproject.toml`` names the jurisdiction it regulates::

    [project]
    name = "caserisk-springfield"
    version = "1.0.0"
    dependencies = ["caserisk"]

    [project.entry-points.caserisk]
    370600 = "caserisk_springfield:PLUGIN"

and a module::

    from caserisk.plugin import API_VERSION, Edition, Facts, Gate, GatedAct, Plugin, Reason, Rules, Text

    ASSESS_FIRST = Reason(rule="SPR-01", text=Text("先评估,后决定", "Assess first, then decide"), assumed=True)


    def gates(facts: Facts) -> list[Gate]:
        return [Gate(act=GatedAct.DISPOSITION_DECISION, open=facts.assessed, reasons=(ASSESS_FIRST,))]


    PLUGIN = Plugin(api_version=API_VERSION, editions=(Edition(name="2026", rules=Rules(gates=gates)),))

What the rules do not answer is answered by the province's plugin, if one is installed, and by the core's baseline.
Instead of `Rules` an edition may have a module of functions named after the hooks and marked with `hookimpl`.
"""

from caserisk.domain.facts import (
    AssessmentFacts,
    CaseFacts,
    DeadlineFacts,
    DispositionFacts,
    Facts,
    SupervisionFacts,
    WarningFacts,
)
from caserisk.domain.levels import Colour, Level, LevelScheme, RiskLevel
from caserisk.domain.rules import (
    Awaited,
    ClosingCondition,
    Committee,
    DerivedLevel,
    Duty,
    Edition,
    Factor,
    FactorOption,
    Gate,
    Issuing,
    Measure,
    NoticeRule,
    Occasion,
    Option,
    PlanRule,
    PlanSectionRule,
    Plugin,
    Post,
    Responsibility,
    ReviewStep,
    Stage,
    SupervisionRule,
    TermRule,
    TermStart,
)
from caserisk.domain.terms import WorkingDays
from caserisk.domain.texts import Citation, Reason, Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    ClosureOutcome,
    DeadlineKind,
    DeadlineStatus,
    DepartmentFunction,
    FactorKind,
    GatedAct,
    LevelOverride,
    PlanKind,
    Receipt,
    Role,
    Severity,
    SupervisionKind,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.regulation.answer_tables import AnswerTable, by, level_code, level_number
from caserisk.regulation.hooks import API_VERSION, Rules, hookimpl

__all__ = [
    "API_VERSION",
    "AnswerTable",
    "AssessmentFacts",
    "AssessmentStatus",
    "Awaited",
    "CaseFacts",
    "Citation",
    "ClosingCondition",
    "ClosureOutcome",
    "Colour",
    "Committee",
    "DeadlineFacts",
    "DeadlineKind",
    "DeadlineStatus",
    "DepartmentFunction",
    "DerivedLevel",
    "DispositionFacts",
    "Duty",
    "Edition",
    "Factor",
    "FactorKind",
    "FactorOption",
    "Facts",
    "Gate",
    "GatedAct",
    "Issuing",
    "Level",
    "LevelOverride",
    "LevelScheme",
    "Measure",
    "NoticeRule",
    "Occasion",
    "Option",
    "PlanKind",
    "PlanRule",
    "PlanSectionRule",
    "Plugin",
    "Post",
    "Reason",
    "Receipt",
    "Responsibility",
    "ReviewStep",
    "RiskLevel",
    "Role",
    "Rules",
    "Severity",
    "Stage",
    "SupervisionFacts",
    "SupervisionKind",
    "SupervisionRule",
    "SupervisionStatus",
    "TermRule",
    "TermStart",
    "Text",
    "WarningFacts",
    "WarningStatus",
    "WorkingDays",
    "by",
    "hookimpl",
    "level_code",
    "level_number",
]
