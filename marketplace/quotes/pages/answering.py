"""The supplier's pages: quoting, withdrawing, declining."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.quotes import selectors
from marketplace.quotes.errors import RfqMoved
from marketplace.quotes.models import RfqState
from marketplace.quotes.pages.forms import QuoteForm
from marketplace.quotes.policies import ANSWER, own_invitation
from marketplace.quotes.services import quoting


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(ANSWER)
def quote(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Quote, or revise the quote."""
    rfq = own_invitation(actor, rfq_id, ANSWER).rfq
    if rfq.state != RfqState.OPEN:
        raise RfqMoved()
    own = selectors.own_quote(actor, rfq_id)
    form = QuoteForm(
        request.POST or None, lines=rfq.lines.all(), offers=selectors.own_offers(actor),
        initial=QuoteForm.initial_of(own) if own else {"currency": rfq.currency_id},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            quoting.submit_quote(actor=actor, rfq_id=rfq_id, quote=form.quote())
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Your quote is in. You may revise it until the deadline."))
            return redirect("quotes:detail", rfq_id)
    context = {"rfq": rfq, "quote": own, "form": form}
    return render(request, "quotes/quote.html", context, status=422 if form.errors else 200)


@require_POST
@as_actor(ANSWER)
def withdraw(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Take the quote back."""
    own_invitation(actor, rfq_id, ANSWER)
    return done_or_told(
        request,
        lambda: quoting.withdraw_quote(actor=actor, rfq_id=rfq_id),
        success=_("Your quote is withdrawn. You may quote again until the deadline."),
        back=lambda: redirect("quotes:detail", rfq_id),
    )


@require_POST
@as_actor(ANSWER)
def decline(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Say that there will be no quote."""
    reason = request.POST.get("reason", "")
    return done_or_told(
        request,
        lambda: quoting.decline(actor=actor, rfq_id=rfq_id, reason=reason),
        success=_("The buyer reads that you do not quote, and why."),
        back=lambda: redirect("quotes:detail", rfq_id),
    )
