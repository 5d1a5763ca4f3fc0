"""Quick auctions of the formats beside the open descending price."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from auctions.domain.terms import (
    Count,
    DutchTerms,
    Feedback,
    Format,
    JapaneseTerms,
    LotTerms,
    SealedTerms,
    SoftClose,
    Step,
    StepKind,
    TurnsTerms,
    Withdrawal,
)
from auctions.services import sealing as keys_service
from crm_core.companies.models import Role
from kernel import sealing
from kernel.clock import utc_now
from tests.people import make_token
from tests.rooms import Room, Supplier, company, open_for, terms_of

AUDITOR = (7).to_bytes(32)
WRAPPED = json.dumps({"rounds": 600_000, "salt": "00" * 16, "nonce": "00" * 12, "text": "00" * 48})
DUTCH_TICK = timedelta(seconds=1)
JAPANESE_LEVEL = timedelta(seconds=15)  # longer than anything is away
TURNS = TurnsTerms(
    rounds=5,
    first_pause=timedelta(seconds=2),
    turn=timedelta(seconds=3),
    pause=timedelta(seconds=2),
    announcement=timedelta(seconds=2),
)
PLAIN: dict[str, Any] = {
    "soft_close": SoftClose(window=timedelta(0), reset=timedelta(0)),
    "withdrawal": Withdrawal(allowed=False),
}
_cast: list[Supplier] = []  # the buyer first
_keeper: list[Supplier] = []


def terms(of: str) -> dict[str, Any]:
    """What the terms of that format say beside moments."""
    levels = {
        **PLAIN,
        "lots": (_lot(start=Decimal("100.00"), step=Step(percent=Decimal("0.5"))),),
        "feedback": Feedback(rank=False),
    }
    ten = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(10), percent=None)
    sealed = {**PLAIN, "lots": (_lot(),), "sealed": SealedTerms()}
    return {
        "format": Format(of),
        **{
            "dutch": {**levels, "dutch": DutchTerms(DUTCH_TICK), "reserve": "100000.00"},
            "japanese": {**levels, "japanese": JapaneseTerms(JAPANESE_LEVEL)},
            "turns": {
                **PLAIN,
                "lots": (_lot(step=ten),),
                "feedback": Feedback(rank=False, count=Count.SHOWN),
                "turns": TURNS,
            },
            "sealed": sealed,
            "vickrey": sealed,
        }[of],
    }


def _lot(**more: Any) -> LotTerms:
    return LotTerms(1, "Rebar", Decimal(100), "TNE", **more)


def gather(suppliers: int) -> list[str]:
    """The companies that all auctions are opened for; an API token of each supplier."""
    _cast.append(company(Role.OFFICER, buys=True))
    _cast.extend(company(Role.BIDDER, sells=True) for _ in range(suppliers))
    _keeper.append(company(Role.ARBITER, operates=True))
    return [make_token(each.actor, name="faults")[1] for each in _cast[1:]]


def open_one(of: str, starts_in: float, seconds: float) -> Room:
    """One auction of the format, with the auditor's key where it has sealed offers."""
    given = terms(of)
    reserve = given.pop("reserve", None)
    now = utc_now()
    if of == "turns":
        given["prebid_opens_at"] = now
    made = terms_of(
        starts_at=now + timedelta(seconds=starts_in), length=timedelta(seconds=seconds), **given
    )
    room = open_for(_cast[0], _cast[1:], made, reserve)
    if "sealed" in given:
        keys_service.set_auditor_key(
            actor=_keeper[0].actor,
            auction_id=room.id,
            public_key=sealing.public_key_of(AUDITOR).hex(),
            wrapped=WRAPPED,
        )
    return room


def open_offers(room: Room) -> None:
    """Both keys are handed over."""
    key = AUDITOR.hex()
    keys_service.hand_over(actor=_keeper[0].actor, auction_id=room.id, key=key, by_sheet=False)
    keys_service.open_offers(actor=room.buyer.actor, auction_id=room.id)
