"""Hold a case's file open while a command decides.

A decision reads the file and the regulation and records events; each is folded into the file at once, so that what
comes next sees it. Nothing is written here: the store writes what was recorded, or the runner throws it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from caserisk.domain import folding
from caserisk.domain.case_facts import FactSheet
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import GatesDecided
from caserisk.domain.deadlines import Deadline, WarningOverdue
from caserisk.domain.events import Entry, Event
from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.organisation import Department, Officer, Roster
from caserisk.domain.policy import Viewer, acts_as
from caserisk.domain.refusals import forbidden, not_found, unknown_value
from caserisk.domain.rules import Occasion
from caserisk.domain.terms import WorkCalendar, office_day
from caserisk.domain.vocabulary import Role
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation

NewId = Callable[[str], str]
"""Gives a new id for a noun: ``warning`` → ``warning_…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEntry:
    """An entry for the log, and the file as it is right after it."""

    entry: Entry
    file: CaseFile


@dataclass(slots=True, kw_only=True)
class UnitOfWork:
    """What a decision works on.

    ``viewer`` is None where the clock, an import or the regulation itself acts. ``case_file`` is None until a new case
    is opened. ``recorded`` is what the decision has put on record so far; ``schemes`` are those whose levels it names.
    """

    roster: Roster
    regulation: Regulation
    viewer: Viewer | None
    at: datetime
    new_id: NewId
    calendar: WorkCalendar
    case_file: CaseFile | None = None
    recorded: list[RecordedEntry] = field(default_factory=list)
    schemes: dict[str, LevelScheme] = field(default_factory=dict)

    @property
    def file(self) -> CaseFile:
        """Return the file as it stands.

        Raises:
            LookupError: no case is opened yet.
        """
        if self.case_file is None:
            raise LookupError("no case is opened yet")
        return self.case_file

    @property
    def today(self) -> date:
        """Return the day in the office."""
        return office_day(self.at)

    @property
    def actor_id(self) -> str | None:
        """Return the id of the officer who acts, if a person does."""
        return self.viewer.officer.id if self.viewer else None

    def open_case(self, event: Event) -> str:
        """Begin the file of a new case with its first event, and return the id of the case."""
        entry = self._entry(self.new_id("case"), event)
        self.case_file = folding.open_file(entry)
        self.recorded.append(RecordedEntry(entry=entry, file=self.file))
        return self.file.case.id

    def record(self, event: Event) -> None:
        """Put an event on record and fold it into the file."""
        entry = self._entry(self.file.case.id, event)
        self.case_file = folding.fold(self.file, entry)
        self.recorded.append(RecordedEntry(entry=entry, file=self.file))

    def _entry(self, case_id: str, event: Event) -> Entry:
        return Entry(
            id=self.new_id("event"),
            at=self.at,
            office_id=self.roster.office.id,
            case_id=case_id,
            actor_id=self.actor_id,
            event=event,
        )

    # ---------------------------------------------------------------------------------------- the regulation's view

    def facts(self, warning: RiskWarning | None = None, *, occasion: Occasion | None = None) -> Facts:
        """Return the facts of the case as it stands, about ``warning`` or else about the running one."""
        sheet = FactSheet(
            file=self.file,
            roster=self.roster,
            options=self.regulation.option_values,
            calendar=self.calendar,
            at=self.at,
            warning=warning or self.file.active_warning,
        )
        return sheet.facts(occasion=occasion, passed=self._passed_deadline())

    def _passed_deadline(self) -> Deadline | None:
        """Return the deadline whose passing this decision has put on record."""
        passed = (item.entry.event for item in reversed(self.recorded) if isinstance(item.entry.event, WarningOverdue))
        event = next(passed, None)
        return self.file.deadlines[event.deadline_id] if event else None

    def decide_gates(self) -> None:
        """Ask the regulation which acts are open now, and record the answer where it differs from the stored one."""
        gates = self.regulation.ask(hooks.caserisk_gates, self.facts())
        # Most commands leave the gates as they are; an entry for each would fill a log from which nothing is deleted.
        if gates != self.file.case.gates:
            self.record(GatesDecided(gates=gates))

    # ---------------------------------------------------------------------------------------- people and references

    def require_role(self, roles: Iterable[Role], zh: str, en: str) -> None:
        """Refuse whoever has none of the roles towards the case; ``zh`` and ``en`` name the act.

        Raises:
            Refused: FORBIDDEN.
        """
        # A regulation may name a role that the core names too; the message lists each once.
        wanted = tuple(dict.fromkeys(roles))
        # The clock, an import and the re-application of plugins act without a viewer; they have every role.
        if self.viewer is None or acts_as(self.viewer, wanted, self.file.case, self.roster):
            return
        raise forbidden(
            f"您无权{zh};有权者:{'、'.join(role.zh for role in wanted) or '无'}",
            f"you may not do this ({en}); it takes {' or '.join(role.en for role in wanted) or 'nobody'}",
        )

    def require_officer(self) -> Officer:
        """Return the officer who acts, for what only a person does.

        Raises:
            Refused: FORBIDDEN, where no person acts.
        """
        if self.viewer is None:
            raise forbidden("此操作须由人员完成", "only a person does this")
        return self.viewer.officer

    def find_department(self, id: str, *path: str) -> Department:
        """Return a department of the case's office.

        Raises:
            Refused: NOT_FOUND.
        """
        department = self.roster.department(id)
        if department is None:
            raise not_found("本院部门", "department of this office", id, *path)
        return department

    def find_officer(self, id: str, *path: str) -> Officer:
        """Return an active officer of the case's office.

        Raises:
            Refused: NOT_FOUND.
        """
        # The roster holds who acts and those whom the input's declared fields name (`Command.officers`), nobody else.
        officer = self.roster.officer(id)
        if officer is None:
            raise not_found("本院在职人员", "active officer of this office", id, *path)
        return officer

    def find_level(self, code: str, *path: str) -> RiskLevel:
        """Return the level of a code in the scheme in force, and remember the scheme to be put on record.

        Raises:
            Refused: INVALID.
        """
        scheme = self.regulation.ask(hooks.caserisk_level_scheme, self.facts())
        level = scheme.level(code) if scheme else None
        if scheme is None or level is None:
            codes = [item.code for item in scheme.levels] if scheme else []
            raise unknown_value("本院的风险等级", "level of this office", code, codes, *path)
        # What was decided by a scheme stays readable without its plugin: the runner records each scheme once.
        self.schemes[scheme.id] = scheme
        return level
