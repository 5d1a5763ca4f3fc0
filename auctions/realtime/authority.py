"""Who may still give which command: asked inside the transaction that decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from auctions.domain import money, worth
from auctions.domain.commands import (
    AcceptLevel,
    ApproveSurrogate,
    Officer,
    PlaceBid,
    SetBidLimit,
)
from auctions.domain.formats.levels import level_price
from auctions.domain.machine import next_valid_bid
from auctions.domain.state import AuctionState
from auctions.ledger.asking import Rows, ask
from auctions.realtime.errors import NotAllowed, OnTwoSides
from auctions.realtime.party import Party, officer_key
from auctions.realtime.sides import OTHER_SIDES, on_another_side
from crm_core.access.capabilities import Capability, role_has, standing_allows
from crm_core.access.errors import ScopeMissing, TokenExpired
from crm_core.access.factor import KINDS
from crm_core.access.scopes import covers, scope_for
from crm_core.companies.errors import LimitNeedsBound
from crm_core.companies.limits import Limit, check_limit
from kernel.errors import FairfallError

_HOLDERS = f"""
SELECT p.user_id, p.company_id, p.session, p.token,
  m.role, c.standing, c.operates, a.owner_id = c.id, s.code, m.limit_amount, m.limit_currency,
  t.scopes, t.expires_at <= clock_timestamp(), {OTHER_SIDES}
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[])
  AS p(user_id, company_id, session, token)
JOIN companies_membership m
  ON m.user_id = p.user_id AND m.company_id = p.company_id AND m.active
JOIN people_user u ON u.id = m.user_id AND u.is_active
JOIN companies_company c ON c.id = m.company_id
JOIN auctions_auction a ON a.id = %s
LEFT JOIN auctions_seat s ON s.auction_id = a.id AND s.company_id = c.id
LEFT JOIN access_apitoken t ON t.id = p.token AND t.user_id = u.id AND t.company_id = c.id
  AND t.revoked_at IS NULL
WHERE (p.session IS NULL OR EXISTS (
  SELECT 1 FROM django_session d
  WHERE d.session_key = p.session AND d.expire_date > clock_timestamp()))
AND (p.token IS NULL OR t.id IS NOT NULL)
AND (m.role <> ALL(%s) OR (u.is_demo AND %s) OR EXISTS (
  SELECT 1 FROM mfa_authenticator f WHERE f.user_id = u.id AND f.type = ANY(%s)))
"""  # noqa: S608
_NEEDS = {
    None: Capability.AUCTION_BID,  # a seat
    Officer.BUYER: Capability.AUCTION_RUN,
    Officer.NEUTRAL: Capability.AUCTION_ARBITRATE,
}
Person = tuple[UUID, UUID, str | None, UUID | None]


class Authority:
    """The rights of the persons behind one batch of commands, as of now."""

    def __init__(self, cursor: Any, auction_id: UUID, parties: Iterable[Party]) -> None:
        """Asks in one query, whatever the number of parties; none where only the platform acts."""
        people = {person for party in parties if (person := _person(party)) is not None}
        self._rows: Callable[[], Rows] = list
        if people:
            columns = [list(column) for column in zip(*people, strict=True)]
            self._rows = ask(cursor, _HOLDERS, (*columns, auction_id, *_second_factor()))

    @cached_property
    def _holders(self) -> dict[Person, _Holder]:
        """What each person may: the parties to act as, and up to which total."""
        return {
            (user, company, session, token): _Holder(
                _keys(role, standing, operates=operates, owns=owns, seat=seat),
                None if amount is None else Limit(amount, currency),
                None if scopes is None else frozenset(scopes),
                bool(expired),
                tuple(others),
            )
            for (
                user, company, session, token, role, standing, operates, owns, seat, amount,
                currency, scopes, expired, others,
            ) in self._rows()
        }  # fmt: skip

    def allows(self, party: Party) -> bool:
        """Whether this person may act as this party; the platform itself always may."""
        return self.refusal(party) is None

    def refusal(self, party: Party) -> FairfallError | None:
        """Why this person may not; None where it may."""
        person = _person(party)
        if person is None:
            return None if party.officer is Officer.PLATFORM else NotAllowed()
        holder = self._holders.get(person)
        if holder is None or party.key not in holder.keys:
            return NotAllowed()
        return holder.refusal(_NEEDS[party.officer])

    def conflict(self, party: Party, state: AuctionState) -> FairfallError | None:
        """Why this person may not although its rights suffice: it stands on another side too."""
        person = _person(party)
        holder = None if person is None else self._holders.get(person)
        if holder is None or not on_another_side(holder.others, state):
            return None
        return OnTwoSides()

    def over_limit(
        self, party: Party, command: object, state: AuctionState
    ) -> FairfallError | None:
        """Why a bid is more than its person may bind the company to; None where it is not."""
        person = _person(party)
        holder = None if person is None else self._holders.get(person)
        if holder is None or holder.limit is None:
            return None
        if not isinstance(command, PlaceBid | AcceptLevel | SetBidLimit | ApproveSurrogate):
            return None
        lot = None if state.terms is None else state.terms.lot(command.lot)
        amount = _amount(command, state)
        if state.terms is None or lot is None:
            return None
        if amount is None:
            # Somebody else chooses the amount, and nothing bounds it.
            unbound = isinstance(command, ApproveSurrogate) and command.seat in state.seats
            return LimitNeedsBound(lot=lot.number) if unbound else None
        try:
            scale = money.scale_of(state, command.seat, lot.number)
            total = worth.total(lot, amount, max(2, scale))
            check_limit(holder.limit, total, money.currency_of(state, command.seat))
        except FairfallError as error:
            return error
        return None


def _amount(
    command: PlaceBid | AcceptLevel | SetBidLimit | ApproveSurrogate, state: AuctionState
) -> Decimal | None:
    """The amount asked for; None of a level that is none. By a limit, the highest bid."""
    if isinstance(command, PlaceBid):
        return command.amount
    if isinstance(command, SetBidLimit | ApproveSurrogate):
        open_there = command.lot in state.lots and command.seat in state.seats
        return next_valid_bid(state, command.seat, command.lot) if open_there else None
    return level_price(state, command.lot, command.level)


@dataclass(frozen=True, slots=True)
class _Holder:
    keys: frozenset[str]
    limit: Limit | None
    scopes: frozenset[str] | None = None  # of the API token; None: in person
    expired: bool = False
    others: tuple[str, ...] = ()  # where else its person stands: see sides.OTHER_SIDES

    def refusal(self, needed: Capability) -> FairfallError | None:
        """What the API token says against it."""
        if self.expired:
            return TokenExpired()
        if self.scopes is None or covers(self.scopes, needed):
            return None
        return ScopeMissing(scope=scope_for(needed).value)


def _second_factor() -> tuple[list[str], bool, list[str]]:
    """What ``crm_core.access.factor`` asks, for the query."""
    return sorted(settings.SECOND_FACTOR_ROLES), settings.DEMO, list(KINDS)


def _person(party: Party) -> Person | None:
    if party.user_id is None or party.company_id is None:
        return None
    return party.user_id, party.company_id, party.session, party.token_id


def _keys(
    role: str, standing: str, *, operates: bool, owns: bool, seat: str | None
) -> frozenset[str]:
    """The parties as which a member of that role may act."""

    def may(capability: Capability) -> bool:
        return role_has(role, capability) and standing_allows(standing, capability)

    keys = set()
    if seat is not None and may(Capability.AUCTION_BID):
        keys.add(seat)
    if owns and may(Capability.AUCTION_RUN):
        keys.add(officer_key(Officer.BUYER))
    if operates and may(Capability.AUCTION_ARBITRATE):
        keys.add(officer_key(Officer.NEUTRAL))
    return frozenset(keys)
