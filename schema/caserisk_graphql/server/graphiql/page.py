"""Serve GraphiQL from this package's own files, for networks without internet: no other host is asked."""

import hashlib
import os
import secrets
from functools import cache, partial
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
OWN_ASSETS = ("page.css", "start.js")
CONTENT_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

# 'self' in connect-src covers the socket to this host too; fonts and images lie in the stylesheet as data. The nonce is
# for the one style that GraphiQL makes at run time, which stops the page scrolling behind a dialog.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; font-src data:; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def graphiql_routes(endpoint: str = "/graphql") -> list[BaseRoute]:
    """Serve the page at ``/graphiql`` and its files below ``/graphiql/assets/``.

    ``endpoint`` is the path of the API, for queries and subscriptions alike.
    """
    return [
        Route("/graphiql", partial(page, endpoint=endpoint)),
        Mount("/graphiql/assets", Assets(directory=ASSETS)),
    ]


async def page(request: Request, endpoint: str = "/graphql") -> HTMLResponse:
    """Answer with the page that runs GraphiQL against ``endpoint``; its files come by ``graphiql_routes``."""
    root = request.base_url.path
    nonce = secrets.token_urlsafe(16)
    content = _template().substitute(
        assets=escape(f"{root}graphiql/assets"),
        fingerprint=_fingerprint(),
        endpoint=escape(root + endpoint.removeprefix("/")),
        nonce=nonce,
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(nonce=nonce),
    }
    return HTMLResponse(content, headers=headers)


class Assets(StaticFiles):
    """Files that a browser may keep for good: their addresses change whenever their content does."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a file, its type taken from here: the table of types of the machine may be wrong."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Type"] = CONTENT_TYPES.get(Path(full_path).suffix, "text/plain; charset=utf-8")
        return response


@cache
def _template() -> Template:
    return Template((HERE / "page.html").read_text(encoding="utf-8"))


@cache
def _fingerprint() -> str:
    """Name the content of our own files by its hash; the vendored ones have their version in their path."""
    return hashlib.sha256(b"".join((ASSETS / name).read_bytes() for name in OWN_ASSETS)).hexdigest()[:12]
