"""SD-12 「发生上访的,牵头组织处置预案的落实,积极开展社会矛盾化解工作」"""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import assess, happened, heard, look, open_case, rules, submit, told, warn
from tests.support.world import StaffedOffice

MEASURE = {"measure": "mediation", "description": "会同业务部门听取意见"}


async def petition(api: Api, office: StaffedOffice, case: str, role: Role = Role.COMPLAINTS_OFFICER) -> Answer:
    """Have a visit put on record."""
    return await api.of(office, role).do(
        "recordPetition", case=case, channel="visit", description="到院反映对拟作决定的意见"
    )


async def responsibility(api: Api, office: StaffedOffice, warning: str) -> Answer:
    """Return who answers for a warning."""
    client = api.of(office, Role.COMPLAINTS_OFFICER)
    found = await look(client, warning, "responsibility { handles leads reasons { rule } }")
    answer: Answer = found["responsibility"]
    return answer


async def test_without_a_petition_nobody_leads(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="orange")

    found = await responsibility(api, shandong, warned.warning)

    assert found["leads"] == []
    assert "SD-12" not in rules(found["reasons"])


async def test_after_a_petition_the_hub_leads(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="orange")

    await petition(api, shandong, warned.case)

    found = await responsibility(api, shandong, warned.warning)
    assert (found["leads"], found["handles"]) == (["COMPLAINTS_OFFICER"], ["CASE_HANDLER"])
    assert "SD-12" in rules(found["reasons"])


async def test_the_hub_then_carries_the_plan_out(api: Api, shandong: StaffedOffice) -> None:
    warned, hub = await warn(api, shandong, level="orange"), api.of(shandong, Role.COMPLAINTS_OFFICER)
    work = {"case": warned.case, "warning": warned.warning, **MEASURE}

    [before] = await hub.refused("recordDisposition", **work)
    await petition(api, shandong, warned.case)
    after = await hub.do("recordDisposition", "disposition { performedBy { roles } } warning { status }", **work)

    assert before["code"] == "FORBIDDEN"
    assert after["disposition"] == {"performedBy": {"roles": ["COMPLAINTS_OFFICER"]}}
    assert after["warning"] == {"status": "IN_DISPOSITION"}


async def test_the_handler_goes_on_as_before(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="orange")
    await petition(api, shandong, warned.case)

    answer = await api.of(shandong, Role.CASE_HANDLER).do(
        "recordDisposition", case=warned.case, warning=warned.warning, **MEASURE
    )

    assert answer["warning"]["status"] == "IN_DISPOSITION"


async def test_the_petition_is_on_the_timeline(api: Api, shandong: StaffedOffice) -> None:
    case, client = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)

    await petition(api, shandong, case, Role.CASE_HANDLER)

    timeline = (await look(client, case, "timeline(last: 2) { nodes { actor { roles } summary } }"))["timeline"]
    by_handler = {"actor": {"roles": ["CASE_HANDLER"]}}
    assert (await happened(client, case))[-2:] == ["case PETITION_RECORDED", "case NOTICES_SENT"]
    assert timeline["nodes"][0] == by_handler | {"summary": "记录信访事项"}


async def test_an_earlier_petition_makes_the_hub_lead(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    await petition(api, shandong, case)
    await assess(api, shandong, case, level="red")

    answer = await api.of(shandong, Role.DEPARTMENT_HEAD).do(
        "issueWarning", "warning { responsibility { leads } }", case=case
    )

    assert answer["warning"] == {"responsibility": {"leads": ["COMPLAINTS_OFFICER"]}}


async def test_the_plan_is_there_beforehand(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)

    [error] = await api.of(shandong, Role.CASE_HANDLER).refused(
        "submitAssessment",
        case=case,
        hasRisk=True,
        proposedLevel="red",
        answers=[{"factor": "social-risk-factors", "value": "涉众"}],
    )
    assessment = await submit(api, shandong, case, level="red")

    plan = (await look(api.of(shandong, Role.COMPLAINTS_OFFICER), assessment, "plan { kind }"))["plan"]
    assert (error["code"], error["path"]) == ("INVALID", ["plan"])
    assert plan == {"kind": "CONTINGENCY"}


async def test_the_hub_hears_of_a_petition_that_others_record(api: Api, shandong: StaffedOffice) -> None:
    """From whom it has to lead; once, in the words of the province."""
    warned, hub = await warn(api, shandong, level="orange"), api.of(shandong, Role.COMPLAINTS_OFFICER)
    before = len(await told(hub))

    await petition(api, shandong, warned.case, Role.CASE_HANDLER)

    notice, *earlier = await told(hub)
    assert (notice["subject"], rules(notice["reasons"])) == ("发生信访事项,请牵头组织处置预案的落实", ["SD-12"])
    assert len(earlier) == before
    found = await look(hub, notice["id"], "warning { id } toDepartment { function }")
    assert found == {"warning": {"id": warned.warning}, "toDepartment": {"function": "COMPLAINTS"}}


async def test_the_handler_hears_of_a_petition_that_the_hub_records(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)

    await petition(api, shandong, case)

    assert await heard(api.of(shandong, Role.CASE_HANDLER)) == ["信访事项已记录"]
