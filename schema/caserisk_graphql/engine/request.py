"""GraphQL requests as clients send them, over whichever protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import force_setattr

from caserisk_graphql.errors import RequestError, bad_input

_MEMBER_TYPES = {
    "query": ("一段文本", "a string"),
    "documentId": ("一段文本", "a string"),
    "operationName": ("一段文本或 null", "a string or null"),
    "variables": ("一个 JSON 对象或 null", "a JSON object or null"),
    "extensions": ("一个 JSON 对象或 null", "a JSON object or null"),
}


class GraphQLRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A document, by its text or its identifier, which of its operations to execute, and the values of its variables.

    Apollo's clients send the identifier in ``extensions``.
    """

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Take the identifier from ``extensions``, and check that there is one document.

        Raises:
            ValueError: there is neither text nor identifier, or both.
        """
        # Beside a text the hash is ignored: Apollo's automatic persisted queries send both.
        if self.query is None and self.document_id is None and self.extensions:
            force_setattr(self, "document_id", _apollo_document_id(self.extensions))
        if (self.query is None) is (self.document_id is None):
            raise ValueError("either a text or an identifier")


def _apollo_document_id(extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return f"sha256:{digest}" if isinstance(digest, str) else None


_REQUEST_DECODER = msgspec.json.Decoder(GraphQLRequest)
_JSON_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def parse_request(body: bytes | str) -> GraphQLRequest:
    """Parse a request from JSON.

    Raises:
        RequestError: BAD_INPUT; the message says what is missing or of the wrong type.
    """
    try:
        return _REQUEST_DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        cause = error
    # Decoded a second time only for the message: the typed decoder does not say which member is wrong in two languages.
    try:
        members = _JSON_DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise bad_input(
            "请求体不是 UTF-8 编码的 JSON;应为 JSON 对象,含成员 query 或 documentId",
            "the body is no JSON in UTF-8; it has to be a JSON object with the member `query` or `documentId`",
        ) from cause
    raise _request_problem(members)


def request_from(members: Any) -> GraphQLRequest:
    """Convert a decoded JSON value to a request.

    Raises:
        RequestError: BAD_INPUT; the message says what is missing or of the wrong type.
    """
    try:
        return msgspec.convert(members, GraphQLRequest)
    except (msgspec.ValidationError, RecursionError):
        raise _request_problem(members) from None


def _request_problem(members: Any) -> RequestError:
    """Return the error for a JSON value that is not a request."""
    if isinstance(members, list):
        return bad_input(
            "不支持批量请求(JSON 数组);请逐个发送,或在一个文档中写多个字段",
            "batches (a JSON array) are not answered; send one request at a time, or several fields in one document",
        )
    if not isinstance(members, Mapping):
        return bad_input(
            "请求应为 JSON 对象,含成员 query 或 documentId",
            "a request has to be a JSON object with the member `query` or `documentId`",
        )
    text, id = members.get("query"), members.get("documentId")
    if text is None and id is None:
        return bad_input("请求缺少成员 query 或 documentId", "the request has no member `query` or `documentId`")
    if text is not None and id is not None:
        return bad_input(
            "成员 query 与 documentId 只能有其一", "the members `query` and `documentId` exclude each other: send one"
        )
    for name, (zh, en) in _MEMBER_TYPES.items():
        if name in members and not _has_member_type(name, members[name]):
            return bad_input(f"请求的成员 {name} 应为{zh}", f"the member `{name}` of the request has to be {en}")
    raise TypeError("nothing is wrong with it")


def _has_member_type(name: str, value: Any) -> bool:
    type_ = str if name in {"query", "documentId", "operationName"} else dict
    return value is None or isinstance(value, type_)
