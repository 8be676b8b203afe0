"""Random inputs of mutations, from what was read of a case: most of them make sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from caserisk.domain.vocabulary import GatedAct, Role, SupervisionKind
from tests.adversarial.actors import Actor, Input

LEVELS = {
    "43": ("level-1", "level-2", "level-3", "level-4"),
    "37": ("blue", "orange", "red"),
    "44": ("level-3", "level-2", "level-1"),
}
"""The codes of the levels by the province of an office."""

SCHEME = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
CONTINGENCY = ("demands", "facts", "risks", "measures")


def _open_case(actor: Actor) -> Input:
    number = f"检刑〔2026〕{actor.random.randrange(40)}号"
    return {"number": number, "title": "盗窃案", "cause": "盗窃", "office": actor.office.code}


def _assign_case(actor: Actor) -> Input:
    input = _case(actor) | {"department": actor.office.department().id}
    if actor.chance(0.9):
        input["handler"] = actor.office.officer_id(Role.CASE_HANDLER)
    if actor.chance(0.2):
        input["warn"] = "分流时发现风险"
    return input


def _advance_case(actor: Actor) -> Input:
    following = [item["key"] for item in actor.seen.case["nextStages"]]
    return _case(actor) | {"toStage": actor.random.choice([*following * 4, "decision"])}


def _record_act(actor: Actor) -> Input:
    acts = [GatedAct.DISPOSITION_DECISION, GatedAct.COMPULSORY_MEASURE] * 6 + [GatedAct.CONCLUSION]
    return _case(actor) | {"act": str(actor.random.choice(acts)), "description": "依法办理"}


def _record_petition(actor: Actor) -> Input:
    return _case(actor) | {"channel": "来访", "description": "来访一次"}


def _submit_assessment(actor: Actor) -> Input:
    has_risk, levels = actor.chance(0.85), LEVELS[actor.office.code[:2]]
    other = actor.random.choice(sorted({code for codes in LEVELS.values() for code in codes}))
    level = actor.random.choice(levels) if actor.chance(0.95) else other
    input = _case(actor) | {"hasRisk": has_risk, "summary": "情绪激动"}
    if has_risk:
        input["proposedLevel"] = level
    if has_risk or actor.chance(0.5):
        input["plan"] = _plan(actor, CONTINGENCY)
    if actor.office.code.startswith("37"):
        input["answers"] = [{"factor": "social-risk-factors", "value": "未发现"}]
    elif actor.office.code.startswith("43") and actor.chance(0.5):
        input["answers"] = [{"factor": "party-reaction", "value": actor.random.choice(["none", "strong", "marked"])}]
    return input


def _review_assessment(actor: Actor) -> Input:
    assessments = [item["id"] for item in actor.seen.assessments]
    input = {"assessment": _one_of(actor, assessments[:1] * 5 + assessments, "assessment")}
    returned = actor.chance(0.12)
    input |= {"verdict": "RETURNED", "comment": "请补充"} if returned else {"verdict": "APPROVED"}
    current = next(iter(actor.seen.assessments), None)
    step = current and current["nextReview"]
    decides = step and step["role"] in ("EXPERT_COMMITTEE", "CHIEF_PROCURATOR")
    if decides and not returned and actor.chance(0.4):
        input["level"] = actor.random.choice(LEVELS[actor.office.code[:2]])
    return input


def _issue_warning(actor: Actor) -> Input:
    input = _case(actor)
    if actor.seen.assessments and actor.chance(0.4):
        input["assessment"] = actor.random.choice(actor.seen.assessments)["id"]
    return input


def _lift_warning(actor: Actor) -> Input:
    return _warning(actor) | {"reason": "风险消除"}


def _acknowledge_warning(actor: Actor) -> Input:
    return _warning(actor)


def _adopt_plan(actor: Actor) -> Input:
    kind, keys = ("SCHEME", SCHEME) if actor.office.code.startswith("43") else ("SCHEME", CONTINGENCY)
    if actor.chance(0.2):
        kind, keys = "CONTINGENCY", CONTINGENCY
    return _warning(actor) | {"kind": kind, "plan": _plan(actor, keys)}


def _record_disposition(actor: Actor) -> Input:
    input = _case(actor) | {"measure": actor.random.choice(["explanation", "mediation"]), "description": "释法说理"}
    if actor.seen.warnings and actor.chance(0.8):
        input["warning"] = _warning(actor)["warning"]
    if actor.chance(0.3):
        input["performedAt"] = (actor.now - timedelta(hours=actor.random.randrange(-2, 30))).isoformat()
    return input


def _resolve_warning(actor: Actor) -> Input:
    outcomes = ["SETTLED", "RESOLVED_NOT_SETTLED", "REFERRED_TO_LEGAL_REMEDY"]
    return _warning(actor) | {"outcome": actor.random.choice(outcomes), "feedback": "已化解"}


def _file_warning(actor: Actor) -> Input:
    return _warning(actor) | {"report": "结案报告"}


def _archive_warning(actor: Actor) -> Input:
    return _warning(actor)


def _supervise_warning(actor: Actor) -> Input:
    waiting = [item for item in actor.seen.warnings[:1] for item in item["supervisions"]]
    waiting = [item for item in waiting if item["status"] == "REQUIRED"]
    input = _warning(actor) | {"kind": str(actor.random.choice(list(SupervisionKind))), "reason": "督促办理"}
    if waiting and actor.chance(0.6):
        input |= {"kind": waiting[0]["kind"], "supervision": waiting[0]["id"]}
    if actor.chance(0.8):
        input["leader"] = actor.office.officer_id(Role.CHIEF_PROCURATOR)
    if actor.chance(0.7):
        limit = actor.now + timedelta(days=actor.random.randrange(-1, 60))
        input["newLimit"] = limit.date().isoformat()
    return input


def _reply_to_supervision(actor: Actor) -> Input:
    supervisions = [item["id"] for warning in actor.seen.warnings for item in warning["supervisions"]]
    return {"supervision": _one_of(actor, supervisions, "supervision"), "reply": "已部署"}


def _mark_notice_read(actor: Actor) -> Input:
    return {"notice": _one_of(actor, [item["id"] for item in actor.seen.case["notices"]["nodes"]], "notice")}


def _case(actor: Actor) -> Input:
    return {"case": actor.seen.case["id"]}


def _warning(actor: Actor) -> Input:
    warnings = [item["id"] for item in actor.seen.warnings]
    return {"warning": _one_of(actor, warnings[:1] * 5 + warnings, "warning")}


def _one_of(actor: Actor, ids: list[str], noun: str) -> str:
    """Choose one of the ids; where there are none, return an id of nothing."""
    return actor.random.choice(ids) if ids else f"{noun}_nowhere"


def _plan(actor: Actor, keys: Sequence[str]) -> Input:
    written = [key for key in keys if actor.chance(0.97)]
    due = actor.now + timedelta(days=actor.random.randrange(-1, 40))
    return {
        "sections": [{"key": key, "text": "内容"} for key in written],
        "assigned": [actor.office.officer_id(Role.CASE_HANDLER)],
        "resolutionDueOn": due.date().isoformat() if actor.chance(0.3) else None,
    }


RANDOM_INPUTS: dict[str, Callable[[Actor], Input]] = {
    "openCase": _open_case,
    "assignCase": _assign_case,
    "advanceCase": _advance_case,
    "recordAct": _record_act,
    "recordPetition": _record_petition,
    "submitAssessment": _submit_assessment,
    "reviewAssessment": _review_assessment,
    "issueWarning": _issue_warning,
    "liftWarning": _lift_warning,
    "acknowledgeWarning": _acknowledge_warning,
    "adoptPlan": _adopt_plan,
    "recordDisposition": _record_disposition,
    "resolveWarning": _resolve_warning,
    "fileWarning": _file_warning,
    "archiveWarning": _archive_warning,
    "superviseWarning": _supervise_warning,
    "replyToSupervision": _reply_to_supervision,
    "markNoticeRead": _mark_notice_read,
}
"""What makes an input for a mutation."""
