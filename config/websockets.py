"""Which socket addresses exist, who may open them and from which pages."""

from collections.abc import Iterable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import re_path

from config.demo.watching import MarkedWhileOpen


def routes() -> list[Any]:
    """The socket addresses of all rooms."""
    from auctions.realtime.routing import urlpatterns as auctions
    from crm_core.notifications.realtime import urlpatterns as notices

    return [*auctions, *notices]


def allowed_origins(hosts: Iterable[str]) -> list[str]:
    """The origins a browser may open a socket from: our own hosts, on any port, and no other.

    A client that is no browser sends no Origin; it is let through here and must bring its own
    ticket, since it has no cookie that another site could borrow.
    """
    allowed = list(hosts)
    if not allowed or "*" in allowed:
        raise ImproperlyConfigured("ALLOWED_HOSTS must list this installation's host names.")
    return allowed


async def no_such_socket(scope: Any, receive: Any, send: Any) -> None:
    """Refuse the handshake of an address that no room answers."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


class OwnOrigin(OriginValidator):
    """Refuses a handshake that another site's page started."""

    def valid_origin(self, parsed_origin: Any) -> bool:
        if parsed_origin is None:
            return True
        return bool(self.validate_origin(parsed_origin))


def websocket_application() -> Any:
    """The WebSocket side of the ASGI application."""
    router: Any = URLRouter([*routes(), re_path(r"", no_such_socket)])
    return OwnOrigin(
        AuthMiddlewareStack(MarkedWhileOpen(router) if settings.DEMO else router),
        allowed_origins(settings.ALLOWED_HOSTS),
    )
