"""The demonstration's tenders and live auction: opened once, ended unwatched, pruned."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from redis import RedisError

from auctions.models import Auction, LedgerEntry
from config.demo import companies, live, panel, tenders, watching
from config.demo.bots import HABITS
from config.management.commands import demobots
from infra.models import OutboxMessage
from marketplace.tenders.models import LotResult, Tender, TenderState
from tests import tender_house as house

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded() -> None:
    companies.load(lambda _line: None)


@pytest.mark.usefixtures("_loaded")
def test_the_loader_is_repeatable():
    tenders.load(lambda _line: None)
    tenders.load(lambda _line: None)

    assert Tender.objects.filter(state=TenderState.PUBLISHED).count() == 2
    assert Tender.objects.filter(state=TenderState.DRAFT).count() == 1


@pytest.mark.usefixtures("_loaded")
def test_there_is_one_live_demonstration_and_it_ends_unwatched():
    first = live.ensure_live_demo()
    assert live.ensure_live_demo().pk == first.pk
    assert Auction.objects.get().is_demo

    live.stop_unwatched()

    first.refresh_from_db()
    assert (first.state, first.state_reason) == (TenderState.CANCELLED, live.NOBODY)
    assert live.live_tender() is None


@pytest.mark.usefixtures("_loaded")
def test_old_demonstrations_go_with_ledger_and_facts_and_others_stay():
    tenders.load(lambda _line: None)
    made = []
    for _number in range(3):
        made.append(live.ensure_live_demo())
        live.stop_unwatched()
    kept = LedgerEntry.objects.exclude(auction_id__in=[each.auction_id for each in made]).count()

    assert live.prune_demo(keep=1) == 2

    assert list(Auction.objects.filter(is_demo=True).values_list("pk", flat=True)) == [
        made[-1].auction_id
    ]
    assert not LedgerEntry.objects.filter(auction_id=made[0].auction_id).exists()
    assert not OutboxMessage.objects.filter(subject=made[0].urn).exists()
    assert LedgerEntry.objects.exclude(auction_id=made[-1].auction_id).count() == kept
    assert Tender.objects.filter(state=TenderState.PUBLISHED).count() == 2


@pytest.mark.usefixtures("_loaded")
def test_a_sign_of_viewers_that_valkey_lost_ends_nothing():
    watching.mark()
    tender = live.ensure_live_demo()
    cache.clear()
    now = 100.0
    runner = demobots.Runner("http://127.0.0.1:1", threading.Event(), monotonic=lambda: now)
    runner.look()
    now += watching.MISSED_FOR - 1
    runner.look()
    assert live.live_tender() == tender

    now += 1
    runner.look()

    assert live.live_tender() is None


def test_watching_lapses():
    assert not watching.is_watched()
    watching.mark()
    assert watching.is_watched()


def test_a_page_is_looked_at_also_without_valkey(settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    watching.mark()

    with pytest.raises(RedisError):
        watching.is_watched()


def _lot(*, best: str | None, lead: str | None, leading: bool | None, most: str) -> dict:
    own = {"best": best, "leading": leading, "most": most, "withdrawal_pending": False}
    return {"phase": "running", "own": own, "lead": lead, "deadline": None}


INFO = {"ceiling": "560.00", "scale": 2}


@pytest.mark.parametrize("reference", sorted(HABITS))
def test_a_habit_never_bids_against_itself_above_the_rules_or_below_its_floor(reference):
    habit = HABITS[reference]
    floor = Decimal(560) * habit.lowest
    for lead in ("555.00", "540.00", "520.00", "500.00"):
        own = str(Decimal(lead) + 3)
        most = str(Decimal(own) - 1)
        bid = habit.next_bid(_lot(best=own, lead=lead, leading=False, most=most), INFO)
        assert bid is None or floor <= bid <= Decimal(most)
    assert habit.next_bid(_lot(best="500", lead="500", leading=True, most="499"), INFO) is None


def test_the_steady_habit_answers_and_the_single_price_stays():
    outbid = _lot(best="545.00", lead="540.00", leading=False, most="543.91")

    assert HABITS["nordwerk-stahl"].next_bid(outbid, INFO) == Decimal("539.19")
    assert HABITS["liguria-metalli"].next_bid(outbid, INFO) is None


@pytest.mark.usefixtures("_loaded")
def test_a_new_demonstration_begins_with_an_auction_that_closes_and_is_confirmed():
    first = live.first_tender()
    assert first is not None
    assert live.first_tender() == first
    assert live.live_tender() is None
    live.stop_unwatched()
    seller = tenders.sellers()["nordwerk-stahl"]
    house.accept(seller, first)
    live.confirm_first()
    house.play(first, [(timedelta(seconds=30), seller, "640.00")])
    assert first.state == TenderState.CLOSED

    live.confirm_first()
    live.confirm_first()

    first.refresh_from_db()
    assert first.state == TenderState.AWARDED
    result = LotResult.objects.get()
    assert (result.awarded_to_id, result.reason) == (seller.company_id, live.CONFIRMED)
    assert live.first_tender() is None


@pytest.mark.usefixtures("_loaded")
def test_the_viewers_auction_runs_beside_the_first():
    first, second = live.first_tender(), live.ensure_live_demo()

    assert first is not None
    assert live.live_tender() == second != first
    live.stop_unwatched()
    first.refresh_from_db()
    assert first.state == TenderState.PUBLISHED


def test_every_program_of_the_demonstration_states_its_strategy():
    stated = {each["name"]: str(each["words"]) for each in panel.bidders()}

    assert len(stated) == len(HABITS) == len(set(stated.values()))
    assert stated["Anadolu Çelik A.Ş."] == "late: waits for the last minute"


def test_the_programs_wait_until_the_demonstration_is_there():
    runner = demobots.Runner("http://127.0.0.1:1", threading.Event())

    runner.look()

    assert not Auction.objects.exists()
