"""How a proposal ends, and who is told."""

from __future__ import annotations

from django.db import transaction

from infra.outbox import emit
from kernel.clock import utc_now
from marketplace.barter.models import (
    BarterEnd,
    BarterProposal,
    BarterProposalState,
)


def end_proposal(proposal: BarterProposal, end: BarterEnd, actor: str = "") -> None:
    """End a locked open proposal without an agreement."""
    close(proposal, BarterProposalState.ENDED, end)
    tell(proposal, "barter.ended", actor)


def close(proposal: BarterProposal, state: BarterProposalState, end: str = "") -> None:
    """Write the state that nothing leads out of."""
    proposal.state, proposal.end, proposal.ended_at = state, end, utc_now()
    proposal.save(update_fields=["state", "end", "ended_at"])


def tell(proposal: BarterProposal, fact: str, actor: str = "") -> None:
    """Write the fact to the outbox, for all parties."""
    companies = [str(each) for each in proposal.parties.values_list("company_id", flat=True)]
    emit(
        type=fact,
        subject=proposal.urn,
        payload={
            "proposal_id": proposal.pk,
            "number": proposal.number,
            "end": proposal.end,
            "companies": companies,
        },
        actor=actor,
        parties=[f"urn:fairfall:company:{each}" for each in companies],
    )


def end_overdue() -> int:
    """End every open proposal whose time is over; how many."""
    due = BarterProposal.objects.filter(
        state=BarterProposalState.OPEN, respond_until__lte=utc_now()
    )
    with transaction.atomic():
        over = list(due.select_for_update(skip_locked=True).order_by("pk"))
        for each in over:
            end_proposal(each, BarterEnd.EXPIRED)
    return len(over)
