"""The schema: the same with no plugin installed and with any number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLSchema

from caserisk_graphql.execution.live import keep_live_values
from caserisk_graphql.input_objects import build_inputs_directly
from caserisk_graphql.mutations import Mutation
from caserisk_graphql.queries import Query
from caserisk_graphql.subscriptions import Subscription
from caserisk_graphql.types import scalars
from caserisk_graphql.types.events import AssessmentChange, CaseChange, OfficeChange, WarningChange


class Schema(strawberry.Schema):
    """The schema, with what graphql-core makes of it."""

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self._schema


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The one schema of the process."""
    further: Iterable[Any] = (AssessmentChange, CaseChange, OfficeChange, WarningChange)
    made = Schema(query=Query, mutation=Mutation, subscription=Subscription, types=further, config=scalars.config())
    keep_live_values(made.core)
    build_inputs_directly(made.core)
    return made


def print_sdl() -> str:
    """The schema as clients read it, byte for byte the same each time."""
    return schema().as_str() + "\n"
