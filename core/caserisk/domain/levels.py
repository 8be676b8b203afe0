"""Levels of risk. They are compared by rank, never by the number in a name and never by colour."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256

from caserisk.domain.events import Event
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import OfficeChangeKind, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """The colour a level is shown in; ``hex`` as ``#rrggbb``."""

    name: Text
    hex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level as a regulation lists it; its place in the list is its rank."""

    code: str
    label: Text
    severity: Severity
    number: int | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLevel:
    """A level of one scheme; ``rank`` 1 is the mildest of its scheme."""

    scheme: str
    scheme_key: str
    code: str
    label: Text
    number: int | None
    rank: int
    severity: Severity
    colour: Colour | None

    @property
    def id(self) -> str:
        """Return the key of the level in the store."""
        return f"{self.scheme}:{self.code}"

    def graver_than(self, other: RiskLevel) -> bool:
        """Compare by rank within one scheme, by severity where the schemes differ."""
        if self.scheme_key == other.scheme_key:
            return self.rank > other.rank
        return self.severity.order > other.severity.order


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelScheme:
    """The levels of a region, mildest first. Without levels: there is risk or there is none (A-21)."""

    key: str
    name: Text
    version: str
    levels: tuple[Level, ...]
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> str:
        """Return a digest of the contents: a scheme that changed is another scheme."""
        return _scheme_id(self)

    @property
    def ranked(self) -> tuple[RiskLevel, ...]:
        """Return the levels with their ranks, mildest first."""
        return tuple(
            RiskLevel(
                scheme=self.id,
                scheme_key=self.key,
                code=level.code,
                label=level.label,
                number=level.number,
                rank=rank,
                severity=level.severity,
                colour=level.colour,
            )
            for rank, level in enumerate(self.levels, start=1)
        )

    def level(self, code: str) -> RiskLevel | None:
        """Return the level of that code, or None where the scheme has no such level."""
        return next((level for level in self.ranked if level.code == code), None)


@lru_cache(maxsize=256)  # a decision compares ids many times, and there are few schemes
def _scheme_id(scheme: LevelScheme) -> str:
    # Sorted keys: the digest is stored, and must not change when fields of the classes change places.
    contents = json.dumps(asdict(scheme), ensure_ascii=False, sort_keys=True)
    return "scheme_" + sha256(contents.encode()).hexdigest()[:16]


def level_text(level: RiskLevel | None) -> Text:
    """Return a level's label as the summary of an event shows it."""
    return level.label if level else Text("无风险等级", "no level")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRecorded(Event):
    """A level scheme was used for the first time; what was decided by it stays readable without its plugin."""

    kind = OfficeChangeKind.SCHEME_RECORDED
    scheme: LevelScheme

    @property
    def detail(self) -> Text:
        return self.scheme.name
