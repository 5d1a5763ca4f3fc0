"""Generated auctions: terms, a script of intentions, and the player that makes it commands.

A script names no absolute amounts or moments: amounts are told from the seat's next valid bid,
moments from the next due boundary (just before, at, just after), so that few steps reach the
corners. The player decides due boundaries as the gate does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine, money
from auctions.domain.commands import Officer, OpenedReserve
from auctions.domain.events import Event
from auctions.domain.refusals import Refusal
from auctions.domain.rules.lines import total
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.terms import (
    AutomaticBids,
    AutomaticPause,
    Band,
    Basis,
    BuyerExtension,
    Count,
    Disclosure,
    ExtensionBase,
    Feedback,
    Format,
    FrontBuffer,
    Guard,
    LineRules,
    LineTerms,
    LotOrder,
    LotTerms,
    Scope,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
    Vat,
    Withdrawal,
    reserve_commitment,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from tests.domain.room import (
    BEFORE,
    START,
    US,
    limit_command,
    minutes,
    plain_limits,
    seconds,
)

SEATS = ("v", "w", "x", "y")
SALT = "00" * 16


@dataclass(frozen=True)
class Intent:
    """One intention. ``when`` and ``price`` are relative: see the player."""

    kind: str
    seat: str
    lot: int
    when: tuple[str, int]
    price: tuple[str, int]
    approve: bool = True


@dataclass(frozen=True)
class Happened:
    """One decision: the command, its moment, and the events or the refusal."""

    before: AuctionState
    after: AuctionState
    command: cmd.Command
    at: datetime
    events: tuple[Event, ...]
    refusal: Refusal | None = None


@dataclass
class Played:
    terms: Terms
    state: AuctionState
    steps: list[Happened] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def transitions(self) -> Iterator[tuple[AuctionState, Event, AuctionState]]:
        """Every event with the states before and after it, from genesis."""
        state = AuctionState()
        for event in self.events:
            after = machine.evolve(state, event, state.seq + 1)
            yield state, event, after
            state = after


KINDS = (
    *("bid",) * 24,
    *("withdraw",) * 2,
    *("decide_withdrawal",) * 2,
    "pause",
    *("resume",) * 3,
    "loss",
    "return",
    "extend",
    "edit",
    *("accept",) * 3,
    "message",
    "unlock",
    "decide_unlock",
    *("limit",) * 4,
    "end_limit",
    "approve",
    "end_approval",
    *("surrogate",) * 2,
    "tick",
)

after = st.tuples(st.just("after"), st.sampled_from([0, 1, 500_000, 5_000_000, 65_000_000]))
whens = st.one_of(
    after,
    after,
    st.tuples(st.just("due"), st.sampled_from([-1, 0, 1, -60_000_000, -5_000_000])),
)
some_below = st.tuples(st.just("most"), st.sampled_from([0, 0, 0, 1, 7, 100]))  # ticks below most
prices = st.one_of(
    some_below,
    some_below,
    st.tuples(st.just("above"), st.sampled_from([1, 2, 50])),  # ticks above most
    st.tuples(st.just("drop"), st.sampled_from([1, 3, 9, 22, 45])),  # percent below most
)
steps = st.builds(
    Intent,
    kind=st.sampled_from(KINDS),
    seat=st.sampled_from(SEATS),
    lot=st.sampled_from([1, 1, 1, 2]),
    when=whens,
    price=prices,
    approve=st.sampled_from([True, True, True, False]),
)


@st.composite
def phrases(draw: st.DrawFn) -> list[Intent]:
    """A few intentions that belong together: alone they would seldom meet."""
    first = draw(steps)
    seat, soon = first.seat, ("after", 1_000_000)
    bid = replace(first, kind="bid", price=draw(some_below), approve=True)

    def then(kind: str, **fields: Any) -> Intent:
        return replace(first, kind=kind, when=soon, **fields)

    by_name: dict[str, list[Intent]] = {
        "one": [first],
        "bid": [bid],
        "late": [replace(bid, when=("due", draw(st.sampled_from([0, -1, -30_000_000]))))],
        "withdrawal": [bid, then("withdraw"), then("decide_withdrawal")],
        "limit": [bid, then("limit", price=draw(prices))],
        "surrogate": [then("approve", price=draw(prices)), then("surrogate", price=draw(prices))],
        "break": [then("pause"), then("resume")],
        "outage": [then("loss"), draw(st.sampled_from([then("return"), then("resume")]))],
        "edit": [
            then("pause"),
            then("edit"),
            *(then("accept", seat=other) for other in draw(st.permutations(SEATS))),
        ],
        "unlock": [
            then("unlock", price=("drop", 45)),
            then("decide_unlock"),
            replace(bid, seat=seat, when=soon, price=("drop", 45)),
        ],
    }
    chosen = [*("one",) * 3, *("bid",) * 4, *("late",) * 4, "withdrawal", "break", "edit", "unlock"]
    chosen += ["outage", "limit", "limit", "surrogate"]
    return by_name[draw(st.sampled_from(chosen))]


@st.composite
def whole_scripts(draw: st.DrawFn) -> list[Intent]:
    """From before the start, or more often from the start on; eight phrases at least."""
    opening = Intent("tick", SEATS[0], 1, ("due", 0), ("most", 0))
    begin = [opening] * draw(st.sampled_from([0, 1, 2, 2]))
    told = draw(st.lists(phrases(), min_size=8, max_size=16))
    return [*begin, *(intent for phrase in told for intent in phrase)]


scripts = whole_scripts()


@st.composite
def lots_terms(draw: st.DrawFn, number: int) -> LotTerms:
    scale = draw(st.integers(0, 6))
    unit = Decimal(1).scaleb(-scale)
    step = draw(
        st.sampled_from(
            [
                Step(),
                Step(StepKind.PERCENT, None, Decimal("3.3")),
                Step(StepKind.ABSOLUTE, 5 * unit, None),
                Step(StepKind.SMALLER, 700 * unit, Decimal("1.25")),
                Step(
                    StepKind.BANDS,
                    None,
                    None,
                    (
                        Band(Decimal(0), 2 * unit),
                        Band(1000 * unit, None, Decimal("1.5")),
                        Band(20_000 * unit, 300 * unit),
                    ),
                ),
            ]
        )
    )
    grid = draw(st.sampled_from([None, None, 5 * unit, 3 * unit]))
    ceiling = draw(st.sampled_from([None, 30 * unit, 1500 * unit, 30_000_000 * unit]))
    reserve = draw(st.booleans())
    amount = format(900 * unit, "f")
    commitment = reserve_commitment(bytes.fromhex(SALT), amount) if reserve else None
    return LotTerms(number, "Lot", Decimal(3), "TNE", scale, ceiling, step, grid, commitment)


@st.composite
def feedbacks(draw: st.DrawFn) -> Feedback:
    return Feedback(
        rank=draw(st.booleans()),
        lead=draw(st.booleans()),
        after_first_bid=draw(st.booleans()),
        lead_min_bidders=draw(st.integers(1, 3)),
        hide_ranks_last=draw(st.sampled_from([timedelta(0), minutes(2), minutes(8)])),
        count=draw(st.sampled_from(Count)),
        reserve_met=draw(st.booleans()),
    )


@st.composite
def all_terms(draw: st.DrawFn, basis: Basis | None = None) -> Terms:
    """Terms that pass the validator; with ``basis`` the lead always seen."""
    basis = basis or draw(st.sampled_from([Basis.OWN, Basis.OWN, Basis.LEADER]))
    feedback = draw(feedbacks())
    ties = draw(st.sampled_from(TiePolicy))
    if basis is Basis.LEADER or ties is TiePolicy.FORBID_LEAD:
        feedback = replace(
            feedback,
            lead=True,
            after_first_bid=False,
            lead_min_bidders=1,
            hide_ranks_last=timedelta(0),
        )
    if not (feedback.rank or feedback.lead):
        feedback = replace(feedback, hide_ranks_last=timedelta(0))
    trigger = Trigger.ANY_BID
    if feedback.rank and not feedback.hide_ranks_last:
        trigger = draw(st.sampled_from(Trigger))
    soft = SoftClose(
        window=draw(st.sampled_from([timedelta(0), minutes(1), minutes(3), minutes(3)])),
        reset=draw(st.sampled_from([minutes(1), minutes(3), seconds(7)])),
        trigger=trigger,
        trigger_ranks=draw(st.integers(1, 3)),
        scope=draw(st.sampled_from(Scope)),
        base=draw(st.sampled_from(ExtensionBase)),
        limit=draw(st.sampled_from([None, None, 1, 2])),
        hard_stop=draw(st.sampled_from([minutes(10), minutes(11), minutes(12), minutes(240)])),
    )
    block = draw(st.sampled_from([None, None, Decimal(30)]))
    scoring = draw(st.sampled_from([None, None, None, *SCORINGS]))
    lots = tuple(draw(lots_terms(number)) for number in range(1, draw(st.integers(2, 3))))
    if scoring is not None and any(lot.step.bands for lot in lots):
        scoring = SCORINGS[0]
    buffer = None
    if basis is Basis.LEADER or ties is TiePolicy.FORBID_LEAD:
        coarsest = Decimal(1).scaleb(-min(lot.scale for lot in lots))
        buffers = [None, FrontBuffer(3 * coarsest), FrontBuffer(None, Decimal(2))]
        buffer = draw(st.sampled_from(buffers))
    automatic = None
    lead_seen = feedback.lead and not feedback.after_first_bid and feedback.lead_min_bidders <= 1
    end_tells = soft.trigger is Trigger.RANK_CHANGE and not lead_seen
    if feedback.rank and not feedback.hide_ranks_last and not end_tells:
        automatic = draw(st.sampled_from([None, AutomaticBids(), AutomaticBids(3, 60)]))
    currencies, vat_rates = draw(st.sampled_from([(None, None)] * 2 + MONEYS))
    if currencies is not None:
        # A ceiling below which not one yen fits is refused.
        lots = tuple(
            replace(lot, grid=None, ceiling=None)
            if lot.ceiling is not None and lot.ceiling < Decimal("0.01")
            else replace(lot, grid=None)
            for lot in lots
        )
    moneyed = currencies is not None or vat_rates is not None
    priced = automatic is None and not moneyed and draw(st.sampled_from([False, False, True]))
    if priced:
        lots = tuple(with_lines(lot) for lot in lots)
    made = Terms(
        lots=lots,
        starts_at=START,
        currency="EUR",
        platform_key="key-1",
        lot_order=draw(st.sampled_from(LotOrder)),
        prebid_opens_at=draw(st.sampled_from([None, START - minutes(30)])),
        length=minutes(10),
        basis=basis,
        ties=ties,
        guard=Guard(Decimal(10), draw(st.sampled_from([None, Decimal(20)])), block),
        soft_close=soft,
        feedback=feedback,
        withdrawal=Withdrawal(True, seconds(60)),
        buyer_extension=BuyerExtension(draw(st.integers(0, 2)), minutes(5)),
        resume_notice=draw(st.sampled_from([timedelta(0), seconds(60)])),
        consent_time=draw(st.sampled_from([seconds(1), minutes(10)])),
        automatic_pause=draw(st.sampled_from([None, AutomaticPause(), AutomaticPause(80)])),
        blind=scoring is None and not moneyed and draw(st.booleans()),
        disclosure=draw(st.sampled_from(Disclosure)),
        scoring=scoring,
        front_buffer=buffer,
        automatic_bids=automatic,
        currencies=currencies,
        vat_rates=vat_rates,
        vat=draw(st.sampled_from(Vat)),
        line_rules=LineRules(zero=True) if priced else None,
        surrogates=None if priced else draw(st.sampled_from([None, True])),
    )
    assert check_terms(made) == []
    return made


CURRENCIES = (
    CurrencyRate("USD", 1, Decimal("0.9173"), None, "ECB", "2026-02-27"),
    CurrencyRate("JPY", 100, Decimal("0.613"), 0, "ECB", "2026-02-27"),
    CurrencyRate("KWD", 1, Decimal("3.0031"), 6, "ECB", "2026-02-27"),
)
VATS = (Decimal(0), Decimal("7.7"), Decimal(20))
MONEYS: list[Any] = [(CURRENCIES, None), (None, VATS), (CURRENCIES, VATS)]


def prices_of(terms: Terms, place: int) -> tuple[str, Decimal | None]:
    """A currency and a VAT rate that differ from seat to seat."""
    codes = ["USD", terms.currency, "JPY", "KWD"] if terms.currencies else [terms.currency]
    rates = terms.vat_rates
    return codes[place % len(codes)], None if rates is None else rates[place % len(rates)]


def scale_of(terms: Terms, seat: str, scale: int) -> int:
    """How many digits this seat's amounts have, by the terms' words."""
    code = prices_of(terms, SEATS.index(seat))[0]
    own = next((each.scale for each in terms.currencies or () if each.code == code), None)
    return scale if own is None else own


def factor_of(terms: Terms, seat: str) -> Fraction:
    """What this seat's prices are multiplied by, by the words of the manual."""
    code, vat = prices_of(terms, SEATS.index(seat))
    rates = {each.code: Fraction(each.rate) / each.units for each in terms.currencies or ()}
    factor = rates.get(code, Fraction(1))
    if vat is None:
        return factor
    share = 1 + Fraction(vat) / 100
    return factor / share if terms.vat == "net" else factor * share


def with_lines(lot: LotTerms) -> LotTerms:
    """The lot as one of three positions; the first, of quantity 1, reaches every total."""
    finer = min(6, lot.scale + 1)
    lines = (
        LineTerms(1, "one", Decimal(1), "C62", lot.scale),
        LineTerms(2, "three", Decimal(3), "KGM", lot.scale),
        LineTerms(3, "a half", Decimal("0.5"), "MTR", finer),
    )
    return replace(lot, quantity=Decimal(1), unit="LO", lines=lines)


def bid_of(
    of: Terms, seat: str, lot: int, amount: Decimal, ref: str, retyped: Decimal | None
) -> cmd.PlaceBid:
    """A bid of that amount; on a lot with positions, of unit prices that come to it."""
    terms = of.lots[lot - 1]
    if terms.lines is None:
        return cmd.PlaceBid(seat, lot, amount, ref, retyped)
    unit = Decimal(1).scaleb(-terms.scale)
    odd = 3 * Decimal(1).scaleb(-terms.lines[2].scale)
    rest = total(terms, (Decimal(0), unit, odd))
    prices = (amount - rest, unit, odd) if amount >= rest else (amount, Decimal(0), Decimal(0))
    return cmd.PlaceBid(seat, lot, amount, ref, retyped, prices)


@st.composite
def budget_terms(draw: st.DrawFn, basis: Basis | None = None) -> Terms:
    """The same rules over quantities for a budget: the ceiling of a price is the floor here."""
    prices = draw(all_terms(basis))
    made = replace(
        prices,
        format=Format.BUDGET,
        scoring=None,
        automatic_bids=None,
        surrogates=None,
        currencies=None,
        vat_rates=None,
        line_rules=None,
        lots=tuple(
            replace(
                lot,
                ceiling=None,
                budget=Decimal("100000.00"),
                floor=_on_grid(lot.ceiling, lot),
                lines=None,
            )
            for lot in prices.lots
        ),
    )
    assert check_terms(made) == []
    return made


def _on_grid(amount: Decimal | None, lot: LotTerms) -> Decimal | None:
    return amount if amount is None or lot.grid is None else amount // lot.grid * lot.grid


SCORINGS = (
    ScoringTerms(
        ScoringMethod.BONUS_MALUS,
        (Criterion("quality", CriterionKind.PERCENT), Criterion("terms", CriterionKind.AMOUNT)),
    ),
    ScoringTerms(
        ScoringMethod.WEIGHTED,
        (
            Criterion("delivery", CriterionKind.WEIGHT, Decimal("0.1")),
            Criterion("warranty", CriterionKind.WEIGHT, Decimal("0.2")),
        ),
    ),
    ScoringTerms(
        ScoringMethod.LANDED,
        (Criterion("duty", CriterionKind.PERCENT), Criterion("freight", CriterionKind.AMOUNT)),
        StepOn.SCORE,
    ),
)


def values_of(scoring: ScoringTerms, place: int) -> tuple[Decimal, ...]:
    """Values of the criteria that differ from seat to seat."""
    sign = -1 if scoring.method is ScoringMethod.BONUS_MALUS and place % 2 else 1
    unit = {CriterionKind.PERCENT: "3.7", CriterionKind.AMOUNT: "0.333333"}
    return tuple(
        criterion.most * place / 4
        if criterion.most is not None
        else sign * place * Decimal(unit[criterion.kind])
        for criterion in scoring.criteria
    )


class Player:
    """Plays scripts against the machine, keeping everything that happened."""

    def __init__(self, terms: Terms, seats: tuple[str, ...] = SEATS) -> None:
        self.played = Played(terms, AuctionState())
        self.at = BEFORE
        self.refs = 0
        self.reserves = tuple(
            OpenedReserve(lot.number, SALT, Decimal(900).scaleb(-lot.scale))
            for lot in terms.lots
            if lot.reserve_commitment is not None
        )
        self._apply((machine.genesis("T-1", "Steel", terms),))
        for seat in seats:
            self.decide(cmd.AdmitSeat(seat), self.at)
            digest = self.state.terms_hash
            self.decide(cmd.AcceptTerms(seat, 1, digest, self.ref(seat)), self.at)
        for place, seat in enumerate(seats):
            if money.asked_for(terms):
                told = cmd.DeclarePrices(seat, *prices_of(terms, place), self.ref(seat))
                self.decide(told, self.at)
        for place, seat in enumerate(seats[1:] if terms.scoring else ()):  # the first has none
            for lot in terms.lots:
                values = values_of(terms.scoring, place) if terms.scoring else ()
                asked = cmd.SetScoring(seat, lot.number, values, Officer.BUYER, self.ref(seat))
                self.decide(asked, self.at)
        self.at = (terms.prebid_opens_at or terms.starts_at) - 3 * seconds(1)

    @property
    def state(self) -> AuctionState:
        return self.played.state

    def ref(self, seat: str) -> str:
        self.refs += 1
        return f"{seat}-{self.refs}"

    def _apply(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.played.state = machine.evolve(self.state, event, self.state.seq + 1)
            self.played.events.append(event)

    def decide(self, command: cmd.Command, at: datetime) -> Happened:
        """Due boundaries before ``at`` first, then the command."""
        while (due := machine.due(self.state)) is not None and due < at:
            self._decide(cmd.Tick(due, self.reserves), due)
        self.at = max(self.at, at)
        return self._decide(command, at)

    def _decide(self, command: cmd.Command, at: datetime) -> Happened:
        before = self.state
        try:
            events = machine.decide(before, command, at, None, plain_limits)
        except Refusal as refusal:
            done = Happened(before, before, command, at, (), refusal)
        else:
            self._apply(events)
            done = Happened(before, self.state, command, at, events)
        self.played.steps.append(done)
        return done

    def run(self, script: list[Intent]) -> Played:
        for step in script:
            self.step(step)
        return self.played

    def finish(self) -> Played:
        """Let everything that is due happen, to the end."""
        while (due := machine.due(self.state)) is not None:
            self.at = max(self.at, due)
            self._decide(cmd.Tick(due, self.reserves), due)
        return self.played

    def moment(self, when: tuple[str, int]) -> datetime:
        mode, number = when
        due = machine.due(self.state)
        base = due if mode == "due" and due is not None else self.at
        return max(self.at, base + number * US)

    def amount(self, seat: str, lot: int, price: tuple[str, int]) -> Decimal:
        """An amount told from the seat's next valid bid, so from what that seat knows."""
        terms = self.state.rules.lots[lot - 1]
        unit = terms.grid or Decimal(1).scaleb(-scale_of(self.state.rules, seat, terms.scale))
        most = machine.next_valid_bid(self.state, seat, lot)
        # Quantities rise: what is "below" a price is more of them.
        way = -1 if terms.budget is None else 1
        if most is None:
            most = 1_000_002 * unit
        mode, number = price
        if mode == "most":
            return most + way * number * unit
        if mode == "above":
            return most - way * number * unit
        units = int(most / unit) * (100 + way * number) // 100
        return units * unit

    def step(self, step: Intent) -> Happened:
        at = self.moment(step.when)
        # What is due before has happened when somebody looks at the screen and acts.
        while (due := machine.due(self.state)) is not None and due < at:
            self._decide(cmd.Tick(due, self.reserves), due)
        lot = step.lot if step.lot in self.state.lots else 1
        done = self.decide(self._command(replace(step, lot=lot), at), at)
        if step.kind == "tick":
            self.at += US  # a boundary is decided after every command received at or before it
        return done

    def _command(self, step: Intent, at: datetime) -> cmd.Command:
        seat, lot, ref = step.seat, step.lot, self.ref(step.seat)
        by = Officer.NEUTRAL
        if step.kind == "bid":
            amount = self.amount(seat, lot, step.price)
            again = amount if step.approve else None
            return bid_of(self.played.terms, seat, lot, amount, ref, again)
        if step.kind == "limit":
            amount = max(self.amount(seat, lot, step.price), Decimal(0))
            return limit_command(seat, lot, amount, ref, step.approve or None)
        if step.kind == "approve":
            amount = self.amount(seat, lot, step.price)
            return cmd.ApproveSurrogate(seat, lot, amount, ref, amount if step.approve else None)
        if step.kind == "surrogate":
            amount = self.amount(seat, lot, step.price)
            return cmd.PlaceSurrogateBid(seat, lot, amount, "told by telephone", by, ref)
        if step.kind == "unlock":
            return cmd.RequestUnlock(seat, lot, self.amount(seat, lot, step.price), ref)
        if step.kind == "edit":
            terms = self.state.rules
            length = terms.length + (minutes(1) if step.approve else -minutes(1))
            edited = replace(terms, version=terms.version + 1, length=max(length, minutes(9)))
            return cmd.ChangeTerms(edited, Officer.BUYER, ref, extensions_kept=True)
        simple: dict[str, cmd.Command] = {
            "withdraw": cmd.Withdraw(seat, lot, ref),
            "decide_withdrawal": cmd.DecideWithdrawal(lot, step.approve, "a slip", by, ref),
            "decide_unlock": cmd.DecideUnlock(lot, seat, step.approve, "checked", by, ref),
            "end_limit": cmd.EndBidLimit(seat, lot, ref),
            "end_approval": cmd.EndSurrogate(seat, lot, ref),
            "pause": cmd.Pause("a question", Officer.BUYER, ref),
            "resume": cmd.Resume(Officer.BUYER, ref),
            "loss": cmd.ReportLoss(4, 3 if step.approve else 2),
            "return": cmd.ReportReturn(4 if step.approve else 1),
            "extend": cmd.Extend(lot, minutes(2), Officer.BUYER, ref),
            "accept": cmd.AcceptTerms(seat, self.state.rules.version, self.state.terms_hash, ref),
            "message": cmd.PostMessage(seat, cmd.BUYER, f"about {step.price[1]}", ref),
            "tick": cmd.Tick(at, self.reserves),
        }
        return simple[step.kind]


def open_lots(state: AuctionState) -> list[int]:
    return [lot.number for lot in state.lots.values() if lot.phase is not LotPhase.CLOSED]
