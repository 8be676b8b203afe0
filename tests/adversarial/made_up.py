"""Inputs made up for mutations, from what was seen of a case: mostly such as make sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from caserisk.domain.vocabulary import GatedAct, Role, SupervisionKind
from caserisk_graphql.naming import api_name
from tests.adversarial.attempts import input_fields
from tests.adversarial.players import Input, Player

LEVELS = {
    "43": ("level-1", "level-2", "level-3", "level-4"),
    "37": ("blue", "orange", "red"),
    "44": ("level-3", "level-2", "level-1"),
}
"""The codes of the levels by the province of an office."""

SCHEME = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
CONTINGENCY = ("demands", "facts", "risks", "measures")


MakeInput = Callable[[Player], Input]

MADE_UP: dict[str, MakeInput] = {}
"""What makes inputs that often make sense, by the names of the mutations."""


def made_up(make: MakeInput) -> MakeInput:
    """Enter a function under the mutation it is named after."""
    MADE_UP[api_name(make.__name__.removeprefix("_"))] = make
    return make


def input_for(player: Player, mutation: str) -> Input:
    """An input for a mutation: one that makes sense, or where nobody thought of any, one that its fields allow."""
    make = MADE_UP.get(mutation)
    return make(player) if make else _any_input(player, mutation)


def _any_input(player: Player, mutation: str) -> Input:
    fields = input_fields(mutation).items()
    return {name: _any_value(player, field.type, name) for name, field in fields if is_required_input_field(field)}


def _any_value(player: Player, type_: GraphQLInputType, name: str) -> Any:
    """A value of a type: an id of what was seen, a word of an enum, a text."""
    of = get_named_type(type_)
    if is_list_type(get_nullable_type(type_)):
        return []
    if isinstance(of, GraphQLEnumType):
        return player.random.choice(list(of.values))
    if isinstance(of, GraphQLInputObjectType):
        required = ((key, field) for key, field in of.fields.items() if is_required_input_field(field))
        return {key: _any_value(player, field.type, key) for key, field in required}
    if of.name == "ID":
        return {"case": _case, "warning": _warning}.get(name, lambda _: {name: f"{name}_nowhere"})(player)[name]
    moment = player.now.isoformat()
    return {"Boolean": player.chance(0.5), "Int": 1, "DateTime": moment, "Date": moment[:10]}.get(of.name, "依法办理")


@made_up
def _open_case(player: Player) -> Input:
    number = f"检刑〔2026〕{player.random.randrange(40)}号"
    return {"number": number, "title": "盗窃案", "cause": "盗窃", "office": player.office.code}


@made_up
def _assign_case(player: Player) -> Input:
    input = _case(player) | {"department": player.office.department().id}
    if player.chance(0.9):
        input["handler"] = player.office.officer_id(Role.CASE_HANDLER)
    if player.chance(0.2):
        input["warn"] = "分流时发现风险"
    return input


@made_up
def _advance_case(player: Player) -> Input:
    following = [item["key"] for item in player.seen.case["nextStages"]]
    return _case(player) | {"toStage": player.random.choice([*following * 4, "decision"])}


@made_up
def _record_act(player: Player) -> Input:
    acts = [GatedAct.DISPOSITION_DECISION, GatedAct.COMPULSORY_MEASURE] * 6 + [GatedAct.CONCLUSION]
    return _case(player) | {"act": str(player.random.choice(acts)), "description": "依法办理"}


@made_up
def _record_petition(player: Player) -> Input:
    return _case(player) | {"channel": "来访", "description": "来访一次"}


@made_up
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


@made_up
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


@made_up
def _issue_warning(player: Player) -> Input:
    input = _case(player)
    if player.seen.assessments and player.chance(0.4):
        input["assessment"] = player.random.choice(player.seen.assessments)["id"]
    return input


@made_up
def _lift_warning(player: Player) -> Input:
    return _warning(player) | {"reason": "风险消除"}


@made_up
def _acknowledge_warning(player: Player) -> Input:
    return _warning(player)


@made_up
def _adopt_plan(player: Player) -> Input:
    kind, keys = ("SCHEME", SCHEME) if player.office.code.startswith("43") else ("SCHEME", CONTINGENCY)
    if player.chance(0.2):
        kind, keys = "CONTINGENCY", CONTINGENCY
    return _warning(player) | {"kind": kind, "plan": _plan(player, keys)}


@made_up
def _record_disposition(player: Player) -> Input:
    input = _case(player) | {"measure": player.random.choice(["explanation", "mediation"]), "description": "释法说理"}
    if player.seen.warnings and player.chance(0.8):
        input["warning"] = _warning(player)["warning"]
    if player.chance(0.3):
        input["performedAt"] = (player.now - timedelta(hours=player.random.randrange(-2, 30))).isoformat()
    return input


@made_up
def _resolve_warning(player: Player) -> Input:
    outcomes = ["SETTLED", "RESOLVED_NOT_SETTLED", "REFERRED_TO_LEGAL_REMEDY"]
    return _warning(player) | {"outcome": player.random.choice(outcomes), "feedback": "已化解"}


@made_up
def _file_warning(player: Player) -> Input:
    return _warning(player) | {"report": "结案报告"}


@made_up
def _archive_warning(player: Player) -> Input:
    return _warning(player)


@made_up
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


@made_up
def _reply_to_supervision(player: Player) -> Input:
    supervisions = [item["id"] for warning in player.seen.warnings for item in warning["supervisions"]]
    return {"supervision": _one_of(player, supervisions, "supervision"), "reply": "已部署"}


@made_up
def _mark_notice_read(player: Player) -> Input:
    return {"notice": _one_of(player, [item["id"] for item in player.seen.case["notices"]["nodes"]], "notice")}


def _case(player: Player) -> Input:
    return {"case": player.seen.case["id"]}


def _warning(player: Player) -> Input:
    warnings = [item["id"] for item in player.seen.warnings]
    return {"warning": _one_of(player, warnings[:1] * 5 + warnings, "warning")}


def _one_of(player: Player, ids: list[str], noun: str) -> str:
    """One of them, or where there are none, an id of nothing."""
    return player.random.choice(ids) if ids else f"{noun}_nowhere"


def _plan(player: Player, keys: Sequence[str]) -> Input:
    written = [key for key in keys if player.chance(0.97)]
    due = player.now + timedelta(days=player.random.randrange(-1, 40))
    return {
        "sections": [{"key": key, "text": "内容"} for key in written],
        "assigned": [player.office.officer_id(Role.CASE_HANDLER)],
        "resolutionDueOn": due.date().isoformat() if player.chance(0.3) else None,
    }
