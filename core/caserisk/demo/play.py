"""A case of the demonstration while it is played: who acts in it, and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from caserisk.command_runner import CommandRunner
from caserisk.commands.command import Changed, Command
from caserisk.demo.kinds import Kind
from caserisk.demo.staff import Staff
from caserisk.domain.casefile import CaseFile
from caserisk.domain.facts import Facts
from caserisk.domain.organisation import Department
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation.hook_threads import decide
from caserisk.regulation.layers import Regulation

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Play:
    """One case: its latest assessment and ``chain``, who has yet to review it; ``seen``, the file as last looked at."""

    runner: CommandRunner
    staff: Staff
    kind: Kind
    random: Random
    numbers: Counter[str]
    handler: Viewer
    case: str = ""
    assessment: str = ""
    chain: list[Role] = field(default_factory=list)
    seen: CaseFile | None = None

    @property
    def department(self) -> Department:
        """The department that handles it."""
        return self.staff.departments[self.kind.department]

    @property
    def warned(self) -> bool:
        """Whether a warning was seen."""
        return self.seen is not None and bool(self.seen.warnings)

    @property
    def warning(self) -> RiskWarning:
        """The latest warning, as it was seen."""
        if self.seen is None:
            raise LookupError("nobody has looked at the case yet")
        return tuple(self.seen.warnings.values())[-1]

    async def look(self) -> CaseFile:
        """Look at the file."""
        loaded = await self.runner.store.load(self.case, ())
        if loaded is None or loaded.file is None:
            raise LookupError(self.case)
        self.seen = loaded.file
        return loaded.file

    def who(self, role: Role) -> Viewer:
        """Who has a role towards the case."""
        return self.handler if role is Role.CASE_HANDLER else self.staff.one(role, self.department)

    async def do(self, role: Role, command: Command) -> Changed:
        """Have somebody carry out a command."""
        return (await self.runner.execute(command, viewer=self.who(role))).changed

    async def ask(self, question: Callable[[Regulation, Facts], T]) -> T:
        """Ask the office's regulation as it stands; it has chosen no options."""

        def ask() -> T:
            regulation = Regulation(self.runner.registry, self.staff.office.code, self.runner.clock(), {})
            return question(regulation, regulation.facts())

        return await decide(ask)


Act = Callable[[Play], Awaitable[None]]
"""Something that happens in a case."""
