"""How a machine says who it is.

A module of its own: the framework's settings name the class, and are read while the framework's
views are still being imported.
"""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.request import Request

from crm_core.access.errors import PersonRequired, TokenInvalid
from crm_core.access.keys import token_of
from crm_core.access.models import ApiToken
from crm_core.people.models import User
from crm_core.people.origin import origin_of


class ApiTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ff_…``. The token names its company."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise TokenInvalid()
        token = token_of(parts[1].decode("latin-1"), origin_of(request))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PersonAuthentication(SessionAuthentication):
    """A browser's session only. Whoever brings an API token is told that it will not do."""

    def authenticate(self, request: Request) -> Any:
        if ApiTokenAuthentication().authenticate(request) is not None:
            raise PersonRequired()
        return super().authenticate(request)

    def authenticate_header(self, request: Request) -> str:
        # There is no registered name for a cookie; without any a guest would get 403 for 401.
        return "Bearer"
