"""Outbid: which seats an entry made fall, and what each sees of that itself.

For handlers of the relay, which look at each entry with the states before and after it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import connection

from auctions.domain import outcome
from auctions.domain.events import AutomaticBidPlaced
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.visibility import OwnStanding, Role, Viewer
from auctions.domain.visibility.standing import lot_standing
from auctions.ledger import store
from auctions.ledger.store import LedgerBroken, Loaded
from auctions.models import LedgerEntry

STATES_KEPT = 64


def fallen(before: AuctionState, after: AuctionState, number: int) -> list[str]:
    """The seats that rank worse than before, whatever they may know of it."""
    ranks = {one.seat: one.rank for one in outcome.ranking(before, number)}
    return [
        one.seat
        for one in outcome.ranking(after, number)
        if one.seat in ranks and one.rank > ranks[one.seat]
    ]


def loss(
    before: AuctionState,
    later: AuctionState,
    number: int,
    seat: str,
    now: datetime | None = None,
) -> OwnStanding | None:
    """The seat's standing at ``later``, where it sees itself placed worse than it saw before."""
    had, has = own_standing(before, number, seat), own_standing(later, number, seat, now)
    if had is None or has is None:
        return None
    fell = had.rank is not None and has.rank is not None and has.rank > had.rank
    return has if fell or (had.leading is True and has.leading is False) else None


def own_standing(
    state: AuctionState, number: int, seat: str, now: datetime | None = None
) -> OwnStanding | None:
    """What the seat sees of itself on a lot that is open; at ``now`` its time must not be up."""
    view = lot_standing(state, state.lots[number], Viewer(Role.SUPPLIER, seat), now=now)
    return view.own if view.phase in (LotPhase.RUNNING, LotPhase.PAUSED) else None


def cascade(auction_id: UUID, seq: int) -> tuple[int, int]:
    """The first and the last entry of what was decided together with automatic bids: nobody saw
    how it stood between them. The entry itself twice where it is of no cascade."""
    first = last = seq
    later = LedgerEntry.objects.filter(
        auction_id=auction_id, kind=AutomaticBidPlaced.kind, seq__gte=seq
    )
    for number, body in later.order_by("seq").values_list("seq", "body").iterator(chunk_size=50):
        cause = json.loads(body)["cause"]
        if cause > seq:
            break
        first, last = cause, number
    return first, last


class States:
    """The state each auction was last seen in, so that its next entry costs one step."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, Loaded] = OrderedDict()
        self._lock = Lock()

    def around(self, auction_id: UUID, seq: int, rules_version: int) -> tuple[Loaded, Loaded]:
        """The states before and after entry ``seq``, or the cascade of automatic bids it is of."""
        with self._lock:
            known = self._kept.get(auction_id)
        if known is not None and known.seq >= seq:
            known = None
        before = self.load(auction_id, rules_version, known=known, until=seq - 1)
        after = self.load(auction_id, rules_version, known=before, until=seq)
        if after.state.rules.automatic_bids is not None:
            first, last = cascade(auction_id, seq)
            if first < seq:
                before = self.load(auction_id, rules_version, known=None, until=first - 1)
            if last > seq:
                after = self.load(auction_id, rules_version, known=after, until=last)
        with self._lock:
            self._kept[auction_id] = after
            self._kept.move_to_end(auction_id)
            while len(self._kept) > STATES_KEPT:
                self._kept.popitem(last=False)
        return before, after

    def load(
        self,
        auction_id: UUID,
        rules_version: int,
        *,
        known: Loaded | None,
        until: int | None = None,
    ) -> Loaded:
        """The state as of ``until``, else of the newest entry."""
        with connection.cursor() as cursor:
            try:
                return store.load_state(
                    cursor, auction_id, rules_version=rules_version, known=known, until=until
                )
            except LedgerBroken:
                if known is None:
                    raise
            # What was kept in memory is of another history: the ledger is the truth.
            return store.load_state(cursor, auction_id, rules_version=rules_version, until=until)


states = States()
