"""What the ledger says, told to the timelines of the companies at the table.

A handler of the relay. Each side gets the facts that the table of who sees what grants it, at the
moment of the entry: a supplier its own figures, the buyer those of each supplier. What a blind
buyer may know only after the last lot's close, and what the operator may, waits under the
auction's seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from auctions.domain import events as ev
from auctions.domain import money, outcome
from auctions.domain.rules import packages
from auctions.domain.state import AuctionState, LotState
from auctions.domain.visibility import OwnStanding, Role, Viewer
from auctions.domain.visibility.standing import lot_standing
from auctions.models import Auction, Seat
from auctions.outbid import States, cascade, fallen, loss
from auctions.subject import subject_from
from crm_core.timeline.models import Perspective
from crm_core.timeline.rebuild import in_order
from crm_core.timeline.services import Fact, Side, open_seal, record
from infra.relay import Event
from kernel.clock import moment_to_wire
from kernel.decimals import floor_fraction, to_wire

BUYER, SUPPLIER, OPERATOR = Perspective.BUYER, Perspective.SUPPLIER, Perspective.OPERATOR
PERCENT = Decimal("0.01")
_states = States()
Told = Mapping[str, Any]


@in_order
def on_ledger(event: Event) -> None:
    """Tell one entry; of a kind nobody tells, or of an auction pruned meanwhile, nothing."""
    row = (
        Auction.objects.filter(pk=UUID(event.payload["auction"]))
        .values_list("pk", "owner_id", "rules_version", "subject")
        .first()
    )
    if row is not None:
        happened = ev.event_from(event.payload["kind"], event.payload["body"])
        entry = _Entry(event, *row)
        _TELL[type(happened)](entry, happened)
        record(event, entry.facts)


@dataclass
class _Entry:
    """One entry with what is needed to tell it."""

    event: Event
    auction_id: UUID
    owner: UUID
    rules_version: int
    subject: Any
    facts: list[Fact] = field(default_factory=list)

    @cached_property
    def states(self) -> tuple[AuctionState, AuctionState]:
        before, after = _states.around(self.auction_id, self.event.seq, self.rules_version)
        return before.state, after.state

    @property
    def before(self) -> AuctionState:
        return self.states[0]

    @property
    def after(self) -> AuctionState:
        return self.states[1]

    @property
    def ends_cascade(self) -> bool:
        """Whether no automatic bid that answers it follows: until then nobody was outbid."""
        if self.after.rules.automatic_bids is None:
            return True
        return cascade(self.auction_id, self.event.seq)[1] == self.event.seq

    @cached_property
    def companies(self) -> Mapping[str, UUID]:
        rows = Seat.objects.filter(auction_id=self.auction_id)
        return dict(rows.values_list("code", "company_id"))

    @cached_property
    def link(self) -> str:
        room = reverse("auctions:room", args=[self.auction_id])
        return subject_from(self.subject).link or room

    def tell(
        self,
        kind: str,
        seat: str,
        sides: Mapping[Perspective, Told],
        *,
        lot: int | None = None,
        secret: bool = True,
    ) -> None:
        """``secret``: a blind buyer and the operator learn of it only after the close."""
        common: dict[str, Any] = {
            "reference": self.after.reference,
            "title": self.after.title,
            "other": str(self.owner),
        }
        if lot is not None:
            common |= {"lot": lot, "currency": money.currency_of(self.after, seat)}
            if self.after.lots[lot].rises:  # amounts are quantities
                common["unit"] = self.unit(lot)
        sealed = {BUYER: self.after.rules.blind, OPERATOR: secret}
        self.facts.append(
            Fact(
                kind=kind,
                buyer=self.owner,
                supplier=self.companies[seat],
                sides={
                    side: Side({**common, **facts}, self.event.subject if sealed.get(side) else "")
                    for side, facts in sides.items()
                },
                group="" if lot is None else str(lot),
                link=self.link,
            )
        )

    def unit(self, lot: int) -> str:
        """What a quantity of the lot is counted in."""
        label = subject_from(self.subject).lot(lot).unit_label
        return label or self.after.rules.lots[lot - 1].unit

    def own(self, lot: int, seat: str) -> OwnStanding | None:
        """What the seat sees of itself after the entry."""
        return lot_standing(self.after, self.after.lots[lot], Viewer(Role.SUPPLIER, seat)).own


def _accepted(entry: _Entry, accepted: ev.TermsAccepted) -> None:
    facts = {"version": accepted.version}
    sides = dict.fromkeys((BUYER, SUPPLIER, OPERATOR), facts)
    entry.tell("accepted", accepted.seat, sides, secret=False)


def _level(entry: _Entry, accepted: ev.LevelAccepted) -> None:
    """Ranks are told to nobody while prices move by levels, so nobody is outbid."""
    facts = {"best": to_wire(accepted.amount)}
    sides = {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}
    entry.tell("bid", accepted.seat, sides, lot=accepted.lot)


def _bid(entry: _Entry, bid: ev.BidPlaced) -> None:
    facts = {"best": to_wire(bid.amount)}
    entry.tell("bid", bid.seat, {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}, lot=bid.lot)
    if entry.ends_cascade:
        _outbid(entry, bid.lot, but=bid.seat)


def _offer_opened(entry: _Entry, opened: ev.OfferOpened) -> None:
    facts = {"best": to_wire(opened.amount)}
    sides = {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}
    entry.tell("offered", opened.seat, sides, lot=opened.lot)


def _offer_rejected(entry: _Entry, rejected: ev.OfferRejected) -> None:
    sides: dict[Perspective, Told] = {BUYER: {}, SUPPLIER: {}, OPERATOR: {}}
    entry.tell("offer_rejected", rejected.seat, sides, lot=rejected.lot)


def _bids_voided(entry: _Entry, voided: ev.BidsVoided) -> None:
    facts = {"bids": voided.bids}
    sides: dict[Perspective, Told] = {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}
    entry.tell("voided", voided.seat, sides, lot=voided.lot)


def _withdrawal(entry: _Entry, decided: ev.WithdrawalDecided) -> None:
    if not decided.approved:
        return
    sides: dict[Perspective, Told] = {BUYER: {}, SUPPLIER: {}, OPERATOR: {}}
    entry.tell("withdrew", decided.seat, sides, lot=decided.lot)


def _outbid(entry: _Entry, lot: int, *, but: str) -> None:
    """The buyer knows every rank; a supplier is told what it saw itself lose."""
    ranks = {one.seat: one.rank for one in outcome.ranking(entry.after, lot)}
    for seat in fallen(entry.before, entry.after, lot):
        if seat == but:
            continue
        sides: dict[Perspective, Told] = {BUYER: {"rank": ranks[seat]}}
        if (own := loss(entry.before, entry.after, lot, seat)) is not None:
            sides[SUPPLIER] = {"rank": own.rank}
        entry.tell("outbid", seat, sides, lot=lot)


def _extended(entry: _Entry, moved: ev.DeadlineMoved) -> None:
    facts = {"until": moment_to_wire(moved.deadline)}
    for seat in _at_the_table(entry.after):
        entry.tell("extended", seat, {BUYER: facts, SUPPLIER: facts}, lot=moved.lot)


def _lot_closed(entry: _Entry, closed: ev.LotClosed) -> None:
    if closed.outcome is not ev.LotOutcome.RESERVE_NOT_MET:
        return
    for one in outcome.ranking(entry.after, closed.lot):
        facts = {"best": to_wire(one.offer.amount)}
        sides = {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}
        entry.tell("no_result", one.seat, sides, lot=closed.lot)


def _closed(entry: _Entry, closed: ev.Closed) -> None:
    open_seal(entry.event.subject, entry.event.occurred_at)


def _awarded(entry: _Entry, award: ev.AwardRecorded) -> None:
    if award.seat is not None and award.amount is not None:
        facts = {"price": to_wire(award.amount)}
        sides = {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}
        entry.tell("won", award.seat, sides, lot=award.lot)
    for one in outcome.ranking(entry.after, award.lot):
        if one.seat != award.seat:
            _lost(entry, award, one)


def _lost(entry: _Entry, award: ev.AwardRecorded, one: outcome.Ranked) -> None:
    """The cause is computed: a price above the award's, a quantity below it, a choice over several
    lots, no award, or the buyer's decision."""
    best = one.offer.amount
    rises = entry.after.lots[award.lot].rises
    told: dict[str, Any] = {"best": to_wire(best), "cause": "decision"}
    base = award.amount
    if award.seat is None or base is None:
        told["cause"] = "not_awarded"
    elif award.seat == entry.after.lots[award.lot].winner:
        # Where more is paid than was asked, what was asked is what won.
        asked = packages.asked(entry.after, award.lot)
        base = base if asked is None else asked
        # With packages the lowest price for a lot alone may lose.
        packed = entry.after.packages is not None and best <= base
        told["cause"] = "package" if packed else "quantity" if rises else "price"
    buyers = dict(told)
    if base is not None:
        gap = _gap(entry.after.lots[award.lot], award.seat or "", base, one)
        buyers |= {"rank": one.rank, "gap": to_wire(gap.quantize(PERCENT, ROUND_HALF_EVEN))}
    own = entry.own(award.lot, one.seat)
    # Why, and whether anybody won, is the buyer's to tell.
    suppliers = {"best": told["best"], "rank": own.rank if own is not None else None}
    entry.tell("lost", one.seat, {BUYER: buyers, SUPPLIER: suppliers, OPERATOR: {}}, lot=award.lot)


def _gap(lot: LotState, seat: str, amount: Decimal, one: outcome.Ranked) -> Decimal:
    """By how many percent an offer is worse than the one that won, in whatever money each is."""
    awarded = money.value_of(lot, seat, amount)
    above = money.value_of(lot, one.seat, one.offer.amount) - awarded
    exact = (-above if lot.rises else above) / awarded * 100
    return floor_fraction(exact, 18)


def _cancelled(entry: _Entry, cancelled: ev.Cancelled) -> None:
    _ended("cancelled", entry, cancelled.reason)


def _annulled(entry: _Entry, annulled: ev.Annulled) -> None:
    _ended("annulled", entry, annulled.reason)


def _ended(kind: str, entry: _Entry, reason: str) -> None:
    facts = {"reason": reason}
    for seat in _at_the_table(entry.after):
        entry.tell(kind, seat, {BUYER: facts, SUPPLIER: facts, OPERATOR: {}}, secret=False)


def _at_the_table(state: AuctionState) -> Iterable[str]:
    """Seats that take part: they accepted the terms and were not removed."""
    return [
        seat.id
        for seat in sorted(state.seats.values(), key=lambda each: each.id)
        if seat.accepted_version and not seat.removed
    ]


_TELL: Mapping[type[Any], Callable[[_Entry, Any], None]] = {
    ev.TermsAccepted: _accepted,
    ev.BidPlaced: _bid,
    ev.AutomaticBidPlaced: _bid,
    ev.SurrogateBidPlaced: _bid,
    ev.LevelAccepted: _level,
    ev.OfferOpened: _offer_opened,
    ev.OfferRejected: _offer_rejected,
    ev.BidsVoided: _bids_voided,
    ev.WithdrawalDecided: _withdrawal,
    ev.DeadlineMoved: _extended,
    ev.LotClosed: _lot_closed,
    ev.Closed: _closed,
    ev.AwardRecorded: _awarded,
    ev.Cancelled: _cancelled,
    ev.Annulled: _annulled,
}
TYPES = frozenset(f"auction.{cls.kind}" for cls in _TELL)
