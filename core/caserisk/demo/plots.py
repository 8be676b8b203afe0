"""How cases of the demonstration go. Each plot once, and the rest by weight: most without risk, few of them grave."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.demo.disposing import (
    acknowledged,
    archived,
    disposed,
    filed,
    issued,
    lifted,
    replied,
    resolved,
    scheme_adopted,
    supervised,
)
from caserisk.demo.drafting import GRAVE, MIDDLE, MILD
from caserisk.demo.handling import (
    advanced,
    assessed,
    assigned,
    concluded,
    decided,
    notices_read,
    opened,
    opened_for_department,
    petitioned,
    returned,
    reviewed,
    time_passed,
)
from caserisk.demo.play import Act
from caserisk.domain.vocabulary import ClosureOutcome


@dataclass(frozen=True, slots=True)
class Step:
    """An act, so many days after the one before: at least and at most."""

    least: int
    most: int
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What happens in a case, in order.

    ``lately``: it stands like that today; otherwise it has come to its end at any time of the year. ``tense``: about
    something that may set off a conflict. ``where``: the first digits of the offices it happens in, for a state that
    only the regulation there knows.
    """

    weight: int
    steps: tuple[Step, ...]
    lately: bool = False
    tense: bool = True
    where: tuple[str, ...] = ("",)


TERMS, RECEIPTS = ("4302",), ("4302", "4413")
"""Where terms run (ZHU-14), and where a warning is received by hand (A-03)."""


def _then(*acts: Act) -> tuple[Step, ...]:
    """Acts one after the other, some days apart."""
    return tuple(Step(1, 3, act) for act in acts)


OPENED = _then(opened)
REVIEWED = _then(reviewed, reviewed, reviewed)
SAFE = (*OPENED, Step(2, 9, assessed(None)), *REVIEWED)
SETTLED, NOT_SETTLED = resolved(ClosureOutcome.SETTLED), resolved(ClosureOutcome.RESOLVED_NOT_SETTLED)
REFERRED = resolved(ClosureOutcome.REFERRED_TO_LEGAL_REMEDY)
CLOSED = _then(filed, archived, notices_read, concluded)


def _risk(gravity: float) -> tuple[Step, ...]:
    """Opened, assessed as a risk, and rated."""
    return (*OPENED, Step(2, 9, assessed(gravity)), *REVIEWED)


def _warned(gravity: float) -> tuple[Step, ...]:
    """Warned of, too."""
    return (*_risk(gravity), *_then(issued))


def _at_work(gravity: float) -> tuple[Step, ...]:
    """Received, and something was done."""
    return (*_warned(gravity), *_then(acknowledged, scheme_adopted, disposed))


PLOTS = (
    # No risk.
    Plot(weight=60, steps=OPENED, lately=True, tense=False),
    Plot(weight=110, steps=SAFE, lately=True, tense=False),
    Plot(weight=190, steps=(*SAFE, Step(3, 15, decided), Step(5, 20, concluded)), tense=False),
    Plot(weight=45, steps=(*SAFE, *_then(advanced, decided), Step(5, 20, concluded)), tense=False),
    Plot(
        weight=30,
        steps=(*_then(opened_for_department, assigned), Step(2, 9, assessed(None)), *REVIEWED, *_then(notices_read)),
        lately=True,
        tense=False,
    ),
    # On its way to a warning.
    Plot(weight=5, steps=(*OPENED, Step(2, 9, assessed(MILD)), *_then(reviewed)), lately=True),
    Plot(weight=2, steps=(*OPENED, Step(2, 9, assessed(MIDDLE)), *_then(returned)), lately=True),
    Plot(
        weight=3,
        steps=(*OPENED, *_then(assessed(MILD), returned, assessed(None)), *REVIEWED, *_then(decided, concluded)),
    ),
    Plot(weight=3, steps=(*_risk(MILD), *_then(disposed)), lately=True),
    # Warned.
    Plot(weight=3, steps=_warned(MILD), lately=True, where=RECEIPTS),
    Plot(weight=3, steps=(*_warned(MIDDLE), *_then(acknowledged)), lately=True),
    Plot(weight=6, steps=(*_at_work(MILD), *_then(notices_read, disposed)), lately=True),
    Plot(weight=4, steps=(*_at_work(MIDDLE), *_then(petitioned, disposed)), lately=True),
    Plot(weight=3, steps=(*_at_work(GRAVE), *_then(supervised, disposed, disposed)), lately=True),
    Plot(weight=4, steps=(*_at_work(MIDDLE), *_then(supervised, replied)), lately=True),
    # Another level.
    Plot(
        weight=3, steps=(*_at_work(MILD), *_then(assessed(GRAVE)), *REVIEWED, *_then(issued, acknowledged)), lately=True
    ),
    Plot(weight=1, steps=(*_at_work(MILD), *_then(assessed(GRAVE), returned)), lately=True),
    Plot(
        weight=2, steps=(*_at_work(GRAVE), *_then(assessed(MILD)), *REVIEWED, *_then(issued, acknowledged)), lately=True
    ),
    Plot(weight=2, steps=(*_at_work(MILD), *_then(assessed(None)), *REVIEWED, *_then(decided, concluded))),
    # Closed.
    Plot(weight=2, steps=(*_at_work(MILD), *_then(SETTLED)), lately=True),
    Plot(weight=2, steps=(*_at_work(MILD), *_then(SETTLED, filed)), lately=True),
    Plot(weight=12, steps=(*_at_work(MILD), *_then(SETTLED), *CLOSED)),
    Plot(weight=5, steps=(*_at_work(MIDDLE), *_then(disposed, REFERRED), *CLOSED)),
    Plot(weight=2, steps=(*_at_work(GRAVE), *_then(supervised, disposed, replied, disposed, SETTLED), *CLOSED)),
    Plot(weight=3, steps=(*_warned(MILD), *_then(acknowledged, lifted, decided, concluded))),
    # Terms: settled in time, met too late, cancelled; passed and waiting; supervised, and settled within the new limit.
    Plot(weight=4, steps=(*_at_work(MILD), *_then(SETTLED), *CLOSED), where=TERMS),
    Plot(weight=2, steps=(*_at_work(MILD), *_then(NOT_SETTLED), *CLOSED), where=TERMS),
    Plot(weight=1, steps=(*_warned(MILD), *_then(acknowledged, lifted)), lately=True, where=TERMS),
    Plot(weight=2, steps=(*_at_work(MILD), Step(25, 35, time_passed)), lately=True, where=TERMS),
    Plot(weight=2, steps=(*_at_work(MILD), Step(25, 35, supervised)), lately=True, where=TERMS),
    Plot(
        weight=2,
        steps=(*_at_work(MILD), Step(25, 35, supervised), *_then(replied, disposed, SETTLED), *CLOSED),
        where=TERMS,
    ),
)
