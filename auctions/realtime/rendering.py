"""What a viewer may see, as messages of the live protocol. Visibility decides; this only writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from auctions.aliases import alias_of
from auctions.domain import money as money_of
from auctions.domain import worth
from auctions.domain.events import Event
from auctions.domain.state import AuctionState
from auctions.domain.terms import LotTerms
from auctions.domain.visibility import (
    LevelStanding,
    LotStanding,
    Role,
    SeatStanding,
    Viewer,
    event_view,
    price_point,
    standing,
)
from auctions.domain.visibility.sealed import SealedStanding
from auctions.ledger.limits import limits_of
from auctions.realtime import messages as m
from auctions.realtime.packages_part import packages_view
from auctions.realtime.random_end_part import random_end_view
from auctions.realtime.rounds_part import rounds_view
from auctions.realtime.turns_part import turns_view
from auctions.subject import AuctionSubject, SubjectLot
from infra.keys import key_ring
from kernel.clock import MICROSECOND, moment_to_wire
from kernel.decimals import to_wire

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rendering needs beside the ledger: names by seat, the subject, hidden reserves."""

    auction_id: UUID
    subject: AuctionSubject
    owner_name: str
    names: Mapping[str, tuple[str, str]]  # seat -> company's name, country
    secrets: Mapping[int, Decimal] = field(default_factory=dict)

    def alias(self, seat: str) -> str:
        """The seat's name to a blind buyer: the same in every process, guessable by nobody."""
        return alias_of(self.auction_id, seat)

    def seat_of(self, label: str) -> str:
        """The seat behind a label a viewer was given; the label itself where it is none."""
        return next((seat for seat in self.names if self.alias(seat) == label), label)

    def by_seat(self, message: Any) -> Any:
        """A blind buyer's message with the seats behind the aliases it names."""
        if isinstance(message, m.PostMessage):
            return msgspec.structs.replace(message, to=self.seat_of(message.to))
        if isinstance(message, m.DecideUnlock | m.SurrogateBid):
            return msgspec.structs.replace(message, seat=self.seat_of(message.seat))
        return message

    def name(self, label: str | None) -> str:
        """A company's name for a seat id; the alias itself for an alias."""
        if label is None:
            return ""
        return self.names.get(label, (label, ""))[0]

    def country(self, label: str) -> str:
        return self.names.get(label, ("", ""))[1]


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else to_wire(amount)


def _texts(amounts: Sequence[Decimal] | None) -> list[str] | None:
    return None if amounts is None else [to_wire(amount) for amount in amounts]


def moment(at: datetime | None) -> str | None:
    return None if at is None else moment_to_wire(at)


def milliseconds(length: timedelta | None) -> int | None:
    return None if length is None else max(0, length // (1000 * MICROSECOND))


class Renderer:
    """Writes for one viewer of one auction."""

    def __init__(self, viewer: Viewer, around: Surroundings) -> None:
        self.viewer = viewer
        self.around = around
        # None is opened but the viewer's own: a standing asks for no other.
        self._limits = limits_of(key_ring(), around.auction_id)

    # State --------------------------------------------------------------------------------

    def lots(
        self, state: AuctionState, now: datetime | None, only: int | None = None
    ) -> list[m.LotView]:
        """Every lot (or one) as it stands."""
        view = standing(
            state,
            self.viewer,
            now=now,
            secrets=self.around.secrets,
            alias=self.around.alias,
            limits=self._limits,
        )
        seats = {seat.seat: seat for seat in view.seats}
        return [
            self._lot(lot, state, seats) for lot in view.lots if only is None or lot.number == only
        ]

    def _lot(
        self, lot: LotStanding, state: AuctionState, seats: Mapping[str, SeatStanding]
    ) -> m.LotView:
        terms = state.rules.lot(lot.number)
        if terms is None:
            raise ValueError(f"no terms for lot {lot.number}")
        total = _totals(money_of.own_terms(state, self.viewer.seat, lot.number))
        own = lot.own
        met = lot.reserve_met if own is None else own.reserve_met
        return m.LotView(
            number=lot.number,
            phase=lot.phase,
            starts_at=moment(lot.starts_at),
            deadline=moment(lot.deadline),
            hard_stop=moment(lot.hard_stop),
            resumes_at=moment(lot.resumes_at),
            remaining_ms=milliseconds(lot.remaining),
            pause_causes=list(lot.pauses),
            extensions=lot.extensions,
            ranks_hidden=lot.ranks_hidden,
            own=self._own(lot, total),
            lead=money(lot.lead),
            lead_total=total(lot.lead),
            reserve_met=met,
            bids=lot.bids,
            participants=self._participants(lot, state, seats, total),
            withdrawal_pending=lot.withdrawal,
            unlocks=None
            if lot.unlocks is None
            else [
                m.UnlockView(
                    seat=each.seat,
                    name=self.around.name(each.seat),
                    amount=to_wire(each.amount),
                    best=money(each.best),
                    currency=each.currency,
                )
                for each in lot.unlocks
            ],
            surrogates=None
            if lot.surrogates is None
            else [
                m.SurrogateView(
                    seat=each.seat,
                    name=self.around.name(each.seat),
                    least=to_wire(each.least),
                    most=money(each.most),
                    best=money(each.best),
                    currency=each.currency,
                )
                for each in lot.surrogates
            ],
            outcome=None if lot.outcome is None else lot.outcome.value,
            winner=lot.winner,
            price=money(lot.price),
            reserve=money(lot.reserve),
            awarded=lot.awarded,
            sealed=_sealed(lot.sealed),
            level=_level(lot.level, total),
            turns=turns_view(lot.turns),
            packages=packages_view(lot.packages),
            rounds=rounds_view(lot.rounds),
            paid=money(lot.paid),
            paid_in=lot.paid_in,
            random_end=random_end_view(lot.random_end),
            budget=_budget(terms, lot),
        )

    def _own(self, lot: LotStanding, total: Callable[[Decimal | None], str | None]) -> Any:
        own = lot.own
        if own is None:
            return None
        return m.OwnStanding(
            best=money(own.best),
            best_at=moment(own.best_at),
            total=total(own.best),
            bids=own.bids,
            rank=own.rank,
            of=own.of,
            leading=own.leading,
            gap=money(own.gap),
            most=money(own.most),
            room=own.room,
            prebid=own.prebid,
            withdrawable_until=moment(own.withdrawable_until),
            withdrawal_pending=own.withdrawal_pending,
            unlock_pending=money(own.unlock_pending),
            unlocked_to=money(own.unlocked_to),
            won=own.won,
            awarded=own.awarded,
            values=_texts(own.values),
            score=money(own.score),
            disqualified=own.disqualified,
            surrogate=money(own.surrogate),
            limit=None
            if own.limit is None
            else m.LimitView(
                amount=money(own.limit.amount), room=own.limit.room, left=own.limit.left
            ),
            lines=_texts(own.lines),
            least=money(own.least),
        )

    def _participants(
        self,
        lot: LotStanding,
        state: AuctionState,
        seats: Mapping[str, SeatStanding],
        total: Callable[[Decimal | None], str | None],
    ) -> list[m.Participant] | None:
        if lot.participants is None:
            return None
        found = []
        for one in lot.participants:
            seat = seats.get(one.seat)
            found.append(
                m.Participant(
                    seat=one.seat,
                    name=self.around.name(one.seat),
                    country=self.around.country(one.seat),
                    accepted=seat is not None and seat.accepted_version == state.rules.version,
                    removed=seat is not None and seat.removed,
                    declined=seat is not None and seat.declined,
                    rank=one.rank,
                    best=money(one.best),
                    total=total(one.best),
                    gap=money(one.gap),
                    bids=one.bids,
                    last_bid_at=moment(one.last_bid_at),
                    level=one.level,
                    out=one.out,
                    values=_texts(one.values),
                    score=money(one.score),
                    disqualified=seat is not None and seat.disqualified,
                    lines=_texts(one.lines),
                    currency=one.currency or (seat and seat.currency),
                    vat=_percent(one.vat if one.vat is not None else seat and seat.vat),
                    value=money(one.value),
                    surrogate=one.surrogate,
                )
            )
        return found

    def infos(self, state: AuctionState) -> list[m.LotInfo]:
        """What does not change while the terms stand."""
        buyer = self.viewer.role in (Role.BUYER, Role.BUYER_BLIND)
        found = []
        for each in state.rules.lots:
            lot = money_of.own_terms(state, self.viewer.seat, each.number)
            about = self.around.subject.lot(lot.number)
            found.append(
                m.LotInfo(
                    number=lot.number,
                    title=lot.title,
                    quantity=to_wire(lot.quantity),
                    unit=lot.unit,
                    unit_label=about.unit_label or lot.unit,
                    scale=lot.scale,
                    ceiling=money(lot.ceiling),
                    baseline=money(about.baseline) if buyer else None,
                    target=money(about.target) if buyer else None,
                    lines=_lines(lot, about),
                    budget=money(lot.budget),
                    floor=money(lot.floor),
                )
            )
        return found

    # Events -------------------------------------------------------------------------------

    def event(self, before: AuctionState, after: AuctionState, event: Event) -> Wire | None:
        """What this viewer is told of an event: ``{kind, lot, ...}``; None where nothing."""
        return event_view(before, after, event, self.viewer, alias=self.around.alias)

    def point(self, after: AuctionState, event: Event) -> m.PricePoint | None:
        """The event as a point of the price chart; None where it is none for this viewer."""
        found = price_point(after, event, self.viewer, alias=self.around.alias)
        return None if found is None else m.PricePoint(**found)

    def note(self, view: Wire) -> m.Note:
        """A ``message_posted`` view as a line of the room's messages."""
        own = self.viewer.seat or (
            "buyer" if self.viewer.role in (Role.BUYER, Role.BUYER_BLIND) else None
        )

        def called(label: str) -> str:
            return "you" if label == own else label

        sender = view["sender"]
        return m.Note(
            at=view["received_at"],
            sender=called(sender),
            to=called(view["to"]),
            text=view["text"],
            sender_name=self.around.owner_name if sender == "buyer" else self.around.name(sender),
        )


def _lines(lot: LotTerms, about: SubjectLot) -> list[m.LineInfo] | None:
    if lot.lines is None:
        return None
    return [
        m.LineInfo(
            number=line.number,
            title=line.title,
            quantity=to_wire(line.quantity),
            unit=line.unit,
            unit_label=about.label_of(line.number) or line.unit,
            scale=line.scale,
            ceiling=money(line.ceiling),
        )
        for line in lot.lines
    ]


def _level(
    level: LevelStanding | None, total: Callable[[Decimal | None], str | None]
) -> m.LevelView | None:
    if level is None:
        return None
    return m.LevelView(
        number=level.number,
        price=to_wire(level.price),
        total=total(level.price),
        opened_at=moment_to_wire(level.opened_at),
        next_price=money(level.next_price),
        own=level.own,
        own_level=level.own_level,
        missed=level.missed,
        active=level.active,
        accepted=level.accepted,
    )


def event_moment(event: Event, recorded_at: datetime) -> datetime:
    """When an event happened, as told to viewers: its own moment, else the whole second.

    The exact moment of recording would tell when another's bid was decided.
    """
    own = getattr(event, "at", None) or getattr(event, "received_at", None)
    return own or recorded_at.replace(microsecond=0)


def _sealed(view: SealedStanding | None) -> m.SealedView | None:
    if view is None:
        return None
    return m.SealedView(
        auditor_key=view.auditor_key,
        office_key=view.office_key,
        handed_over=view.handed_over,
        offers=view.offers,
        own_at=moment(view.own_at),
        own_fingerprint=view.own_fingerprint,
        own_rejected=view.own_rejected,
    )


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else to_wire(rate)


def _totals(terms: LotTerms) -> Callable[[Decimal | None], str | None]:
    def total(price: Decimal | None) -> str | None:
        return None if price is None else to_wire(worth.total(terms, price))

    return total


def _budget(terms: LotTerms, lot: LotStanding) -> m.BudgetView | None:
    if terms.budget is None:
        return None

    def unit_price(quantity: Decimal | None) -> str | None:
        return None if quantity is None else to_wire(worth.shown_unit_price(terms, quantity))

    return m.BudgetView(
        amount=to_wire(terms.budget),
        own_unit_price=unit_price(None if lot.own is None else lot.own.best),
        lead_unit_price=unit_price(lot.lead),
        unit_price=unit_price(lot.price),
    )
