"""How a machine says who it is.

A module of its own: the framework's settings name the class, and are read while the framework's
views are still being imported.
"""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from crm_core.access.errors import TokenInvalid
from crm_core.access.keys import token_of
from crm_core.access.models import ApiToken
from crm_core.people.models import User


class ApiTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ff_…``. The token names its company."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise TokenInvalid()
        token = token_of(parts[1].decode("latin-1"))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
