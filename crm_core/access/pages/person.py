"""Pages about oneself: preferences, API tokens, the demonstration's one-click sign-in."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access import demo, keys
from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from crm_core.access.forms import PreferencesForm, TokenForm
from crm_core.people.origin import origin_of
from crm_core.people.services import update_preferences


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """One's name, language and time zone."""
    user = request.user
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            update_preferences(user=user, **form.cleaned_data)
            with override(user.language):
                messages.success(request, _("Your preferences were saved."))
            response = redirect("preferences")
            _remember_language(response, user.language)
            return response
    else:
        form = PreferencesForm(
            initial={
                "full_name": user.full_name,
                "language": user.language,
                "time_zone": user.time_zone,
            }
        )
    status = 422 if form.errors else 200
    return render(request, "access/preferences.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@as_actor()
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's API tokens for the active company; a new token's secret is shown once, here."""
    form, created, secret = TokenForm(), None, ""
    if request.method == "POST":
        form = TokenForm(request.POST)
        if form.is_valid():
            created, secret = keys.create_token(
                actor=actor, name=form.cleaned_data["name"], origin=origin_of(request)
            )
            form = TokenForm()
    context = {"form": form, "tokens": keys.tokens(actor)[:100], "created": created,
               "secret": secret, "actor": actor}  # fmt: skip
    status = 422 if form.errors else 200
    response = render(request, "access/tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@as_actor()
def revoke_token(request: HttpRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """Stop a token."""
    keys.revoke_token(actor=actor, token_id=token_id, origin=origin_of(request))
    messages.success(request, _("The token was revoked."))
    return redirect("tokens")


@require_POST
def demo_sign_in(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Sign in as one of the demonstration's people; there is no such page outside a demo."""
    if not settings.DEMO:
        raise Http404
    user = demo.persona_user(membership_id)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(target if safe else "/")
    _remember_language(response, user.language)
    return response


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
