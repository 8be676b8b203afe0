"""What every event has in common, and the entry of the log that an event becomes.

The events themselves stand beside the noun they are about: in `cases`, `assessments`, `warnings` and so on. An event
carries all it changed. It is written to the log in one transaction with that change, stays there for ever, and is read
back years later: fields may be added to an event with a default, never taken away or given another meaning; when that
does not suffice, ``SCHEMA_VERSION`` moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import LabelledEnum

SCHEMA_VERSION = 1
"""The version of the events' stored form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    ``kind`` is what the API calls it; its class tells of which noun it is a change. ``bumps_version`` is off where the
    event leaves the case itself as it was, so that it makes no ``expectedVersion`` out of date.
    """

    kind: ClassVar[LabelledEnum]
    bumps_version: ClassVar[bool] = True

    @property
    def detail(self) -> Text | None:
        """Return what the summary says beside the kind."""
        return None

    @property
    def summary(self) -> Text:
        """Return one line for people who see the case; it holds no party data."""
        detail = self.detail
        if detail is None:
            return Text(self.kind.zh, self.kind.en)
        return Text(f"{self.kind.zh}：{detail.zh}", f"{self.kind.en}: {detail.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningEvent(Event):
    """An event about a warning that was issued before.

    It stands here, not in `warnings`, because plans, dispositions, deadlines and supervisions have such events too.
    """

    warning_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as an entry of the log.

    ``actor_id`` None: the regulation or the clock acted. ``case_id`` None: the entry is about an office.
    """

    id: str
    at: datetime
    office_id: str
    case_id: str | None
    actor_id: str | None
    event: Event
