"""Everything that has a global id."""

from __future__ import annotations

from typing import Any

import strawberry

from caserisk_graphql.reads.fields import attribute
from caserisk_graphql.reads.stored_types import TYPENAME


@strawberry.interface(description="Whatever is kept and has a global id (全局标识).")
class Node:
    """A row that has a global id."""

    id: strawberry.ID = attribute("Opaque; keep it as it is given.")

    @classmethod
    def resolve_type(cls, row: Any, *_: Any) -> str:
        """The name of the type that the row is of."""
        return str(row[TYPENAME])

    @classmethod
    def is_type_of(cls, *_: Any) -> bool:
        """Whether a row is of the type: the declaration that read it has seen to it."""
        return True
