"""ZHU-10 「评估预警工作领导小组办公室发布预警」"""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import approve, assess, chain, look, open_case, refusals, rules, submit, told, warn
from tests.support.world import StaffedOffice

OTHERS = [
    Role.CASE_HANDLER,
    Role.DEPARTMENT_HEAD,
    Role.EXPERT_COMMITTEE,
    Role.LEADING_GROUP,
    Role.COMPLAINTS_OFFICER,
    Role.CHIEF_PROCURATOR,
]


async def test_the_groups_office_issues_the_warning(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    assessment = await assess(api, zhuzhou, case, level="level-2")
    issuer = api.of(zhuzhou, Role.LEADING_GROUP_OFFICE)
    due = (await look(issuer, assessment, "pendingIssue { roles automatic reasons { rule } }"))["pendingIssue"]

    answer = await issuer.do(
        "issueWarning", "warning { status level { code } issuedBy { roles } assessment { id } }", case=case
    )

    assert (due["roles"], due["automatic"]) == (["LEADING_GROUP_OFFICE"], False)
    assert "ZHU-10" in rules(due["reasons"])
    assert answer["warning"] == {
        "status": "ISSUED",
        "level": {"code": "level-2"},
        "issuedBy": {"roles": ["LEADING_GROUP_OFFICE"]},
        "assessment": {"id": assessment},
    }


async def test_nobody_else_issues_it(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    await assess(api, zhuzhou, case, level="level-2")

    codes = await refusals(api, zhuzhou, OTHERS, "issueWarning", case=case)

    assert codes == ["FORBIDDEN"] * len(OTHERS)
    assert await look(api.of(zhuzhou, Role.CASE_HANDLER), case, "activeWarning { id }") == {"activeWarning": None}


async def test_the_undertaking_department_is_notified(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-2")

    notice, to_review = await told(api.of(zhuzhou, Role.DEPARTMENT_HEAD))

    assert (notice["subject"], notice["case"]) == ("预警通知:请签收", {"id": warned.case})
    assert "ZHU-10" in rules(notice["reasons"])
    assert to_review["subject"] == "风险评估待您审批"


async def test_nothing_is_issued_before_the_rating(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    await submit(api, zhuzhou, case, level="level-2")

    [error] = await api.of(zhuzhou, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)

    assert error["code"] == "WRONG_STATE"


async def test_a_warning_is_issued_once(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-2")

    [error] = await api.of(zhuzhou, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=warned.case)

    assert error["code"] == "WRONG_STATE"
    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.case, "warnings { totalCount }")
    assert found == {"warnings": {"totalCount": 1}}


async def test_without_risk_none_is_due(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    await assess(api, zhuzhou, case, level=None)

    [error] = await api.of(zhuzhou, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)

    assert error["code"] == "WRONG_STATE"


async def test_the_leading_group_office_hears_that_it_has_to_issue(api: Api, zhuzhou: StaffedOffice) -> None:
    case, issuer = await open_case(api, zhuzhou), api.of(zhuzhou, Role.LEADING_GROUP_OFFICE)
    assessment = await submit(api, zhuzhou, case, level="level-2")
    before = await told(issuer)

    await approve(api, zhuzhou, assessment, *chain(zhuzhou, "level-2"))

    [notice] = await told(issuer)
    assert before == []
    assert (notice["subject"], rules(notice["reasons"])) == ("风险等级已评定:请发布预警", ["ZHU-10"])
