"""Open then closed as a tender: what the officer chooses, what is read, what the protocol says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from auctions.debrief.services import debrief_of
from auctions.domain.terms import Format, KeyKeeper, OpenClosedTerms
from auctions.models import PlatformSeed
from auctions.selectors import load
from auctions.services import seeds
from infra import relay
from kernel import random_end
from kernel.clock import utc_now
from marketplace.tenders import wording
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import drafting, ending, publishing
from tests import tender_house as house
from tests.formats_house import MINUTE, OPEN_END, SEED, seeds_opened
from tests.services.test_timeline import kinds, told

pytestmark = pytest.mark.django_db


def drafted(**rules: Any) -> tuple[Any, list[Any], Any]:
    officer, sellers = house.buyer(), [house.supplier("A"), house.supplier("B")]
    tender = house.draft(officer, sellers, format=Format.OPEN_CLOSED.value, **rules)
    return officer, sellers, tender


def ended() -> tuple[Any, list[Any], Any]:
    """A bids 540 in the open phase; B 530, and 450 at the very end of the window."""
    officer, sellers, tender = drafted(**{"open_closed.final": "0", "feedback.lead": True})
    tender = publishing.publish(actor=officer, tender_id=tender.pk)
    for seller in sellers:
        house.accept(seller, tender)
    bids = [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")]
    house.play(
        tender,
        [*bids, (OPEN_END, sellers[1], "450.00")],
        also=[seeds_opened(tender)],
    )
    return officer, sellers, tender


def test_it_is_published_with_its_rules_and_the_common_ones_it_fixes() -> None:
    officer, _, tender = drafted(**{"open_closed.keeper": "auditor", "soft_close.window": "3"})
    published = publishing.publish(actor=officer, tender_id=tender.pk)
    terms = load(published.auction_id).rules
    assert terms.open_closed == OpenClosedTerms(keeper=KeyKeeper.AUDITOR)
    assert terms.length == 15 * MINUTE
    assert not terms.soft_close.window
    assert not terms.withdrawal.allowed


def test_what_is_wrong_is_named_beside_its_field() -> None:
    officer, _, tender = drafted(**{"open_closed.final": "6"})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert [problem.field for problem in built.problems] == ["open_closed.final"]


@pytest.mark.parametrize("final", ["0", "5"])
def test_suppliers_read_what_the_random_end_means(final: str) -> None:
    officer, _, tender = drafted(**{"open_closed.final": final})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert built.terms is not None
    sections = {section.key: section.sentences for section in wording.in_words(built.terms)}
    assert {"time", "soft_close", "withdrawal"}.isdisjoint(sections)
    said = " ".join(sections["format"])
    assert "turns out void" in said
    assert "annulled" in said
    assert ("final sealed offer" in said) is (final == "5")
    assert ("The lowest bid that counts wins" in said) is (final == "0")


def test_the_brazilian_preset_may_be_published_as_it_begins() -> None:
    officer, _, tender = drafted(starts_at=(utc_now() + timedelta(days=2)).isoformat())
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="brazil_open_closed")
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert list(built.problems) == []
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"open_closed.within": "15"})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert [problem.field for problem in built.problems] == ["open_closed.within"]


def test_timelines_tell_that_late_bids_are_void() -> None:
    officer, sellers, tender = ended()
    relay.drain()
    ref = tender.reference
    assert kinds(officer, sellers[1])[-2:] == ["bid", "voided"]
    said = f"on lot 1 of {ref} came after the cut-off and is void."
    assert told(officer, sellers[1])[-1] == f"1 bid of B {said}"
    assert told(sellers[1], officer)[-1] == f"1 bid of yours {said}"
    assert "voided" not in kinds(officer, sellers[0])


def test_the_protocol_tells_seeds_cut_off_and_void_bids_to_whom_they_belong() -> None:
    officer, sellers, tender = ended()
    document = protocol_for(officer, tender)
    (lot,) = document["lots"]
    assert lot["price"] == "530.00"
    assert lot["random_end"]["void_bids"] == 1
    own = seeds.read_seed(PlatformSeed.objects.get(auction=tender.auction_id))
    drawn = random_end.cut_off(own, SEED, 1, 10 * MINUTE)
    assert lot["random_end"]["cut_off_ms"] == drawn // timedelta(milliseconds=1)
    assert document["ledger"]["seeds"]["auditor_seed"] == SEED.hex()
    told = [protocol_for(seller, tender)["lots"][0]["random_end"] for seller in sellers]
    assert [each["void_bids"] for each in told] == [0, 1]
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id
    )
    reader = PdfReader(BytesIO(protocol_file(officer, tender).content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert f"{random_end.after_begin(drawn)} after the window began" in text
    page = house.signed_in(officer).get(f"/tenders/{tender.pk}/protocol/").content.decode()
    assert SEED.hex() in page
    assert "Void bids" in page


def test_the_debrief_and_the_list_of_bids_leave_void_bids_out() -> None:
    officer, sellers, tender = ended()
    for actor in (officer, *sellers):
        (lot,) = debrief_of(actor, tender.auction_id).lots
        assert lot.points
        assert Decimal(450) not in {point.amount for point in lot.points}
    (lot,) = debrief_of(sellers[0], tender.auction_id).lots
    assert lot.needed == Decimal("529.99")
