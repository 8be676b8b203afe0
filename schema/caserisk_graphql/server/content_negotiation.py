"""Choose the media type of a response by the request's ``Accept`` (GraphQL over HTTP, "Media Types")."""

from __future__ import annotations

from functools import lru_cache

from caserisk_graphql.server.quality_values import MAX_HEADER_LENGTH, parse_quality_values

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

RESPONSE_TYPES = (JSON, GRAPHQL)
"""The media types of a single response; the first by default, for clients that send no ``Accept`` or ``*/*``."""


def choose_media_type(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the offered type of the highest weight, the first of several; None where none is acceptable."""
    return _choose((accept or "*/*")[:MAX_HEADER_LENGTH], offered)


@lru_cache(maxsize=500)  # clients send few different headers, and each of their requests sends one
def _choose(accept: str, offered: tuple[str, ...]) -> str | None:
    weights = dict(parse_quality_values(accept))
    best = max(offered, key=lambda type_: _weight(type_, weights))
    return best if _weight(best, weights) > 0 else None


def _weight(type_: str, weights: dict[str, float]) -> float:
    """Return the weight of the most specific media range that matches a type."""
    for media_range in (type_, type_.partition("/")[0] + "/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


def is_json_in_utf8(content_type: str | None) -> bool:
    """Tell whether a ``Content-Type`` is JSON, in UTF-8 where it names a character set."""
    type_, *parameters = (item.strip().lower() for item in (content_type or "").split(";"))
    # The value of a parameter may be quoted (RFC 9110, section 5.6.6).
    charsets = [item[8:].strip('"') for item in parameters if item.startswith("charset=")]
    return type_ == JSON and all(charset in {"utf-8", "utf8"} for charset in charsets)
