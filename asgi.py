"""HTTP and WebSocket entry point: ``daphne asgi:application``."""

from config.asgi import application

__all__ = ["application"]
