"""Dispositions: what is done to resolve a risk, and the events that put it on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.cases import Case
from caserisk.domain.events import Entry, Event, WarningEvent
from caserisk.domain.rules import Measure
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import CaseChangeKind, WarningChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """Something that was done to resolve the risk (处置)."""

    id: str
    case_id: str
    warning_id: str | None
    measure: Measure
    description: str
    outcome: str | None
    performed_by_id: str
    performed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRecorded(WarningEvent):
    """Something was done about a warning."""

    kind = WarningChangeKind.DISPOSITION_RECORDED
    disposition: Disposition

    @property
    def detail(self) -> Text:
        return self.disposition.measure.label


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyDispositionRecorded(Event):
    """Something was done without or before a warning (BAO-01)."""

    kind = CaseChangeKind.DISPOSITION_RECORDED
    disposition: Disposition

    @property
    def detail(self) -> Text:
        return self.disposition.measure.label


def new_dispositions(entry: Entry, _: Case) -> tuple[Disposition, ...]:
    """Return the disposition that an entry puts on record."""
    match entry.event:
        case DispositionRecorded(disposition=disposition) | EarlyDispositionRecorded(disposition=disposition):
            return (disposition,)
    return ()
