"""HTTP and WebSocket entry point: ``python -m infra.sockets.daphne asgi:application``."""

from config.asgi import application

__all__ = ["application"]
