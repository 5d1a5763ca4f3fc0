"""How an auction ends other than by its clock, and what is recorded after its close."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from auctions.domain.commands import (
    Annul,
    Cancel,
    ChangeTerms,
    Disqualify,
    Officer,
    RecordAward,
    Requalify,
)
from auctions.domain.terms import Terms
from auctions.domain.terms_check import check_terms
from auctions.models import Auction
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.party import check_ref, officer_party
from auctions.services.deciding import decide_now
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability


def record_award(
    *,
    actor: Actor,
    auction_id: UUID,
    lot: int,
    seat: str | None,
    amount: Decimal | None,
    reason: str,
    ref: str,
) -> None:
    """Append what the tender decided about a closed lot, in the caller's transaction.

    ``seat`` None: not awarded. The same ``ref`` again does nothing. Raises the rules' refusal.
    """
    _decide(
        actor,
        auction_id,
        Capability.TENDER_AWARD,
        RecordAward(lot=lot, seat=seat, amount=amount, reason=reason, ref=check_ref(ref)),
    )


def cancel(*, actor: Actor, auction_id: UUID, reason: str, ref: str) -> None:
    """End the auction without a result, before its close, in the caller's transaction."""
    command = Cancel(reason=reason, by=Officer.BUYER, ref=check_ref(ref))
    _decide(actor, auction_id, Capability.AUCTION_RUN, command)


def annul(*, actor: Actor, auction_id: UUID, reason: str, ref: str) -> None:
    """Declare the auction void, also after its close, in the caller's transaction."""
    command = Annul(reason=reason, by=Officer.BUYER, ref=check_ref(ref))
    _decide(actor, auction_id, Capability.AUCTION_RUN, command)


def disqualify(
    *, actor: Actor, auction_id: UUID, seat: str, reason: str, ref: str, undo: bool = False
) -> None:
    """Take a seat's offers out of the order, or with ``undo`` let them count again."""
    command = (Requalify if undo else Disqualify)(seat, reason, Officer.BUYER, check_ref(ref))
    _decide(actor, auction_id, Capability.AUCTION_RUN, command)


def change_terms(*, actor: Actor, auction_id: UUID, terms: Terms, ref: str) -> None:
    """Edit the terms while the auction is paused; every supplier is asked to consent anew."""
    for problem in check_terms(terms):
        raise problem
    command = ChangeTerms(terms, Officer.BUYER, check_ref(ref), extensions_kept=True)
    _decide(actor, auction_id, Capability.AUCTION_RUN, command)


def _decide(
    actor: Actor,
    auction_id: UUID,
    capability: Capability,
    command: RecordAward | Cancel | Annul | ChangeTerms | Disqualify | Requalify,
) -> None:
    actor.require(capability)
    if not Auction.objects.filter(
        pk=auction_id, owner_id=actor.company_id, is_practice=False
    ).exists():
        raise AuctionUnknown()
    party = officer_party(Officer.BUYER, user_id=actor.user_id, company_id=actor.company_id)
    decide_now(auction_id=auction_id, command=command, party=party)
