"""The schema: the same with no plugin installed and with any number."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ValidationCache
from strawberry.types import ExecutionContext

from caserisk_graphql.mutations import Mutation
from caserisk_graphql.operation import Documents, Operation
from caserisk_graphql.queries import Query
from caserisk_graphql.subscriptions import Subscription
from caserisk_graphql.types import scalars
from caserisk_graphql.types.events import AssessmentChange, CaseChange, OfficeChange, WarningChange

log = logging.getLogger("caserisk.graphql")


class Schema(strawberry.Schema):
    """The schema; what goes wrong in it is logged where it is made fit to be seen."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the logging to `Operation`: a client's mistake is no error of ours."""


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The one schema of the process."""
    further: Iterable[Any] = (AssessmentChange, CaseChange, OfficeChange, WarningChange)
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=further,
        config=scalars.config(),
        extensions=[Operation, Documents, ValidationCache],
    )


def print_sdl() -> str:
    """The schema as clients read it, byte for byte the same each time."""
    return schema().as_str() + "\n"
