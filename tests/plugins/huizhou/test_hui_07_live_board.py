"""HUI-07 「所有在办案件的实时风险等级、工作预案以及处理情况等信息一目了然」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import assess, open_case, submit, warn
from tests.support.world import StaffedOffice

BOARD = """{ cases(where: { office: "441300", open: true }, orderBy: SEVERITY_HIGHEST) { totalCount nodes {
  id level { code label } currentAssessment { status plan { sections { key } } }
  activeWarning { status plan { kind } dispositions { nodes { measure { key } outcome } } } } } }"""


async def board(api: Api, office: StaffedOffice, role: Role = Role.CHIEF_PROCURATOR) -> list[Answer]:
    """Return the open cases as the board shows them, the gravest first."""
    cases = (await api.of(office, role).ask(BOARD))["cases"]
    assert cases["totalCount"] == len(cases["nodes"])
    nodes: list[Answer] = cases["nodes"]
    return nodes


async def test_level_plan_and_handling_at_a_glance(api: Api, huizhou: StaffedOffice) -> None:
    warned = await warn(api, huizhou, level="level-1")
    await api.of(huizhou, Role.CASE_HANDLER).do(
        "recordDisposition",
        case=warned.case,
        warning=warned.warning,
        measure="mediation",
        description="检调对接",
        outcome="调解中",
    )

    [entry] = await board(api, huizhou)

    sections = [{"key": key} for key in ("demands", "facts", "risks", "measures")]
    assert entry == {
        "id": warned.case,
        "level": {"code": "level-1", "label": "一级风险"},
        "currentAssessment": {"status": "CONFIRMED", "plan": {"sections": sections}},
        "activeWarning": {
            "status": "IN_DISPOSITION",
            "plan": {"kind": "CONTINGENCY"},
            "dispositions": {"nodes": [{"measure": {"key": "mediation"}, "outcome": "调解中"}]},
        },
    }


async def test_every_open_case_is_there(api: Api, huizhou: StaffedOffice) -> None:
    """Warned of or not, with risk or without, assessed or not yet; the gravest first."""
    unassessed, in_review = await open_case(api, huizhou), await open_case(api, huizhou)
    await submit(api, huizhou, in_review, level="level-1")
    without = await open_case(api, huizhou)
    await assess(api, huizhou, without, level=None)
    mild, grave = await warn(api, huizhou, level="level-3"), await warn(api, huizhou, level="level-1")

    entries = await board(api, huizhou)

    assert [entry["id"] for entry in entries[:2]] == [grave.case, mild.case]
    assert {entry["id"] for entry in entries[2:]} == {unassessed, in_review, without}
    status = {entry["id"]: (entry["currentAssessment"] or {}).get("status") for entry in entries[2:]}
    assert status == {unassessed: None, in_review: "IN_REVIEW", without: "CONFIRMED"}
    assert {entry["level"] and entry["level"]["code"] for entry in entries[2:]} == {None}


async def test_the_board_is_live(api: Api, huizhou: StaffedOffice) -> None:
    warned = await warn(api, huizhou, level="level-2")
    before = await board(api, huizhou)

    await submit(api, huizhou, warned.case, level="level-1")

    after = await board(api, huizhou)
    assert [(entry["level"]["code"], entry["currentAssessment"]["status"]) for entry in before + after] == [
        ("level-2", "CONFIRMED"),
        ("level-1", "IN_REVIEW"),
    ]


async def test_a_concluded_case_leaves_the_board(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level=None)

    await api.of(huizhou, Role.CASE_HANDLER).do("recordAct", case=case, act="CONCLUSION", description="办结")

    assert await board(api, huizhou) == []


@pytest.mark.parametrize(
    ("role", "cases"), [(Role.COMPLAINTS_OFFICER, 1), (Role.CASE_MANAGER, 1), (Role.ADMINISTRATOR, 0)]
)
async def test_it_shows_what_each_may_see(api: Api, huizhou: StaffedOffice, role: Role, cases: int) -> None:
    await warn(api, huizhou, level="level-2")

    assert len(await board(api, huizhou, role)) == cases
