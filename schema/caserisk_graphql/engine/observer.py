"""The interface by which a server observes the engine, for its logs and metrics."""

from __future__ import annotations

from typing import Literal, Protocol

from caserisk_graphql.engine.documents import Operation

ExecutorName = Literal["compiled", "reference", "both"]
"""The executor of an operation: SQL alone, graphql-core alone, or both."""


class Observer(Protocol):
    """Receives what becomes known of the operation that the current task executes."""

    def operation_found(self, operation: Operation) -> None:
        """Note the operation of the request."""
        ...

    def executed_by(self, executor: ExecutorName) -> None:
        """Note the executor of the operation."""
        ...


class NoObserver:
    """Ignores everything."""

    def operation_found(self, operation: Operation) -> None:
        """Do nothing."""

    def executed_by(self, executor: ExecutorName) -> None:
        """Do nothing."""
