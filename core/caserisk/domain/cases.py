"""Cases: what is known of a case, the events about it, and how they change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from caserisk.domain.events import Entry, Event
from caserisk.domain.levels import RiskLevel, level_text
from caserisk.domain.rules import Gate
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import CaseChangeKind, GatedAct


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParty:
    """A party of one case: a label and a role, and nothing that could join it to another case."""

    label: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStage:
    """A stage as it was named when the case entered it."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case being handled (案件).

    ``version`` moves with every change of the case, its assessments and warnings; ``revision`` counts the entries of
    its file, a notice read included.
    """

    id: str
    office_id: str
    number: str
    title: str
    cause: str
    department_id: str | None
    handler_id: str | None
    parties: tuple[CaseParty, ...]
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]
    opened_at: datetime
    closed_at: datetime | None = None
    level: RiskLevel | None = None
    gates: tuple[Gate, ...] = ()
    petition_recorded: bool = False
    current_assessment_id: str | None = None
    active_warning_id: str | None = None
    due_at: datetime | None = None
    version: int = 1
    revision: int = 1

    @property
    def severity(self) -> int | None:
        """Return how grave the level in force is: 1 to 4, None without one."""
        return self.level.severity.order if self.level else None

    @property
    def gates_until(self) -> datetime | None:
        """Return the moment until which the gates hold as they were decided; None where time does not change them."""
        return min((gate.until for gate in self.gates if gate.open and gate.until), default=None)

    @property
    def gates_afterwards(self) -> tuple[Gate, ...] | None:
        """Return the gates from that moment until they are decided anew: none is open past its time."""
        if self.gates_until is None:
            return None
        return tuple(replace(gate, open=gate.open and gate.until is None) for gate in self.gates)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPeriod:
    """The level of a case from a moment on; None: no level (no risk, or a level taken back).

    ``revision`` is the case's at that moment and orders periods that begin together.
    """

    id: str
    case_id: str
    since: datetime
    revision: int
    level: RiskLevel | None


# ------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case was taken on."""

    kind = CaseChangeKind.OPENED
    number: str
    title: str
    cause: str
    department_id: str | None
    handler_id: str | None
    parties: tuple[CaseParty, ...]
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]
    opened_at: datetime

    @property
    def detail(self) -> Text:
        return Text(self.number, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(Event):
    """A case was given to a department, and perhaps to a handler."""

    kind = CaseChangeKind.ASSIGNED
    department_id: str
    handler_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAdvanced(Event):
    """A case entered another stage."""

    kind = CaseChangeKind.STAGE_ADVANCED
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]

    @property
    def detail(self) -> Text:
        return self.stage.label


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecorded(Event):
    """A gated act was done in a case."""

    kind = CaseChangeKind.ACT_RECORDED
    act: GatedAct
    description: str

    @property
    def detail(self) -> Text:
        return Text(self.act.zh, self.act.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseConcluded(Event):
    """A case was concluded; its warnings go on (A-02)."""

    kind = CaseChangeKind.CONCLUDED
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionRecorded(Event):
    """A letter or a visit that concerns the case was put on record; it names the case, not the person who came."""

    kind = CaseChangeKind.PETITION_RECORDED
    channel: str
    description: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesDecided(Event):
    """The regulation answered which acts are open now."""

    kind = CaseChangeKind.GATES_DECIDED
    gates: tuple[Gate, ...]

    @property
    def detail(self) -> Text:
        closed = [gate.act for gate in self.gates if not gate.open]
        if not closed:
            return Text("全部开放", "all open")
        return Text("未开放" + "、".join(act.zh for act in closed), "closed " + ", ".join(act.en for act in closed))


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(Event):
    """Another level is in force in the case, or none."""

    kind = CaseChangeKind.LEVEL_CHANGED
    level: RiskLevel | None

    @property
    def detail(self) -> Text:
        return level_text(self.level)


# ------------------------------------------------------------------------------------------------ folding


def case_opened(entry: Entry) -> Case:
    """Return the case that an entry opens.

    Raises:
        ValueError: the entry opens no case.
    """
    event = entry.event
    if not isinstance(event, CaseOpened) or entry.case_id is None:
        raise ValueError(f"a file begins with CaseOpened, not with {type(event).__name__}")
    return Case(
        id=entry.case_id,
        office_id=entry.office_id,
        number=event.number,
        title=event.title,
        cause=event.cause,
        department_id=event.department_id,
        handler_id=event.handler_id,
        parties=event.parties,
        stage=event.stage,
        next_stages=event.next_stages,
        opened_at=event.opened_at,
    )


def fold_case(case: Case, entry: Entry) -> Case:
    """Return the case after an entry of its file."""
    # A bool counts as 0 or 1.
    case = replace(case, version=case.version + entry.event.bumps_version, revision=case.revision + 1)
    match entry.event:
        case CaseAssigned(department_id=department, handler_id=handler):
            return replace(case, department_id=department, handler_id=handler)
        case StageAdvanced(stage=stage, next_stages=following):
            return replace(case, stage=stage, next_stages=following)
        case CaseConcluded():
            return replace(case, closed_at=entry.at, next_stages=())  # a running warning goes on
        case PetitionRecorded():
            return replace(case, petition_recorded=True)
        case GatesDecided(gates=gates):
            return replace(case, gates=gates)
        case LevelChanged(level=level):
            return replace(case, level=level)
    return case


def new_level_periods(entry: Entry, case: Case) -> tuple[LevelPeriod, ...]:
    """Return the period that begins with an entry, if it changes the level."""
    if not isinstance(entry.event, LevelChanged):
        return ()
    period = LevelPeriod(id=entry.id, case_id=case.id, since=entry.at, revision=case.revision, level=entry.event.level)
    return (period,)
