"""Write and read opaque positions: of a row in a sorted list, and of an entry in the event log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NewType

from sqlalchemy import BigInteger, Column, Integer, SmallInteger

from caserisk.store.columns import Moment
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.reads.orders import Order

EventCursor = NewType("EventCursor", str)

_SEPARATOR = "~"
"""Separates the parts of a cursor; no order's name, key or moment holds it."""

_MAX_CURSOR_LENGTH = 300
_KEY = re.compile(r"[0-9A-Za-z_-]{1,100}", re.ASCII)
_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
# With at most 18 digits each number fits into the column, and the database never refuses one.
_EVENT = re.compile(r"log_(0|[1-9][0-9]{0,17})")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"

# ------------------------------------------------------------------------------------------------ of a sorted list


def encode(order: Order, values: Sequence[Any]) -> str:
    """Return the cursor of the row with these sort values: the name of the order and the whole key."""
    return _SEPARATOR.join([order.name, *map(_encode_value, values)])


def _encode_value(value: Any) -> str:
    if value is None:
        return ""
    return value.strftime(_MOMENT) if isinstance(value, datetime) else str(value)


def decode(order: Order, cursor: str, *, argument: str) -> tuple[Any, ...]:
    """Return the sort values that a cursor of this order stands for.

    Raises:
        RequestError: BAD_INPUT, for whatever `encode` would not have written.
    """
    # The length is bounded before anything is parsed; what is longer cannot be a cursor of this server.
    name, *written = cursor.split(_SEPARATOR) if len(cursor) <= _MAX_CURSOR_LENGTH else ("",)
    if written and name != order.name:
        raise _bad_cursor(argument, "来自另一种排序", "belongs to another list or order")
    try:
        return tuple(_decode_value(key.column, value) for key, value in zip(order.keys, written, strict=True))
    except ValueError as error:
        raise _bad_cursor(argument, "无法识别", "is not one that this server gave") from error


def _decode_value(column: Column[Any], written: str) -> Any:
    # An empty part is a null; of a column that has none it is not a value at all.
    if not written and column.nullable:
        return None
    if isinstance(column.type, Moment):
        return datetime.strptime(written, _MOMENT).replace(tzinfo=UTC)
    if isinstance(column.type, Integer):
        return _decode_number(column.type, written)
    if not _KEY.fullmatch(written):
        raise ValueError("not a key")
    return written


def _decode_number(type_: Integer, written: str) -> int:
    # A larger number would be an error of the database, not a row that is not there.
    bits = 15 if isinstance(type_, SmallInteger) else 63 if isinstance(type_, BigInteger) else 31
    if not _DIGITS.fullmatch(written) or int(written) >= 1 << bits:
        raise ValueError("not a number of this column")
    return int(written)


def _bad_cursor(argument: str, zh: str, en: str) -> RequestError:
    return bad_input(
        f"参数 {argument} 的游标{zh},请使用本列表返回的游标", f"the cursor in `{argument}` {en}; use one of this list"
    )


# ------------------------------------------------------------------------------------------------ of the event log


def event_cursor(position: int) -> EventCursor:
    """Return the cursor of a position in the log; 0 is its start."""
    return EventCursor(f"log_{position}")


def parse_event_cursor(cursor: str) -> int:
    """Return the position that an event cursor stands for.

    Raises:
        RequestError: BAD_INPUT, for what is no event cursor.
    """
    match = _EVENT.fullmatch(cursor)
    if match is None:
        raise bad_input(
            "事件游标无法识别,请使用本系统给出的游标", "this is no event cursor; use one that this server gave"
        )
    return int(match[1])
