"""`idempotencyKey`: what is sent twice is done once, and answered as the first time."""

from __future__ import annotations

from typing import Any

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer
from tests.support.regions import NO_FACTORS, look, open_case, staffed
from tests.support.world import SHANDONG, StaffedOffice, World

KEY = {"idempotencyKey": "7f3c"}


def opening(office: StaffedOffice, number: str, **more: Any) -> Answer:
    """A case to be opened by its handler."""
    handler = office.officer_id(Role.CASE_HANDLER)
    return {"number": number, "title": "盗窃案", "cause": "盗窃", "office": office.code, "handler": handler} | more


async def test_the_same_key_opens_one_case(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    handler, case = api.of(office, Role.CASE_HANDLER), opening(office, "鲁检〔2026〕1号", **KEY)

    first = await handler.do("openCase", **case)
    again = await handler.do("openCase", **case)

    assert again == first
    assert (await handler.ask("{ cases { totalCount } }")) == {"cases": {"totalCount": 1}}


async def test_the_answer_shows_things_as_they_are(world: World) -> None:
    """With the first cursor: whoever repeats misses nothing that came since."""
    api, office = await staffed(world, SHANDONG)
    handler, case = api.of(office, Role.CASE_HANDLER), opening(office, "鲁检〔2026〕1号", **KEY)
    first = await handler.do("openCase", "case { id stage { key } }", **case)
    await handler.do("advanceCase", case=first["case"]["id"], toStage="examination")

    again = await handler.do("openCase", "case { id stage { key } }", **case)

    assert again["cursor"] == first["cursor"]
    assert again["case"] == {"id": first["case"]["id"], "stage": {"key": "examination"}}


async def test_another_input_under_it_conflicts(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    handler = api.of(office, Role.CASE_HANDLER)
    await handler.do("openCase", **opening(office, "鲁检〔2026〕1号", **KEY))

    [error] = await handler.refused("openCase", **opening(office, "鲁检〔2026〕2号", **KEY))

    assert (error["code"], error["path"]) == ("CONFLICT", ["idempotencyKey"])


async def test_refusals_are_not_kept(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)

    [error] = await handler.refused("submitAssessment", case=case, hasRisk=False, **KEY)
    answer = await handler.do("submitAssessment", case=case, hasRisk=False, answers=NO_FACTORS, **KEY)

    assert error["code"] == "INVALID"
    assert answer["assessment"]["status"] == "IN_REVIEW"


async def test_a_key_is_one_officers_own(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case = await open_case(api, office)
    petition = {"case": case, "channel": "letter", "description": "来信", **KEY}

    await api.of(office, Role.CASE_HANDLER).do("recordPetition", **petition)
    await api.of(office, Role.COMPLAINTS_OFFICER).do("recordPetition", **petition)
    await api.of(office, Role.COMPLAINTS_OFFICER).do("recordPetition", **petition)

    timeline = (await look(api.of(office, Role.CASE_HANDLER), case, "timeline { nodes { summary } }"))["timeline"]
    assert [event["summary"] for event in timeline["nodes"]].count("记录信访事项") == 2


async def test_a_key_is_of_one_mutation(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    handler = api.of(office, Role.CASE_HANDLER)
    case = (await handler.do("openCase", **opening(office, "鲁检〔2026〕1号", **KEY)))["case"]["id"]

    answer = await handler.do("advanceCase", case=case, toStage="examination", **KEY)

    assert answer["case"]["stage"] == {"key": "examination"}


async def test_an_empty_key_is_refused(world: World) -> None:
    api, office = await staffed(world, SHANDONG)

    [error] = await api.of(office, Role.CASE_HANDLER).refused(
        "openCase", **opening(office, "鲁检〔2026〕1号", idempotencyKey=" ")
    )

    assert (error["code"], error["path"]) == ("INVALID", ["idempotencyKey"])
