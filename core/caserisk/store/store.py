"""The store: what commands load, and what they write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, delete, func, literal_column, select

from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import Entry
from caserisk.domain.organisation import BoundEdition, Department, Office, Officer, Roster
from caserisk.domain.vocabulary import AssessmentStatus
from caserisk.store import casefiles, log, organisation
from caserisk.store import tables as t
from caserisk.store.database import Database
from caserisk.store.statements import JsonQuery, Statement, insert_row, parameter

_IDS_PER_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The state that a command decides on; ``file`` is None where a case is to be opened."""

    file: CaseFile | None
    roster: Roster
    options: dict[str, str]
    bound: tuple[BoundEdition, ...]
    number_taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentResult:
    """The result of a command that was carried out under an idempotency key."""

    officer_id: str
    command: str
    key: str
    input_digest: str
    result: dict[str, Any]
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInHand:
    """An open case that somebody handles."""

    id: str
    number: str
    department_id: str | None


class Store:
    """State and log in one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known_schemes: set[str] = set()

    async def close(self) -> None:
        """Close all connections."""
        await self.database.close()

    # -------------------------------------------------------------------------------------------- loading

    async def load(self, target: str, officer_ids: Iterable[str]) -> Loaded | None:
        """Load the file that an id belongs to, with the roster and the options of its office.

        The roster holds those of the officers who are of the office. None where nothing has the id.
        """
        query = casefiles.FILES.get(target.partition("_")[0])
        if query is None:
            return None
        found = await self.database.read(query, {"target": target, "officers": list(officer_ids)})
        if found is None:
            return None
        return Loaded(file=found.file, roster=found.roster, options=found.options, bound=found.bound)

    async def load_office(self, code: str, officer_ids: Iterable[str], *, number: str | None = None) -> Loaded | None:
        """Load an office where a case is to be opened, and whether the case's number is taken."""
        values = {"code": code, "officers": list(officer_ids), "number": number}
        found = await self.database.read(organisation.OPENING, values)
        if found is None:
            return None
        return Loaded(
            file=None,
            roster=found.roster,
            options=found.options,
            bound=found.bound,
            number_taken=found.number_taken,
        )

    async def office(self, code: str) -> Office | None:
        """Load the office with a division code."""
        return await self.database.read(organisation.OFFICE, {"code": code})

    async def department(self, id: str) -> Department | None:
        """Load the department with an id."""
        return await self.database.read(organisation.DEPARTMENT, {"id": id})

    async def officer(self, id: str) -> Officer | None:
        """Load the officer with an id."""
        return await self.database.read(organisation.OFFICER, {"id": id})

    async def with_staff(self, roster: Roster) -> Roster:
        """Return a roster with all active officers of its office."""
        staff = await self.database.read(organisation.STAFF, {"office_id": roster.office.id}) or ()
        return replace(roster, officers=tuple(staff))

    async def options(self, code: str) -> dict[str, str]:
        """Load the options that are in force in an office, its own and those of the offices above it."""
        chosen = await self.database.read(organisation.CHOSEN_OPTIONS, {"code": code})
        return organisation.options_in_force(code, chosen or ())

    async def bound_plugins(self, code: str) -> frozenset[str]:
        """Load the names of the plugins that have decided for an office or for those above it."""
        bound = await self.database.read(organisation.BOUND_EDITIONS_OF_OFFICE, {"code": code})
        return frozenset(item.plugin for item in bound or ())

    async def bound_editions(self) -> list[BoundEdition]:
        """Load the editions of plugins that have decided for any office and are not retired."""
        return await self.database.read(organisation.BOUND_EDITIONS, {}) or []

    async def carried_levels(self) -> dict[str, set[str]]:
        """Load the codes of the levels of cases that are open or have a running warning, by the plugin they are of."""
        found = await self.database.read(casefiles.CARRIED_LEVELS, {})
        return found.codes_by_plugin if found else {}

    async def end_of_log(self) -> int:
        """Return the position of the last entry; 0 in an empty log."""
        return await self.database.read(log.END, {}) or 0

    async def passed_deadlines(self, now: datetime, limit: int) -> list[str]:
        """List open deadlines that have passed and are not on record as such, the longest overdue first."""
        return await self.database.read(_PASSED, {"now": now, "limit": limit}) or []

    async def unrecorded_deadlines(self, now: datetime) -> int:
        """Count the open deadlines that have passed and are not on record as such."""
        return await self.database.read(_UNRECORDED, {"now": now}) or 0

    async def cases_to_decide(self, now: datetime, limit: int) -> list[str]:
        """List the open cases whose gates held until a moment that has passed, the longest ago first."""
        return await self.database.read(_TO_DECIDE, {"now": now, "limit": limit}) or []

    async def cases_with_incomplete_deadlines(self, after: str, limit: int) -> list[str]:
        """List the ids of cases with running deadlines counted by weekends only: a page of those after an id."""
        return await self.database.read(_WITH_INCOMPLETE, {"after": after, "limit": limit}) or []

    async def open_cases(self, after: str, limit: int) -> list[str]:
        """List the ids of cases that are not closed, in order: a page of those after an id."""
        return await self.database.read(_OPEN_CASES, {"after": after, "limit": limit}) or []

    async def cases_in_hand(self, handler_id: str) -> list[CaseInHand]:
        """List the cases of a handler that are not closed."""
        return await self.database.read(_CASES_IN_HAND, {"handler_id": handler_id}) or []

    async def assessments_in_review(self, office_id: str) -> list[str]:
        """List the ids of the assessments of an office that wait for a review, in order."""
        return await self.database.read(_IN_REVIEW, {"office_id": office_id}) or []

    # -------------------------------------------------------------------------------------------- writing

    async def write(
        self,
        before: CaseFile | None,
        steps: Sequence[tuple[Entry, CaseFile]],
        *,
        office_entries: Sequence[Entry] = (),
        result: IdempotentResult | None = None,
    ) -> int:
        """Write a changed file and its entries in one transaction; return the position of the last entry.

        Each step is an entry with the file right after it. ``office_entries`` go before them: the file's rows may refer
        to what they record.

        Raises:
            Stale: another command has changed the file, or a constraint stands against it.
        """
        async with self.database.transaction() as transaction:
            for entry in office_entries:
                await organisation.put(transaction, entry)
            await casefiles.write_file(transaction, before, steps[-1][1])
            position = await log.append(transaction, [*((entry, None) for entry in office_entries), *steps])
            if result:  # only now, as it holds the position
                row = {**asdict(result), "position": position, "at": steps[-1][0].at}
                await transaction.rows(_INSERT_RESULT, row)
            return position

    async def write_organisation(self, entries: Sequence[Entry]) -> int:
        """Write entries about an office, and the rows that they change; return the position of the last entry.

        Raises:
            Stale: a constraint stands against it.
        """
        async with self.database.transaction() as transaction:
            for entry in entries:
                await organisation.put(transaction, entry)
            return await log.append(transaction, [(entry, None) for entry in entries])

    async def known_schemes(self, ids: Iterable[str]) -> set[str]:
        """Return those of the level schemes that are recorded."""
        wanted = set(ids)
        # A recorded scheme is never deleted, so it need not be looked up again.
        if not wanted <= self._known_schemes:
            found = await self.database.read(organisation.KNOWN_SCHEMES, {"ids": sorted(wanted)})
            self._known_schemes.update(found or ())
        return wanted & self._known_schemes

    # -------------------------------------------------------------------------------------------- idempotency

    async def idempotent_result(self, officer_id: str, command: str, key: str) -> IdempotentResult | None:
        """Load the result of a command that was carried out under an idempotency key."""
        return await self.database.read(_RESULT, {"officer_id": officer_id, "command": command, "key": key})

    async def delete_idempotent_results(self, before: datetime) -> int:
        """Delete the results of commands that were carried out before a moment; return how many."""
        async with self.database.transaction() as transaction:
            return len(await transaction.rows(_DELETE_RESULTS, {"before": before}))


async def all_ids(page_after: Callable[[str, int], Awaitable[list[str]]]) -> AsyncIterator[str]:
    """Yield every id that is listed a page at a time: by a method that takes an id to go on after, and a number."""
    page = await page_after("", _IDS_PER_PAGE)
    while page:
        for id in page:
            yield id
        page = await page_after(page[-1], _IDS_PER_PAGE)


# Written as in the condition of the partial index: PostgreSQL would not match a parameter with it.
_IS_RUNNING = and_(t.deadlines.c.status == literal_column("'OPEN'"), t.deadlines.c.passed_at.is_(None))
_HAS_PASSED = and_(
    _IS_RUNNING,
    t.deadlines.c.due_at <= bindparam("now", type_=t.deadlines.c.due_at.type),
)
_UNRECORDED = JsonQuery(
    int,
    lambda json: json.answer(select(func.count()).select_from(t.deadlines).where(_HAS_PASSED).scalar_subquery()),
)
_PASSED = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(t.deadlines.c.id)
        .where(_HAS_PASSED)
        .order_by(t.deadlines.c.due_at)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_TO_DECIDE = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(t.cases.c.id)
        .where(
            t.cases.c.closed_at.is_(None),
            t.cases.c.gates_until.is_not(None),
            t.cases.c.gates_until <= bindparam("now", type_=t.cases.c.gates_until.type),
        )
        .order_by(t.cases.c.gates_until)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_WITH_INCOMPLETE = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(t.deadlines.c.case_id)
        .where(
            _IS_RUNNING,
            t.deadlines.c.calendar_complete.is_(False),
            t.deadlines.c.case_id > bindparam("after", type_=t.deadlines.c.case_id.type),
        )
        .distinct()
        .order_by(t.deadlines.c.case_id)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_OPEN_CASES = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(t.cases.c.id)
        .where(t.cases.c.closed_at.is_(None), t.cases.c.id > bindparam("after", type_=t.cases.c.id.type))
        .order_by(t.cases.c.id)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_CASES_IN_HAND = JsonQuery(
    list[CaseInHand],
    lambda json: json.answer(
        json.rows(
            t.cases, CaseInHand, t.cases.c.handler_id == parameter(t.cases.c.handler_id), t.cases.c.closed_at.is_(None)
        )
    ),
)
_IN_REVIEW = JsonQuery(
    list[str],
    lambda json: json.texts(
        select(t.assessments.c.id)
        .join(t.cases, t.cases.c.id == t.assessments.c.case_id)
        .where(
            t.cases.c.office_id == parameter(t.cases.c.office_id),
            t.assessments.c.status == AssessmentStatus.IN_REVIEW.value,
        )
        .order_by(t.assessments.c.id)
    ),
)
_RESULT = JsonQuery(
    IdempotentResult,
    lambda json: json.answer(json.object(json.row(t.idempotency_keys, IdempotentResult))).where(
        *(column == parameter(column) for column in t.idempotency_keys.primary_key)
    ),
)
_INSERT_RESULT = Statement(lambda _: insert_row(t.idempotency_keys))
_DELETE_RESULTS = Statement(
    lambda _: (
        delete(t.idempotency_keys)
        .where(t.idempotency_keys.c.at < bindparam("before", type_=t.idempotency_keys.c.at.type))
        .returning(t.idempotency_keys.c.key)
    )
)
