"""Put on record whose parties a response shows, before it goes out."""

from __future__ import annotations

from caserisk.store.party_reads import PartyReads
from caserisk_graphql.context import Context


class PartyAudit:
    """Records who is shown the parties of which cases; without a log, nothing is recorded."""

    def __init__(self, party_reads: PartyReads | None) -> None:
        self._party_reads = party_reads

    async def record(self, context: Context) -> None:
        """Record the parties that the response of a context shows.

        Raises:
            Exception: it cannot be recorded; the response is then not to be sent.
        """
        if self._party_reads and context.parties_shown:
            reader = context.require_viewer().officer.id
            await self._party_reads.record(reader, context.parties_shown, context.now)
            context.parties_shown.clear()
