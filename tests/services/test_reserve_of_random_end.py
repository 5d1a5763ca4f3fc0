"""A hidden reserve in open then closed: opened with the seeds where they end it, else with the
final offers, and the verifier agrees with who won."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from auctions.domain.events import LotOutcome
from auctions.domain.state import LotPhase
from auctions.ledger.reserves import open_reserves
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services import seeds
from auctions.services.policies import place_of
from auctions.services.verifying import export_for, verification_for
from infra.keys import key_ring
from tests.rooms import Room, Supplier
from tests.services.test_random_end import SECRET, SEED, over, tick
from tests.services.test_sealed_offers import offer, past_the_deadline
from tests.whole_database import everything_kept, tells

pytestmark = pytest.mark.django_db


def check_record(room: Room, reserve: str, winner: Supplier | None) -> None:
    """What the ledger says of the reserve and the winner, and what everybody's copy is worth."""
    (opened,) = (each.body for each in room.entries() if each.kind == "reserve_opened")
    (closed,) = (each.body for each in room.entries() if each.kind == "lot_closed")
    assert (opened["lot"], opened["amount"]) == (1, reserve)
    won, how = (None, "reserve_not_met") if winner is None else (winner.seat, "won")
    assert (closed["seat"], closed["outcome"]) == (won, how)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.outcome, lot.reserve) == (won, LotOutcome(how), Decimal(reserve))
    for person in (room.buyer, *room.suppliers):
        place = place_of(person.actor, room.id)
        found = verification_for(person.actor, place)
        assert found.report.passed, found.report
        kinds = [
            each.get("kind") for each in json.loads(export_for(person.actor, place))["entries"]
        ]
        assert ("reserve_opened" in kinds) is (person is room.buyer), "suppliers are not told it"


@pytest.mark.parametrize(
    ("reserve", "wins"), [("790.01", True), ("790.00", True), ("789.99", False)]
)
def test_with_the_seeds_it_is_opened_and_decides_among_the_bids_that_count(
    reserve: str, wins: bool
) -> None:
    room, keeper = over(reserve, final=timedelta(0))
    assert "reserve_opened" not in room.kinds()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    check_record(room, reserve, room.suppliers[1] if wins else None)


@pytest.mark.parametrize(
    ("reserve", "wins"), [("743.20", True), ("743.19", True), ("743.18", False)]
)
def test_with_a_final_stage_it_is_opened_with_the_final_offers(reserve: str, wins: bool) -> None:
    room, keeper = over(reserve)
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    offer(room, room.suppliers[0], "743.19")
    past_the_deadline(room)
    assert load(room.id).lots[1].phase is LotPhase.SEALED
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=SECRET.hex(), by_sheet=False)
    assert "reserve_opened" not in room.kinds()
    assert not tells(everything_kept(), reserve)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    check_record(room, reserve, room.suppliers[0] if wins else None)


@pytest.mark.parametrize(("reserve", "wins"), [("790.00", True), ("789.99", False)])
def test_with_a_final_stage_in_which_nobody_offers_it_is_opened_at_its_end(
    reserve: str, wins: bool
) -> None:
    room, keeper = over(reserve)
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    with connection.cursor() as cursor:
        reserves = open_reserves(cursor, key_ring(), room.id)
    tick(room, load(room.id).lots[1].deadline, reserves)
    check_record(room, reserve, room.suppliers[1] if wins else None)
