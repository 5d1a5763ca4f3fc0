"""Proposals: what was found, what it is worth, accepting and declining, and the protocol."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from marketplace.acting import done_or_told
from marketplace.barter import selectors
from marketplace.barter.models import BarterAnswer, BarterProposalState
from marketplace.barter.pdf import protocol_file
from marketplace.barter.policies import COMMIT, READ, own_proposal
from marketplace.barter.services import answering

PER_PAGE = 25


@require_safe
@as_actor(READ)
def all_proposals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every proposal of the company, by state."""
    state = request.GET.get("state", "")
    page = Paginator(selectors.proposals(actor, state=state), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "proposals": [selectors.seen(actor, each) for each in page],
        "state": state if state in BarterProposalState.values else "",
        "states": BarterProposalState.choices,
    }
    return render(request, "barter/proposals.html", context)


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, barter_proposal_id: UUID) -> HttpResponse:
    """One proposal; agreed, it is the protocol."""
    proposal = selectors.with_parties(own_proposal(actor, barter_proposal_id))
    seen = selectors.seen(actor, proposal)
    waits = seen.own.party.answer == BarterAnswer.WAITING
    context = {
        "seen": seen,
        "proposal": proposal,
        "may_answer": seen.is_open and waits and actor.can(COMMIT),
        "is_agreed": proposal.state == BarterProposalState.AGREED,
    }
    return render(request, "barter/proposal.html", context)


@require_POST
@as_actor(COMMIT)
def accept(request: HttpRequest, actor: Actor, barter_proposal_id: UUID) -> HttpResponse:
    """Accept for one's company."""
    return done_or_told(
        request,
        lambda: answering.accept(actor=actor, proposal_id=barter_proposal_id),
        success=_("Your answer is kept."),
        back=lambda: redirect("barter:proposal", barter_proposal_id),
    )


@require_POST
@as_actor(COMMIT)
def decline(request: HttpRequest, actor: Actor, barter_proposal_id: UUID) -> HttpResponse:
    """Decline for one's company."""
    return done_or_told(
        request,
        lambda: answering.decline(actor=actor, proposal_id=barter_proposal_id),
        success=_("The proposal is declined and has ended for all."),
        back=lambda: redirect("barter:proposal", barter_proposal_id),
    )


@require_safe
@as_actor(READ)
def protocol_pdf(request: HttpRequest, actor: Actor, barter_proposal_id: UUID) -> HttpResponse:
    """The protocol of an agreed proposal as a PDF, with times in the reader's own zone."""
    file = protocol_file(actor, own_proposal(actor, barter_proposal_id))
    return HttpResponse(
        file.content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )
