"""Sealed rounds through the services: keys of each round, openings, recovery, who learns what."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.formats.sealed import purpose
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.refusals import (
    KeyDiffers,
    NotAwaitingOpening,
    NotInFormat,
    SealingKeyExists,
    SealingKeyMalformed,
)
from auctions.domain.terms import Format, SealedRoundsTerms, SoftClose
from auctions.models import Auction, SealingKey
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services.own_bids import own_bids
from auctions.services.policies import place_of
from auctions.services.sealing_errors import (
    NothingSealed,
    NotTheKeeper,
    OwnKeyLost,
    SecondPersonNeeded,
)
from auctions.services.verifying import export_for, verification_for
from kernel import sealing
from kernel.clock import utc_now
from tests.made_up_time import decided_at
from tests.rooms import Room, Supplier, open_room
from tests.services.test_sealed_offers import (
    WRAPPED,
    decided,
    neutral,
    sealed_room,
)
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
AUDITOR = [number.to_bytes(32) for number in (7, 8, 9)]
SECRET_AMOUNT = "743.19"


def rounds_room(suppliers: int = 2, **changes: Any) -> Room:
    """A first round that started a minute ago, accepted by everybody."""
    own = {"length": timedelta(minutes=10), "pause": timedelta(minutes=1), **changes}
    room = open_room(
        suppliers,
        format=Format.SEALED_ROUNDS,
        sealed_rounds=SealedRoundsTerms(**own),
        starts_at=utc_now() - timedelta(minutes=1),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
    )
    for each in room.suppliers:
        decided(room, cmd.AcceptTerms(each.seat, 1, room.terms.digest(), room.ref()), each)
    return room


def made_keys() -> list[service.MadeKey]:
    public = (sealing.public_key_of(secret).hex() for secret in AUDITOR)
    return [service.MadeKey(key, WRAPPED) for key in public]


def with_keys(room: Room) -> Supplier:
    keeper = neutral()
    service.set_round_keys(actor=keeper.actor, auction_id=room.id, keys=made_keys())
    return keeper


def offer(room: Room, by: Supplier, amount: str) -> Any:
    state = load(room.id)
    keys, begins = state.sealing, state.lots[1].starts_at
    assert keys is not None
    assert begins is not None
    text = json.dumps({"amount": amount}).encode()
    both = (bytes.fromhex(keys.auditor), bytes.fromhex(keys.office))
    envelope = sealing.seal(*both, purpose(by.seat, 1), text).hex()
    command = cmd.PlaceSealedOffer(by.seat, 1, envelope, room.ref(), keys.round)
    # Later rounds begin in the real future.
    return decided_at(room.id, command, begins + timedelta(seconds=1))


def due_now(room: Room) -> None:
    """Time goes by: what is due next is decided as the clock would."""
    due = machine.due(load(room.id))
    assert due is not None
    decided_at(room.id, cmd.Tick(due), due)


def opened(room: Room, keeper: Supplier, number: int) -> None:
    """The deadline of a round, and its opening by the keeper and the officer."""
    due_now(room)
    service.hand_over(
        actor=keeper.actor, auction_id=room.id, key=AUDITOR[number - 1].hex(), by_sheet=False
    )
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def test_the_office_has_a_key_for_each_round_kept_encrypted_and_bound_to_its_round() -> None:
    room = rounds_room()
    assert room.kinds()[:2] == ["opened", "round_keys_set"]
    rows = list(SealingKey.objects.filter(auction=room.id, holder="office"))
    assert [row.round for row in rows] == [1, 2, 3]
    keys = service.office_keys(actor=room.buyer.actor, auction_id=room.id)
    assert [sealing.public_key_of(bytes.fromhex(key)).hex() for key in keys] == [
        row.public_key for row in rows
    ]
    kept = everything_kept()
    assert not any(key in kept for key in keys)
    SealingKey.objects.filter(pk=rows[1].pk).update(sealed=rows[0].sealed)
    with pytest.raises(OwnKeyLost):
        service.office_keys(actor=room.buyer.actor, auction_id=room.id)


def test_three_rounds_are_opened_by_two_and_the_ledger_verifies_for_everybody() -> None:
    room = rounds_room()
    keeper = with_keys(room)
    one, two = room.suppliers
    for number, (first, second) in enumerate(
        (("900", "890"), ("800", "790"), ("700.13", "690.17")), 1
    ):
        offer(room, one, first)
        offer(room, two, second)
        opened(room, keeper, number)
        if number < 3:
            assert load(room.id).lots[1].rounds.ended[-1][one.seat].amount == Decimal(first)
            due_now(room)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price, lot.rounds.stop) == (
        two.seat,
        Decimal("690.17"),
        Stop.LAST_ROUND,
    )
    assert Auction.objects.get(pk=room.id).phase == "closed"
    for actor in (room.buyer.actor, one.actor, two.actor):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report
    own = json.loads(export_for(one.actor, place_of(one.actor, room.id)))
    bodies = json.dumps([entry.get("body") for entry in own["entries"]])
    assert "700.13" in bodies
    assert "690.17" not in bodies
    assert "rounds_stopped" not in [entry.get("kind") for entry in own["entries"]]


def test_nothing_kept_tells_an_amount_before_the_opening_of_its_own_round(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = rounds_room()
    keeper = with_keys(room)
    for each in room.suppliers:
        offer(room, each, "900")
    opened(room, keeper, 1)
    due_now(room)
    answer = offer(room, room.suppliers[0], SECRET_AMOUNT)
    due_now(room)
    key = AUDITOR[1].hex()
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)
    kept = everything_kept() + caplog.text + repr(answer)
    assert AUDITOR[0].hex() in kept  # published by the opening of round 1
    for secret in (SECRET_AMOUNT, SECRET_AMOUNT.encode().hex(), key, AUDITOR[2].hex()):
        assert secret not in kept
    office = service.office_keys(actor=room.buyer.actor, auction_id=room.id)
    assert office[0] in kept
    assert office[1] not in kept
    assert office[2] not in kept
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    assert SECRET_AMOUNT in everything_kept()


def test_whoever_has_the_keys_of_one_round_opens_no_other() -> None:
    room = rounds_room()
    keeper = with_keys(room)
    for each in room.suppliers:
        offer(room, each, "900")
    with pytest.raises(NotAwaitingOpening):
        service.hand_over(
            actor=keeper.actor, auction_id=room.id, key=AUDITOR[0].hex(), by_sheet=False
        )
    opened(room, keeper, 1)
    due_now(room)
    offer(room, room.suppliers[0], "800")
    due_now(room)
    for wrong in (AUDITOR[0], AUDITOR[2]):
        with pytest.raises(KeyDiffers):
            service.hand_over(
                actor=keeper.actor, auction_id=room.id, key=wrong.hex(), by_sheet=False
            )
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR[1].hex(), by_sheet=False)
    file = service.office_keys(actor=room.buyer.actor, auction_id=room.id)
    with pytest.raises(KeyDiffers):
        service.open_offers(actor=room.buyer.actor, auction_id=room.id, office_key=file[0])
    with pytest.raises(SecondPersonNeeded):
        service.open_offers(actor=keeper.actor, auction_id=room.id)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id, office_key=file[1])
    assert [
        entry.body["office_means"] for entry in room.entries() if entry.kind == "offers_opened"
    ] == ["platform", "file"]


def test_the_keys_are_made_once_for_all_rounds_by_whom_the_terms_name() -> None:
    room = rounds_room()
    keys = made_keys()

    def make(actor: Any, given: list[service.MadeKey]) -> None:
        service.set_round_keys(actor=actor, auction_id=room.id, keys=given)

    with pytest.raises(NotTheKeeper):
        make(room.buyer.actor, keys)
    keeper = neutral()
    with pytest.raises(SealingKeyMalformed):
        make(keeper.actor, keys[:2])
    with pytest.raises(NotInFormat):
        service.set_auditor_key(
            actor=keeper.actor, auction_id=room.id, public_key=keys[0].public_key, wrapped=WRAPPED
        )
    assert not SealingKey.objects.filter(auction=room.id, holder="auditor").exists()
    make(keeper.actor, keys)
    with pytest.raises(SealingKeyExists):
        make(neutral().actor, keys)
    plain = sealed_room()
    with pytest.raises(NothingSealed):
        service.set_round_keys(actor=keeper.actor, auction_id=plain.id, keys=keys)


def test_how_far_it_is_and_what_a_supplier_finds_of_its_own_offers() -> None:
    room = rounds_room(least_active=1)
    keeper = with_keys(room)
    one, two = room.suppliers
    for each in room.suppliers:
        offer(room, each, "900")
    opened(room, keeper, 1)
    between = service.progress(actor=room.buyer.actor, auction_id=room.id)
    assert (between.round, between.rounds, between.between, between.awaits) == (1, 3, True, False)
    assert between.offers == 2
    due_now(room)
    offer(room, one, "899.99")
    offer(room, two, "800")
    opened(room, keeper, 2)
    due_now(room)
    found = service.progress(actor=keeper.actor, auction_id=room.id)
    assert (found.round, found.between, found.offers, found.wrapped) == (3, False, None, WRAPPED)
    assert not found.handed_over_here
    offer(room, one, "700")
    bids = own_bids(place_of(one.actor, room.id))
    assert [(bid.amount, bid.state) for bid in bids] == [
        (Decimal("900.00"), "accepted"), (None, "refused"), (None, "accepted"),
    ]  # fmt: skip
    assert "step" in bids[1].reason
    assert "nobody knows" in bids[2].reason
