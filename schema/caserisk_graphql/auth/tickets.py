"""Issue and redeem tickets for a browser's ``EventSource``, which cannot send a token: each opens one stream."""

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

TICKET_LIFETIME = timedelta(seconds=60)

_MAX_TICKET_LENGTH = 100
_INVALID_TICKET = Text(
    "票据无效、已用过或已过期;请 POST /graphql/ticket 另取一张",
    "the ticket is not valid, was used before, or its minute is over; get another by POST /graphql/ticket",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The tickets of an installation, kept in its database so that each is used once across all servers.

    ``find_viewer`` returns an active officer by id.
    """

    store: Store
    find_viewer: Callable[[str], Awaitable[VersionedViewer | None]]

    async def issue(self, session: Session[VersionedViewer]) -> tuple[str, datetime]:
        """Return a ticket for a session, and when the ticket expires."""
        now = datetime.now(UTC)
        session_end = datetime.fromtimestamp(session.expires_at, UTC)
        # Whole seconds, as clients are told; never beyond the session that the ticket stands for.
        secret, expires_at = secrets.token_urlsafe(32), min(now + TICKET_LIFETIME, session_end).replace(microsecond=0)
        officer_id = session.viewer.viewer.officer.id
        ticket = Ticket(officer_id=officer_id, expires_at=expires_at, session_expires_at=session_end)
        await put_ticket(self.store, secret, ticket, now=now)
        return secret, expires_at

    async def redeem(self, secret: str) -> Session[VersionedViewer]:
        """Return the session that a ticket was issued for, and use the ticket up.

        Raises:
            Unauthenticated: the ticket is unknown, used or expired, or its officer is retired.
        """
        viewer = None
        ticket = (
            await take_ticket(self.store, secret, now=datetime.now(UTC)) if len(secret) <= _MAX_TICKET_LENGTH else None
        )
        if ticket:
            viewer = await self.find_viewer(ticket.officer_id)
        if ticket is None or viewer is None:
            raise Unauthenticated(_INVALID_TICKET)
        return Session(viewer=viewer, expires_at=ticket.session_expires_at.timestamp())
