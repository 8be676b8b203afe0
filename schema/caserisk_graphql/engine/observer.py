"""What the engine reports while it executes an operation: to logs and metrics, where a server keeps them."""

from __future__ import annotations

from typing import Literal, Protocol

from caserisk_graphql.engine.documents import Operation

ExecutorName = Literal["compiled", "reference", "both"]
"""What answers an operation: SQL alone, graphql-core alone, or both."""


class Observer(Protocol):
    """Receives what is known of the operation that the current task executes."""

    def operation_found(self, operation: Operation) -> None:
        """Note the operation that was asked for."""
        ...

    def executed_by(self, executor: ExecutorName) -> None:
        """Note what answers it."""
        ...


class NoObserver:
    """Ignores everything."""

    def operation_found(self, operation: Operation) -> None:
        """Ignore it."""

    def executed_by(self, executor: ExecutorName) -> None:
        """Ignore it."""
