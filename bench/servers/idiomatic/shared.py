"""The types that many others refer to."""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry
from strawberry import Info, Parent

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.documents import Colour
from bench.servers.idiomatic.loading import Loaders

T = TypeVar("T")
Asked = Info[Loaders, None]


@strawberry.type
class Nodes(Generic[T]):
    """A list that is asked for as a connection."""

    nodes: list[T]


@strawberry.type
class Office:
    """An office."""

    code: str
    name: str


@strawberry.type
class Department:
    """A department."""

    name: str


@strawberry.type
class Officer:
    """An officer."""

    id: strawberry.ID
    name: str


@strawberry.type
class Level:
    """A level of risk."""

    code: str
    rank: int
    severity: str

    @strawberry.field
    def label(self, root: Parent[e.Level]) -> str:
        """Return what people call it."""
        return str(root.label["zh"])

    @strawberry.field
    def colour(self, root: Parent[e.Level]) -> Colour | None:
        """Return the colour it is shown in."""
        return Colour(name=root.colour["name"]["zh"], hex=root.colour["hex"]) if root.colour else None
