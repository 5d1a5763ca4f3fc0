"""One lot as its viewer may see it."""

from __future__ import annotations

from auctions.realtime.packages_part import PackagesView
from auctions.realtime.part import Part
from auctions.realtime.random_end_part import RandomEndView
from auctions.realtime.rounds_part import RoundsView
from auctions.realtime.turns_part import TurnsView


class LimitView(Part):
    """A supplier's own automatic bids on one lot; nobody else is told that there are any."""

    amount: str | None = None  # bids are placed down to it; null: none are placed
    room: bool = False  # whether one more bid fits above the limit
    left: int = 0  # how often a limit may still be set


class OwnStanding(Part):
    """A supplier's own figures on one lot."""

    best: str | None = None
    best_at: str | None = None
    total: str | None = None  # quantity x best
    bids: int = 0
    rank: int | None = None  # absent while the terms hide it
    of: int | None = None  # only where the count is shown
    leading: bool | None = None  # only where the rank or the lead is seen
    gap: str | None = None  # by how much the lead is better, only where the lead is seen
    most: str | None = None  # next valid bid; null: none possible or (first bid) no ceiling
    room: bool = True  # whether any amount would do
    prebid: bool = False
    withdrawable_until: str | None = None
    withdrawal_pending: bool = False
    unlock_pending: str | None = None
    unlocked_to: str | None = None
    won: bool | None = None  # after the close
    awarded: bool | None = None
    values: list[str] | None = None  # own values of the criteria, where the terms score
    score: str | None = None  # of ``best``, to six digits
    disqualified: bool = False
    surrogate: str | None = None  # how low the surrogate bid may go that it approved
    limit: LimitView | None = None  # where the terms have automatic bids
    lines: list[str] | None = None  # on a lot with positions: the unit prices behind ``best``
    least: str | None = None  # with a budget, in the place of ``most``: the lowest quantity


class Participant(Part):
    """One seat as the buyer sees it: by name, or by alias where the terms are blind."""

    seat: str  # seat id, or the alias where blind
    name: str
    country: str = ""
    accepted: bool = False  # the terms in force
    removed: bool = False
    declined: bool = False
    rank: int | None = None
    best: str | None = None
    total: str | None = None
    gap: str | None = None
    bids: int = 0
    last_bid_at: str | None = None
    online: bool | None = None  # absent where blind
    rtt_ms: int | None = None
    unlock_pending: str | None = None
    level: int | None = None  # the latest accepted, where prices move by levels
    out: bool | None = None  # did not accept a level within its time
    currency: str | None = None  # of ``best`` and ``total``, where it may be another
    vat: str | None = None  # percent that its prices carry
    value: str | None = None  # ``best`` on the common basis
    values: list[str] | None = None  # of the criteria, where the terms score
    score: str | None = None
    disqualified: bool = False
    lines: list[str] | None = None  # the unit prices behind ``best``: buyer only
    surrogate: bool = False  # ``best`` was placed by a neutral person


class UnlockView(Part):
    """A request that waits for a neutral person, shown to nobody else but its supplier."""

    seat: str
    name: str
    amount: str
    best: str | None = None
    currency: str | None = None  # of both, where it is another than the auction's


class SurrogateView(Part):
    """A surrogate bid that its supplier approved, shown to nobody else but a neutral person."""

    seat: str
    name: str
    least: str
    most: str | None = None  # the highest that may be placed
    best: str | None = None
    currency: str | None = None  # of all three, where it is another than the auction's


class SealedView(Part):
    """Sealed offers of one lot: the public keys in hex, and nothing that could be read."""

    auditor_key: str = ""  # empty until it is set
    office_key: str = ""
    handed_over: str | None = None  # person | recovery, once the auditor's key is there
    offers: int | None = None  # buyer, neutral: after the deadline, or by the terms
    own_at: str | None = None
    own_fingerprint: str | None = None  # SHA-256 of the own envelope
    own_rejected: str | None = None  # why the own offer was no offer, after the opening


class LevelView(Part):
    """Where prices move by levels (Dutch, Japanese): the level that holds until ``deadline``.

    What lies beyond the next level is told to nobody.
    """

    number: int  # 0, 1, 2, ...
    price: str
    total: str | None  # quantity x price
    opened_at: str
    next_price: str | None = None  # of the level that would follow
    own: str | None = None  # suppliers: open | accepted | out
    own_level: int | None = None  # suppliers: the latest accepted
    missed: int | None = None  # suppliers that are out: the level not accepted
    active: int | None = None  # who may accept this level, where the count is shown
    accepted: int | None = None  # buyer only: who has


class BudgetView(Part):
    """Where the price is fixed: every amount of the lot is a quantity of its unit, more is better.

    That goes for ``own.best``, ``own.least``, ``own.gap``, ``lead``, ``price``, ``reserve``,
    ``participants[].best``, the points, bids and entries of the lot. Every total is the budget.
    """

    amount: str  # the budget: what is paid for the whole lot, in the auction's currency
    own_unit_price: str | None = None  # budget / own best quantity, half-even at six digits
    lead_unit_price: str | None = None  # of the leading quantity, where the lead is seen
    unit_price: str | None = None  # of the winning quantity, where it is told


class LotView(Part):
    """One lot as this viewer may see it now."""

    number: int
    # waiting | prebid | running | settling | awaiting_seeds | paused | sealed | closed
    phase: str
    starts_at: str | None = None
    deadline: str | None = None
    hard_stop: str | None = None
    resumes_at: str | None = None
    remaining_ms: int | None = None  # while paused
    pause_causes: list[str] = []
    extensions: int = 0
    ranks_hidden: bool = False
    own: OwnStanding | None = None
    lead: str | None = None
    lead_total: str | None = None
    reserve_met: bool | None = None
    bids: int | None = None  # buyer only
    participants: list[Participant] | None = None  # buyer only
    withdrawal_pending: str | None = None  # buyer, neutral: seat or alias
    unlocks: list[UnlockView] | None = None  # neutral only
    surrogates: list[SurrogateView] | None = None  # neutral only, where the terms have them
    outcome: str | None = None  # won | no_bid | reserve_not_met
    winner: str | None = None
    price: str | None = None
    reserve: str | None = None  # once opened, to the buyer
    awarded: str | None = None  # the seat the award names
    sealed: SealedView | None = None  # of the sealed formats
    level: LevelView | None = None  # where prices move by levels, once the lot started
    turns: TurnsView | None = None  # of rounds in turns, once the lot started
    random_end: RandomEndView | None = None  # open then closed
    packages: PackagesView | None = None  # where the terms have packages
    rounds: RoundsView | None = None  # of sealed rounds
    paid: str | None = None  # buyer: ``price`` in the winner's own money, where that is another
    paid_in: str | None = None  # its currency
    budget: BudgetView | None = None  # where amounts are quantities


class LineInfo(Part):
    """One position of a lot, in the order in which a bid gives its unit prices."""

    number: int
    title: str
    quantity: str
    unit: str
    unit_label: str
    scale: int  # decimal places of its unit price
    ceiling: str | None = None  # the highest unit price


class LotInfo(Part):
    """What does not change while the terms stand; to a supplier in its own money."""

    number: int
    title: str
    quantity: str
    unit: str
    unit_label: str
    scale: int
    ceiling: str | None = None
    baseline: str | None = None  # buyer only
    target: str | None = None  # buyer only
    lines: list[LineInfo] | None = None  # the positions: bid a price for each, not one amount
    budget: str | None = None  # paid for the whole lot; then ``scale`` is that of quantities
    floor: str | None = None  # with a budget: the lowest first quantity
