"""The types of rows: columns by name, relations through loaders."""

from __future__ import annotations

from datetime import UTC, date, datetime

import strawberry
from strawberry import Parent

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.documents import (
    Answer,
    Gate,
    Labelled,
    NextAct,
    Party,
    Reason,
    Responsibility,
    Section,
    labelled,
    reason,
)
from bench.servers.idiomatic.shared import Asked, Department, Level, Nodes, Office, Officer


@strawberry.type
class Review:
    """A review."""

    verdict: str
    comment: str | None
    at: datetime

    @strawberry.field
    def step(self, root: Parent[e.Review]) -> Labelled:
        """Return the step of the chain."""
        return labelled(root.step)

    @strawberry.field
    async def by(self, root: Parent[e.Review], info: Asked) -> Officer:
        """Return who reviewed."""
        return await info.context.officers.load(root.by_id)


@strawberry.type
class Assessment:
    """An assessment."""

    id: strawberry.ID
    status: str
    has_risk: bool
    summary: str | None
    submitted_at: datetime

    @strawberry.field
    def answers(self, root: Parent[e.Assessment]) -> list[Answer]:
        """Return the factors and their answers."""
        return [Answer(value=item["value"], factor=labelled(item["factor"])) for item in root.answers]

    @strawberry.field
    async def submitted_by(self, root: Parent[e.Assessment], info: Asked) -> Officer:
        """Return who submitted it."""
        return await info.context.officers.load(root.submitted_by_id)

    @strawberry.field
    async def derived_level(self, root: Parent[e.Assessment], info: Asked) -> Level | None:
        """Return the level that follows from the answers."""
        return await info.context.levels.load(root.derived_level_id) if root.derived_level_id else None

    @strawberry.field
    async def level(self, root: Parent[e.Assessment], info: Asked) -> Level | None:
        """Return the level that was decided."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def reviews(self, root: Parent[e.Assessment], info: Asked) -> list[Review]:
        """Return what the reviewers said."""
        return await info.context.reviews.load(root.id)


@strawberry.type
class Deadline:
    """A deadline."""

    kind: str
    due_on: date
    status: str

    @strawberry.field
    def label(self, root: Parent[e.Deadline]) -> str:
        """Return what it is called."""
        return str(root.label["zh"])

    @strawberry.field
    def overdue(self, root: Parent[e.Deadline]) -> bool:
        """Tell whether it is open and has passed."""
        return root.status == "OPEN" and root.due_at <= datetime.now(UTC)

    @strawberry.field
    def reasons(self, root: Parent[e.Deadline]) -> list[Reason]:
        """Return why there is this deadline."""
        return [reason(item) for item in root.reasons]


@strawberry.type
class Disposition:
    """A disposition."""

    id: strawberry.ID
    description: str
    outcome: str | None
    performed_at: datetime

    @strawberry.field
    def measure(self, root: Parent[e.Disposition]) -> Labelled:
        """Return what kind it was."""
        return labelled(root.measure)

    @strawberry.field
    async def performed_by(self, root: Parent[e.Disposition], info: Asked) -> Officer:
        """Return who did it."""
        return await info.context.officers.load(root.performed_by_id)


@strawberry.type
class Supervision:
    """A supervision."""

    kind: str
    status: str
    issued_at: datetime | None

    @strawberry.field
    def reason(self, root: Parent[e.Supervision]) -> str:
        """Return why the warning is supervised."""
        return str(root.reason["zh"])


@strawberry.type
class Plan:
    """A plan."""

    kind: str
    version: int

    @strawberry.field
    def sections(self, root: Parent[e.Plan]) -> list[Section]:
        """Return what it says."""
        return [Section(label=item["label"]["zh"], text=item["text"]) for item in root.sections]


@strawberry.type
class Event:
    """An entry of the log."""

    id: strawberry.ID
    at: datetime

    @strawberry.field
    def summary(self, root: Parent[e.Event]) -> str:
        """Return one line for people."""
        return str(root.summary["zh"])

    @strawberry.field
    async def actor(self, root: Parent[e.Event], info: Asked) -> Officer | None:
        """Return who did it."""
        return await info.context.officers.load(root.actor_id) if root.actor_id else None


@strawberry.type(name="Warning")
class RiskWarning:
    """A warning."""

    id: strawberry.ID
    status: str
    issued_at: datetime
    acknowledged_at: datetime | None
    due_at: datetime | None
    version: int

    @strawberry.field
    def overdue(self, root: Parent[e.RiskWarning]) -> bool:
        """Tell whether a deadline has passed."""
        return root.due_at is not None and root.due_at <= datetime.now(UTC)

    @strawberry.field
    def responsibility(self, root: Parent[e.RiskWarning]) -> Responsibility:
        """Return who answers for it."""
        roles = {name: root.responsibility[name] for name in ("handles", "resolves", "supervises", "leads")}
        return Responsibility(**roles)

    @strawberry.field
    def next_acts(self, root: Parent[e.RiskWarning]) -> list[NextAct]:
        """Return what can be done next."""
        return [NextAct(**item) for item in root.next_acts]

    @strawberry.field
    async def issued_by(self, root: Parent[e.RiskWarning], info: Asked) -> Officer | None:
        """Return who issued it."""
        return await info.context.officers.load(root.issued_by_id) if root.issued_by_id else None

    @strawberry.field
    async def level(self, root: Parent[e.RiskWarning], info: Asked) -> Level | None:
        """Return its level."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def case(self, root: Parent[e.RiskWarning], info: Asked) -> Case:
        """Return the case."""
        return await info.context.cases.load(root.case_id)

    @strawberry.field
    async def plan(self, root: Parent[e.RiskWarning], info: Asked) -> Plan | None:
        """Return the plan in force."""
        return await info.context.plans.load(root.plan_id) if root.plan_id else None

    @strawberry.field
    async def deadlines(self, root: Parent[e.RiskWarning], info: Asked) -> list[Deadline]:
        """Return its deadlines."""
        return await info.context.deadlines.load(root.id)

    @strawberry.field
    async def dispositions(self, root: Parent[e.RiskWarning], info: Asked, first: int) -> Nodes[Disposition]:
        """Return what was done about it."""
        return Nodes(nodes=(await info.context.dispositions.load(root.id))[:first])

    @strawberry.field
    async def supervisions(self, root: Parent[e.RiskWarning], info: Asked) -> list[Supervision]:
        """Return its supervisions."""
        return await info.context.supervisions.load(root.id)


@strawberry.type
class Case:
    """A case."""

    id: strawberry.ID
    number: str
    title: str
    cause: str
    opened_at: datetime
    closed_at: datetime | None
    version: int

    @strawberry.field
    def stage(self, root: Parent[e.Case]) -> Labelled:
        """Return the stage it is in."""
        return labelled(root.stage)

    @strawberry.field
    def next_stages(self, root: Parent[e.Case]) -> list[Labelled]:
        """Return the stages that may follow."""
        return [labelled(item) for item in root.next_stages]

    @strawberry.field
    def parties(self, root: Parent[e.Case]) -> list[Party]:
        """Return the parties."""
        return [Party(**item) for item in root.parties]

    @strawberry.field
    def gates(self, root: Parent[e.Case]) -> list[Gate]:
        """Return which acts are open."""
        return [
            Gate(act=item["act"], open=item["open"], reasons=[reason(part) for part in item["reasons"]])
            for item in root.gates
        ]

    @strawberry.field
    async def office(self, root: Parent[e.Case], info: Asked) -> Office:
        """Return the office that handles it."""
        return await info.context.offices.load(root.office_id)

    @strawberry.field
    async def department(self, root: Parent[e.Case], info: Asked) -> Department | None:
        """Return the department that handles it."""
        return await info.context.departments.load(root.department_id) if root.department_id else None

    @strawberry.field
    async def handler(self, root: Parent[e.Case], info: Asked) -> Officer | None:
        """Return who handles it."""
        return await info.context.officers.load(root.handler_id) if root.handler_id else None

    @strawberry.field
    async def level(self, root: Parent[e.Case], info: Asked) -> Level | None:
        """Return the level in force."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def current_assessment(self, root: Parent[e.Case], info: Asked) -> Assessment | None:
        """Return the latest assessment."""
        id = root.current_assessment_id
        return await info.context.assessments.load(id) if id else None

    @strawberry.field
    async def active_warning(self, root: Parent[e.Case], info: Asked) -> RiskWarning | None:
        """Return the warning that is running."""
        return await info.context.warnings.load(root.active_warning_id) if root.active_warning_id else None

    @strawberry.field
    async def timeline(self, root: Parent[e.Case], info: Asked, last: int) -> Nodes[Event]:
        """Return what happened last."""
        return Nodes(nodes=(await info.context.events.load(root.id))[-last:])
