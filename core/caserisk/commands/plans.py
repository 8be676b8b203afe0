"""Check plans against what the regulation asks of them, and draw them up (A-28)."""

from __future__ import annotations

from datetime import date

from caserisk.commands.input_fields import declare_input, ids_field, text_field, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import MAX_KEY_LENGTH, MAX_TEXT_LENGTH, InputValidator
from caserisk.domain.plans import Plan, PlanSection
from caserisk.domain.rules import PlanRule
from caserisk.domain.vocabulary import PlanKind


@declare_input("A section of a plan as written.")
class PlanSectionDraft:
    """A section as written."""

    key: str = value_field("The key of the section, as `Regulation.plan_sections` lists it.")
    text: str = text_field("What it says, at most 20,000 characters.", max_length=MAX_TEXT_LENGTH)


@declare_input("A disposition plan (工作预案 / 处置方案).")
class PlanDraft:
    """A plan as handed in."""

    sections: tuple[PlanSectionDraft, ...] = value_field("Its sections, each once.")
    assigned: tuple[str, ...] = ids_field(
        "officer", "The officers it assigns, of the case's office (定人员).", default=()
    )
    resolution_due_on: date | None = value_field(
        "By when the risk is to be resolved; not in the past (定时限).", not_past=True, default=None
    )


def check_plan(work: UnitOfWork, draft: PlanDraft, rule: PlanRule, validator: InputValidator) -> None:
    """Note what a plan lacks, or has too much: an empty plan is none (HUI-02, ZHU-03, ZHU-13, LKO-11)."""
    if not draft.sections:
        validator.reject("方案没有内容;至少写明一节", "the plan is empty; write a section at least", "plan", "sections")
    known = {section.key: section for section in rule.sections}
    written = [section.key for section in draft.sections]
    for index, section in enumerate(draft.sections):
        path = ("plan", "sections", str(index))
        if section.key not in known:
            validator.reject_unknown("方案内容", "section of a plan", section.key, known, *path, "key")
        if written.index(section.key) != index:
            key = section.key[:MAX_KEY_LENGTH]
            validator.reject(f"「{key}」一节重复", f"section {key!r} appears twice", *path, "key")
        validator.check_fields(section, work.at, *path)
    for key, rule_section in known.items():
        if rule_section.required and key not in written:
            zh = f"缺少「{rule_section.label.zh}」({key})一节"
            validator.reject(zh, f"the section {key!r} ({rule_section.label.en}) is missing", "plan", "sections")
    # Officers who left, and those of other offices, cannot be assigned; this is NOT_FOUND and ends the check at once.
    for index, id in enumerate(draft.assigned):
        work.find_officer(id, "plan", "assigned", str(index))
    validator.check_fields(draft, work.at, "plan")


def draw_up_plan(
    work: UnitOfWork,
    draft: PlanDraft,
    rule: PlanRule,
    *,
    kind: PlanKind,
    assessment_id: str | None = None,
    warning_id: str | None = None,
) -> Plan:
    """Return the plan that a draft becomes; its version counts those of its kind in the case."""
    labels = {section.key: section.label for section in rule.sections}
    # Counted among the plans of the case's file, all of which are loaded with it.
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
        proposed_by_id=work.require_officer().id,
        proposed_at=work.at,
    )
