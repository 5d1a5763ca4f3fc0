"""Who may look at an auction, from where, and in whose name that person may give commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from auctions.domain.commands import Officer
from auctions.domain.state import AuctionState
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.reserves import open_reserves
from auctions.models import Auction, Seat
from auctions.realtime.errors import AuctionUnknown, NotAllowed, OnTwoSides
from auctions.realtime.party import Party, officer_party, seat_party
from auctions.realtime.rendering import Surroundings
from auctions.realtime.sides import OTHER_SIDES, on_another_side
from auctions.selectors import load
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from infra.keys import key_ring
from kernel.errors import FairfallError

SUPPLIER_MAY = (
    "bid",
    "accept",
    "sealed_offer",
    "sealed_package",
    "withdraw_package",
    "withdraw",
    "unlock",
    "set_limit",
    "end_limit",
    "approve_surrogate",
    "end_surrogate",
    "accept_terms",
    "declare_prices",
    "message",
)
BUYER_MAY = ("message", "pause", "resume", "extend", "change_terms", "cancel", "annul")
NEUTRAL_MAY = ("pause", "resume", "decide_unlock", "surrogate_bid", "annul")
PUBLIC_ROLES = {Role.BUYER_BLIND: "buyer", Role.ADMIN: "observer", Role.VERIFIER: "observer"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in an auction. ``party`` None: a mere onlooker."""

    auction: Auction
    viewer: Viewer
    party: Party | None
    may: tuple[str, ...]
    name: str
    refusal: FairfallError | None = None  # why no commands, where the scopes of a token are why

    @property
    def role(self) -> str:
        """As the live protocol calls it: supplier, buyer, observer, neutral."""
        return PUBLIC_ROLES.get(self.viewer.role, self.viewer.role.value)


def place_of(actor: Actor, auction_id: UUID) -> Place:
    """The actor's place. Raises AuctionUnknown where there is none, NotAllowed where it was lost,
    OnTwoSides where its person stands on another side of an auction that is open.

    One function fetches and authorises: nothing of an auction is read for a person without it.
    """
    _check_scope(actor)
    auction = Auction.objects.filter(pk=auction_id).first()
    if auction is None:
        raise AuctionUnknown()
    (stand,) = _stands([actor], auction_id)
    return _place(actor, auction, stand, state=lambda: load(auction_id))


def places_of(
    actors: Iterable[Actor], auction_id: UUID, state: AuctionState
) -> Iterator[Place | FairfallError]:
    """What :func:`place_of` would return or raise for each of them, in two queries for all.

    ``state`` is the auction's as known now; for looks at those who were admitted before.
    """
    auction = Auction.objects.filter(pk=auction_id).first()
    actors = list(actors)
    for actor, stand in zip(actors, _stands(actors, auction_id), strict=True):
        try:
            _check_scope(actor)
            if auction is None:
                raise AuctionUnknown()
            yield _place(actor, auction, stand, state=lambda: state)
        except FairfallError as error:
            yield error


def _check_scope(actor: Actor) -> None:
    """Said before the auction is sought, so that it tells nothing of what there is."""
    if not (actor.can(Capability.AUCTION_WATCH) or actor.can(Capability.AUDIT_READ)):
        actor.check_scope(Capability.AUCTION_WATCH, Capability.AUDIT_READ)


def check_one_side(actor: Actor, auction_id: UUID) -> None:
    """Raise OnTwoSides where the actor's person stands on another side too, also after the end."""
    (stand,) = _stands([actor], auction_id)
    if stand.others and on_another_side(stand.others, load(auction_id)):
        raise OnTwoSides()


@dataclass(frozen=True, slots=True)
class _Stand:
    """The seat of somebody's company, and where else that person stands: ``sides.OTHER_SIDES``."""

    code: str | None
    others: tuple[str, ...]


_STANDS = f"""
SELECT s.code, {OTHER_SIDES}
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS p(user_id, company_id, number)
LEFT JOIN auctions_auction a ON a.id = %s
LEFT JOIN auctions_seat s ON s.auction_id = a.id AND s.company_id = p.company_id
ORDER BY p.number
"""  # noqa: S608


def _stands(actors: Sequence[Actor], auction_id: UUID) -> list[_Stand]:
    """How each of them stands in the auction, in one query."""
    people = [each.user_id for each in actors], [each.company_id for each in actors]
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [*people, auction_id])
        return [_Stand(code, tuple(others)) for code, others in cursor.fetchall()]


def _place(
    actor: Actor, auction: Auction, stand: _Stand, *, state: Callable[[], AuctionState]
) -> Place:
    """``state`` reads the auction's ledger."""
    place = _found(actor, auction, stand.code, state)
    if stand.others and place.viewer.role is not Role.ADMIN:
        known = state()
        if known.phase.is_open and on_another_side(stand.others, known):
            raise OnTwoSides()
    return place


def _found(
    actor: Actor, auction: Auction, code: str | None, state: Callable[[], AuctionState]
) -> Place:
    if auction.is_practice:
        # The supplier's own: nobody else, whatever the office, has a place in it.
        if auction.owner_id != actor.company_id or not actor.can(Capability.AUCTION_WATCH):
            raise AuctionUnknown()
        return _supplier(actor, auction, code or "", state())
    if not actor.can(Capability.AUCTION_WATCH):
        if actor.can(Capability.AUDIT_READ) and _operates(actor):
            return Place(auction, Viewer(Role.ADMIN), None, (), actor.company_name)
        raise AuctionUnknown()
    if auction.owner_id == actor.company_id:
        return _buyer(actor, auction, state())
    if code is not None:
        return _supplier(actor, auction, code, state())
    if actor.can(Capability.AUCTION_ARBITRATE) and _operates(actor):
        return _neutral(actor, auction, state())
    if (refusal := actor.scope_refusal(Capability.AUCTION_ARBITRATE)) and _operates(actor):
        raise refusal
    raise AuctionUnknown()


def viewer_for(actor: Actor, auction_id: UUID) -> tuple[Auction, Viewer, Party | None]:
    """:func:`place_of` as a triple."""
    place = place_of(actor, auction_id)
    return place.auction, place.viewer, place.party


def surroundings(auction: Auction) -> Surroundings:
    """What rendering an auction needs beside its ledger. For trusted code: it holds all names."""
    rows = Seat.objects.filter(auction=auction).values_list(
        "code", "company__legal_name", "company__country"
    )
    with connection.cursor() as cursor:
        opened = open_reserves(cursor, key_ring(), auction.pk)
    return Surroundings(
        auction_id=auction.pk,
        subject=subject_from(auction.subject),
        owner_name=Company.objects.values_list("legal_name", flat=True).get(pk=auction.owner_id),
        names={code: (name, country) for code, name, country in rows},
        secrets={reserve.lot: reserve.amount for reserve in opened},
    )


def _operates(actor: Actor) -> bool:
    return Company.objects.filter(pk=actor.company_id, operates=True).exists()


def _supplier(actor: Actor, auction: Auction, code: str, state: AuctionState) -> Place:
    seat = state.seats.get(code)
    if seat is None or seat.removed:
        raise NotAllowed()
    party: Party | None = None
    if actor.can(Capability.AUCTION_BID):
        party = seat_party(code, **_names(actor))
    may = SUPPLIER_MAY if party else ()
    refusal = actor.scope_refusal(Capability.AUCTION_BID)
    return Place(auction, Viewer(Role.SUPPLIER, code), party, may, actor.company_name, refusal)


def _buyer(actor: Actor, auction: Auction, state: AuctionState) -> Place:
    blind = _is_blind(state)
    role = Role.BUYER_BLIND if blind else Role.BUYER
    party: Party | None = None
    may: tuple[str, ...] = ()
    if actor.can(Capability.AUCTION_RUN):
        party = officer_party(Officer.BUYER, **_names(actor))
        may = BUYER_MAY if blind else (*BUYER_MAY, "decide_withdrawal")
    refusal = actor.scope_refusal(Capability.AUCTION_RUN)
    return Place(auction, Viewer(role), party, may, actor.company_name, refusal)


def _neutral(actor: Actor, auction: Auction, state: AuctionState) -> Place:
    party = officer_party(Officer.NEUTRAL, **_names(actor))
    blind = _is_blind(state)
    may = (*NEUTRAL_MAY, "decide_withdrawal") if blind else NEUTRAL_MAY
    return Place(auction, Viewer(Role.NEUTRAL), party, may, actor.company_name)


def _names(actor: Actor) -> dict[str, Any]:
    """Who speaks for the party, and by which API token."""
    token_id = None if actor.by_token is None else actor.by_token.id
    return {"user_id": actor.user_id, "company_id": actor.company_id, "token_id": token_id}


def _is_blind(state: AuctionState) -> bool:
    return state.terms is not None and state.terms.blind
