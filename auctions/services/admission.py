"""Seats after the opening: late invitations, those taken back or declined, consent to the terms."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from auctions.domain.commands import (
    AcceptTerms,
    AdmitSeat,
    DeclarePrices,
    Officer,
    RemoveSeat,
    SetScoring,
)
from auctions.models import Auction, Seat
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.messages import Ack
from auctions.realtime.party import check_ref, officer_party, seat_party
from auctions.services.deciding import decide_now
from auctions.services.errors import NoSeat, SeatExists
from auctions.services.opening import check_sides, new_code
from auctions.services.policies import check_one_side
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability


@transaction.atomic
def admit_company(*, actor: Actor, auction_id: UUID, company_id: UUID) -> Seat:
    """Give one more company a seat, also while the auction runs.

    A company that was removed before any bid comes back under a new code. Raises AccessForbidden,
    AuctionUnknown, OnTwoSides, ConflictOfInterest, SeatExists or the refusal of the rules.
    """
    actor.require(Capability.AUCTION_RUN)
    auction = _own(actor, auction_id)
    check_one_side(actor, auction_id)
    seats = list(Seat.objects.filter(auction=auction))
    seated = {seat.company_id for seat in seats}
    check_sides(auction.owner_id, list(seated | {company_id}))
    code = new_code({seat.code for seat in seats})
    if company_id in seated:
        seat = next(seat for seat in seats if seat.company_id == company_id)
        _must_be_removed(auction_id, seat)
        seat.code, seat.invited_by_id = code, actor.user_id
        seat.save(update_fields=["code", "invited_by"])
    else:
        seat = Seat.objects.create(
            auction=auction, code=code, company_id=company_id, invited_by_id=actor.user_id
        )
    decide_now(auction_id=auction_id, command=AdmitSeat(seat=code))
    return seat


def remove_company(*, actor: Actor, auction_id: UUID, company_id: UUID, reason: str) -> None:
    """Take an invitation back, before any bid of that company."""
    actor.require(Capability.AUCTION_RUN)
    _own(actor, auction_id)
    check_one_side(actor, auction_id)
    seat = _seat(auction_id, company_id)
    command = RemoveSeat(seat=seat.code, reason=reason, declined=False)
    decide_now(auction_id=auction_id, command=command)


def decline(*, actor: Actor, auction_id: UUID, reason: str = "") -> None:
    """Decline the invitation of the actor's company, before any bid of it.

    Also open to a person on two sides: so it leaves one.
    """
    actor.require(Capability.TENDER_ANSWER)
    seat = _seat(auction_id, actor.company_id)
    command = RemoveSeat(seat=seat.code, reason=reason, declined=True)
    decide_now(auction_id=auction_id, command=command)


def accept_terms(*, actor: Actor, auction_id: UUID, version: int, terms_hash: str, ref: str) -> Ack:
    """Accept a version of the terms for the actor's company; the signed receipt.

    The same ``ref`` gives the first answer again. Raises NoSeat or the refusal of the rules.
    """
    actor.require(Capability.AUCTION_BID)
    seat = _seat(auction_id, actor.company_id)
    ruling = decide_now(
        auction_id=auction_id,
        command=AcceptTerms(
            seat=seat.code, version=version, terms_hash=terms_hash, ref=check_ref(ref)
        ),
        party=seat_party(seat.code, user_id=actor.user_id, company_id=actor.company_id),
    )
    answer = ruling.answers[0][1]
    assert isinstance(answer, Ack)
    return answer


def declare_prices(
    *, actor: Actor, auction_id: UUID, currency: str, vat: Decimal | None, ref: str
) -> Ack:
    """Say in which currency and with which VAT rate the actor's company bids; the signed receipt.

    The same ``ref`` gives the first answer again. Raises NoSeat or the refusal of the rules.
    """
    actor.require(Capability.AUCTION_BID)
    seat = _seat(auction_id, actor.company_id)
    ruling = decide_now(
        auction_id=auction_id,
        command=DeclarePrices(seat=seat.code, currency=currency, vat=vat, ref=check_ref(ref)),
        party=seat_party(seat.code, user_id=actor.user_id, company_id=actor.company_id),
    )
    answer = ruling.answers[0][1]
    assert isinstance(answer, Ack)
    return answer


def set_scoring(
    *,
    actor: Actor,
    auction_id: UUID,
    company_id: UUID,
    lot: int,
    values: tuple[Decimal, ...],
    ref: str,
) -> None:
    """Fix a company's values of the criteria on one lot, before it starts."""
    actor.require(Capability.AUCTION_RUN)
    _own(actor, auction_id)
    seat = _seat(auction_id, company_id)
    decide_now(
        auction_id=auction_id,
        command=SetScoring(seat.code, lot, values, Officer.BUYER, check_ref(ref)),
        party=officer_party(Officer.BUYER, user_id=actor.user_id, company_id=actor.company_id),
    )


def _own(actor: Actor, auction_id: UUID) -> Auction:
    auction = Auction.objects.filter(
        pk=auction_id, owner_id=actor.company_id, is_practice=False
    ).first()
    if auction is None:
        raise AuctionUnknown()
    return auction


def _seat(auction_id: UUID, company_id: UUID) -> Seat:
    seat = Seat.objects.filter(auction_id=auction_id, company_id=company_id).first()
    if seat is None:
        raise NoSeat()
    return seat


def _must_be_removed(auction_id: UUID, seat: Seat) -> None:
    from auctions.selectors import load

    if not load(auction_id).seats[seat.code].removed:
        raise SeatExists()
