"""Outbid: a supplier of whom nobody looks is told, in the application and by mail.

A handler of the relay. It tells what the seat's own standing shows now and nothing else: where
rank and lead are hidden, nobody is told. Whoever has the auction open sees it there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_noop

from auctions.domain import outcome
from auctions.domain.events import BidPlaced, WithdrawalDecided, event_from
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.visibility import OwnStanding, Role, Viewer
from auctions.domain.visibility.standing import lot_standing
from auctions.ledger import store
from auctions.ledger.store import LedgerBroken, Loaded
from auctions.models import Auction, Seat
from auctions.models.auction import OPEN_PHASES
from auctions.realtime.presence import connected_seats
from crm_core.access.capabilities import Capability
from crm_core.notifications.models import Notice
from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from kernel.clock import utc_now

KIND = "auction.outbid"
TYPES = frozenset(f"auction.{each.kind}" for each in (BidPlaced, WithdrawalDecided))
QUIET = timedelta(minutes=10)  # between two notices about one lot to one company
LATE = timedelta(minutes=5)  # an older entry is no news
RANK_LOST = gettext_noop("Outbid on lot {lot} of {reference}: your rank is now {rank}.")
LEAD_LOST = gettext_noop("Outbid on lot {lot} of {reference}: you no longer lead.")
STATES_KEPT = 64


def on_ledger(event: Event) -> None:
    """Tell the companies that one entry made lose the lead or a rank they had been told.

    At most one notice for a lot and a company in ten minutes, none while somebody of the seat has
    an open socket in the auction, none when the delivery is late. Repeated, it tells nobody twice.
    """
    now = utc_now()
    if now - event.occurred_at > LATE:
        return
    auction_id = UUID(event.payload["auction"])
    rules = Auction.objects.filter(pk=auction_id, phase__in=OPEN_PHASES)
    rules_version = rules.values_list("rules_version", flat=True).first()
    if rules_version is None:
        return
    happened = event_from(event.payload["kind"], event.payload["body"])
    if not isinstance(happened, BidPlaced | WithdrawalDecided):
        return
    bidder = happened.seat if isinstance(happened, BidPlaced) else None
    before, after = _states.around(auction_id, event.seq, rules_version)
    lost = [
        seat
        for seat in _fallen(before.state, after.state, happened.lot)
        if seat != bidder and _loss(before.state, after.state, happened.lot, seat)
    ]
    about = f"{event.subject}:lot:{happened.lot}"
    companies = _to_tell(auction_id, lost, about, now)
    if not companies:
        return
    latest = _states.load(auction_id, rules_version, known=after).state
    for seat, company_id in companies.items():
        own = _loss(before.state, latest, happened.lot, seat, now)
        if own is None:
            continue  # back in front meanwhile, or told no more
        notify(
            recipients=members_with(company_id, Capability.AUCTION_BID),
            kind=KIND,
            text=LEAD_LOST if own.rank is None else RANK_LOST,
            data={"lot": happened.lot, "reference": latest.reference, "rank": own.rank or 0},
            link=reverse("auctions:room", args=[auction_id]),
            subject=about,
            email=True,
            key=f"outbid:{event.id}:{seat}",
        )


def _fallen(before: AuctionState, after: AuctionState, number: int) -> list[str]:
    """The seats that rank worse than before, whatever they may know of it."""
    ranks = {one.seat: one.rank for one in outcome.ranking(before, number)}
    return [
        one.seat
        for one in outcome.ranking(after, number)
        if one.seat in ranks and one.rank > ranks[one.seat]
    ]


def _loss(
    before: AuctionState,
    later: AuctionState,
    number: int,
    seat: str,
    now: datetime | None = None,
) -> OwnStanding | None:
    """The seat's standing at ``later``, where it sees itself placed worse than it saw before."""
    had, has = _own(before, number, seat), _own(later, number, seat, now)
    if had is None or has is None:
        return None
    fell = had.rank is not None and has.rank is not None and has.rank > had.rank
    return has if fell or (had.leading is True and has.leading is False) else None


def _own(
    state: AuctionState, number: int, seat: str, now: datetime | None = None
) -> OwnStanding | None:
    """What the seat sees of itself on a lot that is open; at ``now`` its time must not be up."""
    view = lot_standing(state, state.lots[number], Viewer(Role.SUPPLIER, seat), now=now)
    return view.own if view.phase in (LotPhase.RUNNING, LotPhase.PAUSED) else None


def _to_tell(auction_id: UUID, seats: Iterable[str], about: str, now: datetime) -> dict[str, UUID]:
    """Those of the seats whose company was not told lately and has no open socket."""
    rows = Seat.objects.filter(auction_id=auction_id, code__in=list(seats))
    companies = dict(rows.values_list("code", "company_id"))
    if not companies:
        return {}
    lately = set(
        Notice.objects.filter(
            company_id__in=companies.values(), kind=KIND, subject=about, created_at__gt=now - QUIET
        ).values_list("company_id", flat=True)
    )
    companies = {seat: each for seat, each in companies.items() if each not in lately}
    here = connected_seats(auction_id, now) if companies else set()
    return {seat: each for seat, each in companies.items() if seat not in here}


class _States:
    """The state each auction was last seen in, so that its next entry costs one step."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, Loaded] = OrderedDict()
        self._lock = Lock()

    def around(self, auction_id: UUID, seq: int, rules_version: int) -> tuple[Loaded, Loaded]:
        """The states before and after entry ``seq``."""
        with self._lock:
            known = self._kept.get(auction_id)
        if known is not None and known.seq >= seq:
            known = None
        before = self.load(auction_id, rules_version, known=known, until=seq - 1)
        after = self.load(auction_id, rules_version, known=before, until=seq)
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


_states = _States()
