"""What every door to the API needs: who asks, and what answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from caserisk.domain.vocabulary import Locale
from caserisk.store.watching import LogWatch
from caserisk_graphql.auth import Unauthenticated
from caserisk_graphql.bootstrap import Application
from caserisk_graphql.compiler.compiler import Compiler
from caserisk_graphql.context import Context
from caserisk_graphql.execution.operations import Operations
from caserisk_graphql.schema import schema


@dataclass(slots=True, kw_only=True)
class Service:
    """The API of an application."""

    application: Application
    watch: LogWatch
    operations: Operations

    @classmethod
    def of(cls, application: Application) -> Service:
        """The API of an application, by its settings."""
        compiler = Compiler(schema(), application.store) if application.settings.compiler else None
        return cls(
            application=application,
            watch=LogWatch(application.store),
            operations=Operations(schema(), compiler),
        )

    async def context(self, authorization: str | None, accept_language: str | None) -> Context:
        """Who asks, by a header or its like; nobody, where the token is not valid: what needs somebody says so then."""
        application, known = self.application, None
        with suppress(Unauthenticated):
            known = await application.authenticator.viewer(authorization)
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
        )


def locale_of(accept_language: str | None) -> Locale:
    """The language of a request: English where it is preferred to Chinese, else Chinese."""
    for tag in _preferred(accept_language or ""):
        if tag.startswith("en"):
            return Locale.EN
        if tag.startswith("zh"):
            return Locale.ZH
    return Locale.ZH


def _preferred(accept_language: str) -> list[str]:
    """The language tags of a header, the most wanted first."""
    weighed = []
    for part in accept_language.split(",")[:20]:
        tag, _, quality = part.partition(";")
        with suppress(ValueError):
            weighed.append((float(quality.strip().removeprefix("q=") or 1), tag.strip().lower()))
    return [tag for weight, tag in sorted(weighed, key=lambda item: -item[0]) if weight > 0]
