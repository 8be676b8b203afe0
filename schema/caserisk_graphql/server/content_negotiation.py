"""Which media type an answer has, as the request's ``Accept`` wants it (GraphQL over HTTP, "Media Types")."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
STREAM = "text/event-stream"
HTML = "text/html"

_LONGEST = 1000
"""Characters of a header that are looked at."""

ANSWERS = (JSON, GRAPHQL)
"""What an operation is answered in; the first by default."""


def chosen(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The offered type that is most wanted; the first of those wanted alike, None where none is wanted."""
    return _chosen((accept or "*/*")[:_LONGEST], offered)


@lru_cache(maxsize=500)
def _chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    wanted = _ranges(accept)
    weighed = [(_weight(type_, wanted), type_) for type_ in offered]
    weight, type_ = max(weighed, key=lambda item: item[0])
    return type_ if weight > 0 else None


def _weight(type_: str, wanted: dict[str, float]) -> float:
    for range_ in (type_, type_.partition("/")[0] + "/*", "*/*"):
        if range_ in wanted:
            return wanted[range_]
    return 0.0


def _ranges(accept: str) -> dict[str, float]:
    """The media ranges of a header with their weights; other parameters than ``q`` do not matter here."""
    ranges = {}
    for part in accept.split(","):
        range_, *parameters = (item.strip().lower() for item in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = 0.0
                with suppress(ValueError):
                    weight = float(parameter[2:])
        ranges[range_] = weight
    return ranges


def is_json_in_utf8(content_type: str | None) -> bool:
    """Whether a request's body is said to be JSON, in UTF-8 where it says in what."""
    type_, *parameters = (item.strip().lower() for item in (content_type or "").split(";"))
    charsets = [item[8:].strip('"') for item in parameters if item.startswith("charset=")]
    return type_ == JSON and all(charset in {"utf-8", "utf8"} for charset in charsets)
