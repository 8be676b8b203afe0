"""Declare Relay connections: lists a page at a time."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from caserisk_graphql.reads.fields import attribute, computed
from caserisk_graphql.reads.page_results import LazyPage
from caserisk_graphql.reads.stored_types import embedded

T = TypeVar("T")


async def _edges(root: LazyPage) -> Any:
    return (await root.load_page()).edges


async def _nodes(root: LazyPage) -> Any:
    return (await root.load_page()).rows


async def _page_info(root: LazyPage) -> Any:
    return (await root.load_page()).page_info


async def _total_count(root: LazyPage) -> Any:
    return await root.count()


@embedded("Whether a list goes on before and after a page, and where.")
class PageInfo:
    """The ends of a page."""

    has_next_page: bool = attribute("Whether more follows; backward (`last`): whether `before` was given.")
    has_previous_page: bool = attribute("Whether more precedes; forward (`first`): whether `after` was given.")
    start_cursor: str | None = attribute("The cursor of the first object; null on an empty page.")
    end_cursor: str | None = attribute("The cursor of the last object; null on an empty page.")


@embedded("An object of a list and its place in it.")
class Edge(Generic[T]):
    """A row and its cursor."""

    cursor: str = attribute("The object's place in this list, to go on from; opaque, and of this list and order only.")
    node: T = attribute("The object.")


@embedded("A page of a list (分页): 20 objects unless `first` or `last` says otherwise.")
class Connection(Generic[T]):
    """A page that was asked for."""

    edges: list[Edge[T]] = computed(_edges, "The objects of the page with their cursors.")
    nodes: list[T] = computed(_nodes, "The objects of the page.")
    page_info: PageInfo = computed(_page_info, "Whether there is more.")
    total_count: int = computed(_total_count, "How many objects the whole list has; counted only when asked for.")
