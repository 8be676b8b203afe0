"""The work: a case's file open on the runner while a command decides.

A decision reads the file and the regulation and records events; each is folded into the file at once, so that what
comes next sees it. Nothing here is written anywhere: the work is what the store writes, or throws away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from caserisk.domain import folding
from caserisk.domain.casefile import CaseFile, warning_facts
from caserisk.domain.cases import GatesDecided
from caserisk.domain.events import Entry, Event
from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.organisation import Department, Officer, Roster
from caserisk.domain.policy import Viewer, acts_as
from caserisk.domain.refusals import forbidden, not_found, unknown_value
from caserisk.domain.terms import WorkCalendar, office_day
from caserisk.domain.vocabulary import Role
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation

NewId = Callable[[str], str]
"""Gives a new id for a noun: ``warning`` → ``warning_…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An entry for the log, and the file as it is right after it."""

    entry: Entry
    file: CaseFile


@dataclass(slots=True, kw_only=True)
class UnitOfWork:
    """What a decision works on.

    ``viewer`` None: the clock, an import, the regulation itself. ``schemes`` are those whose levels it names.
    """

    roster: Roster
    regulation: Regulation
    viewer: Viewer | None
    at: datetime
    new_id: NewId
    calendar: WorkCalendar
    opened: CaseFile | None = None
    steps: list[Step] = field(default_factory=list)
    schemes: dict[str, LevelScheme] = field(default_factory=dict)

    @property
    def file(self) -> CaseFile:
        """The file as it stands."""
        if self.opened is None:
            raise LookupError("no case is opened yet")
        return self.opened

    @property
    def today(self) -> date:
        """The day in the office."""
        return office_day(self.at)

    @property
    def actor_id(self) -> str | None:
        """Who acts."""
        return self.viewer.officer.id if self.viewer else None

    def open(self, event: Event) -> str:
        """Begin a file; gives the id of its case."""
        entry = self._entry(self.new_id("case"), event)
        self.opened = folding.open_file(entry)
        self.steps.append(Step(entry=entry, file=self.file))
        return self.file.case.id

    def record(self, event: Event) -> None:
        """Put an event on record and fold it into the file."""
        entry = self._entry(self.file.case.id, event)
        self.opened = folding.fold(self.file, entry)
        self.steps.append(Step(entry=entry, file=self.file))

    def _entry(self, case_id: str, event: Event) -> Entry:
        return Entry(
            id=self.new_id("event"),
            at=self.at,
            office_id=self.roster.office.id,
            case_id=case_id,
            actor_id=self.actor_id,
            event=event,
        )

    # ---------------------------------------------------------------------------------------- what a regulation is told

    def facts(self, warning: RiskWarning | None = None) -> Facts:
        """The facts of the case as it stands; ``warning`` is the one that is asked about, else the running one."""
        told = warning or self.file.active_warning
        return Facts(
            at=self.at,
            office=self.roster.office.code,
            options=self.regulation.option_values,
            case=self.file.case_facts(),
            assessments=self.file.assessment_facts(),
            warning=warning_facts(told) if told else None,
        )

    def decide_gates(self) -> None:
        """Ask which acts are open now, and record the answer where it is another one."""
        gates = self.regulation.ask(hooks.caserisk_gates, self.facts())
        if gates != self.file.case.gates:
            self.record(GatesDecided(gates=gates))

    # ---------------------------------------------------------------------------------------- who, and with what

    def require(self, roles: Iterable[Role], zh: str, en: str) -> None:
        """Let only those act who have one of the roles towards the case.

        Raises:
            Refused: FORBIDDEN.
        """
        wanted = tuple(dict.fromkeys(roles))
        if self.viewer is None or acts_as(self.viewer, wanted, self.file.case, self.roster):
            return
        raise forbidden(
            f"您无权{zh};有权者:{'、'.join(role.zh for role in wanted) or '无'}",
            f"you may not do this ({en}); it takes {' or '.join(role.en for role in wanted) or 'nobody'}",
        )

    def actor(self) -> Officer:
        """The officer who acts, for what only a person does."""
        if self.viewer is None:
            raise forbidden("此操作须由人员完成", "only a person does this")
        return self.viewer.officer

    def department(self, id: str, *path: str) -> Department:
        """A department of the case's office.

        Raises:
            Refused: NOT_FOUND.
        """
        department = self.roster.department(id)
        if department is None:
            raise not_found("本院部门", "department of this office", id, *path)
        return department

    def officer(self, id: str, *path: str) -> Officer:
        """An active officer of the case's office.

        Raises:
            Refused: NOT_FOUND.
        """
        officer = self.roster.officer(id)
        if officer is None:
            raise not_found("本院在职人员", "active officer of this office", id, *path)
        return officer

    def level(self, code: str, *path: str) -> RiskLevel:
        """The level of a code in the scheme in force.

        Raises:
            Refused: INVALID.
        """
        scheme = self.regulation.ask(hooks.caserisk_level_scheme, self.facts())
        level = scheme.level(code) if scheme else None
        if scheme is None or level is None:
            codes = [item.code for item in scheme.levels] if scheme else []
            raise unknown_value("本院的风险等级", "level of this office", code, codes, *path)
        self.schemes[scheme.id] = scheme
        return level
