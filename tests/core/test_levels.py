"""Levels are compared by rank within one scheme, whatever its version, and by severity between schemes."""

from __future__ import annotations

from caserisk.domain.levels import Level, LevelScheme, RiskLevel
from caserisk.domain.vocabulary import Severity
from tests.support.case_states import TEXT


def level(*, scheme: str, rank: int, severity: Severity, version: str = "1") -> RiskLevel:
    """Return the level of a rank in a scheme of two levels that are alike but for their codes."""
    levels = tuple(Level(code=f"{number}", label=TEXT, severity=severity) for number in (1, 2))
    return LevelScheme(key=scheme, name=TEXT, version=version, levels=levels, reasons=()).ranked[rank - 1]


def test_within_a_scheme_the_rank_counts() -> None:
    mild, grave = (level(scheme="one", rank=rank, severity=Severity.HIGH) for rank in (1, 2))

    assert grave.graver_than(mild)
    assert not mild.graver_than(grave)
    assert not grave.graver_than(grave)


def test_a_new_version_is_the_same_scheme() -> None:
    old = level(scheme="one", rank=1, severity=Severity.CRITICAL)
    new = level(scheme="one", rank=2, severity=Severity.LOW, version="2")

    assert old.scheme != new.scheme
    assert new.graver_than(old)


def test_between_schemes_the_severity_counts() -> None:
    one = level(scheme="one", rank=2, severity=Severity.LOW)
    other = level(scheme="other", rank=1, severity=Severity.CRITICAL)

    assert other.graver_than(one)
    assert not one.graver_than(other)
    assert not level(scheme="other", rank=2, severity=Severity.LOW).graver_than(one)
