"""A tender whose sealed offers are scored, from the draft to the protocol: who sets values until
when, who wins, and what each side reads of values and scores."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.debrief.services import debrief_of
from auctions.domain import commands as cmd
from auctions.domain.refusals import LateNotScored
from auctions.selectors import load
from auctions.services.policies import place_of
from auctions.services.verifying import verification_for
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import auctioning, wording
from marketplace.tenders.building import build, takes_late
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending, invitations, publishing, scoring
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api
from tests.formats_house import MINUTE, RULES, Steps, round_steps, sealed_steps
from tests.services.test_protocol_pdf import text_of

pytestmark = pytest.mark.django_db
QUALITY = {"scoring.method": "weighted", "scoring.criteria": "Warranty: 20 %"}
both = pytest.mark.parametrize("name", ["sealed", "sealed_rounds"])
HOUR = timedelta(hours=1)


@pytest.fixture
def officer() -> Any:
    return house.buyer()


@pytest.fixture
def sellers() -> list[Any]:
    return [house.supplier("Baltmet AS"), house.supplier("Nordwerk GmbH")]


def published(name: str, officer: Any, sellers: list[Any], **rules: Any) -> Tender:
    given = {**RULES.get(name, {}), **QUALITY, **rules}
    tender = house.published(officer, sellers, format=name, **given)
    for each in sellers:
        house.accept(each, tender)
    scoring.set_values(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id, values=["0.2"]
    )
    return tender


def steps(name: str, tender: Tender, officer: Any, offers: list[tuple[str, str]]) -> Steps:
    if name == "sealed":
        return sealed_steps(tender, officer, offers)
    return round_steps(tender, officer, [offers, []])


def ended(name: str, officer: Any, sellers: list[Any], **rules: Any) -> Tender:
    """The first offers the lower price; the second, with the whole share, the lower score."""
    tender = published(name, officer, sellers, **rules)
    seats = auctioning.seats(tender)
    of = [seats[each.company_id] for each in sellers]
    offers = list(zip(of, ("450.00", "500.00"), strict=True))
    house.play(tender, [], also=steps(name, tender, officer, offers))
    tender.refresh_from_db()
    return tender


def problems(tender: Tender) -> set[tuple[str, str]]:
    return {(each.field, str(each.message)) for each in build(tender, now=utc_now()).problems}


@both
def test_the_lowest_score_wins_at_its_own_price_and_the_export_verifies(
    name: str, officer: Any, sellers: list[Any]
) -> None:
    tender = ended(name, officer, sellers)
    seats = auctioning.seats(tender)
    lot = load(tender.auction_id).lots[1]
    assert (lot.winner, lot.price) == (seats[sellers[1].company_id], Decimal("500.00"))
    for actor in (officer, *sellers):
        checked = verification_for(actor, place_of(actor, tender.auction_id))
        assert checked.report.passed, checked.report.findings


@both
def test_each_side_reads_what_it_may_of_values_and_scores(
    name: str, officer: Any, sellers: list[Any]
) -> None:
    tender = ended(name, officer, sellers)
    first, second = sellers

    def row(actor: Any) -> list[Any]:
        (lot,) = protocol_for(actor, tender)["lots"]
        return [(each["name"], each["score"], each["values"]) for each in lot["standing"]]

    values = [{"criterion": "Warranty", "value": "0.2"}]
    own = {first: ("Baltmet AS", "450.000000", []), second: ("Nordwerk GmbH", "400.000000", values)}
    assert row(officer) == [own[second], own[first]]
    for seller in sellers:
        assert row(seller) == [own[seller]]
    document = protocol_for(officer, tender)
    assert document["lots"][0]["outcome_text"] == "The lowest score leads."
    assert document["terms"]["scoring"]["criteria"][0]["name"] == "Warranty"
    assert "the lowest score, being price / (1 + sum" in document["terms"]["award_rule"]
    for actor, shown in ((officer, True), (second, True), (first, False)):
        file = " ".join(text_of(protocol_file(actor, tender).content).split())
        path = f"/tenders/{tender.pk}/"
        pages = [
            house.signed_in(actor).get(path + tail).content.decode()
            for tail in ("protocol/", "result/")
        ]
        for text in (file, *pages):
            assert ("Warranty: 0.2" in text) is shown
            assert ("400.00" in text) is shown
            assert ("450.00" in text) is (actor != second)


def test_every_row_of_a_standing_has_the_cells_of_its_head(
    officer: Any, sellers: list[Any]
) -> None:
    tender = ended("sealed", officer, sellers)
    for tail in ("protocol/", "result/"):  # in the result also a row for nobody, and the choice
        page = house.signed_in(officer).get(f"/tenders/{tender.pk}/{tail}").content.decode()
        (table,) = [
            each for each in re.findall("<table.*?</table>", page, re.S) if ">Score<" in each
        ]
        counts = [len(re.findall("<t[hd][ >]", row)) for row in table.split("<tr")[1:]]
        assert len(counts) == (3 if tail == "protocol/" else 4)
        assert len(set(counts)) == 1, counts


def test_by_score_the_result_is_confirmed_and_another_needs_a_reason(
    officer: Any, sellers: list[Any]
) -> None:
    tender = ended("sealed", officer, sellers)
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id
    )
    (lot,) = protocol_for(officer, tender)["lots"]
    assert lot["award"]["departs"] is False
    assert lot["award"]["name"] == "Nordwerk GmbH"


def test_the_loser_is_told_that_not_the_price_alone_decided(
    officer: Any, sellers: list[Any]
) -> None:
    tender = ended("sealed", officer, sellers, disclosure="public")
    (lot,) = debrief_of(sellers[0], tender.auction_id).lots
    assert (lot.scored, lot.needed) == (True, None)
    page = house.signed_in(sellers[0]).get(f"/auctions/{tender.auction_id}/debrief/")
    assert "Not the price alone decided" in page.content.decode()


def test_the_opening_page_shows_scores_to_the_buyer(officer: Any, sellers: list[Any]) -> None:
    tender = ended("sealed", officer, sellers)
    page = house.signed_in(officer).get(f"/auctions/{tender.auction_id}/opening/").content.decode()
    assert "Score 400.00" in page
    assert "lowest score" in page


# Until when values are set ----------------------------------------------------------------------


@both
def test_once_the_lot_started_nothing_tells_who_has_offered(
    name: str, officer: Any, sellers: list[Any]
) -> None:
    """The one that offered and the one that did not: the same page, the same refusals."""
    tender = published(name, officer, sellers)
    seats = auctioning.seats(tender)
    before = {row.company_id: row.fixed for row in _rows(officer, tender)}
    assert set(before.values()) == {False}
    offers = [(seats[sellers[0].company_id], "450.00")]
    under_way = [each for each in steps(name, tender, officer, offers) if each[0] < 10 * MINUTE]
    house.play(tender, [], also=under_way, to_end=False)

    assert {row.company_id: row.fixed for row in _rows(officer, tender)} == dict.fromkeys(
        before, True
    )
    buyer = api(officer)
    answers = [
        buyer.post(
            f"{BASE}{tender.pk}/scoring/{each.company_id}/",
            {"lot": 1, "values": ["0.1"]},
            format="json",
        )
        for each in sellers
    ]
    assert [(each.status_code, each.data["code"]) for each in answers] == [
        (409, "auction.scoring_fixed")
    ] * 2
    page = house.signed_in(officer).get(f"/tenders/{tender.pk}/scoring/").content.decode()
    assert "tender-value" not in page
    assert "whoever has offered by then" in page


def _rows(officer: Any, tender: Tender) -> list[scoring.Valued]:
    found, invited = scoring.scored_suppliers(officer, tender.pk)
    return scoring.valued(found, list(invited), 1)


@both
def test_suppliers_are_invited_until_the_start_and_not_after_it(
    name: str, officer: Any, sellers: list[Any]
) -> None:
    tender = published(name, officer, sellers)
    early, late = house.supplier("Early OY"), house.supplier("Late OY")
    assert takes_late(tender)
    invitations.invite_late(actor=officer, tender_id=tender.pk, company_id=early.company_id)
    scoring.set_values(
        actor=officer, tender_id=tender.pk, lot=1, company_id=early.company_id, values=["0.1"]
    )
    house.play(tender, [], also=[(MINUTE, _message(tender, sellers))], to_end=False)

    assert not takes_late(tender)
    with pytest.raises(LateNotScored):
        invitations.invite_late(actor=officer, tender_id=tender.pk, company_id=late.company_id)
    answer = api(officer).post(
        f"{BASE}{tender.pk}/invitations/", {"companies": [str(late.company_id)]}, format="json"
    )
    assert (answer.status_code, answer.data["code"]) == (409, "auction.late_not_scored")
    assert late.company_id not in auctioning.seats(tender)
    page = house.signed_in(officer).get(f"/tenders/{tender.pk}/").content.decode()
    assert "Invite late" not in page


def _message(tender: Tender, sellers: list[Any]) -> cmd.Command:
    """Something that happens after the start, whatever it is."""
    seat = auctioning.seats(tender)[sellers[0].company_id]
    return cmd.PostMessage(seat, cmd.BUYER, "A question", "m1")


# The draft ----------------------------------------------------------------------------------------


def test_what_cannot_be_scored_is_named_beside_its_field(officer: Any, sellers: list[Any]) -> None:
    opens = moment_to_wire(utc_now() + HOUR / 2)
    early = house.draft(officer, sellers, format="sealed", prebid_opens_at=opens, **QUALITY)
    assert {field for field, _text in problems(early)} == {"prebid_opens_at"}
    tied = house.draft(officer, sellers, format="sealed", packages=True, **QUALITY)
    (text,) = [text for field, text in problems(tied) if field == "packages"]
    assert text.startswith("With a score there are no packages or discounts")
    second = house.draft(officer, sellers, format="vickrey", **QUALITY)
    assert publishing.publish(actor=officer, tender_id=second.pk).terms.get("scoring") is None


@both
def test_suppliers_read_the_rule_in_words(name: str, officer: Any, sellers: list[Any]) -> None:
    tender = published(name, officer, sellers)
    state = load(tender.auction_id)
    words = " ".join(line for each in wording.in_words(state.rules) for line in each.sentences)
    assert "lowest score wins" in words
    assert "before the lot starts; from then on they stand" in words
    assert "lowest offer wins" not in words
    assert "lowest standing offer" not in words
    assert ("The step is measured" in words) is (name == "sealed_rounds")
    assert json.dumps(tender.terms["scoring"]).count("Warranty") == 1
