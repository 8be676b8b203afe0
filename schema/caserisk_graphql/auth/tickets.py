"""Tickets for a browser's ``EventSource``, which cannot send a token: each opens one stream, within a minute."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from caserisk.domain.texts import Text
from caserisk.store.store import Store
from caserisk.store.tickets import Ticket, put_ticket, take_ticket
from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.auth.authenticator import Session, Unauthenticated

LIFETIME = timedelta(seconds=60)
"""How long a ticket may be used."""

_LONGEST = 100
_NO_TICKET = Text(
    "票据无效、已用过或已过期;请 POST /graphql/ticket 另取一张",
    "the ticket is not valid, was used before, or its minute is over; get another by POST /graphql/ticket",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The tickets of an installation: in its database, so that each is used once on whichever server.

    ``find_viewer`` gives an active officer by id.
    """

    store: Store
    find_viewer: Callable[[str], Awaitable[VersionedViewer | None]]

    async def issue(self, signed_in: Session[VersionedViewer]) -> tuple[str, datetime]:
        """A ticket for whoever is signed in, and when it is no longer of use."""
        now = datetime.now(UTC)
        until = datetime.fromtimestamp(signed_in.until, UTC)
        secret, expires_at = secrets.token_urlsafe(32), min(now + LIFETIME, until).replace(microsecond=0)
        officer_id = signed_in.viewer.viewer.officer.id
        ticket = Ticket(officer_id=officer_id, expires_at=expires_at, session_expires_at=until)
        await put_ticket(self.store, secret, ticket, now=now)
        return secret, expires_at

    async def redeem(self, secret: str) -> Session[VersionedViewer]:
        """Who was given a ticket, which is used up.

        Raises:
            Unauthenticated: it lets nobody in.
        """
        known = None
        ticket = await take_ticket(self.store, secret, now=datetime.now(UTC)) if len(secret) <= _LONGEST else None
        if ticket:
            known = await self.find_viewer(ticket.officer_id)
        if ticket is None or known is None:
            raise Unauthenticated(_NO_TICKET)
        return Session(viewer=known, until=ticket.session_expires_at.timestamp())
