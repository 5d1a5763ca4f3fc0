"""A preset taken as the terms page takes it: what it begins with, as the table of
docs/auctions/presets.md says, and an auction under it played to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auctions.domain.commands import AcceptLevel, Command, Officer, PlaceBid, SetScoring
from auctions.domain.events import LotOutcome
from auctions.domain.state import AuctionState
from auctions.domain.terms import (
    Count,
    DutchTerms,
    Format,
    JapaneseTerms,
    LotOrder,
    Step,
    StepKind,
    Terms,
    TurnsTerms,
)
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.selectors import load
from crm_core.access.actor import Actor
from kernel.clock import ceil_to_second, utc_now
from marketplace.tenders import auctioning, wording
from marketplace.tenders.models import Tender
from marketplace.tenders.services import drafting, lots, publishing
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MANUAL = Path(__file__).parents[2] / "docs/auctions/presets.md"
ONE_PERCENT = Step(kind=StepKind.PERCENT, absolute=None, percent=Decimal(1))


class House:
    """A buyer with two suppliers, and a draft of one lot that takes a preset."""

    def __init__(self, preset: str, *typed: dict[str, str], **rules: Any) -> None:
        self.officer = house.buyer()
        self.sellers = [house.supplier("A"), house.supplier("B")]
        self.tender = house.draft(self.officer, self.sellers)
        mine = {"actor": self.officer, "tender_id": self.tender.pk}
        first = self.tender.lots.get()
        for place, lot in enumerate(typed):
            if place:
                lots.add_lot(**mine, lot=house.lot(**lot))
            else:
                lots.update_lot(**mine, lot_id=first.pk, lot=house.lot(**lot))
        drafting.take_preset(**mine, name=preset)
        if rules:
            drafting.set_terms(**mine, rules=rules)

    def problems(self) -> set[str]:
        mine = {"actor": self.officer, "tender_id": self.tender.pk}
        return {each.field for each in publishing.check_for_publication(**mine).problems}

    def publish(self) -> Terms:
        self.tender = publishing.publish(actor=self.officer, tender_id=self.tender.pk)
        for seller in self.sellers:
            house.accept(seller, self.tender)
        return self.state.rules

    @property
    def state(self) -> AuctionState:
        return load(self.tender.auction_id)

    @property
    def seats(self) -> list[str]:
        found = auctioning.seats(Tender.objects.get(pk=self.tender.pk))
        return [found[seller.company_id] for seller in self.sellers]

    def play(
        self,
        bids: Sequence[tuple[timedelta, Actor, str]] = (),
        also: Sequence[tuple[timedelta, Command]] = (),
    ) -> AuctionState:
        house.play(self.tender, bids, also=also)
        return self.state


def begins_with(preset: str) -> str:
    """The last column of the preset's row in the manual's table."""
    start = f"| `{preset}` |"
    (row,) = [line for line in MANUAL.read_text().splitlines() if line.startswith(start)]
    return row.strip("| ").rpartition("|")[2].strip()


def test_english_private_begins_with_the_defaults_and_is_played_to_its_end() -> None:
    """docs/auctions/presets.md, table, row `english_private`."""
    assert begins_with("english_private") == "the defaults"
    room = House("english_private")
    terms = room.publish()
    plain = Terms(
        lots=terms.lots,
        starts_at=terms.starts_at,
        currency=terms.currency,
        platform_key=terms.platform_key,
        preset="english_private",
    )
    assert terms == plain
    assert terms.lots[0].step == Step()

    one, two = room.sellers
    state = room.play(
        [(MINUTE, one, "540.00"), (29 * MINUTE, two, "530.00"), (31 * MINUTE, one, "525.00")]
    )
    lot = state.lots[1]
    assert (lot.winner, lot.price) == (room.seats[0], Decimal("525.00"))
    assert lot.closed_at == ceil_to_second(terms.starts_at + 34 * MINUTE)  # three after that bid


def test_dutch_private_begins_with_one_percent_a_minute_lot_after_lot() -> None:
    """docs/auctions/presets.md, table, row `dutch_private`."""
    assert begins_with("dutch_private") == "1 % a minute, lots one after another"
    lot = {"start": "400", "reserve": "500"}
    room = House("dutch_private", lot, {"title": "Plate", **lot})
    terms = room.publish()
    assert (terms.preset, terms.format) == ("dutch_private", Format.DUTCH)
    assert [each.step for each in terms.lots] == [ONE_PERCENT, ONE_PERCENT]
    assert terms.dutch == DutchTerms(tick=timedelta(seconds=60))
    assert (terms.lot_order, terms.lot_gap) == (LotOrder.SERIAL, MINUTE)

    one, two = room.seats
    first_ends = 2 * MINUTE + 30 * SECOND
    state = room.play(
        also=[
            (first_ends, AcceptLevel(one, 1, 2, "l1")),
            (first_ends + MINUTE + SECOND, AcceptLevel(two, 2, 0, "l2")),
        ]
    )
    first, second = state.lots[1], state.lots[2]
    assert (first.winner, first.price) == (one, Decimal("408.04"))  # 400, 404.00, 408.04
    assert first.closed_at == terms.starts_at + first_ends
    assert (second.winner, second.price) == (two, Decimal("400.00"))
    assert first.closed_at is not None
    assert second.closed_at == first.closed_at + MINUTE + SECOND  # it started a minute later


def test_japanese_private_begins_with_one_percent_a_level() -> None:
    """docs/auctions/presets.md, table, row `japanese_private`."""
    assert begins_with("japanese_private") == "1 % a level, 2 minutes each, the count hidden"
    room = House("japanese_private", {"start": "600"})
    terms = room.publish()
    assert (terms.preset, terms.format) == ("japanese_private", Format.JAPANESE)
    assert terms.lots[0].step == ONE_PERCENT
    assert terms.japanese == JapaneseTerms(level=2 * MINUTE)
    assert terms.feedback.count is Count.HIDDEN

    one, two = room.seats
    state = room.play(
        also=[
            (MINUTE, AcceptLevel(one, 1, 0, "l1")),
            (2 * MINUTE, AcceptLevel(two, 1, 0, "l2")),  # its last moment
            (3 * MINUTE, AcceptLevel(one, 1, 1, "l3")),
        ]
    )
    lot = state.lots[1]
    assert (lot.winner, lot.price) == (one, Decimal("594.00"))  # 600 less 1 %
    assert lot.closed_at == terms.starts_at + 4 * MINUTE


QUALITY = {"scoring.method": "weighted", "scoring.criteria": "Quality: 20 %"}


def test_prozorro_with_a_score_asks_for_names_and_is_won_by_the_score() -> None:
    """docs/auctions/presets.md, What `prozorro` asks for, below its table."""
    opens = (utc_now() + 10 * MINUTE).isoformat()
    room = House("prozorro", prebid_opens_at=opens, **QUALITY)
    assert room.problems() == {"scoring.method"}  # the preset begins with aliases
    drafting.set_terms(actor=room.officer, tender_id=room.tender.pk, rules={"blind": False})
    assert room.problems() == set()
    terms = room.publish()
    criterion = Criterion("Quality", CriterionKind.WEIGHT, Decimal("0.2"))
    assert terms.scoring == ScoringTerms(ScoringMethod.WEIGHTED, (criterion,))
    assert (terms.preset, terms.blind, terms.turns) == ("prozorro", False, TurnsTerms())
    said = {each.key: " ".join(each.sentences) for each in wording.in_words(terms)}
    assert "The buyer sees who bids." in said["trust"]
    assert "aliases" not in said["trust"]
    assert "922-VIII" in said["preset"]

    one, two = room.seats

    def values(seat: str, value: str) -> SetScoring:
        return SetScoring(seat, 1, (Decimal(value),), Officer.BUYER, f"v{seat}")

    def bid(seat: str, amount: str, ref: str) -> PlaceBid:
        return PlaceBid(seat, 1, Decimal(amount), ref, Decimal(amount))

    state = room.play(
        also=[
            (-40 * MINUTE, values(one, "0.2")),
            (-39 * MINUTE, values(two, "0")),
            (-30 * MINUTE, bid(one, "540.00", "o1")),  # / (1 + 0.2 / 0.8): a score of 432
            (-29 * MINUTE, bid(two, "450.00", "o2")),
            (6 * MINUTE, bid(two, "440.00", "t1")),  # the worse score goes first
            (8 * MINUTE, bid(one, "537.00", "t2")),
            (12 * MINUTE, bid(two, "430.00", "t3")),  # 430 against 429.6: the lead stays
        ]
    )
    lot = state.lots[1]
    assert (lot.outcome, lot.winner) == (LotOutcome.WON, one)
    assert lot.price == Decimal("537.00")  # the lower price alone would have won: 430
    assert lot.closed_at == terms.starts_at + 23 * MINUTE


def test_prozorro_by_prices_alone_is_refused_where_the_buyer_sees_names() -> None:
    opens = (utc_now() + 10 * MINUTE).isoformat()
    room = House("prozorro", prebid_opens_at=opens, blind=False)
    assert room.problems() == {"blind"}


def test_open_then_closed_takes_the_automatic_pause_on_its_page() -> None:
    room = House("brazil_open_closed", **{"automatic_pause.share": "40"})
    assert room.problems() == set()
    terms = room.publish()
    assert terms.automatic_pause is not None
    assert terms.automatic_pause.share == 40
    said = {each.key: " ".join(each.sentences) for each in wording.in_words(terms)}
    assert "the auction pauses by itself" in said["changes"]
