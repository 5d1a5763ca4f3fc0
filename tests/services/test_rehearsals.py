"""Rehearsals: asked for, played in pieces, cancelled, repeated; only the tender's own people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.models import Auction, LedgerEntry
from auctions.models.auction import AuctionPhase
from auctions.rehearsal import report, services
from auctions.rehearsal.errors import (
    NothingToRehearse,
    RehearsalFieldWrong,
    RehearsalNotFound,
    RehearsalOver,
    RehearsalRunning,
    RehearsalsWaiting,
    RehearsalTooLarge,
    TermsNotReady,
)
from auctions.rehearsal.models import Rehearsal, RehearsalRun, RehearsalState
from auctions.rehearsal.play.figures import figures_of
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role
from kernel.clock import utc_now
from marketplace.tenders.errors import TenderNotFound
from marketplace.tenders.services import drafting, lots, rehearsing
from tests import tender_house as house

pytestmark = pytest.mark.django_db
SMALL = {"bots": "3", "runs": "2", "seed": "s1", "strategies": ["straightforward"], "steps": "2"}


def asked(officer, tender, **more) -> Rehearsal:
    return rehearsing.rehearse(actor=officer, tender_id=tender.pk, typed={**SMALL, **more})


def finished(made: Rehearsal) -> Rehearsal:
    while services.go_on(made.pk):
        continue
    made.refresh_from_db()
    return made


def test_it_is_played_kept_and_leaves_no_auction(officer, sellers):
    made = finished(asked(officer, house.draft(officer, sellers)))
    assert (made.state, made.done, made.total) == (RehearsalState.DONE, 4, 4)
    assert made.finished_at is not None
    assert not Auction.objects.exists()
    assert not LedgerEntry.objects.exists()
    places = list(made.runs.values_list("variant", "number"))
    assert places == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_the_figures_are_those_of_the_run_played_anew(officer, sellers):
    made = finished(asked(officer, house.draft(officer, sellers)))
    for run in made.runs.all():
        played = services.replayed(made, variant=run.variant, number=run.number)
        assert figures_of(played, with_path=run.number == 0) == run.figures


def test_the_same_seed_comes_to_the_same_once_more(officer, sellers):
    tender = house.draft(officer, sellers)
    first = finished(asked(officer, tender))
    second = finished(rehearsing.again(actor=officer, tender_id=tender.pk, rehearsal_id=first.pk))
    assert report.figures_by_variant(first) == report.figures_by_variant(second)
    other = finished(asked(officer, tender, seed="s2"))
    assert report.figures_by_variant(other) != report.figures_by_variant(first)


def test_a_draft_changed_later_does_not_change_what_was_rehearsed(officer, sellers):
    tender = house.draft(officer, sellers)
    made = asked(officer, tender)
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"length": "5"})
    assert all(run["seconds"] >= 30 * 60 for run in report.figures_by_variant(finished(made))[0])


def test_a_published_auction_is_rehearsed_until_it_begins_without_its_reserve(officer, sellers):
    tender = house.draft(officer, sellers)
    lots.update_lot(
        actor=officer, tender_id=tender.pk, lot_id=tender.lots.get().pk,
        lot=house.lot(reserve="401.23"),
    )  # fmt: skip
    from marketplace.tenders.services import publishing

    tender = publishing.publish(actor=officer, tender_id=tender.pk)
    entries = LedgerEntry.objects.count()
    made = finished(asked(officer, tender))
    assert made.done == 4
    kept = str([made.terms, made.setup, *made.runs.values_list("figures", flat=True)])
    assert "401.23" not in kept
    assert made.terms["lots"][0]["reserve_commitment"] is None
    assert LedgerEntry.objects.count() == entries
    Auction.objects.filter(pk=tender.auction_id).update(phase=AuctionPhase.RUNNING)
    with pytest.raises(NothingToRehearse):
        asked(officer, tender)


def test_an_unfinished_draft_is_told_so(officer):
    tender = drafting.create_draft(actor=officer, title="Empty")
    with pytest.raises(TermsNotReady):
        asked(officer, tender)


def test_a_lot_without_a_ceiling_needs_a_price_level(officer, sellers):
    tender = house.draft(officer, sellers)
    lot = tender.lots.get()
    change = {"actor": officer, "tender_id": tender.pk, "lot_id": lot.pk}
    lots.update_lot(**change, lot=house.lot(ceiling=""))
    with pytest.raises(RehearsalFieldWrong) as refused:
        asked(officer, tender)
    assert refused.value.field == "price_1"
    made = finished(asked(officer, tender, price_1="500,00"))
    assert Decimal(report.figures_by_variant(made)[0][0]["lots"][0]["price"]) < 500
    lots.update_lot(**change, lot=house.lot(ceiling="", baseline="520"))
    assert asked(officer, tender).setup["prices"] == [{"lot": 1, "amount": "520.00"}]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"bots": "0"}, "bots"),
        ({"bots": "21"}, "bots"),
        ({"bots": "many"}, "bots"),
        ({"runs": "201"}, "runs"),
        ({"seed": "a b"}, "seed"),
        ({"strategies": ["clever"]}, "strategies"),
        ({"spread": "list", "cost_list": ""}, "cost_list"),
        ({"cost_low": "0"}, "cost_low"),
        ({"cost_low": "96"}, "cost_high"),
        ({"cost_low": "1e3"}, "cost_low"),
        ({"cost_error": "100"}, "cost_error"),
        ({"steps": "100"}, "steps"),
        ({"steps": "1;2;3;4;5"}, "steps"),
        ({"formats": ["tombola"]}, "formats"),
    ],
)
def test_every_field_is_judged(officer, sellers, typed, field):
    with pytest.raises(RehearsalFieldWrong) as refused:
        asked(officer, house.draft(officer, sellers), **typed)
    assert refused.value.field == field
    assert not Rehearsal.objects.exists()


def test_too_much_work_is_refused_with_its_numbers(officer, sellers):
    with pytest.raises(RehearsalTooLarge) as refused:
        asked(officer, house.draft(officer, sellers), bots="20", runs="200", steps="1;2;3;4")
    assert refused.value.field == "runs"
    assert refused.value.data["work"] == 20 * 200 * 5


def test_three_at_a_time(officer, sellers):
    tender = house.draft(officer, sellers)
    first, *_ = [asked(officer, tender) for _ in range(3)]
    with pytest.raises(RehearsalsWaiting):
        asked(officer, tender)
    rehearsing.cancel(actor=officer, tender_id=tender.pk, rehearsal_id=first.pk)
    asked(officer, tender)


def test_cancelled_it_keeps_what_was_played_and_plays_no_more(officer, sellers):
    tender = house.draft(officer, sellers)
    made = asked(officer, tender)
    services._one_more(made.pk)
    ids = {"actor": officer, "tender_id": tender.pk, "rehearsal_id": made.pk}
    with pytest.raises(RehearsalRunning):
        rehearsing.delete(**ids)
    rehearsing.cancel(**ids)
    assert services.go_on(made.pk) is False
    assert RehearsalRun.objects.count() == 1
    with pytest.raises(RehearsalOver):
        rehearsing.cancel(**ids)
    rehearsing.delete(**ids)
    assert not RehearsalRun.objects.exists()


def test_a_rehearsal_nobody_works_on_is_picked_up(officer, sellers):
    made = asked(officer, house.draft(officer, sellers))
    assert services.silent() == []
    Rehearsal.objects.update(heard_at=utc_now() - timedelta(minutes=3))
    assert services.silent() == [made.pk]


def test_others_find_nothing(officer, sellers):
    tender = house.published(officer, sellers)
    made = asked(officer, tender)
    stranger = house.buyer("Riga Ports SIA")
    for other in (stranger, house.person(house.company("X AS", buys=True), Role.OFFICER)):
        with pytest.raises(TenderNotFound):
            rehearsing.rehearsals_of(other, tender.pk)
        with pytest.raises(RehearsalNotFound):
            services.own_rehearsal(other, made.pk)
    with pytest.raises(AccessForbidden):  # invited, but it may not edit tenders
        rehearsing.rehearsals_of(sellers[0], tender.pk)
    theirs = house.draft(stranger, sellers)
    with pytest.raises(RehearsalNotFound):  # the right tender, another's rehearsal
        rehearsing.rehearsal_of(stranger, theirs.pk, made.pk)
    approver = house.person(officer_company(officer), Role.APPROVER)
    with pytest.raises(AccessForbidden):
        rehearsing.rehearsal_of(approver, tender.pk, made.pk)


def officer_company(officer):
    from crm_core.companies.models import Company

    return Company.objects.get(pk=officer.company_id)
