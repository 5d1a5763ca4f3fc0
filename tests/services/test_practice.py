"""A supplier's practice: the same room and rules, against bots, and no trace in the real one."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from auctions.api.views import AuctionsView
from auctions.domain.commands import PlaceBid
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import (
    DutchTerms,
    JapaneseTerms,
    OpenClosedTerms,
    SealedRoundsTerms,
    SoftClose,
    TurnsTerms,
)
from auctions.ledger.replay import Step, replay_all
from auctions.ledger.store import read_after
from auctions.models import (
    AttemptEntry,
    Auction,
    Checkpoint,
    CommandOutcome,
    LedgerEntry,
    LotReserve,
    Seat,
)
from auctions.pages.listing import auctions_of
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.errors import AuctionUnknown
from auctions.rehearsal.errors import (
    NothingToPractise,
    PracticeNotFound,
    PracticeOpen,
    RehearsalFieldWrong,
)
from auctions.rehearsal.models import Practice
from auctions.rehearsal.practice import driving, opening
from auctions.relay_source import LedgerSource, subject_of
from auctions.selectors import load
from auctions.services.deciding import decide_now
from auctions.services.policies import place_of
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Company, Role
from crm_core.notifications.models import Notice
from crm_core.timeline.models import Account
from infra import relay
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.errors import TenderNotFound
from marketplace.tenders.services import lots, practising, publishing
from tests import tender_house as house
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
SECRET = "401.23"


@pytest.fixture
def tender(officer, sellers):
    """Published with a hidden reserve."""
    made = house.draft(officer, sellers)
    lots.update_lot(
        actor=officer, tender_id=made.pk, lot_id=made.lots.get().pk, lot=house.lot(reserve=SECRET)
    )
    return publishing.publish(actor=officer, tender_id=made.pk)


def begun(seller, tender, **typed) -> Practice:
    return practising.begin(actor=seller, tender_id=tender.pk, typed=typed)


def started(practice: Practice) -> None:
    """Wait for its start; it is decided before the next command."""
    due = Auction.objects.values_list("due", flat=True).get(pk=practice.auction_id)
    time.sleep(max(0.0, (due - utc_now()).total_seconds()) + 0.01)


def traces(tender) -> list:
    """Everything the real auction has, and all that others are told."""
    real = tender.auction_id
    return [
        list(LedgerEntry.objects.filter(auction_id=real).values_list("seq", "hash")),
        list(Auction.objects.filter(pk=real).values()),
        list(Seat.objects.filter(auction_id=real).values()),
        list(Notice.objects.order_by("pk").values_list("pk", "text")),
        list(Account.objects.order_by("pk").values()),
    ]


def test_it_is_played_with_bots_by_the_live_rules_and_leaves_no_trace(
    officer, sellers, tender, monkeypatch
):
    relay.drain()
    before = traces(tender)
    monkeypatch.setattr("auctions.rehearsal.practice.opening.UNTIL_START", timedelta(seconds=0.5))
    practice = begun(sellers[0], tender, rivals="3")
    auction_id = practice.auction_id
    started(practice)
    own = Seat.objects.get(auction_id=auction_id)
    assert own.company_id == sellers[0].company_id
    state = load(auction_id)
    assert len(state.seats) == 4
    assert all(seat.accepted_version == 1 for seat in state.seats.values())
    place = place_of(sellers[0], auction_id)
    assert place.role == "supplier"
    mine = PlaceBid(own.code, 1, Decimal("540.00"), "mine", Decimal("540.00"))
    decide_now(auction_id=auction_id, command=mine, party=place.party)
    # The bots as if half an hour had passed, but for the deadline: their looks are let come.
    for _ in range(40):
        Practice.objects.get(pk=practice.pk)
        soon = _hasten(practice)
        if soon is None or driving.step(practice.pk, practice.chain) is None:
            break
    state = load(auction_id)
    bids = {seat: on.bids for seat, on in state.lots[1].seats.items()}
    assert bids.pop(own.code) == 1
    # Whatever habits were dealt to the three, at most one of them waits for the last seconds.
    assert sum(bids.values()) >= 2
    with connection.cursor() as cursor:
        entries = read_after(cursor, auction_id, 0, 1000)
    from auctions.domain.events import event_from

    steps = [Step(each.seq, each.recorded_at, event_from(each.kind, each.body)) for each in entries]
    assert replay_all(steps, {}) == state

    relay.drain()
    assert traces(tender) == before
    assert LedgerSource().read(subject_of(auction_id), 0, 10) == []
    practising.end(actor=sellers[0], tender_id=tender.pk)
    for table in (LedgerEntry, AttemptEntry, Checkpoint, CommandOutcome, Seat, LotReserve):
        assert not table.objects.filter(auction_id=auction_id).exists()
    assert not Auction.objects.filter(pk=auction_id).exists()
    assert not Practice.objects.exists()
    relay.drain()
    assert traces(tender) == before
    with pytest.raises(PracticeNotFound):
        practising.end(actor=sellers[0], tender_id=tender.pk)


def _hasten(practice: Practice):
    """Let the next look come now."""
    practice.refresh_from_db()
    waiting = practice.play["looks"]
    if not waiting:
        return None
    first = min(waiting, key=lambda each: each["at"])
    first["at"] = "2000-01-01T00:00:00.000000Z"
    practice.save(update_fields=["play"])
    return first


def test_nobody_else_finds_it(officer, sellers, tender):
    practice = begun(sellers[0], tender)
    operator = house.person(
        Company.objects.filter(operates=True).first() or house.company("Fairfall", operates=True),
        Role.ARBITER,
    )
    admin = house.person(Company.objects.get(pk=operator.company_id), Role.AUDITOR)
    for other in (officer, sellers[1], operator, admin):
        with pytest.raises(AuctionUnknown):
            place_of(other, practice.auction_id)
        assert practice.auction_id not in {each.pk for each in auctions_of(other)}
    assert practice.auction_id not in {each.pk for each in auctions_of(sellers[0])}
    listed = api_client(sellers[0]).get("/api/v1/auctions/").json()["results"]
    assert [each["id"] for each in listed] == [str(tender.auction_id)]
    assert AuctionsView  # the list that was asked


def test_the_bots_know_nothing_of_the_reserve_or_of_bids(officer, sellers, tender):
    practice = begun(sellers[0], tender)
    kept = str(practice.play)
    assert SECRET not in kept
    assert not LotReserve.objects.filter(auction_id=practice.auction_id).exists()
    terms = load(practice.auction_id).rules
    assert terms.lots[0].reserve_commitment is None
    levels = {Decimal(each) for each in practice.play["prices"].values()}
    assert levels == {Decimal("550.00")}  # the ceiling, which everybody reads
    for bot in practice.play["bots"]:
        assert all(Decimal("412.50") <= Decimal(cost) <= Decimal("522.50")
                   for cost in bot["costs"].values())  # fmt: skip


def test_the_terms_are_the_real_ones_but_for_times_and_secrets(officer, sellers, tender):
    practice = begun(sellers[0], tender)
    real, played = load(tender.auction_id).rules, load(practice.auction_id).rules
    assert played.length == real.length
    assert played.soft_close == real.soft_close
    assert played.feedback == real.feedback
    assert played.lots[0].ceiling == real.lots[0].ceiling
    assert timedelta(0) < played.starts_at - utc_now() <= timedelta(seconds=20)


def test_who_may_practise_and_when(officer, sellers, tender):
    stranger = house.supplier("Uninvited OÜ")
    with pytest.raises(TenderNotFound):
        begun(stranger, tender)
    with pytest.raises(AccessForbidden):
        begun(officer, tender)
    begun(sellers[0], tender)
    with pytest.raises(PracticeOpen):
        begun(sellers[0], tender)
    begun(sellers[1], tender)
    for rivals in ("0", "9", "x"):
        with pytest.raises(RehearsalFieldWrong):
            begun(sellers[0], tender, rivals=rivals)
    Auction.objects.filter(pk=tender.auction_id).update(phase=Phase.RUNNING.value)
    driving.remove(Practice.objects.get(company_id=sellers[0].company_id).pk)
    with pytest.raises(NothingToPractise):
        begun(sellers[0], tender)


def test_what_is_over_or_too_old_is_swept_away(sellers, tender):
    practice = begun(sellers[0], tender)
    assert driving.sweep() == 0
    Practice.objects.update(expires_at=utc_now())
    assert driving.sweep() == 1
    assert not Auction.objects.filter(pk=practice.auction_id).exists()


def test_a_lost_series_of_steps_is_taken_up_by_a_new_one(sellers, tender):
    practice = begun(sellers[0], tender)
    assert driving.silent() == []
    Practice.objects.update(heard_at=utc_now() - timedelta(minutes=2))
    ((found, chain),) = driving.silent()
    assert found == practice.pk
    assert driving.step(practice.pk, practice.chain) is None  # the old one ends
    assert driving.step(practice.pk, chain) is not None
    assert driving.step(practice.pk, uuid4()) is None


def test_a_real_auction_is_never_made_a_practice(tender):
    with pytest.raises(IntegrityError), transaction.atomic():
        Auction.objects.filter(pk=tender.auction_id).update(is_practice=True)


def test_from_the_tender_to_the_practice_room(officer, sellers, tender):
    client = signed_in(sellers[0])
    path = f"/tenders/{tender.pk}/practice/"
    assert path in client.get(f"/tenders/{tender.pk}/").content.decode()
    assert client.get(path).status_code == 200
    assert client.post(path, {"rivals": "99"}).status_code == 422
    room = client.post(path, {"rivals": "2"})["Location"]
    html = client.get(room).content.decode()
    assert 'id="practice-banner"' in html
    assert room in client.get(path).content.decode()
    client.post(f"{path}end/")
    assert not Practice.objects.exists()
    assert signed_in(officer).get(path).status_code == 403
    assert signed_in(house.supplier("Uninvited OÜ")).get(path).status_code == 404


def test_over_the_api(officer, sellers, tender):
    api, url = api_client(sellers[0]), f"/api/v1/tenders/{tender.pk}/practice/"
    assert api.get(url).json()["code"] == "rehearsal.practice_not_found"
    made = api.post(url, {"rivals": 2}, format="json")
    assert made.status_code == 201
    assert api.get(url).json()["auction_id"] == made.json()["auction_id"]
    assert api.post(url, {}, format="json").json()["code"] == "rehearsal.practice_open"
    assert api.delete(url).status_code == 204
    assert api.delete(url).status_code == 404
    assert api_client(officer).get(url).status_code == 403


SOON = timedelta(seconds=1)
FORMATS = {
    "sealed": {},
    "vickrey": {},
    "sealed_rounds": {"sealed_rounds": SealedRoundsTerms(rounds=2, length=SOON, pause=SOON)},
    "open_closed": {"open_closed": OpenClosedTerms(window=SOON, final=timedelta(0))},
    "budget": {},
    "dutch": {"dutch": DutchTerms(SOON)},
    "japanese": {"japanese": JapaneseTerms(SOON)},
    "turns": {"turns": TurnsTerms(1, SOON, SOON, SOON, SOON)},
}
PRICES = {
    "budget": {"budget": "100000", "floor": "90", "ceiling": ""},
    "dutch": {"start": "500", "ceiling": "", "reserve": "600"},
    "japanese": {"start": "500", "ceiling": ""},
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_practised_to_its_end(officer, sellers, monkeypatch, name):
    """Bots take part, keys and seeds are there when they are needed, and somebody wins."""
    opens = moment_to_wire(utc_now() + timedelta(minutes=30))
    made = house.draft(
        officer, sellers, format=name, **({"prebid_opens_at": opens} if name == "turns" else {})
    )
    found, price = made.lots.get(), PRICES.get(name, {})
    lots.update_lot(actor=officer, tender_id=made.pk, lot_id=found.pk, lot=house.lot(**price))
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    shortened = opening.without_secrets

    def quick(terms):
        still = SoftClose(window=timedelta(0))
        return replace(shortened(terms), length=SOON, soft_close=still, **FORMATS[name])

    monkeypatch.setattr(opening, "without_secrets", quick)
    monkeypatch.setattr(opening, "UNTIL_START", timedelta(seconds=0.5))
    monkeypatch.setattr(opening, "INITIAL_OFFERS", 2 * SOON)
    practice = begun(sellers[0], tender, rivals="3", price_1="550")
    auction_id = practice.auction_id
    until = time.monotonic() + 30
    started(practice)
    while load(auction_id).phase.is_open and time.monotonic() < until:
        at_it = load(auction_id)
        running = any(lot.phase is LotPhase.RUNNING for lot in at_it.lots.values())
        if running or at_it.prebid_opened:
            _hasten(practice)
        if driving.step(practice.pk, practice.chain) is None:
            time.sleep(0.1)
        due = Auction.objects.values_list("due", flat=True).get(pk=auction_id)
        if due is not None and due <= utc_now():
            with connection.cursor() as cursor:  # as the clock does
                decide_in_transaction(cursor, auction_id, [], ticks_until=due)
    state = load(auction_id)
    assert not state.phase.is_open
    assert state.lots[1].winner is not None
    practising.end(actor=sellers[0], tender_id=tender.pk)
    assert not Auction.objects.filter(pk=auction_id).exists()
