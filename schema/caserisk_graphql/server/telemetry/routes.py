"""Serve ``/health/live``, ``/health/ready`` and ``/metrics``."""

from __future__ import annotations

from ipaddress import ip_address

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from caserisk_graphql.server.language import choose_locale
from caserisk_graphql.server.telemetry.gauges import ServerGauges
from caserisk_graphql.server.telemetry.health import Health
from caserisk_graphql.server.telemetry.metrics import Metrics

_HEADERS = {"cache-control": "no-store"}
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_routes(health: Health) -> list[Route]:
    """Return the routes that tell whether the process answers, and whether it can do its work."""

    async def live(_: Request) -> Response:
        # Checks nothing: what is not live is restarted, and restarting this process brings no database back.
        return JSONResponse({"live": True}, headers=_HEADERS)

    async def ready(request: Request) -> Response:
        locale = choose_locale(request.headers.get("accept-language"))
        problems = await health.problems()
        shown = {name: text.localised(locale) for name, text in problems.items() if text is not None}
        removed = health.removed_plugins
        body = {
            "ready": not shown,
            "parts": {name: shown.get(name, "ok") for name in problems},
            "plugins": removed.localised(locale) if removed else "ok",
        }
        return JSONResponse(body, status_code=503 if shown else 200, headers=_HEADERS)

    return [Route("/health/live", live), Route("/health/ready", ready)]


def metrics_routes(metrics: Metrics, gauges: ServerGauges, visibility: str) -> list[Route]:
    """Return the route of the metrics: for everybody (``on``), for this machine (``local``), or none (``off``)."""
    metrics.registry.register(gauges)

    async def answer(request: Request) -> Response:
        if visibility == "local" and not _is_local(request):
            return Response(status_code=404, headers=_HEADERS)
        await gauges.refresh()
        encode, type_ = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(metrics.registry), headers={**_HEADERS, "content-type": type_})

    return [] if visibility == "off" else [Route("/metrics", answer)]


def _is_local(request: Request) -> bool:
    """Tell whether this machine sends the request for itself: a proxy on this machine sends it for others."""
    if request.client is None or any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
