"""Random inputs of mutations, from what was read of a case: most of them make sense."""

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
from tests.adversarial.actors import Actor, Input
from tests.adversarial.attempts import input_fields

LEVELS = {
    "43": ("level-1", "level-2", "level-3", "level-4"),
    "37": ("blue", "orange", "red"),
    "44": ("level-3", "level-2", "level-1"),
    "12": ("general", "considerable", "major"),
}
"""The codes of the levels by the province of an office."""

SCHEME = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
CONTINGENCY = ("demands", "facts", "risks", "measures")


RandomInput = Callable[[Actor], Input]

RANDOM_INPUTS: dict[str, RandomInput] = {}
"""Functions that draw an input which often makes sense, by the name of the mutation."""


def random_input(draw: RandomInput) -> RandomInput:
    """Register a function under the mutation it is named after."""
    RANDOM_INPUTS[api_name(draw.__name__.removeprefix("_"))] = draw
    return draw


def random_input_for(actor: Actor, mutation: str) -> Input:
    """Draw an input for a mutation: one that makes sense, or where nobody wrote one, one that its fields allow."""
    draw = RANDOM_INPUTS.get(mutation)
    return draw(actor) if draw else _any_input(actor, mutation)


def _any_input(actor: Actor, mutation: str) -> Input:
    fields = input_fields(mutation).items()
    return {name: _any_value(actor, field.type, name) for name, field in fields if is_required_input_field(field)}


def _any_value(actor: Actor, type_: GraphQLInputType, name: str) -> Any:
    """Draw a value of a type: an id of what was read, a member of an enum, a text."""
    named = get_named_type(type_)
    if is_list_type(get_nullable_type(type_)):
        return []
    if isinstance(named, GraphQLEnumType):
        return actor.random.choice(list(named.values))
    if isinstance(named, GraphQLInputObjectType):
        required = ((key, field) for key, field in named.fields.items() if is_required_input_field(field))
        return {key: _any_value(actor, field.type, key) for key, field in required}
    if named.name == "ID":
        return {"case": _case, "warning": _warning}.get(name, lambda _: {name: f"{name}_nowhere"})(actor)[name]
    moment = actor.now.isoformat()
    values = {"Boolean": actor.chance(0.5), "Int": 1, "DateTime": moment, "Date": moment[:10]}
    return values.get(named.name, "依法办理")


@random_input
def _open_case(actor: Actor) -> Input:
    number = f"检刑〔2026〕{actor.random.randrange(40)}号"
    return {"number": number, "title": "盗窃案", "cause": "盗窃", "office": actor.office.code}


@random_input
def _assign_case(actor: Actor) -> Input:
    input = _case(actor) | {"department": actor.office.department().id}
    if actor.chance(0.9):
        input["handler"] = actor.office.officer_id(Role.CASE_HANDLER)
    if actor.chance(0.2):
        input["warn"] = "分流时发现风险"
    return input


@random_input
def _advance_case(actor: Actor) -> Input:
    following = [item["key"] for item in actor.seen.case["nextStages"]]
    return _case(actor) | {"toStage": actor.random.choice([*following * 4, "decision"])}


@random_input
def _record_act(actor: Actor) -> Input:
    acts = [GatedAct.DISPOSITION_DECISION, GatedAct.COMPULSORY_MEASURE] * 6 + [GatedAct.CONCLUSION]
    return _case(actor) | {"act": str(actor.random.choice(acts)), "description": "依法办理"}


@random_input
def _record_petition(actor: Actor) -> Input:
    return _case(actor) | {"channel": "来访", "description": "来访一次"}


@random_input
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
        reaction = actor.random.choice(["none", "strong", "marked"])
        input["answers"] = [{"factor": "party-reaction", "value": reaction}]
        derived = {"none": None, "marked": "level-2", "strong": "level-3"}[reaction]
        if derived not in (None, level if has_risk else None) and actor.chance(0.8):
            input["overrideReason"] = "另有情况"
    return input


@random_input
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


@random_input
def _withdraw_assessment(actor: Actor) -> Input:
    assessments = [item["id"] for item in actor.seen.assessments]
    return {"assessment": _one_of(actor, assessments[:1] * 5 + assessments, "assessment"), "reason": "情况有变"}


@random_input
def _issue_warning(actor: Actor) -> Input:
    input = _case(actor)
    if actor.seen.assessments and actor.chance(0.4):
        input["assessment"] = actor.random.choice(actor.seen.assessments)["id"]
    return input


@random_input
def _lift_warning(actor: Actor) -> Input:
    return _warning(actor) | {"reason": "风险消除"}


@random_input
def _acknowledge_warning(actor: Actor) -> Input:
    return _warning(actor)


@random_input
def _record_delivery(actor: Actor) -> Input:
    return _warning(actor)


@random_input
def _adopt_plan(actor: Actor) -> Input:
    kind, keys = ("SCHEME", SCHEME) if actor.office.code.startswith("43") else ("SCHEME", CONTINGENCY)
    if actor.chance(0.2):
        kind, keys = "CONTINGENCY", CONTINGENCY
    return _warning(actor) | {"kind": kind, "plan": _plan(actor, keys)}


@random_input
def _record_disposition(actor: Actor) -> Input:
    input = _case(actor) | {"measure": actor.random.choice(["explanation", "mediation"]), "description": "释法说理"}
    if actor.seen.warnings and actor.chance(0.8):
        input["warning"] = _warning(actor)["warning"]
    if actor.chance(0.3):
        input["performedAt"] = (actor.now - timedelta(hours=actor.random.randrange(-2, 30))).isoformat()
    return input


@random_input
def _resolve_warning(actor: Actor) -> Input:
    outcomes = ["SETTLED", "RESOLVED_NOT_SETTLED", "REFERRED_TO_LEGAL_REMEDY"]
    return _warning(actor) | {"outcome": actor.random.choice(outcomes), "feedback": "已化解"}


@random_input
def _file_warning(actor: Actor) -> Input:
    return _warning(actor) | {"report": "结案报告"}


@random_input
def _archive_warning(actor: Actor) -> Input:
    return _warning(actor)


@random_input
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


@random_input
def _reply_to_supervision(actor: Actor) -> Input:
    supervisions = [item["id"] for warning in actor.seen.warnings for item in warning["supervisions"]]
    return {"supervision": _one_of(actor, supervisions, "supervision"), "reply": "已部署"}


@random_input
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
