"""Parse the weighted lists of ``Accept`` and ``Accept-Language`` (RFC 9110, section 12.4.2)."""

from __future__ import annotations

MAX_HEADER_LENGTH = 1000
"""Characters of a header that are read. Callers cut it before they cache by it, or the cache could be filled up."""


def parse_quality_values(header: str) -> list[tuple[str, float]]:
    """Return the values of a header in lower case with their weights from 0 to 1, in the order they were sent.

    Parameters other than ``q`` are dropped. A weight that is no number is 0: the value is not acceptable.
    """
    values = []
    for item in header.lower().split(","):
        value, *parameters = (part.strip() for part in item.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        values.append((value, _weight(weights[0]) if weights else 1.0))
    return values


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return min(weight, 1.0) if weight > 0 else 0.0  # not a number compares false
