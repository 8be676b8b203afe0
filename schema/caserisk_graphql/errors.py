"""What a caller cannot put right in a payload: GraphQL errors with a stable ``extensions.code``."""

from __future__ import annotations

from enum import StrEnum

from graphql import GraphQLError

from caserisk.domain.texts import Text


class RequestErrorCode(StrEnum):
    """The codes promised to clients."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_INPUT = "BAD_INPUT"
    UNKNOWN_CURSOR = "UNKNOWN_CURSOR"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    TOO_COMPLEX = "TOO_COMPLEX"
    TOO_LARGE = "TOO_LARGE"
    INTERNAL = "INTERNAL"


class RequestError(GraphQLError):
    """A request answered with a GraphQL error; ``text`` says why in both languages, the message in both at once."""

    def __init__(self, code: RequestErrorCode, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}", extensions={"code": code.value})
        self.code = code
        self.text = text


def bad_input(zh: str, en: str) -> RequestError:
    """An argument that no state of the data could make right: a page size, a cursor, an id."""
    return RequestError(RequestErrorCode.BAD_INPUT, Text(zh, en))


def too_complex(zh: str, en: str) -> RequestError:
    """More is asked than one request, or one client, may ask."""
    return RequestError(RequestErrorCode.TOO_COMPLEX, Text(zh, en))


def too_large(zh: str, en: str) -> RequestError:
    """What was sent is larger than what is read."""
    return RequestError(RequestErrorCode.TOO_LARGE, Text(zh, en))


_SIGN_IN = Text("需要登录:请求没有携带令牌", "sign in first: the request carries no token")


def unauthenticated(why: Text = _SIGN_IN) -> RequestError:
    """Nobody, or nobody known, is asking."""
    return RequestError(RequestErrorCode.UNAUTHENTICATED, why)


def forbidden(zh: str, en: str) -> RequestError:
    """What the viewer may not have, where simply leaving it out would say too little."""
    return RequestError(RequestErrorCode.FORBIDDEN, Text(zh, en))


def unknown_cursor(cursor: str) -> RequestError:
    """A cursor that lies beyond the end of the event log."""
    text = Text(
        f"事件游标「{cursor}」不在日志中,请使用本系统给出的游标",
        f"the event cursor {cursor!r} is beyond the end of the log; use one that this server gave",
    )
    return RequestError(RequestErrorCode.UNKNOWN_CURSOR, text)
