"""Days and moments in messages are those of the office, also between midnight and eight, when UTC is a day behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caserisk.domain.terms import office_day, office_time
from caserisk.domain.vocabulary import Locale, Role
from tests.support.api import Api
from tests.support.regions import assess, at, open_case
from tests.support.world import ZHUZHOU, World


@given(hours=st.integers(0, 24 * 366))
def test_a_moment_is_written_with_the_day_of_the_office(hours: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)

    assert office_time(moment).startswith(f"{office_day(moment)}T")
    assert office_time(moment).endswith("+08:00")
    assert datetime.fromisoformat(office_time(moment)) == moment


CONCLUDE = ("recordAct", {"act": "CONCLUSION", "description": "办结"})
PETITION = ("recordPetition", {"channel": "来访", "description": "来访一次", "occurredAt": "2026-01-05T18:30:00Z"})
BEFORE = (
    "recordDisposition",
    {"measure": "explanation", "description": "释法说理", "performedAt": "2026-01-05T16:30:00Z"},
)
AFTER = (
    "recordDisposition",
    {"measure": "explanation", "description": "释法说理", "performedAt": "2026-01-05T18:30:00Z"},
)


@pytest.mark.parametrize(
    ("mutation", "zh", "en"),
    [
        (CONCLUDE, "案件已于2026-01-06办结", "the case was concluded on 2026-01-06"),
        (
            PETITION,
            "「occurredAt」(2026-01-06T02:30:00+08:00)晚于当前时间",
            "'occurredAt' (2026-01-06T02:30:00+08:00) lies in the future",
        ),
        (
            BEFORE,
            "早于受理时间 2026-01-06T01:00:00+08:00",
            "before the case was opened (2026-01-06T01:00:00+08:00)",
        ),
        (
            AFTER,
            "「performedAt」(2026-01-06T02:30:00+08:00)晚于当前时间",
            "'performedAt' (2026-01-06T02:30:00+08:00) lies in the future",
        ),
    ],
    ids=["concluded", "petition", "before the case", "in the future"],
)
async def test_a_message_at_night_names_the_day_of_the_office(
    world: World, mutation: tuple[str, dict[str, str]], zh: str, en: str
) -> None:
    world.now = at("2026-01-06", "01:00:00")
    api, office = Api(world), await world.office(ZHUZHOU)
    case = await open_case(api, office)
    name, input = mutation
    if mutation is CONCLUDE:
        await assess(api, office, case, level=None)
        await api.of(office, Role.CASE_HANDLER).do(name, case=case, **input)

    said = [
        (await api.of(office, Role.CASE_HANDLER, locale).refused(name, case=case, **input))[0]["message"]
        for locale in (Locale.ZH, Locale.EN)
    ]

    assert said == [zh, en]


async def test_a_case_is_not_opened_in_the_future_of_the_office(world: World) -> None:
    world.now = at("2026-01-06", "01:00:00")
    api, office = Api(world), await world.office(ZHUZHOU)
    client = api.of(office, Role.CASE_HANDLER, Locale.EN)
    given = {"number": "株检刑〔2026〕1号", "title": "故意伤害案", "cause": "故意伤害", "office": office.code}

    [error] = await client.refused("openCase", openedAt="2026-01-05T18:00:00Z", **given)

    assert error["message"] == "'openedAt' (2026-01-06T02:00:00+08:00) lies in the future"
