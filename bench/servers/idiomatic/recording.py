"""The mutation: a disposition put on record, by whoever handles the case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import strawberry
from sqlalchemy import func, select, text

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.shared import Asked
from bench.servers.idiomatic.types import Disposition, RiskWarning
from bench.servers.raw import LOCK
from caserisk.ids import id_maker

_MEASURES = {"mediation": {"zh": "检调对接", "en": "Referral to people's mediation"}}

_new_id = id_maker(lambda: datetime.now(UTC))


@strawberry.input
class DispositionInput:
    """What was done."""

    case: strawberry.ID
    warning: strawberry.ID
    measure: str
    description: str


@strawberry.type
class Refusal:
    """Why nothing was done."""

    code: str
    message: str
    path: list[str]


@strawberry.type
class Recorded:
    """What was put on record."""

    disposition: Disposition
    warning: RiskWarning
    cursor: str
    errors: list[Refusal]


async def record_disposition(info: Asked, input: DispositionInput) -> Recorded:
    """Write the disposition, the case, the warning and the entry of the log in one transaction."""
    async with info.context.sessions() as session, session.begin():
        case: Any = await session.get_one(e.Case, input.case)
        warning: Any = await session.get_one(e.RiskWarning, input.warning)
        disposition: Any = _disposition(input, case)
        session.add(disposition)
        case.version, case.revision, warning.version = case.version + 1, case.revision + 1, warning.version + 1
        await session.flush()
        await session.execute(text(LOCK))
        position = (await session.scalar(select(func.max(e.Event.__table__.c.position))) or 0) + 1
        session.add(_entry(position, disposition, case, warning))
    return Recorded(disposition=disposition, warning=warning, cursor=f"log_{position}", errors=[])


def _disposition(given: DispositionInput, case: Any) -> e.Disposition:
    return e.Disposition(
        id=_new_id("disposition"),
        case_id=given.case,
        warning_id=given.warning,
        measure={"key": given.measure, "label": _MEASURES[given.measure]},
        description=given.description,
        outcome=None,
        performed_by_id=case.handler_id,
        performed_at=datetime.now(UTC).replace(microsecond=0),
    )


def _entry(position: int, disposition: Any, case: Any, warning: Any) -> e.Event:
    label = disposition.measure["label"]
    columns = {column.key: getattr(disposition, column.key) for column in e.Disposition.__table__.columns}
    payload = {**columns, "performed_at": disposition.performed_at.isoformat()}
    return e.Event(
        position=position,
        id=_new_id("event"),
        at=disposition.performed_at,
        noun="warning",
        kind="DISPOSITION_RECORDED",
        office_id=case.office_id,
        case_id=case.id,
        assessment_id=None,
        warning_id=warning.id,
        actor_id=case.handler_id,
        summary={"zh": f"记录处置措施：{label['zh']}", "en": f"disposition recorded: {label['en']}"},
        status=warning.status,
        level_id=warning.level_id,
        severity=warning.severity,
        type="DispositionRecorded",
        schema_version=1,
        payload={"warning_id": warning.id, "disposition": payload},
    )
