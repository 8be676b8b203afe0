"""Define the GraphQL errors outside payloads, each with a stable ``extensions.code``."""

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
    """A GraphQL error; ``text`` has its message in both languages, ``message`` both of them in one line."""

    def __init__(self, code: RequestErrorCode, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}", extensions={"code": code.value})
        self.code = code
        self.text = text


def bad_input(zh: str, en: str) -> RequestError:
    """Create the error for an argument that is wrong whatever the data: a page size, a cursor, an id."""
    return RequestError(RequestErrorCode.BAD_INPUT, Text(zh, en))


def too_complex(zh: str, en: str) -> RequestError:
    """Create the error for more work than one request, or one client, may ask for."""
    return RequestError(RequestErrorCode.TOO_COMPLEX, Text(zh, en))


def too_large(zh: str, en: str) -> RequestError:
    """Create the error for a request that is larger than allowed."""
    return RequestError(RequestErrorCode.TOO_LARGE, Text(zh, en))


_SIGN_IN = Text("需要登录:请求没有携带令牌", "sign in first: the request carries no token")


def unauthenticated(reason: Text = _SIGN_IN) -> RequestError:
    """Create the error for a request without a valid sign-in."""
    return RequestError(RequestErrorCode.UNAUTHENTICATED, reason)


def forbidden(zh: str, en: str) -> RequestError:
    """Create the error for what the viewer may not see, where leaving it out would be misleading."""
    return RequestError(RequestErrorCode.FORBIDDEN, Text(zh, en))


def unknown_cursor(cursor: str) -> RequestError:
    """Create the error for a cursor beyond the end of the event log."""
    text = Text(
        f"事件游标「{cursor}」不在日志中,请使用本系统给出的游标",
        f"the event cursor {cursor!r} is beyond the end of the log; use one that this server gave",
    )
    return RequestError(RequestErrorCode.UNKNOWN_CURSOR, text)
