"""Terms of a warning to the second: met before 00:00 of the day after, missed from then on; replaced, cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from caserisk import deadline_clock
from caserisk.domain.rules import Issuing, NoticeRule, Occasion, SupervisionRule, TermRule, TermStart
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ClosureOutcome, DeadlineKind, Receipt, Role, SupervisionKind
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support.api import Answer, Api
from tests.support.databases import Databases
from tests.support.flows import Warned
from tests.support.regions import approve, assess, at, look, open_case, receive, staffed, submit, warn
from tests.support.world import ZHUZHOU, StaffedOffice, World

RECEIPT, PLAN, RESOLUTION = (
    TermRule(
        kind=kind,
        rule="MUP-02",
        label=Text("期限", "term"),
        term=term,
        starts=starts,
        rolls=False,
        met_by=(ClosureOutcome.SETTLED,),
        reasons=(REASON,),
    )
    for kind, term, starts in (
        (DeadlineKind.ACKNOWLEDGEMENT, "P1D", TermStart.ISSUE),
        (DeadlineKind.PLAN, "P3D", TermStart.ISSUE),
        (DeadlineKind.RESOLUTION, "P10D", TermStart.RECEIPT),
    )
)
ISSUING = Issuing(automatic=True, lifted_by=(Role.DEPARTMENT_HEAD,), receipt=Receipt.REQUIRED, reasons=(REASON,))
TRACKING = SupervisionRule(kind=SupervisionKind.TRACKING_FORM, reason=Text("跟踪监督", "tracking"), reasons=(REASON,))

WARNED = ("SUPERVISION_REQUIRED", "WARNING_ISSUED", "WARNING_RECEIVED")
"""The occasions of a warning that is issued, supervised at once and received."""

SECOND = timedelta(seconds=1)
RECEIPT_LATE, RESOLUTION_LATE = at("2026-01-07", "00:00:00"), at("2026-01-16", "00:00:00")
"""The moments from which the receipt and the resolution of a warning of 5 January are late."""


def supervision(occasion: Occasion) -> tuple[SupervisionRule, ...]:
    """Require a tracking form as soon as a warning is issued."""
    return (TRACKING,) if occasion is Occasion.WARNING_ISSUED else ()


def notices(occasion: Occasion) -> tuple[NoticeRule, ...]:
    """Tell the publicity officer of every occasion."""
    subject = Text(f"{CITY} {occasion}", f"{CITY} {occasion}")
    return (NoticeRule(subject=subject, to_role=Role.PUBLICITY_OFFICER, reasons=(REASON,)),)


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """Provide a world with a city whose warnings issue themselves and have to be received, planned and resolved."""
    city = region(
        CITY,
        terms=lambda: (RECEIPT, PLAN, RESOLUTION),
        issuing=lambda: ISSUING,
        supervision=supervision,
        notices=notices,
    )
    async with World(database, registry=beside_the_others(city)) as world:
        yield world


@pytest.fixture
async def city(world: World) -> StaffedOffice:
    """Provide the city's office."""
    return await world.office(CITY)


@pytest.fixture
def api(world: World) -> Api:
    """Provide its API."""
    return Api(world)


async def deadlines(api: Api, city: StaffedOffice, warned: Warned) -> list[tuple[str, str, str | None]]:
    """Return the kind, the status and the moment of fulfilment of each deadline, in the order they started."""
    found = await look(api.of(city, Role.CHIEF_PROCURATOR), warned.warning, "deadlines { id kind status metAt }")
    return [(item["kind"], item["status"], item["metAt"]) for item in sorted(found["deadlines"], key=lambda d: d["id"])]


async def statuses(api: Api, city: StaffedOffice, warned: Warned) -> dict[str, list[str]]:
    """Return the statuses of the deadlines of each kind, in the order they started."""
    found: dict[str, list[str]] = {}
    for kind, status, _ in await deadlines(api, city, warned):
        found.setdefault(kind, []).append(status)
    return found


async def received(api: Api, city: StaffedOffice) -> Warned:
    """Issue a warning, and have it received."""
    warned = await warn(api, city, level="orange")
    await api.of(city, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)
    return warned


async def supervise(api: Api, city: StaffedOffice, warned: Warned, **input: Any) -> Answer:
    """Issue a chief procurator's letter."""
    given = {"warning": warned.warning, "kind": "CHIEF_LETTER", "reason": "督办", "newLimit": "2026-02-02"}
    return await api.of(city, Role.CHIEF_PROCURATOR).do("superviseWarning", **given | input)


# ------------------------------------------------------------------------------------------------ to the second


@pytest.mark.parametrize(("moment", "status"), [(RECEIPT_LATE - SECOND, "MET"), (RECEIPT_LATE, "MISSED")])
async def test_a_receipt_is_late_from_midnight(
    world: World, api: Api, city: StaffedOffice, moment: Any, status: str
) -> None:
    warned = await warn(api, city, level="orange")
    world.now = moment

    await api.of(city, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)

    [receipt, plan, resolution] = await deadlines(api, city, warned)
    assert receipt == ("ACKNOWLEDGEMENT", status, moment.isoformat())
    assert (plan, resolution) == (("PLAN", "OPEN", None), ("RESOLUTION", "OPEN", None))


@pytest.mark.parametrize(
    ("moment", "outcome", "status", "met"),
    [
        (RESOLUTION_LATE - SECOND, "SETTLED", "MET", True),
        (RESOLUTION_LATE, "SETTLED", "MISSED", True),
        (RESOLUTION_LATE - SECOND, "RESOLVED_NOT_SETTLED", "MISSED", False),
    ],
)
async def test_a_resolution_is_in_time_and_as_asked(
    world: World, api: Api, city: StaffedOffice, moment: Any, outcome: str, status: str, met: bool
) -> None:
    warned = await received(api, city)
    world.now = moment

    await api.of(city, Role.CASE_HANDLER).do("resolveWarning", warning=warned.warning, outcome=outcome)

    [receipt, plan, resolution] = await deadlines(api, city, warned)
    assert receipt[1] == "MET"
    assert plan == ("PLAN", "MISSED", None)  # it had passed before
    assert resolution == ("RESOLUTION", status, moment.isoformat() if met else None)


async def test_the_clock_notices_a_deadline_when_it_passes(world: World, api: Api, city: StaffedOffice) -> None:
    await warn(api, city, level="orange")

    world.now = RECEIPT_LATE - SECOND
    assert await deadline_clock.tick(world.runner) == 0
    world.now = RECEIPT_LATE
    assert await deadline_clock.tick(world.runner) == 1
    assert await deadline_clock.tick(world.runner) == 0


async def test_a_fault_holds_up_no_other_office(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that cannot be recorded come first in every batch, and those behind them still have their turn."""

    def failing(occasion: Occasion) -> tuple[SupervisionRule, ...]:
        assert occasion is not Occasion.DEADLINE_PASSED
        return ()

    monkeypatch.setattr(deadline_clock, "_ITEMS_PER_READ", 1)
    registry = beside_the_others(region(CITY, terms=lambda: (RECEIPT,), issuing=lambda: ISSUING, supervision=failing))
    async with World(database, registry=registry) as world:
        (api, city), (_, zhuzhou) = await staffed(world, CITY), await staffed(world, ZHUZHOU)
        for _ in range(2):
            await warn(api, city, level="orange")
        await receive(api, zhuzhou, level="level-1")
        world.now += timedelta(days=60)

        assert await deadline_clock.tick(world.runner) == 1


# ------------------------------------------------------------------------------------------------ replaced, cancelled


async def test_a_new_limit_replaces_a_term_once_it_is_late(world: World, api: Api, city: StaffedOffice) -> None:
    warned, chief = await received(api, city), api.of(city, Role.CHIEF_PROCURATOR)
    letter = {"warning": warned.warning, "kind": "CHIEF_LETTER", "reason": "督办", "newLimit": "2026-02-02"}
    world.now = RESOLUTION_LATE - SECOND

    [error] = await chief.refused("superviseWarning", **letter)
    world.now = RESOLUTION_LATE
    await chief.do("superviseWarning", **letter)

    assert (error["code"], error["path"]) == ("WRONG_STATE", ["newLimit"])
    assert (await statuses(api, city, warned))["RESOLUTION"] == ["MISSED", "OPEN"]


async def test_a_new_limit_is_met_by_what_met_the_term(world: World, api: Api, city: StaffedOffice) -> None:
    warned = await received(api, city)
    world.now = RESOLUTION_LATE
    await supervise(api, city, warned)

    await api.of(city, Role.CASE_HANDLER).do("resolveWarning", warning=warned.warning, outcome="RESOLVED_NOT_SETTLED")

    assert (await statuses(api, city, warned))["RESOLUTION"] == ["MISSED", "MISSED"]


async def test_a_graver_level_before_the_receipt_leaves_the_term_of_the_receipt(api: Api, city: StaffedOffice) -> None:
    warned = await warn(api, city, level="orange")

    await assess(api, city, warned.case, level="red")
    adjusted = await statuses(api, city, warned)
    await api.of(city, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)

    assert adjusted == {"ACKNOWLEDGEMENT": ["OPEN"], "PLAN": ["OPEN"]}
    assert await statuses(api, city, warned) == {
        "ACKNOWLEDGEMENT": ["MET"],
        "PLAN": ["OPEN"],
        "RESOLUTION": ["OPEN"],
    }


async def test_a_graver_level_has_to_be_received_again(api: Api, city: StaffedOffice) -> None:
    warned, head = await received(api, city), api.of(city, Role.DEPARTMENT_HEAD)

    await assess(api, city, warned.case, level="red")
    adjusted = await look(head, warned.warning, "status acknowledgedAt nextActs { act }")
    terms = await statuses(api, city, warned)
    await head.do("acknowledgeWarning", warning=warned.warning)

    assert (adjusted["status"], adjusted["acknowledgedAt"]) == ("ISSUED", None)
    assert [item["act"] for item in adjusted["nextActs"]] == ["ACKNOWLEDGE", "RECORD_DELIVERY", "LIFT", "SUPERVISE"]
    assert terms == {"ACKNOWLEDGEMENT": ["MET", "OPEN"], "PLAN": ["OPEN"], "RESOLUTION": ["OPEN"]}
    # Received anew on the same day, under the same rule: it is the term that runs already.
    assert (await statuses(api, city, warned))["RESOLUTION"] == ["OPEN"]


async def test_a_lifted_warning_has_no_term(api: Api, city: StaffedOffice) -> None:
    warned = await received(api, city)

    await api.of(city, Role.DEPARTMENT_HEAD).do("liftWarning", warning=warned.warning, reason="风险消除")

    assert await statuses(api, city, warned) == {
        "ACKNOWLEDGEMENT": ["MET"],
        "PLAN": ["CANCELLED"],
        "RESOLUTION": ["CANCELLED"],
    }


async def test_a_plan_meets_its_term(api: Api, city: StaffedOffice) -> None:
    warned = await received(api, city)
    sections = [{"key": "risks", "text": "内容"}]

    await api.of(city, Role.CASE_HANDLER).do("adoptPlan", warning=warned.warning, plan={"sections": sections})

    assert (await statuses(api, city, warned))["PLAN"] == ["MET"]


# ------------------------------------------------------------------------------------------------ supervisions


async def test_a_reply_is_due_later_than_now(world: World, api: Api, city: StaffedOffice) -> None:
    warned, chief = await received(api, city), api.of(city, Role.CHIEF_PROCURATOR)
    letter = {"warning": warned.warning, "kind": "CHIEF_LETTER", "reason": "督办", "newLimit": "2026-02-02"}
    world.now = RESOLUTION_LATE

    [error] = await chief.refused("superviseWarning", replyDueAt=world.now.isoformat(), **letter)
    await chief.do("superviseWarning", replyDueAt=(world.now + SECOND).isoformat(), **letter)

    assert (error["code"], error["path"]) == ("INVALID", ["replyDueAt"])


async def test_a_new_limit_is_within_9999_days(world: World, api: Api, city: StaffedOffice) -> None:
    warned, chief = await received(api, city), api.of(city, Role.CHIEF_PROCURATOR)
    letter = {"warning": warned.warning, "kind": "CHIEF_LETTER", "reason": "督办"}
    today, furthest = date(2026, 1, 16), date(2026, 1, 16) + timedelta(days=9999)
    world.now = RESOLUTION_LATE

    for day in (today - timedelta(days=1), furthest + timedelta(days=1)):
        [error] = await chief.refused("superviseWarning", newLimit=day.isoformat(), **letter)
        assert (error["code"], error["path"]) == ("INVALID", ["newLimit"])
    await chief.do("superviseWarning", newLimit=today.isoformat(), **letter)
    world.now += timedelta(days=1)
    await chief.do("superviseWarning", newLimit=(furthest + timedelta(days=1)).isoformat(), **letter)


async def test_a_member_is_named_once(world: World, api: Api, city: StaffedOffice) -> None:
    warned = await received(api, city)
    world.now = RESOLUTION_LATE
    members = [city.officer_id(role) for role in (Role.RISK_OFFICER, Role.CASE_MANAGER, Role.RISK_OFFICER)]

    issued = (await supervise(api, city, warned, members=members))["supervision"]["id"]

    found = await look(api.of(city, Role.CHIEF_PROCURATOR), issued, "members { id }")
    assert [member["id"] for member in found["members"]] == members[:2]


async def test_each_warning_has_its_own_supervision(api: Api, city: StaffedOffice) -> None:
    """What waits for a lifted warning neither stands for the next one's nor can be issued with it."""
    lifted = await received(api, city)
    await api.of(city, Role.DEPARTMENT_HEAD).do("liftWarning", warning=lifted.warning, reason="风险消除")
    assessment = await submit(api, city, lifted.case, level="red")
    answer = await approve(api, city, assessment, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    second = Warned(case=lifted.case, assessment=assessment, warning=answer["warning"]["id"])
    hub, selection = api.of(city, Role.COMPLAINTS_OFFICER), "supervisions { id kind status }"
    [of_first], [of_second] = [
        (await look(hub, warned.warning, selection))["supervisions"] for warned in (lifted, second)
    ]
    form = {"warning": second.warning, "kind": "TRACKING_FORM", "reason": "跟踪监督"}

    [error] = await hub.refused("superviseWarning", supervision=of_first["id"], **form)
    await hub.do("superviseWarning", supervision=of_second["id"], **form)

    assert (of_first["status"], of_second["status"]) == ("REQUIRED", "REQUIRED")
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["supervision"])


# ------------------------------------------------------------------------------------------------ told


async def test_a_first_level_is_no_change(api: Api, city: StaffedOffice) -> None:
    """Nor is the level of a warning that is issued with it; a later level is."""
    warned, publicity = await received(api, city), api.of(city, Role.PUBLICITY_OFFICER)
    document = "{ viewer { notices(first: 100) { nodes { subject } } } }"

    first = await publicity.ask(document)
    await assess(api, city, warned.case, level="red")
    then = await publicity.ask(document)

    subjects = [[node["subject"] for node in data["viewer"]["notices"]["nodes"]] for data in (first, then)]
    occasions = [sorted(subject.partition(" ")[2] for subject in told if subject.startswith(CITY)) for told in subjects]
    assert occasions == [
        ["ASSESSMENT_CONFIRMED", "ASSESSMENT_REVIEWED", "ASSESSMENT_SUBMITTED", *WARNED],
        [
            "ASSESSMENT_CONFIRMED",
            "ASSESSMENT_CONFIRMED",
            "ASSESSMENT_REVIEWED",
            "ASSESSMENT_REVIEWED",
            "ASSESSMENT_SUBMITTED",
            "ASSESSMENT_SUBMITTED",
            "LEVEL_CHANGED",
            *WARNED,
        ],
    ]


@pytest.mark.parametrize("level", [None, "orange"])
async def test_a_first_level_without_a_warning_is_no_change_either(database: str, level: str | None) -> None:
    registry = beside_the_others(region(CITY, issuing=lambda: replace(ISSUING, automatic=False), notices=notices))
    async with World(database, registry=registry) as world:
        api, city = await staffed(world, CITY)

        await assess(api, city, await open_case(api, city), level=level)

        data = await api.of(city, Role.PUBLICITY_OFFICER).ask("{ viewer { notices { nodes { subject } } } }")
        told = [node["subject"].partition(" ")[2] for node in data["viewer"]["notices"]["nodes"]]
        assert sorted(told) == ["ASSESSMENT_CONFIRMED", "ASSESSMENT_REVIEWED", "ASSESSMENT_SUBMITTED"]
