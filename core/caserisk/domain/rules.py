"""Answers of a regulation: the values that the hooks of plugins return and the core acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from caserisk.domain.texts import Citation, Reason, Text
from caserisk.domain.vocabulary import (
    ClosureOutcome,
    DeadlineKind,
    DepartmentFunction,
    FactorKind,
    GatedAct,
    LevelOverride,
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
    """A stage of case handling; ``next`` lists the stages that may follow, by default the one listed after it.

    ``acts`` are the gated acts that are done in it: a case that is opened in a later stage has them behind it.
    """

    key: str
    label: Text
    next: tuple[str, ...] | None = None
    acts: tuple[GatedAct, ...] = ()


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
    """The level that follows from the answers; ``code`` is None where no level follows.

    ``override`` says whether people may set another one, "no risk" included.
    """

    code: str | None
    reasons: tuple[Reason, ...]
    override: LevelOverride = LevelOverride.WITH_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post by role and the function of departments: their heads, or the leader or deputy in charge of them."""

    role: Role
    function: DepartmentFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """A body that decides together (委员会); posts say who convenes it and who sits on it."""

    convener: Post
    members: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """One step of the chain an assessment passes.

    ``term`` (``P3BD``) is how long the reviewer has, if anything says so. ``separate``: nobody reviews it who submitted
    the assessment, handles the case, or reviewed an earlier step. ``stand_ins`` are the roles to which it falls, in
    turn, where nobody can review it by ``role``; None: those of `policy.reviewers_in_turn`. ``committee`` is the body
    whose decision it is; ``role`` then only enters it.
    """

    key: str
    label: Text
    role: Role
    reasons: tuple[Reason, ...]
    decides_level: bool = False
    term: str | None = None
    separate: bool = True
    stand_ins: tuple[Role, ...] | None = None
    committee: Committee | None = None


MAX_STAND_INS = 3
"""The most roles that may stand in for a step, as many as there are tiers above a department's head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """The roles that issue and lift the warning, and the meaning of its receipt.

    ``warns``: there is a warning at this level at all. ``automatic``: it is issued together with the decision that
    makes it due; otherwise one of ``roles`` issues it.
    ``at_intake`` are the roles that may warn together with the assignment of a case, before any assessment (RUZ-09).
    """

    reasons: tuple[Reason, ...]
    warns: bool = True
    automatic: bool = False
    roles: tuple[Role, ...] = ()
    lifted_by: tuple[Role, ...] = ()
    receipt: Receipt = Receipt.OPTIONAL
    at_intake: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty that a regulation gives to roles."""

    key: str
    label: Text
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """The roles that answer for a warning: those that handle it, resolve it, supervise it and lead."""

    reasons: tuple[Reason, ...]
    handles: tuple[Role, ...] = ()
    resolves: tuple[Role, ...] = ()
    supervises: tuple[Role, ...] = ()
    leads: tuple[Role, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """Return every role that answers for the work itself."""
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
    met_by: tuple[ClosureOutcome, ...] = tuple(ClosureOutcome)  # unless a regulation counts only some


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gated act, open or closed, with the reasons; ``until``: when an open one closes by itself."""

    act: GatedAct
    open: bool
    reasons: tuple[Reason, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSectionRule:
    """A section of a plan."""

    key: str
    label: Text
    required: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """The contents of a plan, and when there has to be one.

    ``required``: an assessment is not accepted without it (CONTINGENCY), nothing is done to the warning before it is
    adopted (SCHEME).
    """

    sections: tuple[PlanSectionRule, ...]
    required: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingCondition:
    """A condition that has to be attested when a warning is resolved."""

    key: str
    label: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A kind of disposition."""

    key: str
    label: Text


class Occasion(StrEnum):
    """What has happened when a regulation is asked whom to notify or what to supervise."""

    CASE_ASSIGNED = "CASE_ASSIGNED"
    STAGE_ENTERED = "STAGE_ENTERED"
    PETITION_RECORDED = "PETITION_RECORDED"
    CASE_CONCLUDED = "CASE_CONCLUDED"
    ASSESSMENT_SUBMITTED = "ASSESSMENT_SUBMITTED"
    ASSESSMENT_REVIEWED = "ASSESSMENT_REVIEWED"  # a step that another one follows
    ASSESSMENT_RETURNED = "ASSESSMENT_RETURNED"
    ASSESSMENT_WITHDRAWN = "ASSESSMENT_WITHDRAWN"
    ASSESSMENT_CONFIRMED = "ASSESSMENT_CONFIRMED"
    LEVEL_CHANGED = "LEVEL_CHANGED"
    WARNING_ISSUED = "WARNING_ISSUED"
    WARNING_RECEIVED = "WARNING_RECEIVED"
    WARNING_RESOLVED = "WARNING_RESOLVED"
    WARNING_FILED = "WARNING_FILED"
    WARNING_ARCHIVED = "WARNING_ARCHIVED"
    WARNING_LIFTED = "WARNING_LIFTED"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    SUPERVISION_REQUIRED = "SUPERVISION_REQUIRED"
    SUPERVISION_ISSUED = "SUPERVISION_ISSUED"
    SUPERVISION_REPLIED = "SUPERVISION_REPLIED"


class Awaited(StrEnum):
    """Whoever something waits for: a notice to them asks for an act.

    REVIEWER has the next step of the assessment to review, or had it when the assessment was withdrawn; ISSUER issues
    the warning that is due; SUPERVISOR issues the supervision that is required, or has issued it.
    """

    REVIEWER = "REVIEWER"
    ISSUER = "ISSUER"
    SUPERVISOR = "SUPERVISOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """An addressee to be notified.

    ``to_awaited`` addresses those whom something waits for, where it does; ``to_function`` the office's department of
    that function; ``to_undertaking`` the department that handles the case; ``to_role`` narrows either of these two to a
    role, or alone addresses the office's officers of that role (DEPARTMENT_HEAD, LEADER_IN_CHARGE and CASE_HANDLER: of
    this case).
    """

    subject: Text
    reasons: tuple[Reason, ...]
    to_role: Role | None = None
    to_function: DepartmentFunction | None = None
    to_undertaking: bool = False
    to_awaited: Awaited | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRule:
    """A supervision that a regulation asks for; a person completes and issues it."""

    kind: SupervisionKind
    reason: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a regulation.

    ``in_force_from`` is the first day it holds, None for "from the beginning". ``rules`` are the `Rules` that
    the plugin states, or a module or object that implements the hooks. ``cites`` are the instruments it rests on.
    """

    name: str
    rules: object
    in_force_from: date | None = None
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A plugin, as its entry point names it.

    Name, version and jurisdictions are not repeated here: they are the distribution's own and the names of its entry
    points.
    """

    api_version: int
    editions: tuple[Edition, ...]
    options: tuple[Option, ...] = ()
