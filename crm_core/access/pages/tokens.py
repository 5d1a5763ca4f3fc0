"""Pages of API tokens: one's own, and all that act for one's company."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm_core.access import keys, once
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.exports import MEDIA_TYPES, company_tokens_file
from crm_core.access.forms import TokenForm, TokenNameForm
from crm_core.access.models import ApiToken
from crm_core.access.scopes import DESCRIPTIONS, Scope
from crm_core.people.origin import device, origin_of
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@as_actor()
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's API tokens for the active company; a new token's secret is shown once, here."""
    form, status = TokenForm(role=actor.role), 200
    if request.method == "POST":
        form, status = TokenForm(request.POST, role=actor.role), 422
        if form.is_valid():
            try:
                created, secret = keys.create_token(
                    actor=actor, origin=origin_of(request), **form.wanted()
                )
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                once.keep(request.session, actor, created.pk, secret)
                return _unkept(redirect("tokens"))
    made = once.take(request.session, actor) if request.method == "GET" else None
    context = {
        "form": form,
        "tokens": Paginator(keys.tokens(actor), PER_PAGE).get_page(request.GET.get("page")),
        "ended": Paginator(keys.ended_tokens(actor), PER_PAGE).get_page(request.GET.get("ended")),
        "created": made and keys.token(actor, made[0]), "secret": made and made[1],
        "actor": actor, "most": keys.MOST_WORKING,
    }  # fmt: skip
    return _unkept(render(request, "access/tokens.html", context, status=status))


def _unkept(response: HttpResponse) -> HttpResponse:
    """No browser keeps this answer."""
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@as_actor()
def token(request: HttpRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """One of one's tokens: what it may do, where it was used, its name."""
    found = keys.token(actor, token_id)
    form, status = TokenNameForm(request.POST or None, initial={"name": found.name}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            keys.rename_token(
                actor=actor, token_id=token_id, name=form.cleaned_data["name"],
                origin=origin_of(request),
            )  # fmt: skip
            messages.success(request, _("The new name is saved."))
            return redirect("tokens")
    context = {"token": found, "form": form, "scopes": _scopes(found),
               "device": device(found.last_user_agent)}  # fmt: skip
    return render(request, "access/token.html", context, status=status)


def _scopes(found: ApiToken) -> list[tuple[str, str]]:
    """Its scopes with what they mean."""
    return [
        (str(scope.label), str(DESCRIPTIONS[scope]))
        for scope in Scope
        if scope.value in found.scopes
    ]


@require_POST
@as_actor()
def revoke(request: HttpRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """Stop a token."""
    keys.revoke_token(actor=actor, token_id=token_id, origin=origin_of(request))
    messages.success(request, _("The API token was revoked."))
    return redirect("tokens")


@require_GET
@as_actor(Capability.COMPANY_MANAGE)
def company_tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every program that acts for the company, and for whom."""
    page = Paginator(keys.company_tokens(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "own": actor.user_id}
    return render(request, "access/company_tokens.html", context)


@require_GET
@as_actor(Capability.COMPANY_MANAGE)
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The same as a file."""
    return HttpResponse(
        company_tokens_file(keys.company_tokens(actor), form),
        content_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="api-tokens.{form}"'},
    )


@require_POST
@as_actor(Capability.COMPANY_MANAGE)
def revoke_company_token(request: HttpRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """Stop a colleague's token."""
    found = keys.revoke_company_token(actor=actor, token_id=token_id, origin=origin_of(request))
    messages.success(
        request,
        _("The API token “%(name)s” of %(person)s was revoked.")
        % {"name": found.name, "person": str(found.user)},
    )
    return redirect("company-tokens")
