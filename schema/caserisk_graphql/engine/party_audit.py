"""Put on record whose parties a response shows, before it goes out."""

from __future__ import annotations

from caserisk.store.party_access_log import PartyAccessLog
from caserisk_graphql.context import Context


class PartyAudit:
    """Records who is shown the parties of which cases; without a log, nothing is recorded."""

    def __init__(self, access_log: PartyAccessLog | None) -> None:
        self._access_log = access_log

    async def record(self, context: Context) -> None:
        """Record the parties that the response of a context shows.

        Raises:
            Exception: it cannot be recorded; the response is then not to be sent.
        """
        if self._access_log and context.parties_shown:
            reader = context.require_viewer().officer.id
            await self._access_log.record(reader, context.parties_shown, context.now)
            # A stream keeps its context: the next event is to record only what it shows itself.
            context.parties_shown.clear()
