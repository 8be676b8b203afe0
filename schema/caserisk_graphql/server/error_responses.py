"""What is answered outside GraphQL, in its form all the same: no such path, no such method, a fault, no token."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from caserisk_graphql.engine.error_format import FormattedError, format_error, format_exception
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.server.headers import GUARDS
from caserisk_graphql.server.language import locale_of

_MOST_SHOWN = 100


def refusal(
    request: HTTPConnection, status: int, error: RequestError, headers: Mapping[str, str] | None = None
) -> Response:
    """An error, in the language of who asks."""
    return _response(status, format_error(error, locale_of(request.headers.get("accept-language"))), headers)


async def refused_by_starlette(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses, in our words."""
    if not isinstance(error, HTTPException):
        return await fault(request, error)
    path, method = request.url.path[:_MOST_SHOWN], request.method
    if error.status_code == 404:
        said = bad_input(
            f"没有「{path}」;API 在 /graphql,浏览器打开即为 GraphiQL",
            f"there is no {path!r}; the API is at /graphql, and so is GraphiQL for browsers",
        )
    elif error.status_code == 405:
        said = bad_input(f"「{path}」不支持 {method} 方法", f"{method} is not answered at {path!r}")
    else:
        said = bad_input("请求有误", "the request is wrong")
    return refusal(request, error.status_code, said, error.headers)


async def fault(request: Request, error: Exception) -> Response:
    """An unexpected fault: an id, by which the log has it."""
    return _response(500, format_exception(error, locale_of(request.headers.get("accept-language"))), None)


def _response(status: int, error: FormattedError, headers: Mapping[str, str] | None) -> Response:
    body = encode({"errors": [error]})
    kept = {"cache-control": "no-store", **GUARDS, **(headers or {})}
    return Response(body, status, kept, media_type="application/json; charset=utf-8")
