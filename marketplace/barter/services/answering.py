"""What parties answer, and the agreement when the last one accepts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.limits import check_limit
from kernel.clock import utc_now
from kernel.decimals import MAX_SCALE, floor_fraction, tick
from marketplace.barter.errors import AlreadyAnswered, ProposalClosed
from marketplace.barter.models import (
    BarterAnswer,
    BarterEnd,
    BarterListing,
    BarterParty,
    BarterProposal,
    BarterProposalState,
    BarterWant,
)
from marketplace.barter.policies import COMMIT, own_proposal
from marketplace.barter.services.ending import close, end_proposal, tell
from reference.errors import UnitNotConvertible, UnitsUnlike
from reference.selectors import convert


def accept(*, actor: Actor, proposal_id: UUID) -> BarterProposal:
    """Accept for one's company. With the last acceptance the goods are promised and the proposal is
    agreed; where something is not available any more it ends, and says so.

    Raises ProposalClosed, AlreadyAnswered, LimitExceeded for the value that the company gives.
    """
    with transaction.atomic():
        proposal, party = _open_to(actor, proposal_id)
        check_limit(actor.limit, party.gives, proposal.currency_id)
        _answer(party, BarterAnswer.ACCEPTED, actor)
        parties = list(proposal.parties.select_related("company").order_by("position"))
        if all(each.answer == BarterAnswer.ACCEPTED for each in parties):
            if _promise(parties):
                close(proposal, BarterProposalState.AGREED)
                tell(proposal, "barter.agreed", actor.urn)
            else:
                end_proposal(proposal, BarterEnd.UNAVAILABLE, actor.urn)
    return proposal


def decline(*, actor: Actor, proposal_id: UUID) -> BarterProposal:
    """Decline for one's company: the proposal ends for all. Raises ProposalClosed,
    AlreadyAnswered."""
    with transaction.atomic():
        proposal, party = _open_to(actor, proposal_id)
        _answer(party, BarterAnswer.DECLINED, actor)
        end_proposal(proposal, BarterEnd.DECLINED, actor.urn)
    return proposal


def _open_to(actor: Actor, proposal_id: UUID) -> tuple[BarterProposal, BarterParty]:
    """The locked proposal and the actor's place in it, still to be answered."""
    proposal = own_proposal(actor, proposal_id, COMMIT, lock=True)
    if not proposal.is_open(utc_now()):
        raise ProposalClosed()
    party = proposal.parties.get(company_id=actor.company_id)
    if party.answer != BarterAnswer.WAITING:
        raise AlreadyAnswered()
    return proposal, party


def _answer(party: BarterParty, answer: BarterAnswer, actor: Actor) -> None:
    party.answer, party.answered_at, party.answered_by_id = answer, utc_now(), actor.user_id
    party.save(update_fields=["answer", "answered_at", "answered_by"])


def _promise(parties: list[BarterParty]) -> bool:
    """Promise every leg, or nothing. Listings are locked in the order of their ids, then wants."""
    of_parties = BarterListing.objects.filter(pk__in=[each.listing_id for each in parties])
    listings = {each.pk: each for each in _locked(of_parties)}
    asked = BarterWant.objects.filter(pk__in=[each.want_id for each in parties if each.want_id])
    wants = {each.pk: each for each in _locked(asked)}
    now, good = utc_now(), standings_for(Gate.OFFER)
    for party in parties:
        listing, want = listings[party.listing_id], wants.get(party.want_id or 0)
        if party.company.standing not in good or not listing.holds(now) or want is None:
            return False
        taken = _in_unit_of(want, party)
        if party.quantity > listing.left or taken is None or taken > want.left:
            return False
        listing.promised += party.quantity
        want.promised += taken
    for each in (*listings.values(), *wants.values()):
        each.save(update_fields=["promised"])
    return True


def _locked(rows: QuerySet[Any]) -> Iterable[Any]:
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _in_unit_of(want: BarterWant, party: BarterParty) -> Decimal | None:
    """The leg in the want's unit, rounded up to six places but not above what was asked."""
    try:
        exact = convert(Fraction(party.quantity), party.unit_id, want.unit_id)
    except (UnitNotConvertible, UnitsUnlike):
        return None
    down = floor_fraction(exact, MAX_SCALE)
    up = down if Fraction(down) == exact else down + tick(MAX_SCALE)
    return min(up, want.left) if exact <= Fraction(want.left) else up
