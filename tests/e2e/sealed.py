"""Sealed auctions for browser tests, with the auditor's key made beforehand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from auctions.domain.terms import Format, SealedTerms, SoftClose
from auctions.services import sealing as service
from crm_core.companies.models import Role
from kernel import sealing
from tests.rooms import Room, Supplier, company, open_room

AUDITOR = (7).to_bytes(32)
WRAPPED = json.dumps({"rounds": 600_000, "salt": "00" * 16, "nonce": "00" * 12, "text": "00" * 48})


def sealed_room(**changes: Any) -> tuple[Room, Supplier]:
    """A sealed auction that takes offers now, and the keeper of its auditor's key."""
    given = {
        "format": Format.SEALED,
        "sealed": SealedTerms(),
        "length": timedelta(minutes=10),
        "soft_close": SoftClose(window=timedelta(0), reset=timedelta(0)),
    }
    room = open_room(**{**given, **changes})
    keeper = company(Role.ARBITER, operates=True)
    service.set_auditor_key(
        actor=keeper.actor,
        auction_id=room.id,
        public_key=sealing.public_key_of(AUDITOR).hex(),
        wrapped=WRAPPED,
    )
    return room, keeper
