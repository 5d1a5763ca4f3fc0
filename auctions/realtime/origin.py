"""From where a socket comes, as something that can be compared and not read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.utils.crypto import salted_hmac

DEVICE_COOKIE = "ff_device"
_DEVICE = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hashed:
    """Hex HMAC-SHA256 under the installation's key, of one auction; empty where not known."""

    address: str = ""
    device: str = ""


def hashed(scope: Mapping[str, Any], auction_id: UUID) -> Hashed:
    """Address and device of a socket. The device is a random mark of the browser, kept in a cookie
    of the room's page; a program that sends none has no device."""
    device = str(scope.get("cookies", {}).get(DEVICE_COOKIE, ""))
    if _DEVICE.fullmatch(device) is None:
        device = ""
    return Hashed(
        _hash("address", auction_id, address_of(scope)), _hash("device", auction_id, device)
    )


def address_of(scope: Mapping[str, Any]) -> str:
    """The client's address, spelled as the standard has it; behind trusted proxies what the
    outermost of them was told. Empty where that is no address: ``unknown`` of two clients would
    look like one place, and a port would tell every two connections of one place apart."""
    return clean_client_ip(_told_address(scope)) or ""


def _told_address(scope: Mapping[str, Any]) -> str:
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if count:
        told = dict(scope.get("headers", ())).get(b"x-forwarded-for", b"").decode("latin-1")
        hops = [hop.strip() for hop in told.split(",") if hop.strip()]
        return hops[-count] if len(hops) >= count else ""
    return str((scope.get("client") or ("",))[0])


def _hash(kind: str, auction_id: UUID, value: str) -> str:
    if not value:
        return ""
    return salted_hmac(f"auctions.{kind}", f"{auction_id}:{value}", algorithm="sha256").hexdigest()
