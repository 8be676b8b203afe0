"""Cases taken through each region's regulation by the mutations that people use, and what is then to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Answer, Api, Client
from tests.support.flows import HEAD_AND_LEADER, Warned
from tests.support.world import StaffedOffice, World

_SHANDONG, _HUNAN, _GUANGDONG = "37", "43", "44"
"""The provinces, as codes begin: Zhuzhou is in Hunan, Huizhou in Guangdong."""

CHAINS = {
    _SHANDONG: HEAD_AND_LEADER,
    _HUNAN: (*HEAD_AND_LEADER, Role.EXPERT_COMMITTEE),
    _GUANGDONG: (*HEAD_AND_LEADER, Role.CHIEF_PROCURATOR),
}
"""Who reviews, in turn; elsewhere as in Shandong."""

REVIEWED_WITHOUT_RISK = {_SHANDONG, _GUANGDONG}
"""Where an assessment that finds no risk passes the same chain (A-24)."""

ISSUERS = {
    _SHANDONG: Role.DEPARTMENT_HEAD,
    _HUNAN: Role.LEADING_GROUP_OFFICE,
    _GUANGDONG: Role.CASE_HANDLER,
}
"""Who issues a warning that does not issue itself."""

_NUMBERS = count(1)


def plan(*keys: str) -> Answer:
    """Return a plan with a text in each section."""
    return {"sections": [{"key": key, "text": "内容"} for key in keys]}


WORK_PLAN = plan("demands", "facts", "risks", "measures")
"""A contingency plan (工作预案) with the sections that every region lists."""

COMMITMENTS = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
"""What a scheme fixes and guarantees in Zhuzhou (三定三包, ZHU-13)."""

NO_FACTORS = [{"factor": "social-risk-factors", "value": "未发现"}]
"""The answer that Shandong asks of every assessment (SD-05)."""


def at(day: str, time: str = "09:00:00") -> datetime:
    """Return a moment, written as the clocks of the offices show it."""
    return datetime.fromisoformat(f"{day}T{time}+08:00")


def chain(office: StaffedOffice, level: str | None) -> Sequence[Role]:
    """Return who reviews an assessment in an office, in turn; without a level, one that finds no risk."""
    province = office.code[:2]
    reviewed = level is not None or province in REVIEWED_WITHOUT_RISK
    return CHAINS.get(province, HEAD_AND_LEADER) if reviewed else ()


# ------------------------------------------------------------------------------------------------ who is there


async def staffed(world: World, code: str) -> tuple[Api, StaffedOffice]:
    """Return the API, and an office with an officer of each role."""
    return Api(world), await world.office(code)


async def another_department(world: World, office: StaffedOffice) -> StaffedOffice:
    """Return the same office with a second business department: its own handler, head and leader in charge."""
    registrar, function = world.registrar, DepartmentFunction.BUSINESS
    department = await registrar.department(office.office, "侦查监督处", function)
    roles = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    officers = {
        role: await registrar.officer(office.office, role.zh, (role,), department_id=department.id) for role in roles
    }
    head, leader = officers[Role.DEPARTMENT_HEAD].id, officers[Role.LEADER_IN_CHARGE].id
    department = await registrar.department(
        office.office, department.name, function, id=department.id, head_id=head, leader_in_charge_id=leader
    )
    led = {Role.LEADER_IN_CHARGE: frozenset({department.id})}
    viewers = {
        role: Viewer(officer=officer, office=office.office, led_department_ids=led.get(role, frozenset()))
        for role, officer in officers.items()
    }
    return replace(
        office,
        departments={**office.departments, function: department},
        viewers={**office.viewers, **viewers},
    )


# ------------------------------------------------------------------------------------------------ up to a decision


def new_case(office: StaffedOffice, **input: Any) -> Answer:
    """Return what is entered of a case of the office's handler, under a new number."""
    given = {
        "number": f"检公诉〔2011〕{next(_NUMBERS)}号",
        "title": "故意伤害案",
        "cause": "故意伤害",
        "office": office.code,
        "handler": office.officer_id(Role.CASE_HANDLER),
    }
    return given | input


async def open_case(api: Api, office: StaffedOffice, **input: Any) -> str:
    """Open a case of the office's handler, and return its id."""
    answer = await api.of(office, Role.CASE_HANDLER).do("openCase", **new_case(office, **input))
    return str(answer["case"]["id"])


async def submit(api: Api, office: StaffedOffice, case: str, *, level: str | None, **input: Any) -> str:
    """Submit an assessment with a plan, and return its id; without a level it finds no risk."""
    given = {"case": case, "hasRisk": level is not None, "proposedLevel": level, "plan": WORK_PLAN}
    answers = {"answers": NO_FACTORS} if office.code.startswith("37") else {}
    answer = await api.of(office, Role.CASE_HANDLER).do("submitAssessment", **given | answers | input)
    return str(answer["assessment"]["id"])


async def approve(api: Api, office: StaffedOffice, assessment: str, *roles: Role, **input: Any) -> Answer:
    """Have these roles approve an assessment, one after the other; return the last answer."""
    answer: Answer = {}
    for role in roles:
        given = {"assessment": assessment, "verdict": "APPROVED"}
        answer = await api.of(office, role).do("reviewAssessment", **given | input)
    return answer


async def assess(api: Api, office: StaffedOffice, case: str, *, level: str | None, **input: Any) -> str:
    """Submit an assessment, have it approved by everybody whose turn comes, and return its id."""
    assessment = await submit(api, office, case, level=level, **input)
    await approve(api, office, assessment, *chain(office, level))
    return assessment


# ------------------------------------------------------------------------------------------------ warned


async def warn(api: Api, office: StaffedOffice, *, level: str) -> Warned:
    """Assess a case at a level, and have the warning issued by whoever issues it there."""
    case = await open_case(api, office)
    assessment = await submit(api, office, case, level=level)
    answer = await approve(api, office, assessment, *chain(office, level))
    if not answer["warning"]:
        answer = await api.of(office, ISSUERS[office.code[:2]]).do("issueWarning", case=case)
    return Warned(case=case, assessment=assessment, warning=str(answer["warning"]["id"]))


async def receive(api: Api, office: StaffedOffice, *, level: str) -> Warned:
    """Do the same, and have the warning received by the undertaking department."""
    warned = await warn(api, office, level=level)
    await api.of(office, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)
    return warned


async def dispose(api: Api, office: StaffedOffice, *, level: str) -> Warned:
    """Do the same in Zhuzhou, and adopt a disposition scheme: work on the warning may begin."""
    warned = await receive(api, office, level=level)
    await api.of(office, Role.CASE_HANDLER).do("adoptPlan", warning=warned.warning, plan=plan(*COMMITMENTS))
    return warned


async def resolve(api: Api, office: StaffedOffice, warned: Warned, *, outcome: str = "SETTLED") -> None:
    """Have the handler close a warning as resolved."""
    await api.of(office, Role.CASE_HANDLER).do("resolveWarning", warning=warned.warning, outcome=outcome)


async def archive(api: Api, office: StaffedOffice, warned: Warned) -> None:
    """Have the closing report filed, and archived by the hub."""
    await api.of(office, Role.CASE_HANDLER).do("fileWarning", warning=warned.warning, report="结案报告")
    await api.of(office, Role.COMPLAINTS_OFFICER).do("archiveWarning", warning=warned.warning)


async def conclude(api: Api, office: StaffedOffice, case: str) -> Answer:
    """Have the handler conclude a case."""
    return await api.of(office, Role.CASE_HANDLER).do("recordAct", case=case, act="CONCLUSION", description="提起公诉")


# ------------------------------------------------------------------------------------------------ what is to be read


async def refusals(api: Api, office: StaffedOffice, roles: Sequence[Role], mutation: str, **input: Any) -> list[str]:
    """Return the codes with which each of these roles is refused, in their order."""
    return [(await api.of(office, role).refused(mutation, **input))[0]["code"] for role in roles]


async def look(client: Client, id: str, selection: str) -> Answer:
    """Return fields of the object with a global id."""
    type_ = id.partition("_")[0].capitalize()
    data = await client.ask(f"query ($id: ID!) {{ node(id: $id) {{ ... on {type_} {{ {selection} }} }} }}", id=id)
    node: Answer = data["node"]
    return node


async def next_reviewer(client: Client, assessment: str) -> Role | None:
    """Return the role whose turn it is to review; None when nobody has to."""
    step = (await look(client, assessment, "nextReview { role }"))["nextReview"]
    return step and Role[step["role"]]


async def regulation(client: Client, office: StaffedOffice, selection: str) -> Answer:
    """Return fields of the rules in force for an office today."""
    document = f"query ($office: String!) {{ regulation(office: $office) {{ {selection} }} }}"
    rules: Answer = (await client.ask(document, office=office.code))["regulation"]
    return rules


async def happened(client: Client, case: str) -> list[str]:
    """Return the timeline of a case: what happened, in order."""
    timeline = await look(
        client,
        case,
        """timeline(first: 100) { nodes {
             ... on CaseChange { of_case: kind }
             ... on AssessmentChange { of_assessment: kind }
             ... on WarningChange { of_warning: kind } } }""",
    )
    return [
        f"{noun.removeprefix('of_')} {kind}" for node in timeline["timeline"]["nodes"] for noun, kind in node.items()
    ]


async def told(client: Client) -> list[Answer]:
    """Return the notices addressed to the client, the newest first."""
    data = await client.ask("{ viewer { notices { nodes { id subject case { id } readAt reasons { rule } } } } }")
    notices: list[Answer] = data["viewer"]["notices"]["nodes"]
    return notices


async def heard(client: Client) -> list[str]:
    """Return what the client was notified of, the newest first."""
    return [notice["subject"] for notice in await told(client)]


def rules(reasons: list[Answer]) -> list[str]:
    """Return the rule ids that reasons name."""
    return [reason["rule"] for reason in reasons]
