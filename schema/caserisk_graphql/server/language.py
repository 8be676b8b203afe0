"""Choose the language of a response by ``Accept-Language``."""

from __future__ import annotations

from functools import lru_cache

from caserisk.domain.vocabulary import Locale
from caserisk_graphql.server.quality_values import MAX_HEADER_LENGTH, parse_quality_values


def choose_locale(accept_language: str | None) -> Locale:
    """Return English where a request prefers it to Chinese, else Chinese."""
    return _choose((accept_language or "")[:MAX_HEADER_LENGTH])


@lru_cache(maxsize=500)  # clients send few different headers, and each of their requests sends one
def _choose(accept_language: str) -> Locale:
    acceptable = [(tag, weight) for tag, weight in parse_quality_values(accept_language) if weight > 0]
    for tag, _ in sorted(acceptable, key=lambda item: -item[1]):  # stable: of equal weights the first sent wins
        # Only the beginning is compared: browsers send the region too, as in en-GB and zh-CN.
        if tag.startswith("en"):
            return Locale.EN
        if tag.startswith("zh"):
            return Locale.ZH
    return Locale.ZH
