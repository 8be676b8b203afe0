"""What every command is: an input, the file it is about, and a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment
from caserisk.domain.refusals import not_found, wrong_state
from caserisk.domain.vocabulary import WarningAct
from caserisk.domain.warnings import RiskWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a command changed, by id."""

    case: str
    assessment: str | None = None
    warning: str | None = None
    disposition: str | None = None
    supervision: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing to do to a case's file."""

    mutation: ClassVar[str]
    """What the API calls it; idempotency keys are unique for each."""

    moves_gates: ClassVar[bool] = True
    """Whether the gates are decided anew afterwards."""

    @property
    def target(self) -> str:
        """The id its input names first: the file it is found by, and what ``expectedVersion`` is the version of."""
        raise NotImplementedError

    @property
    def officers(self) -> tuple[str, ...]:
        """The officers the input names, besides who acts."""
        return ()

    def decide(self, work: UnitOfWork) -> Changed:
        """Record what happens.

        Raises:
            Refused: it may not, or cannot, be done.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand(Command):
    """A command about a case."""

    case: str

    @property
    def target(self) -> str:
        """The case."""
        return self.case


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningCommand(Command):
    """A command about a warning."""

    warning: str

    @property
    def target(self) -> str:
        """The warning."""
        return self.warning

    def open(self, work: UnitOfWork, act: WarningAct) -> RiskWarning:
        """The warning, where its state lets the act be done and who acts may do it."""
        warning = work.file.warnings[self.warning]
        work.require(warning.roles_for(act), act.zh, act.en)
        require_state(warning, act)
        return warning


def require_state(warning: RiskWarning, act: WarningAct) -> None:
    """Let an act be done only in a state that allows it.

    Raises:
        Refused: WRONG_STATE.
    """
    if not warning.allows(act):
        possible = warning.next_acts
        zh = "、".join(item.act.zh for item in possible) or "无"
        en = ", ".join(item.act.en for item in possible) or "nothing"
        raise wrong_state(
            f"预警处于「{warning.status.zh}」状态,不能{act.zh};此时可以:{zh}",
            f"the warning is {warning.status.en}, which does not allow {act.en}; possible now: {en}",
        )


def running_warning(work: UnitOfWork, id: str | None, *path: str) -> RiskWarning | None:
    """The warning of the file that an input names, if it names one.

    Raises:
        Refused: NOT_FOUND, where it is not of this case.
    """
    if id is None:
        return None
    warning = work.file.warnings.get(id)
    if warning is None:
        raise not_found("本案的预警", "warning of this case", id, *path)
    return warning


def assessment_of(work: UnitOfWork, id: str, *path: str) -> Assessment:
    """The assessment of the file that an input names.

    Raises:
        Refused: NOT_FOUND, where it is not of this case.
    """
    assessment = work.file.assessments.get(id)
    if assessment is None:
        raise not_found("本案的评估", "assessment of this case", id, *path)
    return assessment
