"""Quick auctions of the formats beside the open descending price."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from auctions.domain.terms import (
    Count,
    DutchTerms,
    Feedback,
    Format,
    Guard,
    JapaneseTerms,
    LotTerms,
    OpenClosedTerms,
    SealedRoundsTerms,
    SealedTerms,
    SoftClose,
    Step,
    StepKind,
    TurnsTerms,
    Withdrawal,
)
from auctions.selectors import load
from auctions.services import sealing as keys_service
from auctions.services import seeds
from crm_core.companies.models import Role
from kernel import random_end, sealing
from kernel.clock import utc_now
from marketplace.tenders.models import Invitation, InvitationState, Tender, TenderState
from tests.people import make_token
from tests.rooms import Room, Supplier, company, open_for, terms_of

AUDITOR = [number.to_bytes(32) for number in (7, 8)]  # of each round
LENGTH = timedelta(seconds=240)  # of every auction, so that each runs under every fault
WRAPPED = json.dumps({"rounds": 600_000, "salt": "00" * 16, "nonce": "00" * 12, "text": "00" * 48})
DUTCH_TICK = timedelta(seconds=1)
JAPANESE_LEVEL = timedelta(seconds=25)  # longer than anything is away on a busy machine
TURNS = TurnsTerms(  # with four participants as long as the others
    rounds=10,
    first_pause=timedelta(seconds=2),
    turn=timedelta(seconds=5.5),
    pause=timedelta(seconds=2),
    announcement=timedelta(seconds=2),
)
WINDOW = timedelta(seconds=20)  # in which open then closed ends at random
PLAIN: dict[str, Any] = {
    "soft_close": SoftClose(window=timedelta(0), reset=timedelta(0)),
    "withdrawal": Withdrawal(allowed=False),
}
_cast: list[Supplier] = []  # the buyer first
_keeper: list[Supplier] = []


def terms(of: str, stretch: float = 1) -> dict[str, Any]:
    """What the terms of that format say beside moments, for one ``stretch`` times as long."""
    levels = {
        **PLAIN,
        "lots": (_lot(start=Decimal("100.00"), step=Step(percent=Decimal("0.5"))),),
        "feedback": Feedback(rank=False),
    }
    ten = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(10), percent=None)
    sealed = {**PLAIN, "lots": (_lot(),), "sealed": SealedTerms()}
    return {
        "format": Format.OPEN_CLOSED if of == "final_stage" else Format(of),
        **{
            "dutch": {**levels, "dutch": DutchTerms(DUTCH_TICK), "reserve": "100000.00"},
            "japanese": {**levels, "japanese": JapaneseTerms(JAPANESE_LEVEL)},
            "turns": {
                **PLAIN,
                "lots": (_lot(step=ten),),
                "feedback": Feedback(rank=False, count=Count.SHOWN),
                "turns": replace(TURNS, turn=TURNS.turn * stretch),
            },
            "sealed": sealed,
            "vickrey": sealed,
            "sealed_rounds": {
                **PLAIN,
                "lots": (_lot(),),
                "sealed_rounds": SealedRoundsTerms(
                    rounds=2, length=LENGTH * stretch / 2, pause=timedelta(seconds=1)
                ),
            },
            "open_closed": {
                **PLAIN,
                "lots": (_lot(),),
                "guard": Guard(warn=None, retype=None, block=None),
                "open_closed": OpenClosedTerms(window=WINDOW, final=timedelta(0)),
            },
            "final_stage": {
                **PLAIN,
                "lots": (_lot(),),
                "guard": Guard(warn=None, retype=None, block=None),
                "open_closed": OpenClosedTerms(window=WINDOW, final=timedelta(seconds=60)),
            },
            "budget": {**PLAIN, "lots": (_budget(),)},
        }[of],
    }


def _lot(**more: Any) -> LotTerms:
    return LotTerms(1, "Rebar", Decimal(100), "TNE", **more)


def _budget() -> LotTerms:
    five = Step(kind=StepKind.ABSOLUTE, absolute=Decimal(5), percent=None)
    return _lot(scale=0, step=five, budget=Decimal("100000.00"), floor=Decimal(1000))


def gather(suppliers: int) -> list[str]:
    """The companies that all auctions are opened for; an API token of each supplier."""
    _cast.append(company(Role.OFFICER, buys=True))
    _cast.extend(company(Role.BIDDER, sells=True) for _ in range(suppliers))
    _keeper.append(company(Role.ARBITER, operates=True))
    return [make_token(each.actor, name="faults")[1] for each in _cast[1:]]


def open_one(of: str, starts_in: float, stretch: float) -> Room:
    """One auction of the format and its tender, with the auditor's key where offers are sealed;
    ``stretch`` times as long as LENGTH."""
    given = terms(of, stretch)
    reserve = given.pop("reserve", None)
    now = utc_now()
    if of == "turns":
        given["prebid_opens_at"] = now
    starts_at = now + timedelta(seconds=starts_in)
    made = terms_of(starts_at=starts_at, length=LENGTH * stretch, **given)
    room = open_for(_cast[0], _cast[1:], made, reserve)
    _tender(of, room)
    set_keys(room, _keeper[0])
    return room


def set_keys(room: Room, keeper: Supplier) -> None:
    """What the auditor makes before the start, where the format has sealed offers or a seed."""
    given = room.terms
    by_keeper = {"actor": keeper.actor, "auction_id": room.id}
    public = [sealing.public_key_of(secret).hex() for secret in AUDITOR]
    if given.sealed_rounds is not None:
        keys = [keys_service.MadeKey(key, WRAPPED) for key in public]
        keys_service.set_round_keys(**by_keeper, keys=keys)
    elif given.open_closed is not None:
        bound = random_end.commitment(random_end.auditor_seed(AUDITOR[0]))
        keys_service.set_auditor_key(
            **by_keeper, public_key=public[0], wrapped=WRAPPED, commitment=bound
        )
    elif given.sealed is not None:
        keys_service.set_auditor_key(**by_keeper, public_key=public[0], wrapped=WRAPPED)


def _tender(of: str, room: Room) -> None:
    """The tender that the auction settles, for which its ledger's end is told to people."""
    tender = Tender.objects.create(
        reference=of,
        company=room.buyer.company,
        title="Reinforcing steel",
        state=TenderState.PUBLISHED,
        auction_id=room.id,
        terms=room.terms.document(),
        terms_hash=room.terms.digest(),
        starts_at=room.terms.starts_at,
        created_by=room.buyer.user,
        published_at=utc_now(),
    )
    Invitation.objects.bulk_create(
        Invitation(
            tender=tender,
            company=each.company,
            state=InvitationState.INVITED,
            added_by=room.buyer.user,
            invited_at=utc_now(),
        )
        for each in room.suppliers
    )


def open_offers(room: Room, number: int = 1) -> None:
    """Both keys are handed over; those of a round, where there are rounds."""
    key = AUDITOR[number - 1].hex()
    sealing_ = load(room.id).sealing
    if sealing_ is None or sealing_.handed_over is None:
        keys_service.hand_over(actor=_keeper[0].actor, auction_id=room.id, key=key, by_sheet=False)
    keys_service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def open_seeds(room: Room, keeper: Supplier | None = None) -> None:
    """The auditor opens its seed, and with it the platform's."""
    actor = (keeper or _keeper[0]).actor
    seed = random_end.auditor_seed(AUDITOR[0]).hex()
    seeds.open_seeds(actor=actor, auction_id=room.id, seed=seed)
