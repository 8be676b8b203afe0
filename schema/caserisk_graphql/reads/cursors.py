"""Opaque positions: of a row in a sorted list, and of an entry in the event log."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NewType

import msgspec
from sqlalchemy import BigInteger, Column, Integer, SmallInteger

from caserisk.store.columns import Moment
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.reads.orders import Order

EventCursor = NewType("EventCursor", str)

_LONGEST = 1000
_EVENT = re.compile(r"log_(0|[1-9][0-9]{0,17})")
_WRITTEN = "%Y-%m-%dT%H:%M:%SZ"

# ------------------------------------------------------------------------------------------------ of a sorted list


def encode(order: Order, values: Sequence[Any]) -> str:
    """The cursor of the row with these sort values: the whole key and the order it belongs to."""
    written = [value.strftime(_WRITTEN) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode([order.name, *written])).decode().rstrip("=")


def decode(order: Order, cursor: str, *, argument: str) -> tuple[Any, ...]:
    """The sort values that a cursor of this order stands for.

    Raises:
        RequestError: BAD_INPUT, for whatever `encode` would not have written.
    """
    try:
        name, *written = _opened(cursor)
        if name != order.name:
            raise _bad_cursor(argument, "来自另一种排序", "belongs to another list or order")
        return tuple(_read(key.column, value) for key, value in zip(order.keys, written, strict=True))
    except (ValueError, TypeError, binascii.Error, msgspec.DecodeError) as error:
        raise _bad_cursor(argument, "无法识别", "is not one that this server gave") from error


def _opened(cursor: str) -> list[Any]:
    if len(cursor) > _LONGEST:
        raise ValueError("too long")
    padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
    return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=list[Any])


def _read(column: Column[Any], value: Any) -> Any:
    if value is None and column.nullable:
        return None
    if isinstance(column.type, Moment):
        return datetime.strptime(value, _WRITTEN).replace(tzinfo=UTC)
    if isinstance(column.type, Integer):
        return _number(column.type, value)
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    return value


def _number(type_: Integer, value: Any) -> int:
    bits = 15 if isinstance(type_, SmallInteger) else 63 if isinstance(type_, BigInteger) else 31
    if type(value) is not int or not -(1 << bits) <= value < 1 << bits:
        raise ValueError("not a number of this column")
    return value


def _bad_cursor(argument: str, zh: str, en: str) -> RequestError:
    return bad_input(
        f"参数 {argument} 的游标{zh},请使用本列表返回的游标", f"the cursor in `{argument}` {en}; use one of this list"
    )


# ------------------------------------------------------------------------------------------------ of the event log


def event_cursor(position: int) -> EventCursor:
    """The cursor of a position in the log; 0 is its start."""
    return EventCursor(f"log_{position}")


def parse_event_cursor(cursor: str) -> int:
    """The position that an event cursor stands for.

    Raises:
        RequestError: BAD_INPUT, for what is no event cursor.
    """
    match = _EVENT.fullmatch(cursor)
    if match is None:
        raise bad_input(
            "事件游标无法识别,请使用本系统给出的游标", "this is no event cursor; use one that this server gave"
        )
    return int(match[1])
