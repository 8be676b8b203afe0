"""The tables as entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import DeclarativeBase

from caserisk.store import tables as t


class Entity(DeclarativeBase):
    """A row as an object; each table has such a class, with its columns as attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Office(Entity):
    """A procuratorate."""

    __table__ = t.offices


class Department(Entity):
    """A department of an office."""

    __table__ = t.departments


class Officer(Entity):
    """A member of an office's staff."""

    __table__ = t.officers


class Level(Entity):
    """A level of risk."""

    __table__ = t.levels


class Case(Entity):
    """A case."""

    __table__ = t.cases


class Assessment(Entity):
    """An assessment of a case."""

    __table__ = t.assessments


class Review(Entity):
    """What a reviewer said of an assessment."""

    __table__ = t.reviews


class RiskWarning(Entity):
    """A warning on a case."""

    __table__ = t.warnings


class Plan(Entity):
    """A plan for a warning."""

    __table__ = t.plans


class Disposition(Entity):
    """Something that was done."""

    __table__ = t.dispositions


class Deadline(Entity):
    """A day by which a duty is due."""

    __table__ = t.deadlines


class Supervision(Entity):
    """A supervision of a warning."""

    __table__ = t.supervisions


class Event(Entity):
    """An entry of the log."""

    __table__ = t.events
