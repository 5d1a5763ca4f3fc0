"""What anybody may download to check an auction: the verifier and the platform's public key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from auctions.ledger.packing import NAME, verifier_bytes
from infra.keys import key_ring


@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """The verifier as one file."""
    return HttpResponse(
        _verifier(),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{NAME}"'},
    )


@require_GET
def platform_key(request: HttpRequest) -> HttpResponse:
    """The public half of the key that new auctions pin, as PEM."""
    signer = key_ring().current()
    name = f"platform-{signer.key_id}.pem"
    return HttpResponse(
        signer.public_pem,
        content_type="application/x-pem-file",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def verifier_panel(request: HttpRequest) -> Mapping[str, Any]:
    """The card that leads to both, on the pages where certificates and ledgers are checked."""
    return {"name": NAME, "key_id": key_ring().current().key_id}


@cache
def _verifier() -> bytes:
    return verifier_bytes()
