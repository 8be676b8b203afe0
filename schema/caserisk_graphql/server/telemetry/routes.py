"""`/health/live`, `/health/ready` and `/metrics`."""

from __future__ import annotations

from ipaddress import ip_address

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from caserisk_graphql.server.language import locale_of
from caserisk_graphql.server.telemetry.health import Health
from caserisk_graphql.server.telemetry.metrics import Metrics
from caserisk_graphql.server.telemetry.state import State

_HEADERS = {"cache-control": "no-store"}
_BY_A_PROXY = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_routes(health: Health) -> list[Route]:
    """Whether the process answers, and whether it can do its work."""

    async def live(_: Request) -> Response:
        return JSONResponse({"live": True}, headers=_HEADERS)

    async def ready(request: Request) -> Response:
        locale = locale_of(request.headers.get("accept-language"))
        parts = await health.parts()
        wrong = {name: text.localised(locale) for name, text in parts.items() if text is not None}
        body = {"ready": not wrong, "parts": {name: wrong.get(name, "ok") for name in parts}}
        return JSONResponse(body, status_code=503 if wrong else 200, headers=_HEADERS)

    return [Route("/health/live", live), Route("/health/ready", ready)]


def metrics_routes(metrics: Metrics, state: State, seen: str) -> list[Route]:
    """The metrics, for those who may see them; to others there is no such page."""
    metrics.registry.register(state)

    async def answer(request: Request) -> Response:
        if seen == "local" and not _is_local(request):
            return Response(status_code=404, headers=_HEADERS)
        await state.read()
        encode, type_ = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(metrics.registry), headers={**_HEADERS, "content-type": type_})

    return [] if seen == "off" else [Route("/metrics", answer)]


def _is_local(request: Request) -> bool:
    """Whether this machine asks, and for itself: a proxy that stands here asks for others."""
    if request.client is None or any(name in request.headers for name in _BY_A_PROXY):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
