"""Choose the language of a response by ``Accept-Language``."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from caserisk.domain.vocabulary import Locale

_MAX_LENGTH = 200
"""Characters of the header that are read."""


def locale_of(accept_language: str | None) -> Locale:
    """The language of a request: English where it is preferred to Chinese, else Chinese."""
    return _locale((accept_language or "")[:_MAX_LENGTH])


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
