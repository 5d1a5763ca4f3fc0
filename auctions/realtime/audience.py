"""One audience of one auction: all sockets that may see exactly the same.

Rendered once, whatever their number. The cursor counts the events this viewer may know of, and
nothing else; it is derived from the ledger, so every process gives the same.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from auctions.domain import money
from auctions.domain.events import (
    AutomaticBidPlaced,
    BidLines,
    BidPlaced,
    BidsVoided,
    DeadlineMoved,
    EndDrawn,
    LevelAccepted,
    OfferTakenBack,
    SurrogateBidPlaced,
    WithdrawalDecided,
)
from auctions.domain.formats.levels import level_price
from auctions.domain.formats.turns import taken_back
from auctions.domain.state import AuctionState
from auctions.domain.visibility import hears_of_others
from auctions.domain.void import void_bids, void_moments
from auctions.realtime import messages as m
from auctions.realtime.mailbox import Mailbox
from auctions.realtime.outgoing import Shown, Told, shown, told
from auctions.realtime.rendering import Renderer, event_moment, moment
from auctions.realtime.steps import Step
from auctions.realtime.wire import ENCODER
from kernel.clock import moment_to_wire
from kernel.decimals import to_wire

FEED = 100
EXTENSIONS = 500
NOTES = 300
POINTS = 3_000
OWN_BIDS = 200


class Audience:
    """What one viewer has been told so far, and the sockets that hear more."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.mailboxes: set[Mailbox] = set()
        self._order: list[Mailbox] = []
        self._newcomers: set[Mailbox] = set()
        self.cursor = 0
        self._feed: deque[m.FeedItem] = deque(maxlen=FEED)
        self._extensions: deque[m.FeedItem] = deque(maxlen=EXTENSIONS)
        self._notes: deque[m.Note] = deque(maxlen=NOTES)
        self._points: deque[m.PricePoint] = deque(maxlen=POINTS)
        self._new_points: list[m.PricePoint] = []
        self._own_bids: dict[int, m.OwnBid] = {}
        self._shown: bytes = b""

    def add(self, mailbox: Mailbox) -> None:
        """One more socket."""
        if mailbox not in self.mailboxes:
            self.mailboxes.add(mailbox)
            self._order.insert(random.randint(0, len(self._order)), mailbox)
        self._newcomers.add(mailbox)

    def remove(self, mailbox: Mailbox) -> None:
        """One socket less; nothing happens to one that is not there."""
        if mailbox in self.mailboxes:
            self.mailboxes.discard(mailbox)
            self._order.remove(mailbox)

    def dissolve(self) -> list[Mailbox]:
        """All sockets, of which none is left."""
        everybody = self.in_turn()
        self.mailboxes, self._order = set(), []
        return everybody

    def in_turn(self) -> list[Mailbox]:
        """All sockets as they are told next. Nobody is always told first: each is as often at any
        place as any other, and of two each is as often before the other."""
        order = self._order
        if len(order) < 2:
            return list(order)
        first = random.randrange(len(order))
        turn = order[first:] + order[:first]
        if random.getrandbits(1):
            turn.reverse()
        return turn

    def take_newcomers(self) -> set[Mailbox]:
        """The sockets added since the last call."""
        taken = self._newcomers & self.mailboxes
        self._newcomers = set()
        return taken

    # The past -----------------------------------------------------------------------------

    def recall(self, steps: Iterable[Step], checkpoints: int) -> None:
        """Take in what happened before anybody of this audience was here."""
        for step in steps:
            view = self.renderer.event(step.before, step.after, step.event)
            if view is not None:
                self._keep(step, view)
            self._keep_point(step)
            self._keep_lines(step)
        self.cursor += checkpoints
        self._new_points.clear()

    def _keep(self, step: Step, view: dict[str, Any]) -> None:
        self.cursor += 1
        data = {key: value for key, value in view.items() if key not in ("kind", "lot")}
        at = moment_to_wire(event_moment(step.event, step.entry.recorded_at))
        item = m.FeedItem(at=at, kind=view["kind"], lot=view.get("lot"), data=data)
        self._feed.append(item)
        if isinstance(step.event, DeadlineMoved):
            self._extensions.append(item)
        if view["kind"] == "message_posted":
            self._notes.append(self.renderer.note(view))
        self._keep_own_bid(step)

    def _keep_own_bid(self, step: Step) -> None:
        event, seat = step.event, self.renderer.viewer.seat
        if seat is None:
            return
        if isinstance(event, BidPlaced | LevelAccepted) and event.seat == seat:
            # The ref of a surrogate bid is another's, and may be one of this seat's own too.
            ref = "" if isinstance(event, SurrogateBidPlaced) else event.ref
            self._own_bids[step.entry.seq] = m.OwnBid(
                ref=ref or step.entry.leaf.hex(),
                lot=event.lot,
                amount=to_wire(event.amount),
                at=moment_to_wire(event.received_at),
                state="accepted",
                leaf=step.entry.leaf.hex(),
                message=event.reason if isinstance(event, SurrogateBidPlaced) else None,
                automatic=isinstance(event, AutomaticBidPlaced),
                surrogate=isinstance(event, SurrogateBidPlaced),
                level=event.level if isinstance(event, LevelAccepted) else None,
            )
        elif isinstance(event, WithdrawalDecided) and event.seat == seat and event.approved:
            bid = self._own_bids.get(event.bid)
            if bid is not None:
                self._own_bids[event.bid] = msgspec.structs.replace(bid, state="withdrawn")
        elif isinstance(event, BidsVoided) and event.seat == seat:
            for seq in void_bids(step.after, event.lot, seat):
                if (late := self._own_bids.get(seq)) is not None:
                    self._own_bids[seq] = msgspec.structs.replace(late, state="void")
        elif isinstance(event, OfferTakenBack) and event.seat == seat:
            for seq in taken_back(step.after, event, self._own_bids):
                bid = self._own_bids[seq]
                if bid.lot == event.lot:
                    self._own_bids[seq] = msgspec.structs.replace(bid, state="withdrawn")

    def _keep_lines(self, step: Step) -> None:
        """The unit prices behind an own bid: no news, but part of what one did."""
        event = step.event
        if isinstance(event, BidLines) and event.bid in self._own_bids:
            prices = [to_wire(price) for price in event.prices]
            kept = self._own_bids[event.bid]
            self._own_bids[event.bid] = msgspec.structs.replace(kept, lines=prices)

    def _keep_point(self, step: Step) -> None:
        if isinstance(step.event, EndDrawn):
            late = void_moments(step.after, step.event.lot)
            kept = [each for each in self._points if (each.lot, each.at) not in late]
            self._points = deque(kept, maxlen=POINTS)
        point = self.renderer.point(step.after, step.event)
        if point is not None:
            self._points.append(point)
            self._new_points.append(point)

    # The present --------------------------------------------------------------------------

    def of_interest(self, steps: Sequence[Step]) -> Sequence[Step]:
        """Those of the steps that may have to be told here.

        In a busy auction nearly all are bids of others. Where the terms never tell of them there is
        no need to ask about each one, for each seat anew.
        """
        viewer = self.renderer.viewer
        if not steps or any(
            hears_of_others(viewer, state) for state in (steps[0].before, steps[-1].after)
        ):
            return steps
        return [
            step
            for step in steps
            if not isinstance(step.event, BidPlaced | BidLines | LevelAccepted)
            or isinstance(step.event, SurrogateBidPlaced)
            or step.event.seat == viewer.seat
        ]

    def tell(
        self, steps: Iterable[Step], signed: Iterable[dict[str, Any]], now: datetime
    ) -> Told | None:
        """What every socket is to be told of those entries and signed checkpoints, if anything."""
        messages: list[m.Event | m.Checkpoint] = []
        for step in steps:
            view = self.renderer.event(step.before, step.after, step.event)
            self._keep_point(step)
            self._keep_lines(step)
            if view is not None:
                messages.append(self._event(step, view, now))
        messages += [self._checkpoint(each) for each in signed]
        return told(messages, (self.cursor, time.monotonic())) if messages else None

    def _event(self, step: Step, view: dict[str, Any], now: datetime) -> m.Event:
        previous = self.cursor
        self._keep(step, view)
        item = self._feed[-1]
        # Bids come in crowds and change nothing but the standing, which follows.
        quiet = isinstance(step.event, BidPlaced | LevelAccepted)
        return m.Event(
            cursor=self.cursor,
            prev=previous,
            at=item.at,
            kind=item.kind,
            lot=item.lot,
            data=item.data,
            phase=step.after.phase.value,
            lots=[] if quiet else self.renderer.lots(step.after, now, item.lot),
        )

    def _checkpoint(self, signed: dict[str, Any]) -> m.Checkpoint:
        previous = self.cursor
        self.cursor += 1
        return m.Checkpoint(
            cursor=self.cursor,
            prev=previous,
            number=signed["number"],
            at=signed["at"],
            commitment=signed["commitment"],
            key_id=signed["key_id"],
            signature=signed["signature"],
        )

    def stand(self, state: AuctionState, now: datetime) -> Shown | None:
        """The standing for every socket, if it differs from the last one."""
        lots = self.renderer.lots(state, now)
        latest = ENCODER.encode(lots)
        if latest == self._shown and not self._new_points:
            return None
        self._shown = latest
        points, self._new_points = self._new_points, []
        return shown(m.Standing(now=moment_to_wire(now), lots=lots, points=points))

    def heartbeat(self, now: datetime) -> Told:
        """The current cursor for every socket."""
        return told([m.Heartbeat(now=moment_to_wire(now), cursor=self.cursor)])

    def _whole_feed(self) -> list[m.FeedItem]:
        """The latest lines, and before them the extensions that a chart marks."""
        recent = {id(item) for item in self._feed}
        return [*(item for item in self._extensions if id(item) not in recent), *self._feed]

    def snapshot(
        self, state: AuctionState, now: datetime, you: m.You, refused: Sequence[m.OwnBid]
    ) -> m.Snapshot:
        """Everything this viewer may see. ``refused`` are its refused bids, of the attempts."""
        viewer, around = self.renderer.viewer, self.renderer.around
        terms = state.rules
        seat = None if viewer.seat is None else state.seats.get(viewer.seat)
        own_bids = [
            *list(self._own_bids.values())[-OWN_BIDS:],
            *(_with_amount(bid, state) for bid in refused),
        ]
        return m.Snapshot(
            auction=str(around.auction_id),
            reference=state.reference,
            title=state.title,
            phase=state.phase.value,
            now=moment_to_wire(now),
            cursor=self.cursor,
            you=you,
            currency=money.currency_of(state, viewer.seat),
            vat=terms.vat.value,
            terms=terms.document(),
            terms_hash=state.terms_hash,
            terms_version=terms.version,
            terms_accepted=None if seat is None else seat.accepted_version == terms.version,
            consent_until=moment(state.consent_until),
            lots_info=self.renderer.infos(state),
            lots=self.renderer.lots(state, now),
            own_bids=sorted(own_bids, key=lambda bid: bid.at),
            points=list(self._points),
            notes=list(self._notes),
            feed=self._whole_feed(),
            ended_reason=state.ended_reason,
            **_prices(state, viewer.seat),
        )


def _prices(state: AuctionState, seat: str | None) -> dict[str, Any]:
    """Whether a supplier has said in which money it bids, where it must."""
    if seat is None or not money.asked_for(state.rules):
        return {}
    found = state.seats.get(seat)
    prices = None if found is None else found.prices
    vat = None if prices is None or prices.vat is None else to_wire(prices.vat)
    return {"prices_declared": prices is not None, "vat_rate": vat}


def _with_amount(bid: m.OwnBid, state: AuctionState) -> m.OwnBid:
    """A refused acceptance names its level only: the price that level had, if it ever had one."""
    price = None if bid.level is None else level_price(state, bid.lot, bid.level)
    return bid if price is None else msgspec.structs.replace(bid, amount=to_wire(price))
