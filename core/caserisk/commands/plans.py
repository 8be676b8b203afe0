"""Plans as people hand them in, checked against what the regulation asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caserisk.commands.checks import KEY, LONG, Checks
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.plans import Plan, PlanSection
from caserisk.domain.rules import PlanRule
from caserisk.domain.vocabulary import PlanKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A section as written."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A plan as handed in."""

    sections: tuple[SectionDraft, ...]
    assigned: tuple[str, ...] = ()
    resolution_due_on: date | None = None


def check_plan(work: UnitOfWork, draft: PlanDraft, rule: PlanRule, checks: Checks) -> None:
    """Note what a plan lacks, or has too much (ZHU-13, LKO-11)."""
    known = {section.key: section for section in rule.sections}
    written = [section.key for section in draft.sections]
    for index, section in enumerate(draft.sections):
        path = ("plan", "sections", str(index))
        if section.key not in known:
            checks.not_among("方案内容", "section of a plan", section.key, known, *path, "key")
        if written.index(section.key) != index:
            checks.wrong(
                f"「{section.key[:KEY]}」一节重复", f"section {section.key[:KEY]!r} appears twice", *path, "key"
            )
        checks.text(section.text, LONG, *path, "text")
    for key, wanted in known.items():
        if wanted.required and key not in written:
            zh = f"缺少「{wanted.label.zh}」({key})一节"
            checks.wrong(zh, f"the section {key!r} ({wanted.label.en}) is missing", "plan", "sections")
    for index, id in enumerate(draft.assigned):
        work.officer(id, "plan", "assigned", str(index))
    checks.not_past(draft.resolution_due_on, work.at, "plan", "resolutionDueOn")


def drawn_up(
    work: UnitOfWork,
    draft: PlanDraft,
    rule: PlanRule,
    *,
    kind: PlanKind,
    assessment_id: str | None = None,
    warning_id: str | None = None,
) -> Plan:
    """The plan that a draft becomes; its version counts those of its kind in the case."""
    labels = {section.key: section.label for section in rule.sections}
    earlier = sum(plan.kind is kind for plan in work.file.plans.values())
    return Plan(
        id=work.new_id("plan"),
        case_id=work.file.case.id,
        assessment_id=assessment_id,
        warning_id=warning_id,
        kind=kind,
        version=earlier + 1,
        sections=tuple(PlanSection(key=item.key, label=labels[item.key], text=item.text) for item in draft.sections),
        assigned=tuple(dict.fromkeys(draft.assigned)),
        resolution_due_on=draft.resolution_due_on,
        proposed_by_id=work.actor().id,
        proposed_at=work.at,
    )
