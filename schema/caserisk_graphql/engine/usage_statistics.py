"""Which client uses what: counted in memory, added up in the database for all servers."""

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
from caserisk.store.trusted import UsageCount, add_uses
from caserisk_graphql.client_info import ClientInfo
from caserisk_graphql.engine.documents import Operation
from caserisk_graphql.lru_cache import LruCache

log = logging.getLogger("caserisk.graphql")

_WRITE_EVERY = 30.0
"""Seconds."""

_MOST = 2000
"""Operations of clients that are counted between two writes; what goes beyond is not recorded."""

_KEPT = {"entries": _MOST, "size": _MOST}


class _Used(NamedTuple):
    """An operation that a client sends. Not the operation itself: all that is known of its document would stay."""

    client: ClientInfo
    document_id: str
    operation: str


class UsageStatistics:
    """Counts the operations that clients send; ``run`` writes them down every so often, and when it is cancelled."""

    def __init__(self, core: GraphQLSchema, store: Store, clock: Callable[[], datetime]) -> None:
        self._core, self._store, self._clock = core, store, clock
        self._counts: dict[_Used, int] = {}
        self._deprecated: LruCache[_Used, Sequence[str]] = LruCache(**_KEPT)

    def note(self, client: ClientInfo, operation: Operation) -> None:
        """A client sent an operation."""
        used = _Used(client, operation.document_id, operation.name or "")
        known = self._counts.get(used)
        if known is not None:
            self._counts[used] = known + 1
        elif len(self._counts) < _MOST:
            self._counts[used] = 1
            self._deprecated.get_or_create(used, lambda: deprecated_in(self._core, operation.document()))

    async def run(self) -> None:
        """Write what is counted, until cancelled."""
        try:
            while True:
                await asyncio.sleep(_WRITE_EVERY)
                await self.write()
        finally:
            await self.write()

    async def write(self) -> None:
        """Write what was counted since the last time; while the database is away, it is counted on."""
        if not self._counts:
            return
        counts, self._counts = self._counts, {}
        try:
            await add_uses(self._store, [self._use(used, count) for used, count in counts.items()])
        except (Stale, SQLAlchemyError, OSError):
            log.exception("the uses of documents cannot be written; trying again")
            for used, count in counts.items():
                self._counts[used] = self._counts.get(used, 0) + count

    def _use(self, used: _Used, count: int) -> UsageCount:
        return UsageCount(
            client=used.client.name,
            version=used.client.version,
            document_id=used.document_id,
            operation=used.operation,
            deprecated=self._deprecated.get(used) or (),
            uses=count,
            last_at=self._clock(),
        )


def deprecated_in(core: GraphQLSchema, document: DocumentNode) -> Sequence[str]:
    """What a valid document uses that is to go; values of variables are not part of it.

    As ``Type.field``, ``Type.field(argument)``, ``Input.field`` or ``Enum.VALUE``.
    """
    types = TypeInfo(core)
    found = _Deprecated(types)
    visit(document, TypeInfoVisitor(types, found))
    return sorted(found.names)


class _Deprecated(Visitor):
    """Gathers the names of what is deprecated."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types, self._field, self.names = types, "", set[str]()

    def enter_field(self, node: Any, *_: Any) -> None:
        """A field that is selected."""
        field, parent = self._types.get_field_def(), self._types.get_parent_type()
        self._field = f"{parent.name}.{node.name.value}" if parent else node.name.value
        if field and field.deprecation_reason is not None:
            self.names.add(self._field)

    def enter_argument(self, node: Any, *_: Any) -> None:
        """An argument that is given."""
        argument, directive = self._types.get_argument(), self._types.get_directive()
        if argument and argument.deprecation_reason is not None:
            owner = f"@{directive.name}" if directive else self._field
            self.names.add(f"{owner}({node.name.value})")

    def enter_object_field(self, node: Any, *_: Any) -> None:
        """A member of an input object, where it is written out."""
        parent = get_named_type(self._types.get_parent_input_type())
        member = getattr(parent, "fields", {}).get(node.name.value)
        if parent and member and member.deprecation_reason is not None:
            self.names.add(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: Any, *_: Any) -> None:
        """A value of an enum, where it is written out."""
        value, of_enum = self._types.get_enum_value(), get_named_type(self._types.get_input_type())
        if of_enum and value and value.deprecation_reason is not None:
            self.names.add(f"{of_enum.name}.{node.value}")
