"""Tickets: each lets an officer in once, for a short while, on whichever server of the installation it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select

from caserisk.store.store import Store
from caserisk.store.tables import stream_tickets

MOST_OF_AN_OFFICER = 20
"""Tickets of one officer that hold at once; the oldest gives way to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Whom a ticket is for; ``signed_in_until`` is when the sign-in ends by which it was given."""

    officer_id: str
    expires_at: datetime
    signed_in_until: datetime


async def put_ticket(store: Store, secret: str, ticket: Ticket, *, now: datetime) -> None:
    """Enter a ticket under the hash of its secret; those that no longer hold are forgotten."""
    table = stream_tickets.c
    newest = (
        select(table.digest)
        .where(table.officer_id == ticket.officer_id)
        .order_by(table.expires_at.desc(), table.digest)
        .limit(MOST_OF_AN_OFFICER - 1)
    )
    async with store.changing() as connection:
        await connection.execute(delete(stream_tickets).where(table.expires_at <= now))
        beyond = (table.officer_id == ticket.officer_id) & table.digest.not_in(newest)
        await connection.execute(delete(stream_tickets).where(beyond))
        row = {
            "digest": _digest(secret),
            "officer_id": ticket.officer_id,
            "expires_at": ticket.expires_at,
            "signed_in_until": ticket.signed_in_until,
        }
        await connection.execute(insert(stream_tickets).values(row))


async def take_ticket(store: Store, secret: str, *, now: datetime) -> Ticket | None:
    """Use a ticket up; None where there is none, it was used, or its time is over."""
    table = stream_tickets
    async with store.changing() as connection:
        taken = delete(table).where(table.c.digest == _digest(secret))
        found = await connection.execute(
            taken.returning(table.c.officer_id, table.c.expires_at, table.c.signed_in_until)
        )
        row = found.mappings().one_or_none()
    ticket = Ticket(**row) if row else None
    return ticket if ticket and ticket.expires_at > now else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
