"""The choice, for each case, of the file it is a copy of, its time and its office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from random import Random

from bench.data.archetypes import Archetype, Demonstration
from bench.data.organisation import Staffed, region_of

PER_CASE = {"assessments": 1.5, "warnings": 0.6, "dispositions": 1.0, "ended warnings": 0.36}
"""How many of these a case has on average; the demonstration itself has fewer."""

_CONCLUDED_WITHIN, _RUNNING_SINCE = 156, 8
"""Weeks: concluded cases lie in three years, those that run in two months."""

_BUSIER = 3
"""How many times more cases an office without one above it has than each of the others."""


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """A case that is going to be: how many weeks after its original, the copy of which file, in which office."""

    weeks: int
    file: int
    office: str


def sample(
    demonstration: Demonstration, offices: Mapping[str, Staffed], count: int, *, random: Random
) -> Iterator[Sample]:
    """Draw so many cases."""
    files = demonstration.files
    places: dict[str, list[Staffed]] = defaultdict(list)
    for item in offices.values():
        places[item.region] += [item] * (_BUSIER if item.office.parent_id is None else 1)
    for number in random.choices(range(len(files)), _weights(files), k=count):
        case = files[number].case
        earlier = random.randint(0, _CONCLUDED_WITHIN if case.closed_at else _RUNNING_SINCE)
        place = random.choice(places[region_of(demonstration.offices[case.office_id].code)])
        yield Sample(-earlier, number, place.office.id)


def _weights(files: Sequence[Archetype]) -> list[float]:
    """Return how often each file is copied, so that the averages are those wanted and the files as mixed as can be."""
    counts = [_counts(file) for file in files]
    tilt = dict.fromkeys(PER_CASE, 0.0)
    for _ in range(1000):
        weights = [exp(sum(tilt[noun] * count[noun] for noun in PER_CASE)) for count in counts]
        for noun, wanted in PER_CASE.items():
            found = sum(weight * count[noun] for weight, count in zip(weights, counts, strict=True))
            tilt[noun] += 0.5 * (wanted - found / sum(weights))
    return weights


def _counts(file: Archetype) -> dict[str, int]:
    ended = [warning for warning in file.nouns["warnings"] if not warning.active]
    return {**{noun: len(states) for noun, states in file.nouns.items()}, "ended warnings": len(ended)}
