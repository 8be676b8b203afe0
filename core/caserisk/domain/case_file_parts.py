"""How a kind of record is held in a case file: declared once, beside the attribute of `CaseFile` that holds it.

Folding, loading and writing follow these declarations, so a new kind of record is added in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from typing import Any, Generic, Protocol, TypeVar

from caserisk.domain.cases import Case
from caserisk.domain.events import Entry


class HasId(Protocol):
    """A record that has an id."""

    @property
    def id(self) -> str:
        """Return the id, which sorts by the time the record was made."""
        ...


S = TypeVar("S", bound=HasId)


class Loading(Enum):
    """When the records of a part are loaded for a decision; all are written."""

    ALWAYS = auto()
    ONLY_TARGET = auto()  # only the record that a command names as its target
    WITH_TARGET = auto()  # only those that refer to the record that a command names as its target
    NEVER = auto()  # no decision looks at them: they are only added


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[S]):
    """One kind of record in a case file; its table has the name of the file's attribute.

    ``state`` is the class of a record; ``new`` gives those that an entry adds, ``fold`` a record after an entry (None:
    a record never changes). ``sort_key`` is the order in which a file holds them. ``is_target``: a command may name
    such a record to say which file it is about.
    """

    state: type[S]
    new: Callable[[Entry, Case], tuple[S, ...]]
    fold: Callable[[S, Entry], S] | None
    sort_key: Callable[[S], Any]
    loading: Loading
    is_target: bool

    def apply(self, states: Mapping[str, S], entry: Entry, case: Case) -> Mapping[str, S]:
        """Return the records after an entry; ``case`` is the case after it."""
        new = self.new(entry, case)
        if self.fold is None and not new:
            return states
        fold = self.fold
        after = {id: fold(state, entry) for id, state in states.items()} if fold else dict(states)
        for state in new:
            after.setdefault(state.id, state)  # a supervision that is issued was there already, as REQUIRED
        return after

    def by_id(self, states: Iterable[S]) -> dict[str, S]:
        """Return records as a file holds them: by id, in order."""
        return {state.id: state for state in sorted(states, key=self.sort_key)}


def _id(state: HasId) -> str:
    return state.id


def part(
    state: type[S],
    fold: Callable[[S, Entry], S] | None = None,
    *,
    new: Callable[[Entry, Case], tuple[S, ...]],
    sort_key: Callable[[S], Any] = _id,
    loading: Loading = Loading.ALWAYS,
    is_target: bool = False,
) -> Mapping[str, S]:
    """Declare an attribute of `CaseFile` as a `Part`; without records it is an empty mapping."""
    declared = Part(state=state, new=new, fold=fold, sort_key=sort_key, loading=loading, is_target=is_target)
    # The type is that of the attribute, so that mypy compares it with the annotation.
    found: Mapping[str, S] = field(default_factory=dict, metadata={Part: declared})
    return found


def parts_of(file_class: type[Any]) -> dict[str, Part[Any]]:
    """Return the parts that a class declares, by attribute."""
    return {item.name: item.metadata[Part] for item in fields(file_class) if Part in item.metadata}
