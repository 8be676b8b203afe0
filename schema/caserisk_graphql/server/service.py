"""Hold what HTTP, WebSocket and event streams share, and create the context of each request."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.domain.texts import Text
from caserisk.store.log_watch import LogWatch
from caserisk.store.party_access_log import PartyAccessLog
from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.api.schema import schema
from caserisk_graphql.application import Application
from caserisk_graphql.auth import Authenticator, Session, Tickets, Unauthenticated, ViewerCache
from caserisk_graphql.client_info import UNNAMED, ClientInfo
from caserisk_graphql.context import Context
from caserisk_graphql.delivery.log_stream import stream_entries
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.trusted_documents import TrustedDocuments
from caserisk_graphql.engine.usage_statistics import UsageStatistics
from caserisk_graphql.server.authentication import create_authenticator
from caserisk_graphql.server.connection_quota import ConnectionQuota
from caserisk_graphql.server.language import choose_locale
from caserisk_graphql.server.telemetry.instrumentation import InstrumentedEngine, RequestObserver
from caserisk_graphql.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """The API of one server: its application, who may call it, and what executes operations.

    ``watch`` wakes streams when the log has grown. ``usage`` counts which clients send which documents. ``quota``
    limits the open sockets and event streams of each client.
    """

    application: Application
    viewers: ViewerCache
    authenticator: Authenticator[VersionedViewer]
    tickets: Tickets
    watch: LogWatch
    engine: Engine
    usage: UsageStatistics
    quota: ConnectionQuota

    @classmethod
    def create(cls, application: Application) -> ApiService:
        """Create the API of an application by its settings.

        Raises:
            Refused: INVALID, where the keys of tokens cannot be read.
        """
        settings, store = application.settings, application.store
        viewers = ViewerCache(store)
        usage = UsageStatistics(schema().core, store, application.runner.clock)
        return cls(
            application=application,
            viewers=viewers,
            authenticator=create_authenticator(settings, viewers),
            # Whoever redeems a ticket is read anew: their record may have changed since it was issued.
            tickets=Tickets(store=store, find_viewer=viewers.read),
            watch=LogWatch(store),
            engine=InstrumentedEngine(
                schema(),
                Compiler(schema(), store) if settings.compiler else None,
                trusted=TrustedDocuments(store, only_trusted=settings.documents == "trusted"),
                uses=usage,
                party_access_log=PartyAccessLog(store),
                limits=settings.limits,
                observer=RequestObserver(),
            ),
            usage=usage,
            quota=ConnectionQuota(settings.limits.max_sockets),
        )

    @property
    def settings(self) -> Settings:
        """Return the settings of the application."""
        return self.application.settings

    @property
    def limits(self) -> Limits:
        """Return the limits of requests."""
        return self.application.settings.limits

    async def context_by_token(
        self, authorization: str | None, accept_language: str | None, client: ClientInfo = UNNAMED
    ) -> Context:
        """Create the context of a request by its ``Authorization``.

        A token that is not valid gives a context without a viewer: what needs one refuses it then, with the reason.
        """
        try:
            session = await self.authenticator.sign_in(authorization)
        except Unauthenticated as error:
            return self._create_context(None, error.text, accept_language, client)
        return self._create_context(session, None, accept_language, client)

    async def context_by_ticket(
        self, ticket: str, accept_language: str | None, client: ClientInfo = UNNAMED
    ) -> Context:
        """Create the context of a request by a ticket, and use the ticket up.

        Raises:
            Unauthenticated: the ticket is not valid.
        """
        return self._create_context(await self.tickets.redeem(ticket), None, accept_language, client)

    def _create_context(
        self,
        session: Session[VersionedViewer] | None,
        sign_in_problem: Text | None,
        accept_language: str | None,
        client: ClientInfo,
    ) -> Context:
        application, known = self.application, session.viewer if session else None
        return Context(
            database=application.store.database,
            viewer=known.viewer if known else None,
            # By the version it is found out whether the organisation has changed since the viewer was cached.
            viewer_version=known.version if known else None,
            locale=choose_locale(accept_language),
            now=application.runner.clock(),
            regulations=application.rulebook,
            runner=application.runner,
            watch=self.watch,
            viewers=self.viewers,
            stream_entries=stream_entries,
            sign_in_problem=sign_in_problem,
            client=client,
            session_expires_at=session.expires_at if session else None,
        )
