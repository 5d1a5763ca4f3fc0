"""The auditor's key typed from the recovery sheet: in every format, in rounds of every round.

A wrong sheet, or another round's line of the right one, is refused by name and nothing is lost: the
right line opens the offers afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.refusals import (
    KeyDiffers,
    KeyHandedOverAlready,
    NotAwaitingOpening,
    RoundKeyDiffers,
)
from auctions.domain.terms import Format
from auctions.models import SealingKey
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services import seeds
from auctions.services.policies import place_of
from auctions.services.sealing_errors import NotTheKeeper, SecondPersonNeeded
from auctions.services.verifying import verification_for
from tests.rooms import Room, Supplier
from tests.services import test_random_end as final
from tests.services import test_sealed_offers as sealed
from tests.services import test_sealed_round_offers as rounds
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
WRONG = {
    "nothing": "",
    "another sheet": (11).to_bytes(32).hex(),
    "a line cut short": rounds.AUDITOR[0].hex()[:56],
    "two lines": rounds.AUDITOR[0].hex() + rounds.AUDITOR[1].hex(),
    "no hexadecimal digits": "O" * 64,
    "no key of the curve": "ff" * 32,
}


def line(secret: bytes) -> str:
    """As it is printed: eight groups, here typed in capitals and over two lines."""
    groups = [secret.hex().upper()[at : at + 8] for at in range(0, 64, 8)]
    return " ".join(groups[:4]) + "\n" + " ".join(groups[4:]) + " "


def typed(room: Room, by: Supplier, text: str) -> None:
    service.hand_over(actor=by.actor, auction_id=room.id, key=text, by_sheet=True)


@contextmanager
def unchanged(room: Room) -> Iterator[None]:
    """Nothing is written, nothing is lost."""

    def kept() -> tuple[Any, ...]:
        rows = SealingKey.objects.filter(auction=room.id).order_by("holder", "round")
        return (*room.entries(), *rows.values_list("round", "public_key", "sealed", "keeper_id"))

    before = kept()
    yield
    assert kept() == before


def refused(room: Room, keeper: Supplier, texts: list[str]) -> None:
    for text in texts:
        with unchanged(room), pytest.raises(KeyDiffers) as found:
            typed(room, keeper, text)
        assert type(found.value) is KeyDiffers, text
        assert found.value.field == "key"


def verified_by_all(room: Room) -> None:
    for actor in (room.buyer.actor, *(each.actor for each in room.suppliers)):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report


def test_each_round_is_opened_by_its_own_line_and_by_no_other() -> None:
    room = rounds.rounds_room()
    keeper = rounds.with_keys(room)
    one, two = room.suppliers
    prices = (("900", "890"), ("800", "790"), ("700.13", "690.17"))
    for number, (first, second) in enumerate(prices, 1):
        own = line(rounds.AUDITOR[number - 1])
        rounds.offer(room, one, first)
        rounds.offer(room, two, second)
        with unchanged(room), pytest.raises(NotAwaitingOpening):
            typed(room, keeper, own)  # the round still takes offers
        rounds.due_now(room)
        refused(room, keeper, list(WRONG.values()))
        for other in {1, 2, 3} - {number}:
            with unchanged(room), pytest.raises(RoundKeyDiffers) as found:
                typed(room, keeper, line(rounds.AUDITOR[other - 1]))
            assert found.value.data == {"round": number, "given": other}
        with unchanged(room), pytest.raises(NotTheKeeper):
            typed(room, room.buyer, own)

        typed(room, keeper, own)
        far = service.progress(actor=keeper.actor, auction_id=room.id)
        assert (far.round, far.handed_over_here, far.awaits) == (number, True, True)
        kept = SealingKey.objects.filter(auction=room.id, holder="auditor", sealed__isnull=False)
        assert [row.round for row in kept.order_by("round")] == list(range(1, number + 1))
        published = everything_kept()
        assert not any(each.hex() in published for each in rounds.AUDITOR[number - 1 :])
        with unchanged(room), pytest.raises(KeyHandedOverAlready):
            typed(room, keeper, own)
        with unchanged(room), pytest.raises(SecondPersonNeeded):
            service.open_offers(actor=keeper.actor, auction_id=room.id)
        opener = (room.buyer, sealed.neutral(), room.buyer)[number - 1]
        service.open_offers(actor=opener.actor, auction_id=room.id)
        ended = load(room.id).lots[1].rounds.ended[-1]
        assert (ended[one.seat].amount, ended[two.seat].amount) == (Decimal(first), Decimal(second))
        if number < 3:
            rounds.due_now(room)
    means = [each.body["auditor_means"] for each in room.entries() if each.kind == "offers_opened"]
    assert means == ["recovery"] * 3
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (two.seat, Decimal("690.17"))
    verified_by_all(room)


def test_the_sheet_serves_one_round_and_the_passphrase_the_others() -> None:
    """The key unwrapped in the browser and the one typed are the same: each says how it came."""
    room = rounds.rounds_room()
    keeper = rounds.with_keys(room)
    for number, price in enumerate(("900", "800", "700"), 1):
        for each in room.suppliers:
            rounds.offer(room, each, price)
        if number == 2:
            rounds.due_now(room)
            typed(room, sealed.neutral(), line(rounds.AUDITOR[1]))  # another who keeps it
            service.open_offers(actor=keeper.actor, auction_id=room.id)
        else:
            rounds.opened(room, keeper, number)
        if number < 3:
            rounds.due_now(room)
    means = [each.body["auditor_means"] for each in room.entries() if each.kind == "offers_opened"]
    assert means == ["person", "recovery", "person"]
    verified_by_all(room)


@pytest.mark.parametrize(("name", "price"), [(Format.SEALED, "745.49"), (Format.VICKREY, "745.50")])
def test_the_sheet_opens_sealed_offers_after_wrong_ones_were_refused(
    name: Format, price: str
) -> None:
    room = sealed.sealed_room(format=name)
    keeper = sealed.with_keys(room)
    sealed.offer(room, room.suppliers[0], "745.50")
    sealed.offer(room, room.suppliers[1], "745.49")
    with unchanged(room), pytest.raises(NotAwaitingOpening):
        typed(room, keeper, line(sealed.AUDITOR))
    sealed.past_the_deadline(room)
    refused(room, keeper, [*WRONG.values(), line(rounds.AUDITOR[1])])
    typed(room, keeper, line(sealed.AUDITOR))
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    (entry,) = [entry for entry in room.entries() if entry.kind == "offers_opened"]
    assert entry.body["auditor_means"] == "recovery"
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (room.suppliers[1].seat, Decimal(price))
    verified_by_all(room)


def test_the_sheet_opens_final_offers_after_wrong_ones_were_refused() -> None:
    room, keeper = final.over()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=final.SEED.hex())
    final.offer(room, room.suppliers[0], "743.19")
    final.past_the_deadline(room)
    # The seed opened the cut-off and stands in the ledger: it is not the key of the offers.
    refused(room, keeper, [*WRONG.values(), line(final.SEED)])
    typed(room, keeper, line(final.SECRET))
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    (entry,) = [entry for entry in room.entries() if entry.kind == "offers_opened"]
    assert entry.body["auditor_means"] == "recovery"
    assert load(room.id).lots[1].price == Decimal("743.19")
    verified_by_all(room)
