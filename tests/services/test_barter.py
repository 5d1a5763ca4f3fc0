"""Barter: listings, what is found, what is shown to whom, and agreements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from crm_core.access.actor import load_actor
from crm_core.access.errors import AccessForbidden
from crm_core.companies.errors import LimitExceeded
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.notifications.models import Notice
from infra import relay
from kernel.clock import utc_now
from marketplace.barter import selectors
from marketplace.barter.errors import (
    AlreadyAnswered,
    ListingNotFound,
    ListingStateMoved,
    NothingLeft,
    ProposalClosed,
    ProposalNotFound,
    ProtocolNotReady,
)
from marketplace.barter.models import BarterListing, BarterProposal
from marketplace.barter.pdf import protocol_file
from marketplace.barter.services import answering, ending, finding, listings
from marketplace.barter.tasks import find_all
from marketplace.catalog.errors import FieldWrong
from reference.loading import load_all
from tests import barter_house as house
from tests.barter_house import FASTENERS, FUEL, STEEL
from tests.people import make_actor, make_company

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    load_all()


def swap() -> tuple[BarterProposal, list]:
    one, other = house.trader(), house.trader()
    listing = house.active(one)
    house.active(other, FASTENERS, STEEL, unit_value=D("98.50"))
    [proposal] = house.proposed(one, listing)
    return proposal, [one, other]


def test_a_direct_swap_is_found_balanced_and_agreed() -> None:
    proposal, people = swap()
    by_company = {each.company_id: each for each in proposal.parties.all()}
    mine, others = (by_company[each.company_id] for each in people)
    assert (mine.quantity, mine.gives, mine.gets) == (10, 1000, 985)
    assert (mine.cash, others.cash) == (15, -15)
    assert mine.imbalance == D("1.50")
    [payment] = proposal.payments.all()
    assert (payment.payer, payment.receiver) == (others.position, mine.position)
    assert payment.amount == 15
    assert house.accept_all(proposal, *people).state == "agreed"
    assert sorted(each.left for each in BarterListing.objects.all()) == [0, 0]
    relay.drain()
    told = Notice.objects.filter(
        recipient_id=people[0].user_id, kind__startswith="barter."
    ).values_list("kind", flat=True)
    assert sorted(told) == ["barter.agreed", "barter.proposed"]


def test_a_cycle_of_three_with_units_that_convert() -> None:
    one, two, three = (house.trader() for _ in range(3))
    listing = house.active(
        one, STEEL, FASTENERS, quantity=D(4), unit="TNE", unit_value=D(800), step=D("0.5")
    )
    house.active(two, FASTENERS, FUEL, quantity=D(500), unit_value=D(7))
    house.active(
        three, FUEL, STEEL, quantity=D(3300),
        wants=[house.want(STEEL, quantity=D(5000), unit="KGM", highest=D("0.8"))],
    )  # fmt: skip
    first = BarterListing.objects.get(company_id=two.company_id)
    first.wants.update(quantity=D(5000))
    listing.wants.update(quantity=D(5000))
    BarterListing.objects.filter(company_id=three.company_id).update(unit_value=D(1))
    [proposal] = house.proposed(one, listing)
    parties = {each.company_id: each for each in proposal.parties.all()}
    assert [parties[each.company_id].quantity for each in (one, two, three)] == [4, 457, 3200]
    assert sum(each.cash for each in parties.values()) == 0
    assert house.accept_all(proposal, three, one, two).state == "agreed"
    wanted = BarterListing.objects.get(company_id=three.company_id).wants.get()
    assert wanted.promised == 4000  # kilograms of the four tonnes


@pytest.mark.parametrize(
    "values",
    [
        {"currency": "USD"},
        {"territory": ["DE"]},
        {"unit_value": D("1001")},
        {"quantity": D(8), "step": D(8), "unit_value": D(400)},
        {"unit": "KGM"},
        {"category": FUEL},
        {"valid_until": utc_now() + timedelta(days=1)},
    ],
)
def test_what_does_not_fit_is_not_proposed(values: dict) -> None:
    one, other = house.trader(), house.trader()
    listing = house.active(one)
    theirs = house.active(other, FASTENERS, STEEL, **values)
    if "valid_until" in values:
        BarterListing.objects.filter(pk=theirs.pk).update(valid_until=utc_now())
    found = finding.find_for(actor=one, listing_id=listing.pk)
    assert (found.made, found.known, found.complete) == ((), 0, True)
    assert found.other_currencies == (1 if "currency" in values else 0)


def test_nobody_unverified_or_of_the_same_company_is_found() -> None:
    one, other = house.trader(), house.trader()
    listing = house.active(one)
    house.active(one, FASTENERS, STEEL)
    house.active(other, FASTENERS, STEEL)
    Company.objects.filter(pk=other.company_id).update(standing=Standing.SUSPENDED)
    assert house.proposed(one, listing) == []


def test_goods_of_a_narrower_category_fit_and_those_of_a_broader_do_not() -> None:
    one, other = house.trader(), house.trader()
    listing = house.active(one, needs="44500000-5")
    house.active(other, FASTENERS, STEEL)
    assert len(house.proposed(one, listing)) == 1
    third = house.trader()
    house.active(third, "44500000-5", STEEL)
    picky = house.active(house.trader(), needs=FASTENERS)
    edges = finding.graph(finding.load_world("EUR").nodes.values())
    broad = str(BarterListing.objects.get(company_id=third.company_id).pk)
    assert str(picky.pk) not in edges[broad]
    assert str(listing.pk) in edges[broad]


def test_the_same_is_not_proposed_twice_nor_after_somebody_declined() -> None:
    proposal, (one, other) = swap()
    listing = BarterListing.objects.get(company_id=one.company_id)
    again = finding.find_for(actor=one, listing_id=listing.pk)
    assert (again.made, again.known) == ((), 1)
    answering.decline(actor=other, proposal_id=proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.end) == ("ended", "declined")
    assert find_all() == 0
    with pytest.raises(ProposalClosed):
        answering.accept(actor=one, proposal_id=proposal.pk)


def test_the_nightly_search_proposes_for_everybody_and_ends_what_is_overdue() -> None:
    house.active(house.trader())
    house.active(house.trader(), FASTENERS, STEEL)
    assert find_all() == 1
    BarterProposal.objects.update(respond_until=utc_now())
    assert ending.end_overdue() == 1
    assert BarterProposal.objects.get().end == "expired"
    assert find_all() == 1  # whoever only forgot is asked again


def test_an_answer_is_given_once_and_within_the_limit() -> None:
    proposal, (one, _other) = swap()
    Membership.objects.filter(pk=one.membership_id).update(
        limit_amount=D("999.99"), limit_currency="EUR"
    )
    limited = load_actor(one.user_id, one.company_id)
    with pytest.raises(LimitExceeded):
        answering.accept(actor=limited, proposal_id=proposal.pk)
    answering.accept(actor=one, proposal_id=proposal.pk)
    with pytest.raises(AlreadyAnswered):
        answering.accept(actor=one, proposal_id=proposal.pk)
    with pytest.raises(ProposalNotFound):
        answering.accept(actor=house.trader(), proposal_id=proposal.pk)
    with pytest.raises(ProtocolNotReady):
        protocol_file(one, proposal)


def test_what_is_gone_by_the_last_acceptance_ends_the_proposal() -> None:
    proposal, (one, other) = swap()
    BarterListing.objects.filter(company_id=other.company_id).update(promised=D(1))
    assert house.accept_all(proposal, one, other).end == "unavailable"
    assert BarterListing.objects.get(company_id=one.company_id).promised == 0


def test_a_withdrawn_listing_ends_its_proposals_and_can_be_written_anew() -> None:
    proposal, (one, _other) = swap()
    listing = BarterListing.objects.get(company_id=one.company_id)
    listings.withdraw_listing(actor=one, listing_id=listing.pk)
    proposal.refresh_from_db()
    assert proposal.end == "withdrawn"
    with pytest.raises(ListingStateMoved):
        listings.withdraw_listing(actor=one, listing_id=listing.pk)
    with pytest.raises(ListingStateMoved):
        finding.find_for(actor=one, listing_id=listing.pk)
    listings.reopen_listing(actor=one, listing_id=listing.pk)
    listings.change_listing(
        actor=one, listing_id=listing.pk, listing=house.typed(title="Plate, cut")
    )
    assert listings.publish_listing(actor=one, listing_id=listing.pk).title == "Plate, cut"
    with pytest.raises(ListingNotFound):
        listings.withdraw_listing(actor=house.trader(), listing_id=listing.pk)


def test_what_is_promised_cannot_be_written_away() -> None:
    proposal, people = swap()
    house.accept_all(proposal, *people)
    listing = BarterListing.objects.get(company_id=people[0].company_id)
    listings.withdraw_listing(actor=people[0], listing_id=listing.pk)
    listings.reopen_listing(actor=people[0], listing_id=listing.pk)
    with pytest.raises(NothingLeft):
        listings.publish_listing(actor=people[0], listing_id=listing.pk)
    with pytest.raises(FieldWrong) as refused:
        listings.change_listing(
            actor=people[0], listing_id=listing.pk, listing=house.typed(quantity=D(9))
        )
    assert refused.value.field == "quantity"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": " "}),
        ("category", {"category": ""}),
        ("category", {"category": "no such"}),
        ("gtin", {"gtin": "4006381333931"}),
        ("quantity", {"quantity": D(0)}),
        ("step", {"step": D(11)}),
        ("cap_percent", {"cap_percent": None}),
        ("cap_percent", {"cap_amount": D(5)}),
        ("cap_percent", {"cap_percent": D("100.01")}),
        ("unit_value", {"unit_value": D(10) ** 14, "quantity": D(10)}),
        ("valid_until", {"valid_until": utc_now() - timedelta(days=1)}),
        ("attributes", {"attributes": {"no-such": "1"}}),
        ("wants", {"wants": []}),
        ("wants", {"wants": [house.want("")]}),
        ("wants", {"wants": [house.want()] * 11}),
    ],
)
def test_a_listing_is_refused_with_its_field(field: str, values: dict) -> None:
    with pytest.raises(FieldWrong) as refused:
        house.draft(house.trader(), **values)
    assert refused.value.field == field


def test_names_are_for_verified_companies_whose_listing_is_active() -> None:
    proposal, (one, other) = swap()

    def names() -> list[bool]:
        found = selectors.with_parties(proposal)
        return [bool(each.name) for each in
                selectors.seen(load_actor(one.user_id, one.company_id), found).parties
                if not each.is_own]  # fmt: skip

    assert names() == [True]
    Company.objects.filter(pk=one.company_id).update(standing=Standing.SUSPENDED)
    assert names() == [False]
    Company.objects.filter(pk=one.company_id).update(standing=Standing.VERIFIED)
    BarterListing.objects.filter(company_id=one.company_id).update(state="draft")
    assert names() == [False]
    BarterListing.objects.filter(company_id=one.company_id).update(state="active")
    house.accept_all(proposal, one, other)
    BarterListing.objects.filter(company_id=one.company_id).update(state="withdrawn")
    assert names() == [True]


def test_the_protocol_is_the_same_file_each_time() -> None:
    proposal, people = swap()
    house.accept_all(proposal, *people)
    first, second = (protocol_file(people[0], proposal) for _ in range(2))
    assert first.content.startswith(b"%PDF")
    assert first == second
    assert first.name == f"{proposal.number}.pdf"


def test_an_officer_reads_and_does_not_write() -> None:
    company = make_company()
    officer = make_actor(Role.OFFICER, company)
    assert list(selectors.own_listings(officer)) == []
    with pytest.raises(AccessForbidden):
        house.draft(officer)
