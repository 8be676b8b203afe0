"""What people write down of a case is read where they look for it: acts, petitions, the end of a warning."""

from __future__ import annotations

from typing import Any

from caserisk.domain.vocabulary import Locale, Role
from tests.support.api import Answer
from tests.support.regions import assess, dispose, look, open_case, receive, resolve, staffed, warn
from tests.support.world import HUIZHOU, ZHUZHOU, World

CHANGES = "timeline(first: 100) { nodes { ... on CaseChange { kind description act channel occurredAt } } }"


def changes(found: Answer) -> list[dict[str, Any]]:
    """The changes of a case itself among those of its timeline."""
    return [change for change in found["timeline"]["nodes"] if change]


async def test_acts_and_petitions_are_read_from_the_timeline(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    petition = {"channel": "来访", "description": "当事人亲属来访", "occurredAt": "2026-01-04T15:30:00+08:00"}

    await handler.do("recordPetition", case=case, **petition)
    await handler.do("recordAct", case=case, act="COMPULSORY_MEASURE", description="拟逮捕")
    await assess(api, office, case, level=None)
    await handler.do("recordAct", case=case, act="CONCLUSION", description="提起公诉")

    found = await look(handler, case, f"petitionRecorded {CHANGES}")
    nothing = {"act": None, "channel": None, "occurredAt": None}
    assert found["petitionRecorded"] is True
    assert [change for change in changes(found) if change["description"]] == [
        {"kind": "PETITION_RECORDED", **nothing, **petition},
        {"kind": "ACT_RECORDED", **nothing, "act": "COMPULSORY_MEASURE", "description": "拟逮捕"},
        {"kind": "CONCLUDED", **nothing, "act": "CONCLUSION", "description": "提起公诉"},
    ]


async def test_other_changes_describe_nothing(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned = await receive(api, office, level="level-2")

    found = changes(await look(api.of(office, Role.CASE_HANDLER), warned.case, CHANGES))

    assert {"OPENED", "LEVEL_CHANGED"} <= {change["kind"] for change in found}
    assert {value for change in found for name, value in change.items() if name != "kind"} == {None}


async def test_what_is_written_at_the_end_of_a_warning_is_read_there(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned = await dispose(api, office, level="level-2")
    await resolve(api, office, warned)
    handler, hub = api.of(office, Role.CASE_HANDLER), api.of(office, Role.COMPLAINTS_OFFICER)

    await handler.do("fileWarning", warning=warned.warning, report="已化解,双方和解")
    await hub.do("archiveWarning", warning=warned.warning, note="归入案卷")

    found = await look(handler, warned.warning, "report archiveNote archivedAt liftedAt liftReason")
    assert found == {
        "report": "已化解,双方和解",
        "archiveNote": "归入案卷",
        "archivedAt": "2026-01-05T10:00:00+08:00",
        "liftedAt": None,
        "liftReason": None,
    }


async def test_the_note_of_a_warning_is_for_who_receives_it(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    await assess(api, office, case, level="level-2")
    answer = await api.of(office, Role.LEADING_GROUP_OFFICE).do("issueWarning", case=case, note="请及时签收")

    found = await look(api.of(office, Role.DEPARTMENT_HEAD), answer["warning"]["id"], "note report")

    assert found == {"note": "请及时签收", "report": None}


async def test_why_a_warning_was_lifted_is_read_there(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned = await receive(api, office, level="level-2")

    await api.of(office, Role.EXPERT_COMMITTEE).do("liftWarning", warning=warned.warning, reason="风险已消除")

    found = await look(api.of(office, Role.CASE_HANDLER), warned.warning, "liftedAt liftReason")
    assert found == {"liftedAt": "2026-01-05T10:00:00+08:00", "liftReason": "风险已消除"}


async def test_why_the_regulation_lifted_a_warning_is_said_in_both_languages(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    warned = await warn(api, office, level="level-2")

    await assess(api, office, warned.case, level=None)

    zh, en = (api.of(office, Role.CASE_HANDLER, locale) for locale in Locale)
    assert await look(zh, warned.warning, "status liftReason") == {
        "status": "LIFTED",
        "liftReason": "经评估确认无风险",
    }
    assert await look(en, warned.warning, "liftReason") == {"liftReason": "assessed and confirmed as without risk"}


async def test_the_chain_of_an_assessment_stays_with_it(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)
    assessment = await assess(api, office, case, level="level-2")

    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "ordinal steps { role } nextReview { role }")

    chain = [{"role": "DEPARTMENT_HEAD"}, {"role": "LEADER_IN_CHARGE"}, {"role": "EXPERT_COMMITTEE"}]
    assert found == {"ordinal": 2, "steps": chain, "nextReview": None}
