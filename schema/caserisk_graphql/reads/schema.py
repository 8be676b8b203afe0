"""The schema as Strawberry builds it, with the form that graphql-core executes."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema


class Schema(strawberry.Schema):
    """Give access to graphql-core's schema, which Strawberry keeps to itself."""

    @property
    def core(self) -> GraphQLSchema:
        """Return the schema as graphql-core has it."""
        return self._schema
