"""Hold the parameters of a request's reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from caserisk.domain.policy import Scope, Viewer
from caserisk.domain.vocabulary import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """Who reads, what they may see, in which language and as of which moment. It is bound once for a request."""

    now: datetime
    scope: Scope
    locale: Locale
    viewer: Viewer

    @classmethod
    def for_viewer(cls, viewer: Viewer, *, now: datetime, locale: Locale) -> Self:
        """Return the parameters of a viewer, who sees all that the viewer's scope allows."""
        return cls(now=now, scope=viewer.scope, locale=locale, viewer=viewer)
