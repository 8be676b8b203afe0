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
        """The step of the chain."""
        return labelled(root.step)

    @strawberry.field
    async def by(self, root: Parent[e.Review], info: Asked) -> Officer:
        """Who reviewed."""
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
        """The factors and their answers."""
        return [Answer(value=item["value"], factor=labelled(item["factor"])) for item in root.answers]

    @strawberry.field
    async def submitted_by(self, root: Parent[e.Assessment], info: Asked) -> Officer:
        """Who submitted it."""
        return await info.context.officers.load(root.submitted_by_id)

    @strawberry.field
    async def derived_level(self, root: Parent[e.Assessment], info: Asked) -> Level | None:
        """The level that follows from the answers."""
        return await info.context.levels.load(root.derived_level_id) if root.derived_level_id else None

    @strawberry.field
    async def level(self, root: Parent[e.Assessment], info: Asked) -> Level | None:
        """The level that was decided."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def reviews(self, root: Parent[e.Assessment], info: Asked) -> list[Review]:
        """What the reviewers said."""
        return await info.context.reviews.load(root.id)


@strawberry.type
class Deadline:
    """A deadline."""

    kind: str
    due_on: date
    status: str

    @strawberry.field
    def label(self, root: Parent[e.Deadline]) -> str:
        """What it is called."""
        return str(root.label["zh"])

    @strawberry.field
    def overdue(self, root: Parent[e.Deadline]) -> bool:
        """Whether it is open and has passed."""
        return root.status == "OPEN" and root.due_at <= datetime.now(UTC)

    @strawberry.field
    def reasons(self, root: Parent[e.Deadline]) -> list[Reason]:
        """Why there is this deadline."""
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
        """What kind it was."""
        return labelled(root.measure)

    @strawberry.field
    async def performed_by(self, root: Parent[e.Disposition], info: Asked) -> Officer:
        """Who did it."""
        return await info.context.officers.load(root.performed_by_id)


@strawberry.type
class Supervision:
    """A supervision."""

    kind: str
    status: str
    issued_at: datetime | None

    @strawberry.field
    def reason(self, root: Parent[e.Supervision]) -> str:
        """Why the warning is supervised."""
        return str(root.reason["zh"])


@strawberry.type
class Plan:
    """A plan."""

    kind: str
    version: int

    @strawberry.field
    def sections(self, root: Parent[e.Plan]) -> list[Section]:
        """What it says."""
        return [Section(label=item["label"]["zh"], text=item["text"]) for item in root.sections]


@strawberry.type
class Event:
    """An entry of the log."""

    id: strawberry.ID
    at: datetime

    @strawberry.field
    def summary(self, root: Parent[e.Event]) -> str:
        """One line for people."""
        return str(root.summary["zh"])

    @strawberry.field
    async def actor(self, root: Parent[e.Event], info: Asked) -> Officer | None:
        """Who did it."""
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
        """Whether a deadline has passed."""
        return root.due_at is not None and root.due_at <= datetime.now(UTC)

    @strawberry.field
    def responsibility(self, root: Parent[e.RiskWarning]) -> Responsibility:
        """Who answers for it."""
        roles = {name: root.responsibility[name] for name in ("handles", "resolves", "supervises", "leads")}
        return Responsibility(**roles)

    @strawberry.field
    def next_acts(self, root: Parent[e.RiskWarning]) -> list[NextAct]:
        """What can be done next."""
        return [NextAct(**item) for item in root.next_acts]

    @strawberry.field
    async def issued_by(self, root: Parent[e.RiskWarning], info: Asked) -> Officer | None:
        """Who issued it."""
        return await info.context.officers.load(root.issued_by_id) if root.issued_by_id else None

    @strawberry.field
    async def level(self, root: Parent[e.RiskWarning], info: Asked) -> Level | None:
        """Its level."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def case(self, root: Parent[e.RiskWarning], info: Asked) -> Case:
        """The case."""
        return await info.context.cases.load(root.case_id)

    @strawberry.field
    async def plan(self, root: Parent[e.RiskWarning], info: Asked) -> Plan | None:
        """The plan in force."""
        return await info.context.plans.load(root.plan_id) if root.plan_id else None

    @strawberry.field
    async def deadlines(self, root: Parent[e.RiskWarning], info: Asked) -> list[Deadline]:
        """Its deadlines."""
        return await info.context.deadlines.load(root.id)

    @strawberry.field
    async def dispositions(self, root: Parent[e.RiskWarning], info: Asked, first: int) -> Nodes[Disposition]:
        """What was done about it."""
        return Nodes(nodes=(await info.context.dispositions.load(root.id))[:first])

    @strawberry.field
    async def supervisions(self, root: Parent[e.RiskWarning], info: Asked) -> list[Supervision]:
        """Its supervisions."""
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
        """The stage it is in."""
        return labelled(root.stage)

    @strawberry.field
    def next_stages(self, root: Parent[e.Case]) -> list[Labelled]:
        """The stages that may follow."""
        return [labelled(item) for item in root.next_stages]

    @strawberry.field
    def parties(self, root: Parent[e.Case]) -> list[Party]:
        """The parties."""
        return [Party(**item) for item in root.parties]

    @strawberry.field
    def gates(self, root: Parent[e.Case]) -> list[Gate]:
        """Which acts are open."""
        return [
            Gate(act=item["act"], open=item["open"], reasons=[reason(part) for part in item["reasons"]])
            for item in root.gates
        ]

    @strawberry.field
    async def office(self, root: Parent[e.Case], info: Asked) -> Office:
        """The office that handles it."""
        return await info.context.offices.load(root.office_id)

    @strawberry.field
    async def department(self, root: Parent[e.Case], info: Asked) -> Department | None:
        """The department that handles it."""
        return await info.context.departments.load(root.department_id) if root.department_id else None

    @strawberry.field
    async def handler(self, root: Parent[e.Case], info: Asked) -> Officer | None:
        """Who handles it."""
        return await info.context.officers.load(root.handler_id) if root.handler_id else None

    @strawberry.field
    async def level(self, root: Parent[e.Case], info: Asked) -> Level | None:
        """The level in force."""
        return await info.context.levels.load(root.level_id) if root.level_id else None

    @strawberry.field
    async def current_assessment(self, root: Parent[e.Case], info: Asked) -> Assessment | None:
        """The latest assessment."""
        id = root.current_assessment_id
        return await info.context.assessments.load(id) if id else None

    @strawberry.field
    async def active_warning(self, root: Parent[e.Case], info: Asked) -> RiskWarning | None:
        """The warning that is running."""
        return await info.context.warnings.load(root.active_warning_id) if root.active_warning_id else None

    @strawberry.field
    async def timeline(self, root: Parent[e.Case], info: Asked, last: int) -> Nodes[Event]:
        """What happened last."""
        return Nodes(nodes=(await info.context.events.load(root.id))[-last:])
