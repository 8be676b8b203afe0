"""Somebody who acts in a case: what they know, and their random generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from tests.adversarial.invariants import CaseSnapshot
from tests.support.world import StaffedOffice

Input = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts in a case of an office; ``others`` are ids from anywhere. All chance is in ``random``."""

    random: Random
    office: StaffedOffice
    seen: CaseSnapshot
    now: datetime
    others: Sequence[str] = ()

    def chance(self, likely: float) -> bool:
        """Draw whether something of a probability happens."""
        return self.random.random() < likely
