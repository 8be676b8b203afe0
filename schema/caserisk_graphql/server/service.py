"""What every door to the API needs: who asks, and what answers."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.domain.texts import Text
from caserisk.store.log_watch import LogWatch
from caserisk.store.party_access_log import PartyAccessLog
from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.api.schema import schema
from caserisk_graphql.application import Application
from caserisk_graphql.auth import Session, Tickets, Unauthenticated
from caserisk_graphql.client_info import UNNAMED, ClientInfo
from caserisk_graphql.context import Context
from caserisk_graphql.delivery.log_stream import stream_entries
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.trusted_documents import TrustedDocuments
from caserisk_graphql.engine.usage_statistics import UsageStatistics
from caserisk_graphql.server.connection_quota import ConnectionQuota
from caserisk_graphql.server.language import locale_of
from caserisk_graphql.server.telemetry.observer import ObservedEngine, RequestObserver


@dataclass(slots=True, kw_only=True)
class ApiService:
    """The API of an application."""

    application: Application
    watch: LogWatch
    operations: Engine
    tickets: Tickets
    uses: UsageStatistics
    quota: ConnectionQuota

    @classmethod
    def of(cls, application: Application) -> ApiService:
        """The API of an application, by its settings."""
        compiler = Compiler(schema(), application.store) if application.settings.compiler else None
        store = application.store
        trusted = TrustedDocuments(store, only_trusted=application.settings.documents == "trusted")
        uses = UsageStatistics(schema().core, store, application.runner.clock)
        return cls(
            application=application,
            watch=LogWatch(store),
            operations=ObservedEngine(
                schema(),
                compiler,
                trusted=trusted,
                uses=uses,
                party_access_log=PartyAccessLog(store),
                limits=application.settings.limits,
                observer=RequestObserver(),
            ),
            tickets=Tickets(store=store, find_viewer=application.viewers.read),
            uses=uses,
            quota=ConnectionQuota(application.settings.limits.max_sockets),
        )

    @property
    def limits(self) -> Limits:
        """What clients may ask for at most."""
        return self.application.settings.limits

    async def context(
        self, authorization: str | None, accept_language: str | None, client: ClientInfo = UNNAMED
    ) -> Context:
        """Who asks, by a header or its like; nobody, where the token is not valid: what needs somebody says so then."""
        try:
            signed_in = await self.application.authenticator.sign_in(authorization)
        except Unauthenticated as refused:
            return self._context_of(None, refused.text, accept_language, client)
        return self._context_of(signed_in, None, accept_language, client)

    async def context_by_ticket(
        self, ticket: str, accept_language: str | None, client: ClientInfo = UNNAMED
    ) -> Context:
        """Who asks, by a ticket, which is used up.

        Raises:
            Unauthenticated: it lets nobody in.
        """
        return self._context_of(await self.tickets.redeem(ticket), None, accept_language, client)

    def _context_of(
        self,
        signed_in: Session[VersionedViewer] | None,
        nobody: Text | None,
        accept_language: str | None,
        client: ClientInfo,
    ) -> Context:
        application, known = self.application, signed_in.viewer if signed_in else None
        return Context(
            database=application.store.database,
            viewer=known.viewer if known else None,
            viewer_version=known.version if known else None,
            locale=locale_of(accept_language),
            now=application.runner.clock(),
            regulations=application.rulebook,
            runner=application.runner,
            watch=self.watch,
            viewers=application.viewers,
            stream_entries=stream_entries,
            sign_in_problem=nobody,
            client=client,
            session_expires_at=signed_in.until if signed_in else None,
        )
