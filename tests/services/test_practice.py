"""A supplier's practice: the same room and rules, against bots, and no trace in the real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from auctions.api.views import AuctionsView
from auctions.domain.commands import PlaceBid
from auctions.domain.events import BidPlaced, event_from
from auctions.domain.state import Phase
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
from auctions.services import deciding
from auctions.services.deciding import decide_now
from auctions.services.policies import place_of
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Company, Role
from crm_core.notifications.models import Notice
from crm_core.timeline.models import Account
from infra import relay
from kernel.clock import MICROSECOND, moment_to_wire, utc_now
from marketplace.tenders.errors import TenderNotFound
from marketplace.tenders.services import lots, practising, publishing
from tests import tender_house as house
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
SECRET = "401.23"
SEED = "1"  # deals a jumping, a sniping and a straightforward bot


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


@dataclass
class Clock:
    """When commands are received, which is the test's to say: a play comes out the same on a fast
    machine and on a slow one. It lies in the past, for nothing is received after it is decided."""

    now: datetime

    def play(self, practice: Practice, *, until: timedelta) -> None:
        """Call the bots and the auction's clock whenever they ask for it, to the end."""
        end = self.now + until
        while load(practice.auction_id).phase.is_open and self.now < end:
            wait = driving.step(practice.pk, practice.chain, now=self.now)
            due = self._due(practice.auction_id)
            waits = [] if wait is None else [self.now + wait]
            # Just after it: what is received at the very moment of a start comes before the start.
            self.now = min([*waits, *([] if due is None else [due])]) + MICROSECOND
            if due is not None and due <= self.now:
                with connection.cursor() as cursor:  # as the auction's clock does
                    decide_in_transaction(cursor, practice.auction_id, [], ticks_until=due)

    @staticmethod
    def _due(auction_id: UUID) -> datetime | None:
        return Auction.objects.values_list("due", flat=True).get(pk=auction_id)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """A practice is opened yesterday and decided the live way; only the moments are made up."""
    made, attempt = Clock(utc_now() - timedelta(days=1)), deciding._attempt
    monkeypatch.setattr(opening, "utc_now", lambda: made.now)
    monkeypatch.setattr(
        deciding,
        "_attempt",
        lambda auction_id, work: attempt(auction_id, replace(work, received_at=made.now)),
    )
    return made


@pytest.fixture
def drawn(monkeypatch) -> None:
    """The draw of every practice: the bots' habits and costs follow from the seed, and what each
    does at a look from the seed and its seat's code."""
    codes = iter(f"PLAY{number:02}" for number in range(100))
    monkeypatch.setattr(opening, "secrets", SimpleNamespace(token_hex=lambda _bytes: SEED))
    monkeypatch.setattr(opening, "new_code", lambda _taken: next(codes))


def costs_of(practice: Practice) -> dict[str, Decimal]:
    """What a unit of lot 1 costs each bot, by seat."""
    return {bot["seat"]: Decimal(bot["costs"]["1"]) for bot in practice.play["bots"]}


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


def left_of(auction_id: UUID) -> list[str]:
    """Where rows of a practice still are."""
    tables = (LedgerEntry, AttemptEntry, Checkpoint, CommandOutcome, Seat, LotReserve)
    tied = [t.__name__ for t in tables if t.objects.filter(auction_id=auction_id).exists()]
    return tied + ["Auction"] * Auction.objects.filter(pk=auction_id).exists()


def test_it_is_played_with_bots_by_the_live_rules_and_leaves_no_trace(
    officer, sellers, tender, clock, drawn
):
    relay.drain()
    before = traces(tender)
    practice = begun(sellers[0], tender, rivals="3")
    auction_id = practice.auction_id
    own = Seat.objects.get(auction_id=auction_id)
    assert own.company_id == sellers[0].company_id
    state = load(auction_id)
    assert len(state.seats) == 4
    assert all(seat.accepted_version == 1 for seat in state.seats.values())
    place = place_of(sellers[0], auction_id)
    assert place.role == "supplier"
    clock.now = state.rules.starts_at + timedelta(seconds=1)
    mine = PlaceBid(own.code, 1, Decimal("540.00"), "mine", Decimal("540.00"))
    decide_now(auction_id=auction_id, command=mine, party=place.party)
    clock.play(practice, until=timedelta(hours=2))
    state = load(auction_id)
    assert not state.phase.is_open
    bids = {seat: on.bids for seat, on in state.lots[1].seats.items()}
    assert bids.pop(own.code) == 1
    assert bids == {"PLAY01": 6, "PLAY02": 3, "PLAY03": 28}
    assert (state.lots[1].winner, state.lots[1].price) == ("PLAY02", Decimal("468.27"))
    with connection.cursor() as cursor:
        entries = read_after(cursor, auction_id, 0, 1000)
    steps = [Step(each.seq, each.recorded_at, event_from(each.kind, each.body)) for each in entries]
    assert replay_all(steps, {}) == state
    costs = costs_of(practice)
    placed = [each.event for each in steps if isinstance(each.event, BidPlaced)]
    assert len(placed) == 1 + 6 + 3 + 28
    assert all(bid.amount >= costs[bid.seat] for bid in placed if bid.seat != own.code)

    relay.drain()
    assert traces(tender) == before
    assert LedgerSource().read(subject_of(auction_id), 0, 10) == []
    practising.end(actor=sellers[0], tender_id=tender.pk)
    assert not left_of(auction_id)
    assert not Practice.objects.exists()
    relay.drain()
    assert traces(tender) == before
    with pytest.raises(PracticeNotFound):
        practising.end(actor=sellers[0], tender_id=tender.pk)


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


FORMATS = (
    "sealed", "vickrey", "sealed_rounds", "open_closed", "budget", "dutch", "japanese", "turns",
)  # fmt: skip
PRICES = {
    "budget": {"budget": "100000", "floor": "90", "ceiling": ""},
    "dutch": {"start": "500", "ceiling": "", "reserve": "600"},
    "japanese": {"start": "500", "ceiling": ""},
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_practised_to_its_end(officer, sellers, clock, drawn, name):
    """Bots take part, keys and seeds are there when they are needed, somebody wins, and the real
    auction and its people have no trace of it."""
    opens = moment_to_wire(utc_now() + timedelta(minutes=30))
    made = house.draft(
        officer, sellers, format=name, **({"prebid_opens_at": opens} if name == "turns" else {})
    )
    found, price = made.lots.get(), PRICES.get(name, {})
    lots.update_lot(actor=officer, tender_id=made.pk, lot_id=found.pk, lot=house.lot(**price))
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    relay.drain()
    before = traces(tender)
    assert before[0]
    practice = begun(sellers[0], tender, rivals="3", price_1="550")
    auction_id = practice.auction_id
    clock.play(practice, until=timedelta(hours=6))
    state = load(auction_id)
    assert not state.phase.is_open
    lot, costs = state.lots[1], costs_of(practice)
    assert set(lot.seats) == ({lot.winner} if name == "dutch" else set(costs))  # the first ends it
    for seat, mine in lot.seats.items():
        assert mine.bids
        if mine.best is not None:  # else its bids came after the drawn end
            best = mine.best.amount
            assert (Decimal(100_000) / best if name == "budget" else best) >= costs[seat]
    assert lot.winner is not None
    relay.drain()
    assert traces(tender) == before
    practising.end(actor=sellers[0], tender_id=tender.pk)
    relay.drain()
    assert traces(tender) == before
    assert not left_of(auction_id)


def test_in_a_practice_each_bot_seals_its_package_and_its_discount(officer, sellers, clock, drawn):
    rules = {"packages": True, "packages.discounts": True}
    made = house.draft(officer, sellers, format="sealed", **rules)
    for number in range(2):
        lots.add_lot(actor=officer, tender_id=made.pk, lot=house.lot(f"Strip {number}"))
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    relay.drain()
    before = traces(tender)
    practice = begun(sellers[0], tender, rivals="3")
    clock.play(practice, until=timedelta(hours=2))
    relay.drain()
    assert traces(tender) == before
    state, bots = load(practice.auction_id), practice.play["bots"]
    assert not state.phase.is_open
    opened = {seat: mine.opened[1] for seat, mine in state.packages.seats.items()}
    assert set(opened) == {bot["seat"] for bot in bots}
    for bot in bots:
        costs = {int(lot): Decimal(cost) for lot, cost in bot["together"].items()}
        prices = opened[bot["seat"]].prices
        assert set(prices) == set(costs)
        assert all(prices[lot] >= costs[lot] for lot in costs)
        condition, given = bot["condition"], state.packages.seats[bot["seat"]].discount
        assert (list(given.lots), given.count) == (condition["lots"], condition["count"])
        assert 0 < given.percent <= Decimal(condition["saved"])
