"""Presets keep to the text they follow: each limit, broken, is refused with its citation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.presets import PRESETS
from auctions.domain.presets.notice import earliest_start
from auctions.domain.terms import (
    Basis,
    BuyerExtension,
    Count,
    ExtensionBase,
    Feedback,
    Format,
    OpenClosedTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
    TurnsTerms,
    terms_from_document,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.domain.visibility import Role, Viewer, standing
from tests.domain.room import START, US, Room, levels_terms, lot, minutes, seconds, terms
from tests.domain.test_final_stage import KEYS, FinalRoom
from tests.domain.test_random_end import AUDITOR, CUT, PLATFORM
from tests.domain.test_random_end import of as open_closed
from tests.domain.turns_room import turns_room, turns_terms

EU = terms(preset="eu_2014_24", feedback=Feedback(after_first_bid=False, count=Count.SHOWN))
SMALLER = Step(StepKind.SMALLER, absolute=Decimal(5))
PROZORRO = turns_terms(preset="prozorro", blind=True)
GEORGIA = terms(
    preset="georgia",
    length=minutes(15),
    prebid_opens_at=START - minutes(60),
    feedback=Feedback(lead=True, after_first_bid=False),
    soft_close=SoftClose(
        window=minutes(2), reset=minutes(2), trigger=Trigger.RANK_CHANGE, trigger_ranks=3
    ),
)
BRAZIL = terms(
    preset="brazil_open",
    length=minutes(10),
    feedback=Feedback(lead=True, after_first_bid=False, lead_min_bidders=1),
    soft_close=SoftClose(
        window=minutes(2), reset=minutes(2), base=ExtensionBase.DEADLINE, trigger=Trigger.ANY_BID
    ),
)
BRAZIL_CLOSED = open_closed(
    preset="brazil_open_closed",
    length=minutes(15),
    feedback=Feedback(lead=True, after_first_bid=False, lead_min_bidders=1),
    open_closed=OpenClosedTerms(),
)


def found(of: Terms) -> dict[str | None, str]:
    return {problem.field: str(problem.data.get("rule", "")) for problem in check_terms(of)}


@pytest.mark.parametrize(
    "sound",
    [
        EU, PROZORRO, GEORGIA, BRAZIL, BRAZIL_CLOSED, terms(preset="english_private"),
        levels_terms(Format.DUTCH, preset="dutch_private"),
        levels_terms(Format.JAPANESE, preset="japanese_private"),
    ],
)  # fmt: skip
def test_terms_of_a_preset_pass_and_name_it(sound: Terms) -> None:
    assert found(sound) == {}
    assert terms_from_document(sound.document()) == sound
    assert sound.document()["preset"] == sound.preset


def test_every_preset_is_held_against_terms_here() -> None:
    sound = (EU, PROZORRO, GEORGIA, BRAZIL, BRAZIL_CLOSED)
    private = {"english_private", "dutch_private", "japanese_private"}
    assert {each.preset for each in sound} | private == set(PRESETS)
    # No law prescribes their form, so they have no limits to break.
    assert all(not PRESETS[name].limits for name in private)
    assert all(PRESETS[name].text.startswith("Private sector, ") for name in private)


def test_terms_without_a_preset_have_no_such_field() -> None:
    assert "preset" not in terms().document()


@pytest.mark.parametrize(
    ("broken", "field", "cited"),
    [
        # Directive 2014/24/EU, Article 35(7): "sufficient information to enable them to ascertain
        # their relative rankings at any moment".
        ({"feedback": Feedback(rank=False)}, "feedback.rank", "35(7)"),
        ({"feedback": Feedback(hide_ranks_last=minutes(5))}, "feedback.hide_ranks_last", "35(7)"),
        # Article 35(8): it closes as announced, or after a wait stated before.
        ({"buyer_extension": BuyerExtension(times=1)}, "buyer_extension.times", "35(8)"),
        ({"soft_close": SoftClose(trigger=Trigger.RANK_CHANGE)}, "soft_close.trigger", "35(8)"),
    ],
)
def test_what_the_directive_forbids_is_refused(
    broken: dict[str, Any], field: str, cited: str
) -> None:
    assert cited in found(replace(EU, **broken))[field]
    assert cited not in "".join(found(replace(EU, preset=None, **broken)).values())


@pytest.mark.parametrize(
    ("broken", "field", "cited"),
    [
        # Law of Ukraine No. 922-VIII, Article 30: three stages; names afterwards; a stated step.
        ({"turns": TurnsTerms(rounds=2)}, "turns.rounds", "Article 30: the auction has three"),
        ({"turns": TurnsTerms(turn=minutes(3))}, "turns.turn", "two minutes a turn"),
        ({"blind": False}, "blind", "Article 30: names"),
        ({"lots": (lot(1, step=SMALLER),)}, "step.kind", "Article 30: the minimum step"),
    ],
)
def test_what_the_law_on_public_procurement_asks_for_is_kept(
    broken: dict[str, Any], field: str, cited: str
) -> None:
    assert cited in found(replace(PROZORRO, **broken))[field]


# Etenders.ge, Help, Reverse Auction: "bidders will have 15 minutes to lower their initial bids",
# "when less than 2 minutes are left till the end of an auction, the auction timer returns back to
# 2 minutes if a bidder places its bid which is lower than a bid submitted by another bidder".
@pytest.mark.parametrize(
    ("broken", "field", "cited"),
    [
        ({"prebid_opens_at": None}, "prebid_opens_at", "initial bids"),
        ({"length": minutes(20)}, "length", "15 minutes"),
        (
            {"soft_close": replace(GEORGIA.soft_close, window=minutes(3))},
            "soft_close.window",
            "2 minutes",
        ),
        (
            {"soft_close": replace(GEORGIA.soft_close, base=ExtensionBase.DEADLINE)},
            "soft_close.window",
            "2 minutes",
        ),
        ({"soft_close": replace(GEORGIA.soft_close, limit=3)}, "soft_close.window", "2 minutes"),
        (
            {"soft_close": replace(GEORGIA.soft_close, trigger=Trigger.ANY_BID)},
            "soft_close.trigger",
            "another bidder",
        ),
        ({"buyer_extension": BuyerExtension(times=1)}, "buyer_extension.times", "last 2 minutes"),
    ],
)
def test_the_georgian_reverse_auction_keeps_its_timer(
    broken: dict[str, Any], field: str, cited: str
) -> None:
    assert cited in found(replace(GEORGIA, **broken))[field]
    assert field not in found(replace(GEORGIA, preset=None, **broken))


def test_in_the_georgian_auction_only_a_bid_that_passes_another_turns_the_timer_back() -> None:
    room = Room(GEORGIA, seats="ab", start=True)
    room.bid("a", "990", START + minutes(1))
    room.bid("b", "980", START + minutes(2))
    deadline = room.lot.deadline
    room.bid("b", "970", START + minutes(14))  # it leads already
    assert room.lot.deadline == deadline == START + minutes(15)
    room.bid("a", "960", START + minutes(14))
    assert room.lot.deadline == START + minutes(16)


@pytest.mark.parametrize(
    ("broken", "field", "cited"),
    [
        # Decree No. 10.024/2019, Article 30, paragraphs 3 to 5.
        ({"basis": Basis.LEADER}, "basis", "paragraph 3"),
        ({"ties": TiePolicy.EQUAL_BEST}, "ties", "paragraph 4"),
        ({"feedback": replace(BRAZIL.feedback, lead=False)}, "feedback.lead", "paragraph 5"),
        ({"feedback": replace(BRAZIL.feedback, lead_min_bidders=2)}, "feedback.lead", "5"),
        # Article 32: "durará dez minutos", "prorrogada automaticamente", "de dois minutos".
        ({"length": minutes(15)}, "length", "ten minutes"),
        (
            {"soft_close": replace(BRAZIL.soft_close, base=ExtensionBase.BID)},
            "soft_close.window",
            "by two minutes",
        ),
        ({"soft_close": replace(BRAZIL.soft_close, limit=1)}, "soft_close.window", "successively"),
        (
            {"soft_close": replace(BRAZIL.soft_close, trigger=Trigger.RANK_CHANGE)},
            "soft_close.trigger",
            "do not lead",
        ),
        ({"buyer_extension": BuyerExtension(times=1)}, "buyer_extension.times", "Article 32"),
    ],
)
def test_the_open_mode_of_brazil_keeps_to_its_decree(
    broken: dict[str, Any], field: str, cited: str
) -> None:
    assert cited in found(replace(BRAZIL, **broken))[field]
    assert field not in found(replace(BRAZIL, preset=None, **broken))


def test_the_open_mode_of_brazil_is_prolonged_two_minutes_at_a_time() -> None:
    room = Room(BRAZIL, seats="ab", start=True)
    room.bid("a", "900", START + minutes(1))
    assert room.lot.deadline == START + minutes(10)
    room.bid("b", "950", START + minutes(9))  # does not lead
    assert room.lot.deadline == START + minutes(12)
    room.bid("b", "940", START + minutes(9))  # of the same two minutes
    assert room.lot.deadline == START + minutes(12)
    room.bid("b", "930", START + minutes(11))
    assert room.lot.deadline == START + minutes(14)


@pytest.mark.parametrize(
    ("broken", "field", "cited"),
    [
        # Decree No. 10.024/2019, Article 33: "duracao de quinze minutos"; paragraph 1: "ate dez
        # minutos, aleatoriamente determinado"; paragraph 2: "ate dez por cento superiores", "lance
        # final e fechado em ate cinco minutos"; paragraph 3: "ate o maximo de tres".
        ({"basis": Basis.LEADER}, "basis", "paragraph 3"),
        ({"ties": TiePolicy.EQUAL_BEST}, "ties", "paragraph 4"),
        ({"feedback": Feedback()}, "feedback.lead", "paragraph 5"),
        ({"length": minutes(10)}, "length", "fifteen minutes"),
        ({"open_closed": OpenClosedTerms(window=minutes(5))}, "open_closed.window", "at most ten"),
        ({"open_closed": OpenClosedTerms(final=minutes(4))}, "open_closed.final", "five minutes"),
        ({"open_closed": OpenClosedTerms(final=minutes(0))}, "open_closed.final", "five minutes"),
        ({"open_closed": OpenClosedTerms(within=Decimal(5))}, "open_closed.within", "ten percent"),
        ({"open_closed": OpenClosedTerms(least=2)}, "open_closed.least", "best three"),
    ],
)
def test_the_open_and_closed_mode_of_brazil_keeps_to_its_decree(
    broken: dict[str, Any], field: str, cited: str
) -> None:
    assert cited in found(replace(BRAZIL_CLOSED, **broken))[field]
    assert found(replace(BRAZIL_CLOSED, preset=None)) == {}


def test_the_open_and_closed_mode_of_brazil_is_played_to_its_end() -> None:
    """docs/auctions/presets.md, What `brazil_open_closed` asks for."""
    room = FinalRoom(BRAZIL_CLOSED, seats="abcd")
    window = START + minutes(15)  # Article 33: of open bidding
    for place, (seat, amount) in enumerate([("a", 500), ("b", 540), ("c", 700), ("d", 900)]):
        room.bid(seat, amount, START + minutes(1 + place))
    told = standing(room.state, Viewer(Role.SUPPLIER, "d")).lots[0]
    assert told.lead == 500  # Article 30, paragraph 5
    with pytest.raises(refusals.BidTooHigh):
        room.bid("b", 540, START + minutes(9))  # paragraph 3: below its own last one
    room.bid("b", 535, START + minutes(9))  # though it does not take the lead
    room.bid("d", 100, window + CUT + US)  # past the random end
    ends = window + minutes(10)
    room.do(cmd.RevealSeeds(PLATFORM.hex(), AUDITOR.hex()), ends + seconds(30))
    named = [event.seat for event in room.events if isinstance(event, ev.FinalistNamed)]
    assert named == ["a", "b", "c"]  # within ten percent, and the best three in any case
    stage = ends + seconds(30)
    assert room.lot.deadline == stage + minutes(5)
    with pytest.raises(refusals.NotAFinalist):
        room.offer("d", "90", stage + seconds(1))
    room.offer("c", "450.00", stage + seconds(2))
    room.offer("b", "450.00", stage + seconds(3))
    over = stage + minutes(5)
    room.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), over + minutes(1))
    secrets = (KEYS[cmd.KeyHolder.AUDITOR].hex(), KEYS[cmd.KeyHolder.OFFICE].hex())
    room.do(cmd.OpenOffers(*secrets, cmd.KeyMeans.PLATFORM, ()), over + minutes(2))
    # Article 30, paragraph 4: of equal bids the one registered first prevails.
    assert (room.lot.winner, room.lot.price) == ("c", Decimal("450.00"))


def names_seen(room: Room) -> list[str]:
    """The seats as the blind buyer knows them; an alias is a question mark and the seat."""
    shown = standing(room.state, Viewer(Role.BUYER_BLIND), alias=lambda seat: f"?{seat}")
    return sorted(each.seat for each in shown.lots[0].participants or ())


def test_the_three_stages_of_the_ukrainian_auction_are_played_to_their_end() -> None:
    """docs/auctions/presets.md, What `prozorro` asks for."""
    room = turns_room(PROZORRO)  # initial offers: a 900, b 800, c 700
    first = START + minutes(5)  # the pause before the first stage
    room.until(first)
    assert names_seen(room) == ["?a", "?b", "?c"]
    with pytest.raises(refusals.NotYourTurn):
        room.bid("b", 690, first + seconds(1))  # from the highest to the lowest price: a first
    with pytest.raises(refusals.BidTooHigh):
        room.bid("a", "890.01", first + seconds(1))  # by the minimum step at least
    room.bid("a", 650, first + seconds(1))
    second = first + minutes(3 * 2 + 2)  # three turns and a pause, of two minutes each
    room.bid("b", 600, second + seconds(1))  # now the highest
    third = second + minutes(3 * 2 + 2)
    room.bid("c", 590, third + seconds(1))
    room.until(third + minutes(3 * 2 + 2))
    orders = [event.order for event in room.events if isinstance(event, ev.RoundOrdered)]
    assert orders == [("a", "b", "c"), ("b", "c", "a"), ("c", "a", "b")]
    assert (room.lot.winner, room.lot.price) == ("c", Decimal(590))
    assert room.lot.closed_at == START + minutes(29)
    assert names_seen(room) == ["a", "b", "c"]  # disclosed when the auction is over


def test_with_a_score_the_ukrainian_auction_is_taken_with_names_and_only_so() -> None:
    """docs/auctions/presets.md, What `prozorro` asks for, below its table."""
    quality = Criterion("Quality", CriterionKind.WEIGHT, Decimal("0.3"))
    scored = replace(
        PROZORRO, blind=False, scoring=ScoringTerms(ScoringMethod.WEIGHTED, (quality,))
    )
    assert found(scored) == {}
    assert set(found(replace(scored, blind=True))) == {"scoring"}
    assert set(found(replace(scored, scoring=None))) == {"blind"}
    # Nothing else of the preset is given up with the names.
    assert set(found(replace(scored, turns=TurnsTerms(rounds=2)))) == {"turns.rounds", "turns.turn"}


def test_a_preset_belongs_to_one_format_and_must_exist() -> None:
    assert "format" in found(terms(preset="prozorro"))
    assert "preset" in found(terms(preset="none such"))


def test_the_directive_allows_no_edit_of_the_conditions() -> None:
    room = Room(EU, start=True)
    room.pause(START + minutes(1))
    with pytest.raises(refusals.EditNotAllowed):
        room.change(replace(EU, version=2, length=minutes(40)), START + minutes(2))


def test_the_directives_auction_closes_when_no_more_prices_come_in_the_time_stated() -> None:
    """docs/auctions/presets.md, What `eu_2014_24` asks for, paragraphs 7 and 8 (b)."""
    room = Room(EU, seats="ab", start=True)
    room.bid("a", 900, START + minutes(1))
    room.bid("b", 950, START + minutes(29))
    own = standing(room.state, Viewer(Role.SUPPLIER, "b")).lots[0].own
    assert own is not None
    assert own.rank == 2
    room.bid("b", 890, START + minutes(31))
    room.until(START + minutes(34))
    assert (room.lot.winner, room.lot.price) == ("b", Decimal(890))
    assert room.lot.closed_at == START + minutes(34)


@pytest.mark.parametrize(
    ("invited", "start"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)),  # Monday
        (datetime(2026, 3, 5, 9, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)),  # Thursday
        (datetime(2026, 3, 7, 9, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)),  # Saturday
    ],
)
def test_two_working_days_lie_between_invitation_and_start(
    invited: datetime, start: datetime
) -> None:
    assert PRESETS["eu_2014_24"].least_notice == 2
    assert earliest_start(invited, 2) == start


def test_a_preset_that_asks_for_no_notice_may_start_at_once() -> None:
    assert {name for name, preset in PRESETS.items() if preset.least_notice} == {"eu_2014_24"}
    invited = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert earliest_start(invited, 0) == invited
