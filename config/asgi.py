"""The ASGI application: HTTP through Django, WebSocket through Channels."""

import os

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

from auctions.realtime.deciding_process import deciding_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The process that decides loads while this one does.
if settings.GATE_PROCESS:
    deciding_process()

# Django first: the consumers import models.
django_application = get_asgi_application()

from config.websockets import websocket_application  # noqa: E402
from infra.body_limit import BodyLimit, limit_daphne  # noqa: E402

limit_daphne(settings.LARGEST_BODY, settings.LARGER_BODIES)

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(django_application, settings.LARGEST_BODY, settings.LARGER_BODIES),
        "websocket": websocket_application(),
    }
)
