"""The buyer's pages after the deadline: opening, comparing, accepting, and the spreadsheet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from infra.problems import message
from kernel.errors import FairfallError, Kind
from marketplace.acting import done_or_told
from marketplace.quotes import selectors, sheet
from marketplace.quotes.domain.comparing import Fault
from marketplace.quotes.errors import ChoiceWrong
from marketplace.quotes.models import RfqState
from marketplace.quotes.policies import DECIDE, READ, RUN, own_rfq
from marketplace.quotes.services import deciding, running
from marketplace.quotes.services.deciding import ChoiceInput
from ui.forms import AmountField


@require_POST
@as_actor(RUN)
def opening(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Open all quotes together."""
    own_rfq(actor, rfq_id, RUN)
    return done_or_told(
        request,
        lambda: running.open_quotes(actor=actor, rfq_id=rfq_id),
        success=_("The quotes are opened, all at the same moment."),
        back=lambda: redirect("quotes:detail", rfq_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(READ)
def comparison(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """Quotes beside each other; what is accepted is ordered."""
    rfq = own_rfq(actor, rfq_id)
    status, typed = 200, {}
    if request.method == "POST":
        actor.require(DECIDE)
        typed = request.POST.dict()
        try:
            orders = deciding.decide(actor=actor, rfq_id=rfq_id, choices=_choices(request))
        except FairfallError as error:
            if error.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                raise
            messages.error(request, message(error))
            status = 422
        else:
            numbers = ", ".join(each.number for each in orders)
            messages.success(request, _("Ordered: %(numbers)s.") % {"numbers": numbers})
            return redirect("quotes:comparison", rfq_id)
    context = {
        "rfq": rfq, "comparison": selectors.comparison(actor, rfq_id), "typed": typed,
        "may_decide": actor.can(DECIDE) and rfq.state == RfqState.CLOSED,
    }  # fmt: skip
    return render(request, "quotes/comparison.html", context, status=status)


@require_safe
@as_actor(READ)
def spreadsheet(request: HttpRequest, actor: Actor, rfq_id: UUID) -> HttpResponse:
    """The comparison as XLSX."""
    found = selectors.comparison(actor, rfq_id)
    answer = HttpResponse(sheet.workbook(found), content_type=sheet.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{found.rfq.number}.xlsx"'
    return answer


def _choices(request: HttpRequest) -> list[ChoiceInput]:
    found = []
    for name, value in request.POST.items():
        if name.startswith("choice-") and value.strip():
            key = name.removeprefix("choice-")
            try:
                answer, quantity = UUID(key), AmountField().clean(value)
            except ValidationError as error:  # "1,234" may be read in two ways
                raise ChoiceWrong(field=name, reason=error.messages[0]) from error
            except ValueError as error:
                raise ChoiceWrong(reason=str(deciding.WORDS[Fault.UNKNOWN])) from error
            reason = request.POST.get(f"reason-{key}", "")
            found.append(ChoiceInput(answer=answer, quantity=quantity, reason=reason))
    return found
