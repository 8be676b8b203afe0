"""HUI-09 「建立了“一案一档”,每起案件的风险评估预警及处理信息都将永久保留在系统中,可随时查询」"""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.flows import Warned
from tests.support.regions import approve, archive, assess, happened, look, open_case, resolve, submit, warn
from tests.support.world import StaffedOffice, World


@pytest.fixture
async def filed(api: Api, huizhou: StaffedOffice) -> Warned:
    """Take a case from its opening to the archive, and conclude it."""
    handler, case = api.of(huizhou, Role.CASE_HANDLER), await open_case(api, huizhou, title="非法集资案")
    returned = await submit(api, huizhou, case, level="level-3")
    await approve(api, huizhou, returned, Role.DEPARTMENT_HEAD, verdict="RETURNED", comment="低估")
    assessment = await assess(api, huizhou, case, level="level-2")
    warning = (await look(handler, case, "activeWarning { id }"))["activeWarning"]["id"]
    warned = Warned(case=case, assessment=assessment, warning=warning)
    await handler.do("recordDisposition", case=case, warning=warning, measure="joint-action", description="部门联动")
    await resolve(api, huizhou, warned)
    await archive(api, huizhou, warned)
    await handler.do("recordAct", case=case, act="CONCLUSION", description="办结")
    return warned


async def test_the_file_holds_all_that_happened(api: Api, huizhou: StaffedOffice, filed: Warned) -> None:
    timeline = await happened(api.of(huizhou, Role.COMPLAINTS_OFFICER), filed.case)

    told = ["case GATES_DECIDED", "case NOTICES_SENT"]
    assert [entry for entry in timeline if entry not in told] == [
        "case OPENED",
        "assessment SUBMITTED",
        "assessment RETURNED",
        "assessment SUBMITTED",
        "assessment REVIEWED",
        "assessment REVIEWED",
        "assessment REVIEWED",
        "assessment CONFIRMED",
        "case LEVEL_CHANGED",
        "warning ISSUED",
        "warning DISPOSITION_RECORDED",
        "warning RESOLVED",
        "warning FILED",
        "warning ARCHIVED",
        "case CONCLUDED",
    ]


async def test_each_entry_says_who_and_when(world: World, api: Api, huizhou: StaffedOffice, filed: Warned) -> None:
    found = await look(
        api.of(huizhou, Role.COMPLAINTS_OFFICER),
        filed.case,
        "timeline(first: 100) { totalCount nodes { cursor at actor { id } summary office { code } case { id } } }",
    )

    entries = found["timeline"]["nodes"]
    assert found["timeline"]["totalCount"] == len(entries)
    assert len({entry["cursor"] for entry in entries}) == len(entries)
    assert all(entry["actor"] and entry["summary"] for entry in entries)
    assert {(entry["office"]["code"], entry["case"]["id"]) for entry in entries} == {("441300", filed.case)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'LIFTED'",
        "UPDATE events SET at = at WHERE position = 1",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
    ],
)
async def test_the_database_itself_keeps_the_file(
    world: World, api: Api, huizhou: StaffedOffice, filed: Warned, statement: str
) -> None:
    hub = api.of(huizhou, Role.COMPLAINTS_OFFICER)
    before = await happened(hub, filed.case)

    with pytest.raises(DBAPIError):
        async with world.engine.begin() as connection:
            await connection.execute(text(statement))

    assert await happened(hub, filed.case) == before


async def test_a_correction_is_a_new_entry(api: Api, huizhou: StaffedOffice, filed: Warned) -> None:
    found = await look(
        api.of(huizhou, Role.CASE_HANDLER),
        filed.case,
        "assessments { nodes { status proposedLevel { code } reviews { verdict comment } } }",
    )

    correction, mistake = found["assessments"]["nodes"]
    assert (correction["status"], correction["proposedLevel"]) == ("CONFIRMED", {"code": "level-2"})
    assert (mistake["status"], mistake["proposedLevel"]) == ("RETURNED", {"code": "level-3"})
    assert mistake["reviews"] == [{"verdict": "RETURNED", "comment": "低估"}]


async def test_the_file_can_always_be_found(api: Api, huizhou: StaffedOffice, filed: Warned) -> None:
    other = await warn(api, huizhou, level="level-1")

    data = await api.of(huizhou, Role.COMPLAINTS_OFFICER).ask(
        """{ byText: cases(where: { text: "集资" }) { nodes { id closedAt } }
             open: cases(where: { open: true }) { nodes { id } }
             archived: warnings(where: { status: [ARCHIVED] }) { nodes { id } } }"""
    )

    assert [case["id"] for case in data["byText"]["nodes"]] == [filed.case]
    assert data["byText"]["nodes"][0]["closedAt"] is not None
    assert data["open"]["nodes"] == [{"id": other.case}]
    assert data["archived"]["nodes"] == [{"id": filed.warning}]


async def test_the_log_is_asked_case_by_case(api: Api, huizhou: StaffedOffice, filed: Warned) -> None:
    await open_case(api, huizhou)
    hub = api.of(huizhou, Role.COMPLAINTS_OFFICER)

    page = (
        await hub.ask(
            "query ($case: ID!) { events(where: { case: $case }) { hasMore events { id case { id } } } }",
            case=filed.case,
        )
    )["events"]

    timeline = (await look(hub, filed.case, "timeline(first: 100) { nodes { id } }"))["timeline"]["nodes"]
    assert [event["id"] for event in page["events"]] == [event["id"] for event in timeline]
    assert {event["case"]["id"] for event in page["events"]} == {filed.case}
