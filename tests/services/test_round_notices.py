"""Sealed rounds: who must act is told, and suppliers when the next round starts; each once."""

from __future__ import annotations

import re

import pytest

from auctions import round_notices
from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.selectors import load
from auctions.services import sealing as service
from crm_core.notifications.models import Notice
from infra.relay import Event
from kernel.clock import utc_now
from tests.rooms import Room
from tests.services.test_sealed_offers import decided
from tests.services.test_sealed_round_offers import (
    AUDITOR,
    due_now,
    offer,
    opened,
    rounds_room,
    with_keys,
)

pytestmark = pytest.mark.django_db


def relayed(room: Room) -> None:
    """Hand the ledger's entries to the handler, as the relay does."""
    for entry in room.entries():
        kind = f"auction.{entry.kind}"
        if kind in round_notices.TYPES:
            round_notices.on_ledger(
                Event(
                    source="auctions",
                    subject=f"urn:fairfall:auction:{room.id}",
                    seq=entry.seq,
                    id=f"{room.id}:{entry.seq}",
                    type=kind,
                    occurred_at=utc_now(),
                    payload={"auction": str(room.id), "kind": entry.kind, "body": entry.body},
                )
            )


def told(kind: str) -> set[object]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_keeper_officer_and_suppliers_are_told_in_turn_and_only_once() -> None:
    room = rounds_room()
    keeper = with_keys(room)
    for each in room.suppliers:
        offer(room, each, "900")
    relayed(room)
    assert not Notice.objects.filter(kind__startswith="auction.round").exists()

    due_now(room)
    relayed(room)
    assert keeper.user.pk in told("auction.round_waits")
    assert not told("auction.round_waits") & {each.user.pk for each in room.suppliers}
    assert told("auction.round_key_here") == set()

    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR[0].hex(), by_sheet=False)
    relayed(room)
    assert told("auction.round_key_here") == {room.buyer.user.pk}

    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    for _ in range(2):
        relayed(room)
    notices = Notice.objects.filter(kind="auction.round_next")
    assert {each.recipient_id for each in notices} == {each.user.pk for each in room.suppliers}
    assert notices.count() == 2
    begins = load(room.id).lots[1].starts_at
    assert notices[0].data["round"] == 2
    assert notices[0].data["time"] == f"{begins:%Y-%m-%d %H:%M:%S}"
    assert not re.search(r"\b900\b", str([(each.text, each.data) for each in notices]))

    # The second round is asked for by itself.
    due_now(room)
    offer(room, room.suppliers[0], "800")
    due_now(room)
    relayed(room)
    waits = Notice.objects.filter(kind="auction.round_waits", recipient=keeper.user)
    assert sorted(each.data["round"] for each in waits) == [1, 2]


def test_of_an_auction_that_was_called_off_nobody_is_told() -> None:
    room = rounds_room()
    keeper = with_keys(room)
    for each in room.suppliers:
        offer(room, each, "900")
    opened(room, keeper, 1)
    decided(room, cmd.Annul("a mistake", Officer.BUYER, "x"))
    relayed(room)
    assert not Notice.objects.filter(kind__startswith="auction.round").exists()
