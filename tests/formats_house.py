"""Tenders of every format, published, played and ended by the services; only moments are made up.

``offers`` are what each supplier offers, in their order: prices, or quantities for a budget. Where
levels are accepted nobody names an amount: the first supplier alone accepts the last one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain.formats.sealed import purpose
from auctions.models import PlatformSeed
from auctions.services import sealing as service
from auctions.services import seeds
from crm_core.access.actor import Actor
from kernel import random_end, sealing
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from marketplace.tenders.services import lots, publishing
from tests import tender_house as house
from tests.services.test_sealed_offers import WRAPPED, neutral

MINUTE = timedelta(minutes=1)
AUDITOR = (7).to_bytes(32)
ROUND_AUDITOR = [number.to_bytes(32) for number in (7, 8)]
SEED = random_end.auditor_seed(AUDITOR)
OPEN_END = 15 * MINUTE + 10 * MINUTE  # of open then closed: the open phase with the whole window
Steps = list[tuple[timedelta, cmd.Command]]

FORMATS = (
    "english", "budget", "open_closed", "sealed", "vickrey", "sealed_rounds", "turns",
    "dutch", "japanese",
)  # fmt: skip
OFFERED = ("english", "budget", "open_closed", "sealed", "vickrey", "sealed_rounds", "turns")
RULES: dict[str, dict[str, str]] = {
    "open_closed": {"open_closed.final": "0"},
    "sealed_rounds": {
        "sealed_rounds.rounds": "2",
        "sealed_rounds.length": "10",
        "sealed_rounds.pause": "2",
        "sealed_rounds.least_active": "1",
    },
}
LOTS: dict[str, dict[str, Any]] = {
    "budget": {
        "ceiling": "", "budget": "100000", "floor": "100", "scale": 0,
        "step_kind": "absolute", "step_absolute": "1",
    },
    "dutch": {"start": "450", "ceiling": "", "reserve": "600"},
    "japanese": {"start": "550", "ceiling": ""},
}  # fmt: skip


def published(name: str, officer: Actor, suppliers: Sequence[Actor]) -> Tender:
    """A tender of the format, its terms accepted by everybody."""
    rules = RULES.get(name, {})
    if name == "turns":
        rules = {"prebid_opens_at": moment_to_wire(utc_now() + 30 * MINUTE)}
    made = house.draft(officer, suppliers, format=name, **rules)
    typed = house.lot(**LOTS.get(name, {}))
    lots.update_lot(actor=officer, tender_id=made.pk, lot_id=made.lots.get().pk, lot=typed)
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for each in suppliers:
        house.accept(each, tender)
    return tender


def ended(name: str, officer: Actor, suppliers: Sequence[Actor], offers: Sequence[str]) -> Tender:
    """Played to its end with one offer of each supplier."""
    tender = published(name, officer, suppliers)
    first = -20 * MINUTE if name == "turns" else MINUTE
    bids = [
        (first + place * 2 * MINUTE, supplier, amount)
        for place, (supplier, amount) in enumerate(zip(suppliers, offers, strict=True))
    ]
    of = auctioning.seats(tender)
    seats = [of[each.company_id] for each in suppliers]
    also: Steps = []
    if name in ("sealed", "vickrey"):
        also = sealed_steps(tender, officer, list(zip(seats, offers, strict=True)))
    elif name == "sealed_rounds":
        also = round_steps(tender, officer, [list(zip(seats, offers, strict=True)), []])
    elif name == "open_closed":
        also = [seeds_opened(tender)]
    elif name == "dutch":
        also = [(3 * MINUTE + MINUTE / 2, cmd.AcceptLevel(seats[0], 1, 3, "take"))]
    elif name == "japanese":
        also = [(MINUTE, cmd.AcceptLevel(seat, 1, 0, f"in-{seat}")) for seat in seats]
        also.append((3 * MINUTE, cmd.AcceptLevel(seats[0], 1, 1, "lower")))
    by_bids = name in ("english", "budget", "open_closed", "turns")
    house.play(tender, bids if by_bids else [], also=also)
    tender.refresh_from_db()
    return tender


def sealed_steps(tender: Tender, officer: Actor, offers: Sequence[tuple[str, str]]) -> Steps:
    """Keys, envelopes of ``offers`` (seat, price) and their opening, in one round."""
    assert tender.auction_id is not None
    office = bytes.fromhex(service.office_key(actor=officer, auction_id=tender.auction_id))
    both = sealing.public_key_of(AUDITOR), sealing.public_key_of(office)
    opened = 31 * MINUTE
    return [
        (-MINUTE, cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, both[0].hex())),
        *((MINUTE, _sealed(both, seat, amount, f"o-{seat}")) for seat, amount in offers),
        (opened, cmd.HandOverKey(cmd.KeyMeans.PERSON)),
        (opened, cmd.OpenOffers(AUDITOR.hex(), office.hex(), cmd.KeyMeans.PLATFORM)),
    ]


def round_steps(
    tender: Tender, officer: Actor, rounds: Sequence[Sequence[tuple[str, str]]]
) -> Steps:
    """What everybody does in each of two rounds of ten minutes; offers as (seat, price)."""
    assert tender.auction_id is not None
    offices = [
        bytes.fromhex(key)
        for key in service.office_keys(actor=officer, auction_id=tender.auction_id)
    ]
    public = tuple(sealing.public_key_of(secret).hex() for secret in ROUND_AUDITOR)
    found: Steps = [(-MINUTE, cmd.SetRoundKeys(cmd.KeyHolder.AUDITOR, public))]
    begins = timedelta(0)
    for number, offers in enumerate(rounds):
        secrets = ROUND_AUDITOR[number], offices[number]
        both = sealing.public_key_of(secrets[0]), sealing.public_key_of(secrets[1])
        for place, (seat, amount) in enumerate(offers, start=1):
            offer = _sealed(both, seat, amount, f"o{number}.{place}", number + 1)
            found.append((begins + place * MINUTE, offer))
        opened = begins + 11 * MINUTE
        if offers:  # else there is nothing to open
            found.append((opened, cmd.HandOverKey(cmd.KeyMeans.PERSON)))
            keys = secrets[0].hex(), secrets[1].hex()
            found.append((opened, cmd.OpenOffers(*keys, cmd.KeyMeans.PLATFORM)))
        begins = opened + 2 * MINUTE
    return found


def seeds_opened(tender: Tender) -> tuple[timedelta, cmd.Command]:
    """Commit both seeds of open then closed; the step that opens them."""
    assert tender.auction_id is not None
    service.set_auditor_key(
        actor=neutral().actor,
        auction_id=tender.auction_id,
        public_key=sealing.public_key_of(AUDITOR).hex(),
        wrapped=WRAPPED,
        commitment=random_end.commitment(SEED),
    )
    own = seeds.read_seed(PlatformSeed.objects.get(auction=tender.auction_id))
    return OPEN_END + MINUTE, cmd.RevealSeeds(own.hex(), SEED.hex())


def bid(seat: str, amount: str) -> cmd.PlaceBid:
    """A bid as a supplier confirms it."""
    value = Decimal(amount)
    return cmd.PlaceBid(seat, 1, value, f"{seat}-{amount}", value)


def _sealed(
    both: tuple[bytes, bytes], seat: str, amount: str, ref: str, number: int | None = None
) -> cmd.PlaceSealedOffer:
    text = json.dumps({"amount": amount}).encode()
    envelope = sealing.seal(*both, purpose(seat, 1), text).hex()
    return cmd.PlaceSealedOffer(seat, 1, envelope, ref, number)
