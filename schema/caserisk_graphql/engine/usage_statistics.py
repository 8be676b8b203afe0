"""Usage statistics: which client sends which operations, counted in memory and summed up in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, visit
from sqlalchemy.exc import SQLAlchemyError

from caserisk.store.database import Stale
from caserisk.store.store import Store
from caserisk.store.trusted_documents import UsageCount, add_uses
from caserisk_graphql.client_info import ClientInfo
from caserisk_graphql.engine.documents import Operation
from caserisk_graphql.lru_cache import LruCache

log = logging.getLogger("caserisk.graphql")

_FLUSH_INTERVAL = 30.0
"""Seconds."""

_MAX_COUNTED_OPERATIONS = 2000
"""Operations of clients that are counted between two flushes; further ones are not recorded."""

_DEPRECATION_CACHE = {"entries": _MAX_COUNTED_OPERATIONS, "size": _MAX_COUNTED_OPERATIONS}


class _ClientOperation(NamedTuple):
    """An operation that a client sends, by name: the operation itself would keep its whole document in memory."""

    client: ClientInfo
    document_id: str
    operation: str


class UsageStatistics:
    """Counts the operations that clients send; `run` writes the counts at intervals, and when it is cancelled."""

    def __init__(self, core: GraphQLSchema, store: Store, clock: Callable[[], datetime]) -> None:
        self._core, self._store, self._clock = core, store, clock
        self._counts: dict[_ClientOperation, int] = {}
        self._deprecated: LruCache[_ClientOperation, Sequence[str]] = LruCache(**_DEPRECATION_CACHE)

    def record(self, client: ClientInfo, operation: Operation) -> None:
        """Count an operation that a client has sent."""
        key = _ClientOperation(client, operation.document_id, operation.name or "")
        count = self._counts.get(key)
        if count is not None:
            self._counts[key] = count + 1
        elif len(self._counts) < _MAX_COUNTED_OPERATIONS:
            self._counts[key] = 1
            # Looked for at the first use alone: it takes a visit of the whole document.
            self._deprecated.get_or_create(key, lambda: find_deprecated(self._core, operation.document()))

    async def run(self) -> None:
        """Flush the counts at intervals, until cancelled."""
        try:
            while True:
                await asyncio.sleep(_FLUSH_INTERVAL)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Add the counts to those in the database; where it cannot be reached, keep counting."""
        if not self._counts:
            return
        # Before the first await: what is counted meanwhile is for the next time.
        counts, self._counts = self._counts, {}
        try:
            await add_uses(self._store, [self._usage_count(key, count) for key, count in counts.items()])
        except (Stale, SQLAlchemyError, OSError):
            log.exception("the uses of documents cannot be written; trying again")
            for key, count in counts.items():
                # Added: the same operation may have been counted again while the database was tried.
                self._counts[key] = self._counts.get(key, 0) + count

    def _usage_count(self, key: _ClientOperation, count: int) -> UsageCount:
        return UsageCount(
            client=key.client.name,
            version=key.client.version,
            document_id=key.document_id,
            operation=key.operation,
            deprecated=self._deprecated.get(key) or (),
            uses=count,
            last_at=self._clock(),
        )


def find_deprecated(core: GraphQLSchema, document: DocumentNode) -> Sequence[str]:
    """Return what a valid document uses that is deprecated; the values of its variables are not looked at.

    As ``Type.field``, ``Type.field(argument)``, ``Input.field`` or ``Enum.VALUE``.
    """
    types = TypeInfo(core)
    visitor = _DeprecationVisitor(types)
    visit(document, TypeInfoVisitor(types, visitor))
    return sorted(visitor.names)


class _DeprecationVisitor(Visitor):
    """Collects the names of what is deprecated."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types, self._field, self.names = types, "", set[str]()

    def enter_field(self, node: Any, *_: Any) -> None:
        """Check a field that is selected."""
        field, parent = self._types.get_field_def(), self._types.get_parent_type()
        self._field = f"{parent.name}.{node.name.value}" if parent else node.name.value
        if field and field.deprecation_reason is not None:
            self.names.add(self._field)

    def enter_argument(self, node: Any, *_: Any) -> None:
        """Check an argument of a field or a directive."""
        argument, directive = self._types.get_argument(), self._types.get_directive()
        if argument and argument.deprecation_reason is not None:
            owner = f"@{directive.name}" if directive else self._field
            self.names.add(f"{owner}({node.name.value})")

    def enter_object_field(self, node: Any, *_: Any) -> None:
        """Check a member of an input object literal."""
        parent = get_named_type(self._types.get_parent_input_type())
        member = getattr(parent, "fields", {}).get(node.name.value)
        if parent and member and member.deprecation_reason is not None:
            self.names.add(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: Any, *_: Any) -> None:
        """Check an enum literal."""
        value, of_enum = self._types.get_enum_value(), get_named_type(self._types.get_input_type())
        if of_enum and value and value.deprecation_reason is not None:
            self.names.add(f"{of_enum.name}.{node.value}")
