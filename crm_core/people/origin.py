"""From where a request comes, as a person would say it: an address and a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.httpkit import get_client_ip

from crm_core.people.models import AGENT_LENGTH

# The first that fits counts: later ones also name themselves after earlier ones.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"),
             ("curl", "curl"), ("python", "Python"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was done; both may be unknown."""

    ip: str | None = None
    user_agent: str = ""


NOWHERE = Origin()


def origin_of(request: Any) -> Origin:
    """The address as far as the proxy can be believed, and what the browser calls itself."""
    if request is None:
        return NOWHERE
    agent = request.META.get("HTTP_USER_AGENT", "")
    return Origin(get_client_ip(request), re.sub(r"[^ -~]", "", agent)[:AGENT_LENGTH])


def device(user_agent: str) -> str:
    """``Firefox, Linux``; empty when neither is known."""
    found = [
        next((name for mark, name in names if mark in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name)
