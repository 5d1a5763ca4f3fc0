"""``/metrics``: this process's figures and the database's, for Prometheus and nobody else."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)

from auctions import figures
from auctions.realtime import database
from infra.metrics import DatabaseFigures, relay_figures

# What a proxy adds: then the peer is the proxy, and says nothing of who asks.
FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST",
             "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP")  # fmt: skip

_connect = partial(
    database.connect, name="metrics", autocommit=True, lock_timeout="1s", statement_timeout="2s"
)
disable_created_metrics()  # a second series for each counter, which nobody asks for
# Looked up when asked for, so not in the registry that every process of Fairfall has.
LOOKED_UP = CollectorRegistry(auto_describe=False)
LOOKED_UP.register(figures.ProcessFigures())
LOOKED_UP.register(DatabaseFigures(_connect, (relay_figures, figures.database_figures)))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as text. Whoever may not have them gets what an unknown address gives."""
    if not _may_ask(request):
        raise Http404
    body = generate_latest(REGISTRY) + generate_latest(LOOKED_UP)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _may_ask(request: HttpRequest) -> bool:
    """By the token, where one is set; without one, directly from this machine."""
    if settings.METRICS_TOKEN:
        mark, _, token = request.headers.get("Authorization", "").partition(" ")
        return mark.lower() == "bearer" and constant_time_compare(token, settings.METRICS_TOKEN)
    if settings.BEHIND_PROXY or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
