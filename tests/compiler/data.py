"""A country to ask about: cases taken through three regions' regulations, and rows as awkward as rows can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.database.engine import WRITE_TRANSACTION
from tests.schema.rows import Rows
from tests.support import flows
from tests.support.regions import another_department
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World

COUNTY = "430281"
"""A county of Zhuzhou."""

TEXTS = (
    "",
    " ",
    "故意伤害案",
    'O\'Brien said "no" \\ and left; -- DROP TABLE cases',
    "100%_done 50%% a_b",
    "😀 👩‍⚖️ 𠀀𪚥 \U0010ffff",
    "one\u2028two\u2029three\u0085four\ufeff\u200b",
    "tab\tnew\nreturn\rbell\a\x01\x1f\x7f",
    "长" * 2000,
    "null",
    '{"a": [1, 2.0, null]}',
    "[",
    "~log_1~",
    "İstanbul ß ſ \uff21",
    "</script>&amp;",
    ":name $1 ? %s {0}",
    '"@audited" : "case_forged", "@audited":null,',
)
"""Texts that somebody gets wrong somewhere."""

MOMENTS = tuple(
    datetime.fromisoformat(moment)
    for moment in (
        "1999-12-31T16:00:00Z",
        "2025-12-31T15:59:59Z",
        "2025-12-31T16:00:00Z",
        "2026-02-28T15:59:59Z",
        "2026-02-28T16:00:00Z",
        "2028-02-29T23:59:59Z",
        "2900-01-01T00:00:00Z",
    )
)
"""Edges of days, months and years in the offices' zone."""

LARGEST = 2**31 - 1
"""The largest number that GraphQL's `Int` holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A city with a county beneath it, a province, and another city."""

    city: StaffedOffice
    county: StaffedOffice
    province: StaffedOffice
    other: StaffedOffice

    @property
    def offices(self) -> tuple[StaffedOffice, ...]:
        """Return all of them."""
        return (self.city, self.county, self.province, self.other)


async def settle(world: World) -> Country:
    """Enter the offices, take cases through their regulations, and add awkward rows."""
    city = await another_department(world, await world.office(ZHUZHOU, "株洲市人民检察院"))
    county, province, other = [await world.office(code) for code in (COUNTY, SHANDONG, HUIZHOU)]
    country = Country(city=city, county=county, province=province, other=other)
    await flows.archive_in_zhuzhou(world, city)
    await flows.petition_in_shandong(world, province)
    await flows.reassess_in_huizhou(world, other)
    await flows.lift_in_zhuzhou(world, city)
    await flows.receive_in_zhuzhou(world, county, level="level-4")
    awkward = _Awkward(levels=await _values(world.engine, select(t.levels.c.id).order_by(t.levels.c.id)))
    for number in range(24):
        awkward.case((city, county, province)[number % 3], number)
    await awkward.rows.insert(world.engine)
    await _append_to_the_log(world.engine, country)
    return country


@dataclass(slots=True)
class _Awkward:
    """Adds cases with their files, each a little different."""

    levels: list[str]
    rows: Rows = field(default_factory=lambda: Rows("odd"))
    texts: Iterator[str] = field(default_factory=lambda: cycle(TEXTS))
    moments: Iterator[datetime] = field(default_factory=lambda: cycle(MOMENTS))

    def __post_init__(self) -> None:
        """Add a scheme whose levels have no colour, no number, and odd names."""
        scheme = self.rows.add(t.level_schemes, key="odd", name=self.both(), version=next(self.texts), reasons=[])
        for rank, code in enumerate(("mild", "grave"), start=1):
            level = {"scheme_id": scheme, "scheme_key": "odd", "colour": None, "severity": "CRITICAL"}
            self.levels.append(self.rows.add(t.levels, code=code, rank=rank, label=self.both(), **level))

    def both(self) -> dict[str, str]:
        """Return a text in both languages."""
        return {"zh": next(self.texts), "en": next(self.texts)}

    def case(self, office: StaffedOffice, number: int) -> None:
        """Add a case; every fourth has no level, every other no deadline, some neither department nor handler."""
        id, assigned = f"odd{number + 1:04}", number % 5 > 1
        stage = {"key": "odd", "label": self.both()}
        decided = {
            "level_id": self.levels[number % len(self.levels)] if number % 4 else None,
            "severity": number % 4 or None,
            "due_at": next(self.moments) if number % 2 else None,
        }
        case = self.rows.case(
            office.office.id,
            number=f"{TEXTS[number % 8][:40]}〔2026〕{number}号",
            title=next(self.texts),
            cause=next(self.texts),
            stage=stage,
            stage_key="odd",
            next_stages=[stage] * (number % 3),
            gates=[] if number % 2 else [{"act": "CONCLUSION", "open": True, "reasons": [], "until": None}],
            parties=[{"label": next(self.texts), "role": next(self.texts)} for _ in range(number % 3)],
            department_id=office.department().id if assigned else None,
            handler_id=office.officer_id(Role.CASE_HANDLER) if assigned else None,
            opened_at=next(self.moments),
            closed_at=next(self.moments) if number % 3 else None,
            version=LARGEST,
            current_assessment_id=f"assessment_{id}" if number % 2 else None,
            active_warning_id=f"warning_{id}" if number % 4 else "warning_none",
            **decided,
        )
        for revision, level in enumerate((decided["level_id"], None), start=1):
            self.rows.add(t.case_levels, case_id=case, since=MOMENTS[revision], revision=1, level_id=level)
            self.rows.add(t.case_levels, case_id=case, since=MOMENTS[1], revision=revision, level_id=level)
        assessment = self._assessment(office, number, case_id=case, level_id=decided["level_id"])
        warning = self._warning(office, number, case_id=case, assessment_id=assessment, **decided)
        self._papers(office, number, case_id=case, warning_id=warning)

    def _assessment(self, office: StaffedOffice, number: int, **given: Any) -> str:
        handler, summary = office.officer_id(Role.CASE_HANDLER), next(self.texts) if number % 3 else None
        said = {"summary": summary, "submitted_by_id": handler, "submitted_at": next(self.moments)}
        assessment = self.rows.add(t.assessments, answers=[], version=LARGEST, **said, **given)
        self.rows.add(t.reviews, assessment_id=assessment, turn=1, by_id=handler, comment=next(self.texts))
        return assessment

    def _warning(self, office: StaffedOffice, number: int, **given: Any) -> str:
        closure = None if number % 2 else self._closure(office.officer_id(Role.CASE_HANDLER))
        status = "RESOLVED" if closure else "ISSUED"
        given = {**given, "status": status, "closure": closure, "issued_at": next(self.moments)}
        given |= {"note": next(self.texts), "report": next(self.texts) if closure else None}
        if number % 3 == 0:
            given |= {"archive_note": next(self.texts), "lifted_at": next(self.moments), "lift_reason": self.both()}
        return self.rows.add(t.warnings, office_id=office.office.id, **given)

    def _closure(self, officer: str) -> dict[str, Any]:
        closed = {"by_id": officer, "at": "2025-12-31T16:00:00Z"}
        attested = {"key": next(self.texts), "label": self.both(), "note": None, **closed}
        return {"outcome": "SETTLED", "feedback": next(self.texts), "attestations": [attested], **closed}

    def _papers(self, office: StaffedOffice, number: int, **of: Any) -> None:
        """Deadlines, dispositions, a plan, a supervision and a notice; a list of officers may name one that is none."""
        handler, head = office.officer_id(Role.CASE_HANDLER), office.officer_id(Role.DEPARTMENT_HEAD)
        officers = [head, "officer_none", handler, head][: number % 5]
        for _ in range(number % 3):
            due, done = next(self.moments), {"description": next(self.texts), "outcome": next(self.texts)}
            self.rows.add(t.deadlines, due_at=due, due_on=due.date(), label=self.both(), **of)
            self.rows.add(t.dispositions, performed_by_id=handler, performed_at=next(self.moments), **done, **of)
        section = {"key": "persons", "label": self.both(), "text": next(self.texts)}
        means = {"sections": [section], "resolution_due_on": date(2026, 2, 28) if number % 2 else None}
        self.rows.add(t.plans, assigned=officers, proposed_by_id=handler, **means, **of)
        if number % 3 == 0:
            self.rows.add(t.supervisions, members=officers, reason=self.both(), reasons=[], **of)
        to_department = {"to_department_id": office.department().id}
        to: list[dict[str, str]] = [{}, {"to_role": "CASE_HANDLER"}, {"to_officer_id": head}, to_department]
        self.rows.add(t.notices, office_id=office.office.id, subject=self.both(), **to[number % 4], **of)


async def _append_to_the_log(engine: AsyncEngine, country: Country) -> None:
    """Entries about awkward cases and about offices, after those that are there."""
    rows, [end] = Rows("log"), await _values(engine, select(func.max(t.events.c.position)))
    for number, summary in enumerate(TEXTS, start=1):
        office = (country.city, country.county, country.province)[(number - 1) % 3]
        warned = {"noun": "warning", "kind": "ISSUED", "status": "ISSUED", "warning_id": f"warning_odd{number:04}"}
        moment = MOMENTS[number % len(MOMENTS)].isoformat().replace("+00:00", "Z")
        written = {"channel": summary, "description": summary, "occurred_at": moment}
        days = {"due_on_before": "2027-03-01", "due_on": "2027-03-03"}
        counted = {"deadline_id": f"deadline_{number}", "label": {"zh": summary, "en": summary[::-1]}, **days}
        unwarned = (
            {"kind": "PETITION_RECORDED", "payload": written},
            {"kind": "DEADLINES_RECALCULATED", "payload": {"batch": summary, "changes": [counted] * (number % 3)}},
        )
        of_case = {"case_id": f"case_odd{number:04}", **(warned if number % 2 else unwarned[number // 2 % 2])}
        about = of_case if number % 5 else {"noun": "office", "kind": "OPTION_SET"}
        said = {"at": MOMENTS[number % len(MOMENTS)], "summary": {"zh": summary, "en": summary[::-1]}}
        rows.add(t.events, position=end + number, office_id=office.office.id, **said, **about)
    await rows.insert(engine)


async def _values(engine: AsyncEngine, statement: Any) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(statement)).scalars())


# ------------------------------------------------------------------------------------------------ the same elsewhere


async def copy(source: AsyncEngine, target: AsyncEngine) -> None:
    """Put all rows of a database into another, an empty one."""
    async with source.connect() as read, target.connect() as plain:
        write = await plain.execution_options(**WRITE_TRANSACTION)
        if target.dialect.name == "postgresql":
            await write.execute(text("SET LOCAL session_replication_role = replica"))  # departments name officers
        for table in t.metadata.sorted_tables:
            rows = (await read.execute(select(table).order_by(*table.primary_key))).mappings().all()
            if rows:
                await write.execute(insert(table), [dict(row) for row in rows])
        await write.commit()
