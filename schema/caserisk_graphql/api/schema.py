"""Build the schema, which is the same with no plugin installed and with any number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from caserisk_graphql.api import scalars
from caserisk_graphql.api.events import AssessmentChange, CaseChange, OfficeChange, WarningChange
from caserisk_graphql.api.input_builder import build_inputs_directly
from caserisk_graphql.api.mutations import Mutation
from caserisk_graphql.api.queries import Query
from caserisk_graphql.api.subscriptions import Subscription
from caserisk_graphql.reads.computed import keep_computed_values
from caserisk_graphql.reads.schema import Schema


@lru_cache(maxsize=1)
def schema() -> Schema:
    """Return the one schema of the process."""
    # No field has these types: they are found as implementations of `Event`.
    further: Iterable[Any] = (AssessmentChange, CaseChange, OfficeChange, WarningChange)
    made = Schema(query=Query, mutation=Mutation, subscription=Subscription, types=further, config=scalars.config())
    keep_computed_values(made.core)
    build_inputs_directly(made.core)
    return made


def print_sdl() -> str:
    """Return the schema as clients read it, byte for byte the same each time."""
    return schema().as_str() + "\n"
