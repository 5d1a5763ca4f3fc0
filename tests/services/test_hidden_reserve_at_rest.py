"""A hidden reserve: in no table, no log and no answer before its lot closes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from auctions.models import LotReserve
from auctions.services.policies import place_of
from auctions.services.verifying import export_for
from infra import relay
from marketplace.tenders.services import lots, publishing
from tests import tender_house as house
from tests.people import api_client
from tests.tender_house import signed_in
from tests.whole_database import everything_kept, tells

pytestmark = pytest.mark.django_db
SECRET = "507.83"
MINUTE = timedelta(minutes=1)


def test_nothing_kept_logged_or_answered_tells_it_before_the_close(
    caplog: pytest.LogCaptureFixture,
) -> None:
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS"), house.supplier("Nordwerk")]
    with caplog.at_level("DEBUG"):
        made = house.draft(officer, sellers)
        lots.update_lot(
            actor=officer, tender_id=made.pk, lot_id=made.lots.get().pk,
            lot=house.lot(reserve=SECRET),
        )  # fmt: skip
        assert not tells(everything_kept(), SECRET), "a draft keeps it encrypted too"
        tender = publishing.publish(actor=officer, tender_id=made.pk)
        for seller in sellers:
            house.accept(seller, tender)
        house.play(tender, [(MINUTE, sellers[0], "540.00")], to_end=False)
        relay.drain()
        kept = everything_kept()
        answers = [
            reader(who).get(path).content.decode(errors="replace")
            for who in sellers
            for reader, path in (
                (api_client, f"/api/v1/auctions/{tender.auction_id}/"),
                (api_client, f"/api/v1/tenders/{tender.pk}/"),
                (signed_in, f"/auctions/{tender.auction_id}/"),
                (signed_in, f"/tenders/{tender.pk}/"),
            )
        ]
    assert LotReserve.objects.filter(auction=tender.auction_id).exists()
    assert tells(kept, "540.00"), "what is no secret is there"
    assert not tells(kept, SECRET)
    assert not tells(caplog.text, SECRET)
    assert not any(tells(answer, SECRET) for answer in answers)


def test_it_is_opened_at_the_close_and_stands_in_the_full_record() -> None:
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS")]
    made = house.draft(officer, sellers)
    lots.update_lot(
        actor=officer, tender_id=made.pk, lot_id=made.lots.get().pk, lot=house.lot(reserve=SECRET)
    )
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    assert tells(everything_kept(), SECRET)
    export = json.loads(export_for(officer, place_of(officer, tender.auction_id)))
    (opened,) = (each for each in export["entries"] if each.get("kind") == "reserve_opened")
    assert opened["body"]["amount"] == SECRET
