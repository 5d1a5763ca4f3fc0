"""Sealed auctions over HTTP: a room that takes offers, its auditor's key, and requests to it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from auctions.domain.terms import Format, SealedTerms, SoftClose
from auctions.realtime.process import ready_gate, stop_gate
from crm_core.companies.models import Role
from kernel import sealing
from kernel.clock import utc_now
from tests.people import token_client
from tests.rooms import Room, Supplier, company, open_room

AUDITOR = (7).to_bytes(32)
# Of the form of envelopes, and nothing that could be opened: what is not sealed at all is refused
# before the rules are asked.
OFFER, PACKAGE = (
    sealing.seal(*[sealing.public_key_of(AUDITOR)] * 2, b"", b"{}", size).hex()
    for size in (sealing.TEXT_BYTES, sealing.LONG_TEXT_BYTES)
)
WRAPPED = json.dumps({"rounds": 600_000, "salt": "00" * 16, "nonce": "00" * 12, "text": "00" * 48})


def sealed_room(*, keyed: bool, **fields: Any) -> Iterator[Room]:
    """For a fixture: two suppliers accepted and the auction has started, its auditor's key set
    before that if ``keyed``."""
    gate = ready_gate()
    made = open_room(
        2,
        format=Format.SEALED,
        sealed=SealedTerms(),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        **fields,
    )
    made.everyone_accepts(gate)
    if keyed:
        keeper = company(Role.ARBITER, operates=True)
        body = {"public_key": sealing.public_key_of(AUDITOR).hex(), "wrapped": WRAPPED}
        assert ask(keeper, made, "sealing/auditor-key/", body).status_code == 200
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.05))
    yield made
    stop_gate()


def ask(person: Supplier, room: Room, name: str, body: Any = None, ref: str = "") -> Any:
    url = f"/api/v1/auctions/{room.id}/{name}"
    if body is None:
        return token_client(person.actor).get(url)
    headers = {"HTTP_IDEMPOTENCY_KEY": ref} if ref else {}
    return token_client(person.actor).post(url, body, format="json", **headers)
