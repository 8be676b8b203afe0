"""Tickets: each opens one event stream for an officer, within a short while, on any server of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, select

from caserisk.store.statements import JsonQuery, Statement, insert_row, parameter
from caserisk.store.store import Store
from caserisk.store.tables import stream_tickets

MAX_TICKETS_PER_OFFICER = 20
"""Tickets of one officer that are valid at once; the one that expires first gives way to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A right to open one stream; ``session_expires_at`` is when the session ends in which it was issued."""

    officer_id: str
    expires_at: datetime
    session_expires_at: datetime


async def put_ticket(store: Store, secret: str, ticket: Ticket, *, now: datetime) -> None:
    """Store a ticket under the hash of its secret; tickets that have expired are deleted."""
    row = {
        "digest": _digest(secret),
        "officer_id": ticket.officer_id,
        "expires_at": ticket.expires_at,
        "session_expires_at": ticket.session_expires_at,
    }
    async with store.database.transaction() as transaction:
        await transaction.rows(_DELETE_EXPIRED, {"now": now})
        await transaction.rows(_DELETE_SURPLUS, {"officer_id": ticket.officer_id})
        await transaction.rows(_INSERT, row)


async def take_ticket(store: Store, secret: str, *, now: datetime) -> Ticket | None:
    """Use a ticket up; None where there is none, it was used before, or has expired."""
    # One DELETE … RETURNING: of two servers that are shown the ticket at once, only one gets the row.
    async with store.database.transaction() as transaction:
        ticket = await transaction.read(_TAKE, {"digest": _digest(secret)})
    return ticket if ticket and ticket.expires_at > now else None


def _digest(secret: str) -> str:
    # Only the hash is stored, so that a copy of the database opens no stream. The secret is random: no salt is needed.
    return sha256(secret.encode()).hexdigest()


_columns = stream_tickets.c
_of_officer = _columns.officer_id == parameter(_columns.officer_id)
# One fewer than allowed, as a new one is inserted right after; the digest decides between equal moments.
_newest = (
    select(_columns.digest)
    .where(_of_officer)
    .order_by(_columns.expires_at.desc(), _columns.digest)
    .limit(MAX_TICKETS_PER_OFFICER - 1)
)

_DELETE_EXPIRED = Statement(
    lambda _: delete(stream_tickets).where(_columns.expires_at <= bindparam("now", type_=_columns.expires_at.type))
)
_DELETE_SURPLUS = Statement(lambda _: delete(stream_tickets).where(_of_officer, _columns.digest.not_in(_newest)))
_INSERT = Statement(lambda _: insert_row(stream_tickets))
_TAKE = JsonQuery(
    Ticket,
    lambda json: (
        delete(stream_tickets)
        .where(_columns.digest == parameter(_columns.digest))
        .returning(json.text(json.object(json.row(stream_tickets, Ticket))))
    ),
)
