"""A GraphQL request as clients send it, whatever it came through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from caserisk_graphql.errors import RequestError, bad_input

_WANTED = {
    "query": ("一段文本", "a string"),
    "operationName": ("一段文本或 null", "a string or null"),
    "variables": ("一个 JSON 对象或 null", "a JSON object or null"),
    "extensions": ("一个 JSON 对象或 null", "a JSON object or null"),
}


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is asked: a document, which of its operations, and the values of its variables."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def read_request(body: bytes | str) -> Request:
    """The request that a JSON text holds.

    Raises:
        RequestError: BAD_INPUT, where it holds none; the message says what is missing or of the wrong type.
    """
    try:
        return _REQUEST.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        wrong = error
    try:
        members = _ANYTHING.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise bad_input(
            "请求体不是 UTF-8 编码的 JSON;应为 JSON 对象,含成员 query",
            "the body is no JSON in UTF-8; it has to be a JSON object with the member `query`",
        ) from wrong
    raise _wrong(members)


def request_of(members: Any) -> Request:
    """The request that a decoded JSON value is.

    Raises:
        RequestError: BAD_INPUT, where it is none.
    """
    try:
        return msgspec.convert(members, Request)
    except (msgspec.ValidationError, RecursionError):
        raise _wrong(members) from None


def _wrong(members: Any) -> RequestError:
    """What is wrong with a JSON value that is no request."""
    if isinstance(members, list):
        return bad_input(
            "不支持批量请求(JSON 数组);请逐个发送,或在一个文档中写多个字段",
            "batches (a JSON array) are not answered; send one request at a time, or several fields in one document",
        )
    if not isinstance(members, Mapping):
        return bad_input("请求应为 JSON 对象,含成员 query", "a request has to be a JSON object with the member `query`")
    if "query" not in members:
        return bad_input("请求缺少成员 query", "the request has no member `query`")
    for name, (zh, en) in _WANTED.items():
        if name in members and not _fits(name, members[name]):
            return bad_input(f"请求的成员 {name} 应为{zh}", f"the member `{name}` of the request has to be {en}")
    raise TypeError("nothing is wrong with it")


def _fits(name: str, value: Any) -> bool:
    wanted = str if name in {"query", "operationName"} else dict
    return isinstance(value, wanted) or (value is None and name != "query")
