"""Read stored fields for the reference executor: graphql-core asks field by field, a list's children come together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, func, literal, select
from strawberry.dataloader import DataLoader

from caserisk.store.database import Row, Snapshot
from caserisk_graphql.errors import bad_input, unknown_cursor
from caserisk_graphql.reads import reference_sql
from caserisk_graphql.reads.argument_checks import bad_id, checked_text, id_prefix
from caserisk_graphql.reads.cursors import EventCursor, event_cursor, parse_event_cursor
from caserisk_graphql.reads.declarations import (
    Argument,
    AsOf,
    ById,
    ByIdList,
    Counted,
    Declaration,
    JsonDocument,
    Key,
    Localised,
    Log,
    Many,
    One,
    Page,
)
from caserisk_graphql.reads.page_arguments import MAX_PAGE_SIZE, PageArguments, checked_size
from caserisk_graphql.reads.page_results import LazyPage, PageRows
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.reference_sql import PARENT_KEY, TOTAL
from caserisk_graphql.reads.stored_types import ID, STORED_TYPES, StoredType, key_label, stored_by_prefix

Source = Mapping[str, Any] | None
Arguments = Mapping[str, Any]

POSITION = "_position"
"""The label under which an entry of the log holds its position."""

_COUNTS = "_counts"
"""The label under which a row that is counted holds what it is counted of."""

_MAX_KEYS_PER_STATEMENT = 5000
"""Both databases allow some 32,000 bound parameters."""


class _Loader(DataLoader[Any, Any]):
    """Loads the keys of one relation that are asked for at the same time, together."""

    def load(self, key: Any) -> Awaitable[Any]:
        """Load the value of a key; a field that is cancelled because of an error nearby does not cancel the others."""
        loading: Any = super().load(key)
        loading.add_done_callback(_retrieve_exception)
        return asyncio.shield(loading)


def _retrieve_exception(loading: asyncio.Future[Any]) -> None:
    """Retrieve an exception, so that asyncio does not report it where no field waits for it any more."""
    if not loading.cancelled():
        loading.exception()


class ReferenceReader:
    """Reads what a request selects, in one snapshot.

    ``audited`` takes the ids of the rows whose audited fields are read.
    """

    def __init__(self, reading: ReadContext, snapshot: Snapshot, audited: set[str]) -> None:
        self.reading = reading
        self.audited = audited
        self.snapshot = snapshot
        self._loaders: dict[Hashable, _Loader] = {}

    def resolve(self, reads: Declaration, name: str, source: Source, arguments: Arguments) -> Any:
        """Return the value of a field of a row, a document or a value; or what has to be awaited for it."""
        match reads:
            case JsonDocument():
                return self._audited(_require_row(source), name)
            case Localised():
                return self._in_locale(_require_row(source)[name], arguments)
            # A value that was computed may hold the related rows already.
            case One() | Many() if source is not None and name in source:
                return source[name]
            case One():
                return self._one(reads, source, arguments)
            case ByIdList(key=key):
                return self._listed(reads, _require_row(source)[key_label(key)])
            case Many():
                return self._many(reads, source)
            case AsOf():
                return self._as_of(reads, arguments["at"], _require_row(source)[ID])
            case Page():
                return self._page(reads, source, arguments)
            case Log():
                return self._log(reads, arguments)
            case Counted():
                return self._counted(reads, source, arguments)
            case ById(several=False):
                return self.node(arguments["id"])
            case ById():
                return self.nodes(arguments["ids"])
        raise TypeError(f"{name}: a {type(reads).__name__} needs no executor")

    # -------------------------------------------------------------------------------------------- by id

    def find(self, column: Column[Any], key: str) -> Awaitable[Row | None]:
        """Return the row whose column, a unique one, has this value, if there is one and it is seen."""
        return self._by_key(column, by_reference=False).load(key)

    def node(self, id: str) -> Awaitable[Row | None]:
        """Return the row of a global id, if there is one and it is seen.

        Raises:
            RequestError: BAD_INPUT, where it has not the form of an id of any type.
        """
        return self.find(_stored_type_of_id(id).table.c.id, id)

    async def nodes(self, ids: Sequence[str]) -> list[Row | None]:
        """Return the same as `node`, for at most 100 ids, in their order."""
        if len(ids) > MAX_PAGE_SIZE:
            raise bad_input(
                f"参数 ids 最多 {MAX_PAGE_SIZE} 个,收到 {len(ids)} 个",
                f"`ids` takes at most {MAX_PAGE_SIZE} ids, not {len(ids)}",
            )
        # All are asked for before the first is awaited, so that the loaders read them together.
        found = [self.node(id) for id in ids]
        return [await row for row in found]

    # -------------------------------------------------------------------------------------------- texts and relations

    def _audited(self, row: Mapping[str, Any], name: str) -> Any:
        if row[name] is not None:
            self.audited.add(row[ID])
        return row[name]

    def _in_locale(self, text: Mapping[str, str] | None, arguments: Arguments) -> str | None:
        locale = arguments.get("locale") or self.reading.locale
        return None if text is None else text[locale.lower()]

    def _one(self, one: One, source: Source, arguments: Arguments) -> Awaitable[Row | None] | None:
        key = _key(one.key, source, arguments)
        # A key that the client gives is no reference from something that is seen.
        by_reference = not isinstance(one.key, Argument)
        loader = self._by_key(one.remote, by_reference=by_reference, opened=one.opens)
        return None if key is None else loader.load(key)

    async def _listed(self, listed: ByIdList, ids: Sequence[str]) -> list[Row]:
        rows = await self._by_key(listed.table.c.id, by_reference=True).load_many(ids)
        return [row for row in rows if row is not None]

    def _by_key(self, remote: Column[Any], *, by_reference: bool, opened: bool = False) -> _Loader:
        return self._loader((remote, by_reference, opened), self._load_by_key, remote, by_reference, opened)

    async def _load_by_key(
        self, remote: Column[Any], by_reference: bool, opened: bool, keys: list[Any]
    ) -> list[Row | None]:
        statement = reference_sql.by_key(remote, keys, self.reading, by_reference=by_reference, opened=opened)
        rows = await self.snapshot.rows(statement)
        found = {row[PARENT_KEY]: row for row in rows}
        return [found.get(key) for key in keys]

    def _many(self, many: Many, source: Source) -> Awaitable[list[Row]]:
        # All there are, for the root: nothing to batch by.
        if many.remote is None:
            return self.snapshot.rows(reference_sql.children(many, (), self.reading))
        return self._loader(many, self._load_many, many).load(_require_row(source)[ID])

    async def _load_many(self, many: Many, keys: list[Any]) -> list[list[Row]]:
        return _by_parent(await self.snapshot.rows(reference_sql.children(many, keys, self.reading)), keys)

    def _as_of(self, declared: AsOf, at: datetime, id: str) -> Awaitable[Row | None]:
        return self._loader((declared, at), self._load_as_of, declared, at).load(id)

    async def _load_as_of(self, declared: AsOf, at: datetime, keys: list[Any]) -> list[Row | None]:
        rows = await self.snapshot.rows(reference_sql.as_of(declared, at, keys, self.reading))
        found = {row[PARENT_KEY]: row for row in rows}
        return [found.get(key) for key in keys]

    # -------------------------------------------------------------------------------------------- pages

    def _page(self, page: Page, source: Source, arguments: Arguments) -> LazyPage:
        window = PageArguments.parse(page.order(arguments.get("order_by")), arguments)
        if page.remote is None:
            where = arguments.get("where")
            conditions = () if where is None else tuple(where.conditions(self.reading))
            # Loaders though there is one key: `nodes`, `edges` and `pageInfo` ask each, and the rows are read once.
            rows = _Loader(partial(self._load_page, page, window, conditions))
            total = _Loader(partial(self._load_total, page, conditions))
            return LazyPage(partial(rows.load, None), partial(total.load, None))
        key = _require_row(source)[ID]
        pages_of_parents = self._loader((page, window), self._load_pages, page, page.remote, window)
        totals = self._loader((page, "total"), self._load_totals, page, page.remote)
        return LazyPage(partial(pages_of_parents.load, key), partial(totals.load, key))

    async def _load_page(
        self, page: Page, window: PageArguments, conditions: Sequence[ColumnElement[bool]], _: list[None]
    ) -> list[PageRows]:
        rows = await self.snapshot.rows(reference_sql.page(page, window, conditions, self.reading))
        return [PageRows.from_rows(window, rows)]

    async def _load_pages(
        self, page: Page, remote: Column[Any], window: PageArguments, keys: list[Any]
    ) -> list[PageRows]:
        rows = await self.snapshot.rows(reference_sql.pages(page, remote, window, keys, self.reading))
        return [PageRows.from_rows(window, of_parent) for of_parent in _by_parent(rows, keys)]

    async def _load_total(self, page: Page, conditions: Sequence[ColumnElement[bool]], _: list[None]) -> list[int]:
        rows = await self.snapshot.rows(reference_sql.total(page, conditions, self.reading))
        return [row[TOTAL] for row in rows]

    async def _load_totals(self, page: Page, remote: Column[Any], keys: list[Any]) -> list[int]:
        rows = await self.snapshot.rows(reference_sql.totals(page, remote, keys, self.reading))
        found = {row[PARENT_KEY]: row[TOTAL] for row in rows}
        return [found.get(key, 0) for key in keys]

    # -------------------------------------------------------------------------------------------- counts

    async def _counted(self, counted: Counted, source: Source, arguments: Arguments) -> Row | list[Row]:
        if counted.of is None:
            return await self.snapshot.rows(counted.rows(_require_row(source)[_COUNTS]))
        values = counted.of.values(arguments, self.reading)
        parameters = {name: literal(values[name], type_) for name, type_ in counted.of.parameters.items()}
        counts = counted.of.of(parameters, lambda condition: condition(self.reading))
        [row] = await self.snapshot.rows(counted.rows(counts))
        return {**row, _COUNTS: counts}

    # -------------------------------------------------------------------------------------------- the log

    async def entries(
        self, log: Log, after: int, conditions: Iterable[ColumnElement[bool]], *, limit: int
    ) -> list[Row]:
        """Return the first seen entries after a position that fulfil the conditions, each with its `POSITION`."""
        statement = STORED_TYPES[log.table].select(self.reading, log.position.label(POSITION))
        narrowed = statement.where(log.position > after, *conditions).order_by(log.position).limit(limit)
        return await self.snapshot.rows(narrowed)

    async def _log(self, log: Log, arguments: Arguments) -> Row:
        size = checked_size(arguments["first"], "first")
        where, cursor = arguments.get("where"), arguments.get("after")
        conditions = () if where is None else tuple(where.conditions(self.reading))
        after = 0 if cursor is None else await self.position_of(log, cursor)
        entries = await self.entries(log, after, conditions, limit=size + 1)
        shown = entries[:size]  # one more was read to know whether there is more
        return {
            "events": shown,
            "end_cursor": event_cursor(shown[-1][POSITION] if shown else after),
            "has_more": len(entries) > size,
        }

    async def end_of(self, log: Log) -> int:
        """Return the position of the last entry of the log; 0 while it is empty."""
        [row] = await self.snapshot.rows(select(func.coalesce(func.max(log.position), 0).label(POSITION)))
        return int(row[POSITION])

    async def position_of(self, log: Log, cursor: EventCursor | None) -> int:
        """Return the position of a cursor; without one, the end of the log.

        Raises:
            RequestError: BAD_INPUT, for what is no cursor; UNKNOWN_CURSOR, for one beyond the end.
        """
        # Read in the same snapshot: a cursor beyond it was not given by this log.
        end = await self.end_of(log)
        position = end if cursor is None else parse_event_cursor(cursor)
        if cursor is not None and position > end:
            raise unknown_cursor(cursor)
        return position

    def _loader(self, of: Hashable, load: Callable[..., Any], *given: Any) -> _Loader:
        """Return what loads the children of one relation with the same arguments, together."""
        if of not in self._loaders:
            self._loaders[of] = _Loader(partial(load, *given), max_batch_size=_MAX_KEYS_PER_STATEMENT)
        return self._loaders[of]


def _require_row(source: Source) -> Mapping[str, Any]:
    if source is None:
        raise TypeError("this field belongs to a row, not to the root")
    return source


def _key(key: Key, source: Source, arguments: Arguments) -> Any:
    if isinstance(key, Argument):
        return checked_text(arguments[key.name], key.name)
    return _require_row(source)[key if isinstance(key, str) else key_label(key)]


def _stored_type_of_id(id: str) -> StoredType:
    stored = stored_by_prefix(id_prefix(id))
    if stored is None:
        raise bad_id("id")
    return stored


def _by_parent(rows: Iterable[Row], keys: Iterable[Any]) -> list[list[Row]]:
    children: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        children[row[PARENT_KEY]].append(row)
    return [children[key] for key in keys]
