"""Format errors outside GraphQL like GraphQL errors: unknown paths and methods, internal errors, missing tokens."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from caserisk_graphql.engine.error_format import FormattedError, format_error, format_exception
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.server.headers import SECURITY_HEADERS
from caserisk_graphql.server.language import choose_locale

_MAX_SHOWN_PATH_LENGTH = 100


def error_response(
    request: HTTPConnection, status: int, error: RequestError, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error in the language of the request."""
    return _response(status, format_error(error, choose_locale(request.headers.get("accept-language"))), headers)


async def http_exception_response(request: Request, error: Exception) -> Response:
    """Return the response to an exception that Starlette raised: 404, 405 and the like."""
    if not isinstance(error, HTTPException):
        return await internal_error_response(request, error)
    path, method = request.url.path[:_MAX_SHOWN_PATH_LENGTH], request.method
    if error.status_code == 404:
        shown = bad_input(
            f"没有「{path}」;API 在 /graphql,浏览器打开即为 GraphiQL",
            f"there is no {path!r}; the API is at /graphql, and so is GraphiQL for browsers",
        )
    elif error.status_code == 405:
        shown = bad_input(f"「{path}」不支持 {method} 方法", f"{method} is not answered at {path!r}")
    else:
        shown = bad_input("请求有误", "the request is wrong")
    return error_response(request, error.status_code, shown, error.headers)


async def internal_error_response(request: Request, error: Exception) -> Response:
    """Return the response to an unexpected exception, with the number under which it is logged."""
    return _response(500, format_exception(error, choose_locale(request.headers.get("accept-language"))), None)


def _response(status: int, error: FormattedError, headers: Mapping[str, str] | None) -> Response:
    # Starlette answers unexpected exceptions outside all middleware, so the security headers are set here too.
    sent = {"cache-control": "no-store", **SECURITY_HEADERS, **(headers or {})}
    return Response(encode({"errors": [error]}), status, sent, media_type="application/json; charset=utf-8")
