"""What a regulation answers: the values that plugins hand over and the core acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caserisk.domain.texts import Citation, Reason, Text
from caserisk.domain.vocabulary import (
    ClosureOutcome,
    DeadlineKind,
    DepartmentFunction,
    FactorKind,
    GatedAct,
    Receipt,
    Role,
    SupervisionKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice that a regulation leaves to an office, or a doubt with two readings.

    ``choices`` lists the values an office may set; ``default`` is one of them.
    """

    key: str
    label: Text
    default: str
    choices: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of case handling; ``next`` lists the stages that may follow, by default the one listed after it."""

    key: str
    label: Text
    next: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorOption:
    """A value that may be chosen for a factor."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A question an assessment answers; ``required`` holds for assessments without risk too."""

    key: str
    label: Text
    kind: FactorKind
    group: Text | None = None
    required: bool = False
    options: tuple[FactorOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedLevel:
    """The level that follows from the answers; ``code`` is None where no level follows."""

    code: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """One step of the chain an assessment passes.

    ``term`` (``P3BD``) is how long the reviewer has, if anything says so.
    """

    key: str
    label: Text
    role: Role
    reasons: tuple[Reason, ...]
    decides_level: bool = False
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Who issues the warning, who may lift it, and what its receipt means.

    ``automatic`` issues it together with the decision that makes it due; otherwise one of ``roles`` does.
    """

    reasons: tuple[Reason, ...]
    automatic: bool = False
    roles: tuple[Role, ...] = ()
    lifted_by: tuple[Role, ...] = ()
    receipt: Receipt = Receipt.OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty that a regulation gives to roles."""

    key: str
    label: Text
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who answers for a warning: who handles it, who resolves it, who supervises and who leads."""

    reasons: tuple[Reason, ...]
    handles: tuple[Role, ...] = ()
    resolves: tuple[Role, ...] = ()
    supervises: tuple[Role, ...] = ()
    leads: tuple[Role, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that answers for the work itself."""
        return frozenset((*self.handles, *self.resolves, *self.leads))


class TermStart(StrEnum):
    """The moment from which a term runs."""

    ISSUE = "ISSUE"
    RECEIPT = "RECEIPT"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRule:
    """A term that runs for a warning.

    ``term`` as in `caserisk.domain.terms`. ``met_by`` are the closing outcomes that fulfil a RESOLUTION term (A-32).
    """

    kind: DeadlineKind
    rule: str
    label: Text
    term: str
    reasons: tuple[Reason, ...]
    starts: TermStart = TermStart.RECEIPT
    rolls: bool = True
    met_by: tuple[ClosureOutcome, ...] = tuple(ClosureOutcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether an act may be done now, and why it may not."""

    act: GatedAct
    open: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSectionRule:
    """A section of a plan."""

    key: str
    label: Text
    required: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """What a plan holds, and when there has to be one.

    ``required``: an assessment is not accepted without it (CONTINGENCY), nothing is done to the warning before it is
    adopted (SCHEME).
    """

    sections: tuple[PlanSectionRule, ...]
    required: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingCondition:
    """What has to be attested when a warning is resolved."""

    key: str
    label: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A kind of disposition."""

    key: str
    label: Text


class Occasion(StrEnum):
    """What has just happened, when a regulation is asked whom to tell or what to supervise."""

    ASSESSMENT_SUBMITTED = "ASSESSMENT_SUBMITTED"
    ASSESSMENT_CONFIRMED = "ASSESSMENT_CONFIRMED"
    LEVEL_CHANGED = "LEVEL_CHANGED"
    WARNING_ISSUED = "WARNING_ISSUED"
    WARNING_RESOLVED = "WARNING_RESOLVED"
    DEADLINE_PASSED = "DEADLINE_PASSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """Somebody to be told.

    ``to_function`` addresses the office's department of that function; ``to_undertaking`` the department that handles
    the case; ``to_role`` narrows either to a role, or alone addresses the office's officers of that role
    (DEPARTMENT_HEAD, LEADER_IN_CHARGE and CASE_HANDLER: of this case).
    """

    subject: Text
    reasons: tuple[Reason, ...]
    to_role: Role | None = None
    to_function: DepartmentFunction | None = None
    to_undertaking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRule:
    """A supervision that a regulation asks for; a person completes and issues it."""

    kind: SupervisionKind
    reason: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a regulation.

    ``in_force_from`` is the first day it holds, None for "from the beginning". ``rules`` is the module (or object) that
    implements the hooks. ``cites`` are the instruments it rests on.
    """

    name: str
    rules: object
    in_force_from: date | None = None
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What the entry point of a plugin names.

    Name, version and jurisdictions are not repeated here: they are the distribution's own and the names of its entry
    points.
    """

    api_version: int
    editions: tuple[Edition, ...]
    options: tuple[Option, ...] = ()
