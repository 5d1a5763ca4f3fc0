"""A tender by sealed rounds: from the settings to the protocol of each side."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from auctions.selectors import load
from infra import relay
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.wording import in_words
from tests import formats_house
from tests import tender_house as house
from tests.services.test_protocol_pdf import text_of
from tests.services.test_timeline import kinds, told

pytestmark = pytest.mark.django_db
RULES = {"format": "sealed_rounds", **formats_house.RULES["sealed_rounds"]}


def ended() -> tuple[Any, Any, Any, Tender]:
    """Two rounds; in the second one offer is lower, the other not by enough."""
    officer = house.buyer()
    one, two = (house.supplier(name) for name in ("Baltmet AS", "Nordwerk Stahl GmbH"))
    tender = house.published(officer, [one, two], **RULES)
    for each in (one, two):
        house.accept(each, tender)
    of = auctioning.seats(tender)
    a, b = of[one.company_id], of[two.company_id]
    offers = [[(a, "540.00"), (b, "530.00")], [(a, "520.00"), (b, "529.99")]]
    house.play(tender, [], also=formats_house.round_steps(tender, officer, offers))
    tender.refresh_from_db()
    return officer, one, two, tender


def test_each_side_reads_in_the_protocol_what_it_may_of_the_rounds() -> None:
    officer, _one, two, tender = ended()
    lot = protocol_for(officer, tender)["lots"][0]
    assert (lot["price"], [row["price"] for row in lot["standing"]]) == (
        "520.00", ["520.00", "530.00"],
    )  # fmt: skip
    assert lot["rounds"] == {
        "held": 2,
        "stop": "last_round",
        "offers": [
            {"round": 1, "valid": 2, "rejected": 0},
            {"round": 2, "valid": 1, "rejected": 1},
        ],
    }
    assert lot["rounds_text"] == "2: it was the last one"
    mine = protocol_for(two, tender)["lots"][0]
    assert mine["rounds"] == {"held": 2}
    assert mine["rounds_text"] == "2"
    assert not re.search(r"\b520\b", json.dumps(mine))
    assert "2: it was the last one" in text_of(protocol_file(officer, tender).content)


def test_timelines_tell_what_was_opened_and_what_was_rejected() -> None:
    officer, one, two, tender = ended()
    relay.drain()
    ref = tender.reference
    assert [kind for kind in kinds(officer, one) if kind.startswith("offer")] == ["offered"] * 2
    rejected = [kind for kind in kinds(officer, two) if kind.startswith("offer")]
    assert rejected == ["offered", "offer_rejected"]
    opened = f"Your sealed offer on lot 1 of {ref} was opened: 540.00 EUR."
    assert opened in told(one, officer)
    assert f"The sealed offer of Baltmet AS on lot 1 of {ref}: 520.00 EUR." in told(officer, one)
    assert not any("530" in line for line in told(one, officer))


def test_the_terms_in_words_say_how_the_rounds_go_and_end() -> None:
    officer = house.buyer()
    tender = house.published(officer, [house.supplier("Baltmet AS")], **RULES)
    told = {each.key: " ".join(each.sentences) for each in in_words(load(tender.auction_id).rules)}
    assert "2 rounds at most" in told["format"]
    assert "within 10\xa0min" in told["format"]
    assert "no lower is its last" in told["format"]
    assert "fewer than 1 supplier makes" in told["format"]
    assert not {"price", "time", "soft_close", "guard", "withdrawal"} & told.keys()
