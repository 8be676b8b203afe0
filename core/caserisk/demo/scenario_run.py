"""A scenario while it is carried out: its case, the officers who act in it, and the state it has reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from caserisk.command_runner import CommandRunner
from caserisk.commands.command import Changed, Command
from caserisk.demo.case_kinds import CaseKind
from caserisk.demo.office_staff import OfficeStaff
from caserisk.domain.casefile import CaseFile
from caserisk.domain.facts import Facts
from caserisk.domain.organisation import Department
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.layers import Regulation

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class ScenarioRun:
    """One case of the demonstration.

    ``pending_reviewers`` are the roles that have yet to review its latest assessment; ``file`` is the file that
    `reload` returned last.
    """

    runner: CommandRunner
    staff: OfficeStaff
    case_kind: CaseKind
    random: Random
    number_counters: Counter[str]
    handler: Viewer
    case_id: str = ""
    assessment_id: str = ""
    pending_reviewers: list[Role] = field(default_factory=list)
    file: CaseFile | None = None

    @property
    def department(self) -> Department:
        """Return the department that handles the case."""
        return self.staff.departments[self.case_kind.department]

    @property
    def has_warning(self) -> bool:
        """Tell whether the file, as loaded last, has a warning."""
        return self.file is not None and bool(self.file.warnings)

    @property
    def warning(self) -> RiskWarning:
        """Return the latest warning of the file as loaded last."""
        if self.file is None:
            raise LookupError("the file is not loaded yet")
        return tuple(self.file.warnings.values())[-1]

    async def reload(self) -> CaseFile:
        """Load the file as it is now."""
        loaded = await self.runner.store.load(self.case_id, ())
        if loaded is None or loaded.file is None:
            raise LookupError(self.case_id)
        self.file = loaded.file
        return loaded.file

    def officer_for(self, role: Role) -> Viewer:
        """Return an officer who has a role towards the case."""
        return self.handler if role is Role.CASE_HANDLER else self.staff.officer_for(role, self.department)

    async def execute(self, role: Role, command: Command) -> Changed:
        """Carry out a command as an officer with a role."""
        return (await self.runner.execute(command, viewer=self.officer_for(role))).changed

    async def ask_regulation(self, question: Callable[[Regulation, Facts], T]) -> T:
        """Ask the office's regulation in force now; the office has chosen no options."""

        def ask() -> T:
            regulation = Regulation(self.runner.registry, self.staff.office.code, self.runner.clock(), {})
            return question(regulation, regulation.facts())

        return await run_decision(ask)


Step = Callable[[ScenarioRun], Awaitable[None]]
"""A function that carries out one step of a scenario."""
