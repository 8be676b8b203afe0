"""The parameters of a request's reads."""

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
    def by(cls, viewer: Viewer, *, now: datetime, locale: Locale) -> Self:
        """The reading of somebody with all that they may see."""
        return cls(now=now, scope=viewer.scope, locale=locale, viewer=viewer)
