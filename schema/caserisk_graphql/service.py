"""What every door to the API needs: who asks, and what answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale
from caserisk.store.authority import Known
from caserisk.store.party_reads import PartyReads
from caserisk.store.watching import LogWatch
from caserisk_graphql.auth import SignedIn, Tickets, Unauthenticated
from caserisk_graphql.bootstrap import Application
from caserisk_graphql.clients import UNNAMED, Client
from caserisk_graphql.compiler.compiler import Compiler
from caserisk_graphql.context import Context
from caserisk_graphql.execution.operations import Operations
from caserisk_graphql.execution.trusted import TrustedDocuments
from caserisk_graphql.execution.uses import Uses
from caserisk_graphql.limits import Limits
from caserisk_graphql.observing.observer import ObservedOperations
from caserisk_graphql.places import Places
from caserisk_graphql.schema import schema

_LONGEST = 200
"""Characters of a header that are looked at."""


@dataclass(slots=True, kw_only=True)
class Service:
    """The API of an application."""

    application: Application
    watch: LogWatch
    operations: Operations
    tickets: Tickets
    uses: Uses
    places: Places

    @classmethod
    def of(cls, application: Application) -> Service:
        """The API of an application, by its settings."""
        compiler = Compiler(schema(), application.store) if application.settings.compiler else None
        store = application.store
        trusted = TrustedDocuments(store, alone=application.settings.documents == "trusted")
        uses = Uses(schema().core, store, application.desk.clock)
        return cls(
            application=application,
            watch=LogWatch(store),
            operations=ObservedOperations(
                schema(),
                compiler,
                trusted=trusted,
                uses=uses,
                party_reads=PartyReads(store),
                limits=application.settings.limits,
            ),
            tickets=Tickets(store=store, find_viewer=application.viewers.read),
            uses=uses,
            places=Places(application.settings.limits.max_sockets),
        )

    @property
    def limits(self) -> Limits:
        """What clients may ask for at most."""
        return self.application.settings.limits

    async def context(
        self, authorization: str | None, accept_language: str | None, client: Client = UNNAMED
    ) -> Context:
        """Who asks, by a header or its like; nobody, where the token is not valid: what needs somebody says so then."""
        try:
            signed_in = await self.application.authenticator.sign_in(authorization)
        except Unauthenticated as refused:
            return self._context_of(None, refused.text, accept_language, client)
        return self._context_of(signed_in, None, accept_language, client)

    async def context_by_ticket(self, ticket: str, accept_language: str | None, client: Client = UNNAMED) -> Context:
        """Who asks, by a ticket, which is used up.

        Raises:
            Unauthenticated: it lets nobody in.
        """
        return self._context_of(await self.tickets.redeem(ticket), None, accept_language, client)

    def _context_of(
        self, signed_in: SignedIn[Known] | None, nobody: Text | None, accept_language: str | None, client: Client
    ) -> Context:
        application, known = self.application, signed_in.viewer if signed_in else None
        return Context(
            engine=application.engine,
            viewer=known.viewer if known else None,
            version=known.version if known else None,
            locale=locale_of(accept_language),
            now=application.desk.clock(),
            regulations=application.rulebook,
            desk=application.desk,
            watch=self.watch,
            viewers=application.viewers,
            nobody=nobody,
            client=client,
            expires=signed_in.until if signed_in else None,
        )


def address_of(scope: Scope) -> str:
    """Where a request comes from, as far as the server knows."""
    client = scope.get("client")
    return client[0] if client else ""


def locale_of(accept_language: str | None) -> Locale:
    """The language of a request: English where it is preferred to Chinese, else Chinese."""
    return _locale((accept_language or "")[:_LONGEST])


@lru_cache(maxsize=500)
def _locale(accept_language: str) -> Locale:
    for tag in _preferred(accept_language):
        if tag.startswith("en"):
            return Locale.EN
        if tag.startswith("zh"):
            return Locale.ZH
    return Locale.ZH


def _preferred(accept_language: str) -> list[str]:
    """The language tags of a header, the most wanted first."""
    weighed = []
    for part in accept_language.split(","):
        tag, _, quality = part.partition(";")
        with suppress(ValueError):
            weighed.append((float(quality.strip().removeprefix("q=") or 1), tag.strip().lower()))
    return [tag for weight, tag in sorted(weighed, key=lambda item: -item[0]) if weight > 0]
