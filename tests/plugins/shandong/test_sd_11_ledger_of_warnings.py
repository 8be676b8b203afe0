"""SD-11 「对业务部门发出预警的案件通过台账、档案进行管理,跟踪问效」"""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import assess, look, open_case, refusals, resolve, rules, told, warn
from tests.support.world import StaffedOffice

LEDGER = """query ($status: [WarningStatus!]) {
  warnings(where: { office: "370000", status: $status }) { totalCount nodes {
    case { title } level { code } status dispositions { nodes { measure { key } outcome } } closure { outcome } } } }"""


async def test_the_departments_head_issues_the_warning(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    assessment = await assess(api, shandong, case, level="orange")
    head = api.of(shandong, Role.DEPARTMENT_HEAD)
    due = (await look(head, assessment, "pendingIssue { roles automatic reasons { rule } }"))["pendingIssue"]

    answer = await head.do("issueWarning", "warning { level { code } issuedBy { roles } }", case=case, note="请处置")

    assert (due["roles"], due["automatic"]) == (["DEPARTMENT_HEAD"], False)
    assert "SD-11" in rules(due["reasons"])
    assert answer["warning"] == {"level": {"code": "orange"}, "issuedBy": {"roles": ["DEPARTMENT_HEAD"]}}
    assert await look(head, assessment, "pendingIssue { automatic }") == {"pendingIssue": None}


async def test_nobody_else_issues_the_warning(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    await assess(api, shandong, case, level="orange")
    others = [Role.CASE_HANDLER, Role.LEADER_IN_CHARGE, Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, shandong, others, "issueWarning", case=case)

    assert codes == ["FORBIDDEN"] * 4


async def test_each_warned_case_enters_the_ledger(api: Api, shandong: StaffedOffice) -> None:
    await warn(api, shandong, level="blue")
    await assess(api, shandong, await open_case(api, shandong), level=None)

    ledger = (await api.of(shandong, Role.COMPLAINTS_OFFICER).ask(LEDGER))["warnings"]

    entry = {"case": {"title": "故意伤害案"}, "level": {"code": "blue"}, "status": "ACKNOWLEDGED", "closure": None}
    assert ledger == {"totalCount": 1, "nodes": [entry | {"dispositions": {"nodes": []}}]}


async def test_the_hub_is_told_at_once(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="blue")

    [notice] = await told(api.of(shandong, Role.COMPLAINTS_OFFICER))

    assert (notice["case"], rules(notice["reasons"])) == ({"id": warned.case}, ["SD-11"])


async def test_the_ledger_follows_the_effect(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="red")
    await api.of(shandong, Role.CASE_HANDLER).do(
        "recordDisposition",
        case=warned.case,
        warning=warned.warning,
        measure="reconciliation",
        description="促成和解",
        outcome="达成和解",
    )
    await resolve(api, shandong, warned)

    ledger = (await api.of(shandong, Role.COMPLAINTS_OFFICER).ask(LEDGER, status=["RESOLVED"]))["warnings"]

    [entry] = ledger["nodes"]
    assert entry["dispositions"] == {"nodes": [{"measure": {"key": "reconciliation"}, "outcome": "达成和解"}]}
    assert entry["closure"] == {"outcome": "SETTLED"}


async def test_the_archive_is_the_hubs_alone(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="blue")
    await resolve(api, shandong, warned)
    await api.of(shandong, Role.DEPARTMENT_HEAD).do("fileWarning", warning=warned.warning, report="结案报告")
    others = [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, shandong, others, "archiveWarning", warning=warned.warning)
    answer = await api.of(shandong, Role.COMPLAINTS_OFFICER).do("archiveWarning", warning=warned.warning)

    assert codes == ["FORBIDDEN"] * 3
    assert answer["warning"]["status"] == "ARCHIVED"
