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
        """Return the name of the type that a row is of."""
        return str(row[TYPENAME])

    @classmethod
    def is_type_of(cls, *_: Any) -> bool:
        """Return True: the declaration that read the row has chosen the type."""
        return True
