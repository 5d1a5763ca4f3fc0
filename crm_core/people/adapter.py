"""Where the sign-in library behaves otherwise than we promise."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The library's own, but for one thing."""

    def ajax_response(self, request: HttpRequest, response: HttpResponse, **more: Any) -> Any:
        """Too many attempts stay so: the library would tell a script that all went well."""
        if response.status_code == 429:
            return response
        return super().ajax_response(request, response, **more)
