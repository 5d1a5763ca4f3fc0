"""Directive 2014/24/EU, Article 35, paragraph by paragraph: what the preset and the platform do.

Each test cites what it holds; docs/auctions/presets.md says the same, and what is not there yet.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from auctions.domain.presets import PRESETS
from auctions.domain.terms import Feedback, Format, StepKind
from auctions.domain.visibility import Role, Viewer, standing
from auctions.models import LedgerEntry, Seat
from auctions.selectors import load
from auctions.services.errors import ConflictOfInterest
from crm_core.access.actor import Actor
from crm_core.companies.models import Role as CompanyRole
from crm_core.companies.services import add_member
from infra.models import OutboxMessage
from infra.problems import message
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import errors, wording
from marketplace.tenders.models import Tender
from marketplace.tenders.services import drafting, invitations, publishing
from tests import tender_house as house
from tests.people import make_token

pytestmark = pytest.mark.django_db(transaction=True)
RESULTS = ("Admitted: 81 of 100 points for quality.", "Admitted: 64 of 100 points for quality.")
SCORED = {"scoring.method": "weighted", "scoring.criteria": "Quality: 20 %"}


@pytest.fixture
def officer() -> Actor:
    return house.buyer()


@pytest.fixture
def sellers() -> list[Actor]:
    return [house.supplier("Terasmets OÜ"), house.supplier("Baltmet UAB")]


def drafted(officer: Actor, sellers: Sequence[Actor], **rules: Any) -> Tender:
    """A draft of the preset, complete but for the results of the evaluation."""
    tender = house.draft(officer, sellers)
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="eu_2014_24")
    starts = moment_to_wire(utc_now() + timedelta(days=9))
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": starts, **rules})
    tender.refresh_from_db()
    return tender


def evaluated(officer: Actor, sellers: Sequence[Actor], tender: Tender) -> None:
    given = {each.company_id: text for each, text in zip(sellers, RESULTS, strict=True)}
    invitations.set_evaluations(actor=officer, tender_id=tender.pk, given=given)


@pytest.fixture
def published(officer: Actor, sellers: list[Actor]) -> Tender:
    tender = drafted(officer, sellers)
    evaluated(officer, sellers, tender)
    return publishing.publish(actor=officer, tender_id=tender.pk)


def test_35_5_a_full_evaluation_comes_before_the_invitation(
    officer: Actor, sellers: list[Actor]
) -> None:
    """35(5): before proceeding, "a full initial evaluation of the tenders". Without its result for
    each supplier nothing is published."""
    tender = drafted(officer, sellers)
    one = {sellers[0].company_id: RESULTS[0], sellers[1].company_id: "  "}
    for given in ({}, one):
        invitations.set_evaluations(actor=officer, tender_id=tender.pk, given=given)
        with pytest.raises(errors.TenderIncomplete) as refused:
            publishing.publish(actor=officer, tender_id=tender.pk)
        assert [each.field for each in refused.value.problems] == ["invitations"]
    evaluated(officer, sellers, tender)
    assert publishing.publish(actor=officer, tender_id=tender.pk).published_at


def test_what_was_typed_stands_in_the_form_where_one_text_is_refused(
    officer: Actor, sellers: list[Actor]
) -> None:
    tender, client = drafted(officer, sellers), house.signed_in(officer)
    url = reverse("tenders:invite", args=[tender.pk])
    one, two = (str(each.company_id) for each in sellers)
    body = {"evaluations": "1", "evaluated": [one, two]}
    most = invitations.LONGEST_EVALUATION
    long = client.post(url, {**body, "evaluation": [RESULTS[0], "y" * (most + 1)]})
    invitations.drop_supplier(actor=officer, tender_id=tender.pk, company_id=UUID(two))
    gone = client.post(url, {**body, "evaluation": list(RESULTS)})
    for answer in (long, gone):
        assert answer.status_code == 422
        assert RESULTS[0] in answer.content.decode()
    assert "y" * (most + 1) in long.content.decode()
    assert set(tender.invitations.values_list("evaluation", flat=True)) == {""}


def test_35_5_all_are_invited_simultaneously_by_electronic_means(
    officer: Actor, sellers: list[Actor], published: Tender
) -> None:
    """35(5): all who submitted admissible tenders "shall be invited simultaneously". One
    transaction with one moment invites, and puts what the mails are made from into the outbox."""
    moments = set(published.invitations.values_list("invited_at", flat=True))
    assert moments == {published.published_at}
    admitted = LedgerEntry.objects.filter(auction_id=published.auction_id, kind="seat_admitted")
    assert admitted.count() == len(sellers)
    assert len(set(admitted.values_list("recorded_at", flat=True))) == 1
    told = OutboxMessage.objects.filter(type="tender.invited")
    assert told.count() == len(sellers)


def test_35_5_where_one_cannot_be_invited_nobody_is(officer: Actor, sellers: list[Actor]) -> None:
    """The same: all, or none. Here the second may not sit beside the first."""
    tender = drafted(officer, sellers)
    evaluated(officer, sellers, tender)
    add_member(
        company_id=sellers[1].company_id, user_id=sellers[0].user_id, role=CompanyRole.BIDDER
    )
    with pytest.raises(ConflictOfInterest):
        publishing.publish(actor=officer, tender_id=tender.pk)
    assert set(tender.invitations.values_list("state", flat=True)) == {"planned"}
    assert not Seat.objects.exists()
    assert not OutboxMessage.objects.filter(type="tender.invited").exists()


def test_35_5_nobody_is_invited_afterwards(officer: Actor, published: Tender) -> None:
    """The same: a later invitation would not be simultaneous."""
    late = house.supplier("Late OY")
    with pytest.raises(errors.InvitedTooLate) as refused:
        invitations.invite_late(actor=officer, tender_id=published.pk, company_id=late.company_id)
    assert "Article 35" in message(refused.value)
    assert not published.invitations.filter(company_id=late.company_id).exists()


def test_35_5_two_working_days_lie_between(officer: Actor, sellers: list[Actor]) -> None:
    """35(5): it shall not start sooner than two working days after the invitations."""
    tender = drafted(officer, sellers, starts_at=moment_to_wire(utc_now() + timedelta(hours=20)))
    evaluated(officer, sellers, tender)
    found = publishing.check_for_publication(actor=officer, tender_id=tender.pk).of("starts_at")
    assert any("working days" in str(each.message) for each in found)


def test_35_6_the_invitation_brings_the_own_result_and_no_other(
    officer: Actor, sellers: list[Actor], published: Tender
) -> None:
    """35(6): it "shall be accompanied by the outcome of a full evaluation of the tenderer
    concerned". On the page, and to programs; each its own."""
    for place, seller in enumerate(sellers):
        page = house.signed_in(seller).get(f"/tenders/{published.pk}/").content.decode()
        _, secret = make_token(seller, name="test")
        header = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
        shown = house.signed_in(seller).get(f"/api/v1/tenders/{published.pk}/", **header)
        assert shown.json()["invitation"]["evaluation"] == RESULTS[place]
        assert RESULTS[place] in page
        assert RESULTS[1 - place] not in page
        assert RESULTS[1 - place] not in shown.content.decode()


def test_35_6_the_result_is_fixed_with_the_invitation(
    officer: Actor, sellers: list[Actor], published: Tender
) -> None:
    """The same: what the invitation said is not changed behind it."""
    with pytest.raises(errors.TenderNotDraft):
        evaluated(officer, sellers, published)


def test_a_result_has_its_length_and_its_supplier(officer: Actor, sellers: list[Actor]) -> None:
    tender = drafted(officer, sellers)
    one, stranger = sellers[0].company_id, house.supplier("Stranger OÜ").company_id
    most = invitations.LONGEST_EVALUATION
    invitations.set_evaluations(actor=officer, tender_id=tender.pk, given={one: "x" * most})
    for given, error in (
        ({one: "x" * (most + 1)}, errors.EvaluationTooLong),
        ({stranger: "x"}, errors.InvitationNotFound),
    ):
        with pytest.raises(error):
            invitations.set_evaluations(actor=officer, tender_id=tender.pk, given=given)
    assert tender.invitations.get(company_id=one).evaluation == "x" * most


def test_the_buyer_writes_them_on_the_page_of_suppliers(
    officer: Actor, sellers: list[Actor]
) -> None:
    tender = drafted(officer, sellers)
    browser = house.signed_in(officer)
    url = f"/tenders/{tender.pk}/invite/"
    assert browser.get(url).content.decode().count('name="evaluation"') == len(sellers)
    body = {"evaluations": "1", "evaluated": [str(each.company_id) for each in sellers],
            "evaluation": list(RESULTS)}  # fmt: skip
    assert browser.post(url, body).status_code == 302
    assert RESULTS[1] in browser.get(url).content.decode()
    plain = house.draft(officer, sellers)
    assert 'name="evaluation"' not in browser.get(f"/tenders/{plain.pk}/invite/").content.decode()


def test_programs_send_them_along_with_the_suppliers(officer: Actor, sellers: list[Actor]) -> None:
    tender = drafted(officer, ())
    _, secret = make_token(officer, name="test")
    browser = house.signed_in(officer)

    def post(texts: list[str], key: str) -> Any:
        body = {"companies": [str(each.company_id) for each in sellers], "evaluations": texts}
        return browser.post(
            f"/api/v1/tenders/{tender.pk}/invitations/", body, content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_IDEMPOTENCY_KEY=key,
        )  # fmt: skip

    assert post(list(RESULTS[:1]), "a").status_code == 422
    made = post(list(RESULTS), "b")
    assert made.status_code == 201, made.content
    assert {each["evaluation"] for each in made.json()} == set(RESULTS)


def test_35_6_the_formula_stands_in_the_terms_that_the_invitation_shows(
    officer: Actor, sellers: list[Actor]
) -> None:
    """35(6): the invitation states "the mathematical formula to be used" for new rankings. It is a
    part of the hashed terms and is said in words beside them."""
    tender = drafted(officer, sellers, **SCORED)
    evaluated(officer, sellers, tender)
    made = publishing.publish(actor=officer, tender_id=tender.pk)
    assert made.terms["scoring"]["criteria"] == [
        {"name": "Quality", "kind": "weight", "most": "0.2"}
    ]
    page = html.unescape(house.signed_in(sellers[0]).get(f"/tenders/{made.pk}/").content.decode())
    assert "the price divided by a coefficient of 1 + v / (1 − m)" in page
    assert "Quality: a share up to 20 %." in page.replace("\u00a0", " ")


def test_35_7_each_can_tell_its_rank_at_any_moment_and_nobody_who_others_are(
    sellers: list[Actor], published: Tender
) -> None:
    """35(7): information "to enable them to ascertain their relative rankings at any moment";
    identities are disclosed during no phase."""
    state = load(published.auction_id)
    assert state.rules.feedback == Feedback(
        rank=True, after_first_bid=False, count=state.rules.feedback.count
    )
    seats = dict(Seat.objects.values_list("company_id", "code"))
    mine = seats[sellers[0].company_id]
    shown = str(standing(state, Viewer(Role.SUPPLIER, mine)))
    assert seats[sellers[1].company_id] not in shown
    assert "Baltmet" not in shown


def test_35_8_it_ends_as_announced_or_by_no_more_prices(published: Tender) -> None:
    """35(8)(a) at the date and time announced; (b) when no more prices come that meet the minimum
    difference, after a time stated before. (c), a number of phases, the preset does not offer."""
    terms = load(published.auction_id).rules
    assert PRESETS["eu_2014_24"].format is Format.ENGLISH is terms.format
    assert terms.buyer_extension.times == 0
    assert terms.lots[0].step.kind is not StepKind.BANDS
    said = {
        section.key: " ".join(map(str, section.sentences)) for section in wording.in_words(terms)
    }
    assert "leaves at least" in said["soft_close"]
    assert "may not extend" in said["changes"]
