"""Random inputs of mutations, from what was read of a case: most of them make sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from caserisk.domain.vocabulary import GatedAct, Role, SupervisionKind
from tests.adversarial.players import Input, Player

LEVELS = {
    "43": ("level-1", "level-2", "level-3", "level-4"),
    "37": ("blue", "orange", "red"),
    "44": ("level-3", "level-2", "level-1"),
}
"""The codes of the levels by the province of an office."""

SCHEME = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
CONTINGENCY = ("demands", "facts", "risks", "measures")


def _open_case(player: Player) -> Input:
    number = f"检刑〔2026〕{player.random.randrange(40)}号"
    return {"number": number, "title": "盗窃案", "cause": "盗窃", "office": player.office.code}


def _assign_case(player: Player) -> Input:
    input = _case(player) | {"department": player.office.department().id}
    if player.chance(0.9):
        input["handler"] = player.office.officer_id(Role.CASE_HANDLER)
    if player.chance(0.2):
        input["warn"] = "分流时发现风险"
    return input


def _advance_case(player: Player) -> Input:
    following = [item["key"] for item in player.seen.case["nextStages"]]
    return _case(player) | {"toStage": player.random.choice([*following * 4, "decision"])}


def _record_act(player: Player) -> Input:
    acts = [GatedAct.DISPOSITION_DECISION, GatedAct.COMPULSORY_MEASURE] * 6 + [GatedAct.CONCLUSION]
    return _case(player) | {"act": str(player.random.choice(acts)), "description": "依法办理"}


def _record_petition(player: Player) -> Input:
    return _case(player) | {"channel": "来访", "description": "来访一次"}


def _submit_assessment(player: Player) -> Input:
    has_risk, levels = player.chance(0.85), LEVELS[player.office.code[:2]]
    other = player.random.choice(sorted({code for codes in LEVELS.values() for code in codes}))
    level = player.random.choice(levels) if player.chance(0.95) else other
    input = _case(player) | {"hasRisk": has_risk, "summary": "情绪激动"}
    if has_risk:
        input["proposedLevel"] = level
    if has_risk or player.chance(0.5):
        input["plan"] = _plan(player, CONTINGENCY)
    if player.office.code.startswith("37"):
        input["answers"] = [{"factor": "social-risk-factors", "value": "未发现"}]
    elif player.office.code.startswith("43") and player.chance(0.5):
        input["answers"] = [{"factor": "party-reaction", "value": player.random.choice(["none", "strong", "marked"])}]
    return input


def _review_assessment(player: Player) -> Input:
    assessments = [item["id"] for item in player.seen.assessments]
    input = {"assessment": _one_of(player, assessments[:1] * 5 + assessments, "assessment")}
    returned = player.chance(0.12)
    input |= {"verdict": "RETURNED", "comment": "请补充"} if returned else {"verdict": "APPROVED"}
    current = next(iter(player.seen.assessments), None)
    step = current and current["nextReview"]
    decides = step and step["role"] in ("EXPERT_COMMITTEE", "CHIEF_PROCURATOR")
    if decides and not returned and player.chance(0.4):
        input["level"] = player.random.choice(LEVELS[player.office.code[:2]])
    return input


def _issue_warning(player: Player) -> Input:
    input = _case(player)
    if player.seen.assessments and player.chance(0.4):
        input["assessment"] = player.random.choice(player.seen.assessments)["id"]
    return input


def _lift_warning(player: Player) -> Input:
    return _warning(player) | {"reason": "风险消除"}


def _acknowledge_warning(player: Player) -> Input:
    return _warning(player)


def _adopt_plan(player: Player) -> Input:
    kind, keys = ("SCHEME", SCHEME) if player.office.code.startswith("43") else ("SCHEME", CONTINGENCY)
    if player.chance(0.2):
        kind, keys = "CONTINGENCY", CONTINGENCY
    return _warning(player) | {"kind": kind, "plan": _plan(player, keys)}


def _record_disposition(player: Player) -> Input:
    input = _case(player) | {"measure": player.random.choice(["explanation", "mediation"]), "description": "释法说理"}
    if player.seen.warnings and player.chance(0.8):
        input["warning"] = _warning(player)["warning"]
    if player.chance(0.3):
        input["performedAt"] = (player.now - timedelta(hours=player.random.randrange(-2, 30))).isoformat()
    return input


def _resolve_warning(player: Player) -> Input:
    outcomes = ["SETTLED", "RESOLVED_NOT_SETTLED", "REFERRED_TO_LEGAL_REMEDY"]
    return _warning(player) | {"outcome": player.random.choice(outcomes), "feedback": "已化解"}


def _file_warning(player: Player) -> Input:
    return _warning(player) | {"report": "结案报告"}


def _archive_warning(player: Player) -> Input:
    return _warning(player)


def _supervise_warning(player: Player) -> Input:
    waiting = [item for item in player.seen.warnings[:1] for item in item["supervisions"]]
    waiting = [item for item in waiting if item["status"] == "REQUIRED"]
    input = _warning(player) | {"kind": str(player.random.choice(list(SupervisionKind))), "reason": "督促办理"}
    if waiting and player.chance(0.6):
        input |= {"kind": waiting[0]["kind"], "supervision": waiting[0]["id"]}
    if player.chance(0.8):
        input["leader"] = player.office.officer_id(Role.CHIEF_PROCURATOR)
    if player.chance(0.7):
        limit = player.now + timedelta(days=player.random.randrange(-1, 60))
        input["newLimit"] = limit.date().isoformat()
    return input


def _reply_to_supervision(player: Player) -> Input:
    supervisions = [item["id"] for warning in player.seen.warnings for item in warning["supervisions"]]
    return {"supervision": _one_of(player, supervisions, "supervision"), "reply": "已部署"}


def _mark_notice_read(player: Player) -> Input:
    return {"notice": _one_of(player, [item["id"] for item in player.seen.case["notices"]["nodes"]], "notice")}


def _case(player: Player) -> Input:
    return {"case": player.seen.case["id"]}


def _warning(player: Player) -> Input:
    warnings = [item["id"] for item in player.seen.warnings]
    return {"warning": _one_of(player, warnings[:1] * 5 + warnings, "warning")}


def _one_of(player: Player, ids: list[str], noun: str) -> str:
    """Choose one of the ids; where there are none, return an id of nothing."""
    return player.random.choice(ids) if ids else f"{noun}_nowhere"


def _plan(player: Player, keys: Sequence[str]) -> Input:
    written = [key for key in keys if player.chance(0.97)]
    due = player.now + timedelta(days=player.random.randrange(-1, 40))
    return {
        "sections": [{"key": key, "text": "内容"} for key in written],
        "assigned": [player.office.officer_id(Role.CASE_HANDLER)],
        "resolutionDueOn": due.date().isoformat() if player.chance(0.3) else None,
    }


MADE_UP: dict[str, Callable[[Player], Input]] = {
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
