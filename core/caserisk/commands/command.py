"""Define what every command is: an input, the file it is about, and a decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from caserisk.commands.input_fields import declare_input, declared_fields, id_field, ids_in
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment
from caserisk.domain.refusals import not_found, wrong_state
from caserisk.domain.vocabulary import WarningAct
from caserisk.domain.warnings import RiskWarning

VERSIONED_NOUNS = ("case", "assessment", "warning", "supervision")
"""The nouns whose states count versions: who changes one may name the version that was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a command changed, by id."""

    case: str
    assessment: str | None = None
    warning: str | None = None
    disposition: str | None = None
    supervision: str | None = None
    notice: str | None = None


@declare_input()
class Command:
    """One thing to do to a case's file. Its fields are what people give, its name is that of its class."""

    target_field: ClassVar[str]
    """The field that holds the id by which the file is found; of its noun a version may be expected."""

    decides_gates: ClassVar[bool] = True
    """Whether the gates are decided anew afterwards."""

    needs_staff: ClassVar[bool] = False
    """Whether the decision turns on who else could do it: then all active officers of the office are loaded."""

    @property
    def name(self) -> str:
        """Return the command's name, ``archive_warning`` for `ArchiveWarning`; idempotency keys are unique for each."""
        return _snake_case(type(self).__name__)

    @property
    def target(self) -> str:
        """Return the id by which the file is found."""
        target: str = getattr(self, self.target_field)
        return target

    @property
    def officers(self) -> tuple[str, ...]:
        """Return the ids of the officers that the input names, who are loaded with the file."""
        return tuple(ids_in(self, "officer"))

    @classmethod
    def versioned_noun(cls) -> str | None:
        """Return the noun of which a version may be expected; None where the target counts none."""
        declared = declared_fields(cls).get(cls.target_field)
        return declared.noun if declared and declared.noun in VERSIONED_NOUNS else None

    def decide(self, work: UnitOfWork) -> Changed:
        """Record what happens.

        Raises:
            Refused: it may not, or cannot, be done.
        """
        raise NotImplementedError


@lru_cache(maxsize=256)
def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@declare_input()
class CaseCommand(Command):
    """A command about a case."""

    target_field: ClassVar[str] = "case"

    case: str = id_field("case", "The case.")


@declare_input()
class AssessmentCommand(Command):
    """A command about an assessment."""

    target_field: ClassVar[str] = "assessment"

    assessment: str = id_field("assessment", "The assessment.")


@declare_input()
class WarningCommand(Command):
    """A command about a warning."""

    target_field: ClassVar[str] = "warning"

    warning: str = id_field("warning", "The warning.")

    def warning_open_to(self, act: WarningAct, work: UnitOfWork) -> RiskWarning:
        """Return the warning where its state allows an act and whoever acts may do it.

        Raises:
            Refused: FORBIDDEN, WRONG_STATE.
        """
        # The file was found by this id, so the warning is in it.
        warning = work.file.warnings[self.warning]
        work.require_role(warning.roles_for(act), act.zh, act.en)
        require_state(warning, act)
        return warning


def require_state(warning: RiskWarning, act: WarningAct) -> None:
    """Refuse an act that the state of a warning does not allow.

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


def find_warning(work: UnitOfWork, id: str, *path: str) -> RiskWarning:
    """Return the warning of the file that an input names.

    Raises:
        Refused: NOT_FOUND, where it is not of this case.
    """
    warning = work.file.warnings.get(id)
    if warning is None:
        raise not_found("本案的预警", "warning of this case", id, *path)
    return warning


def find_assessment(work: UnitOfWork, id: str, *path: str) -> Assessment:
    """Return the assessment of the file that an input names.

    Raises:
        Refused: NOT_FOUND, where it is not of this case.
    """
    assessment = work.file.assessments.get(id)
    if assessment is None:
        raise not_found("本案的评估", "assessment of this case", id, *path)
    return assessment
