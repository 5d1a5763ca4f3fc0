"""Pages about oneself: preferences, the demonstration's one-click sign-in."""

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

from crm_core.access import demo
from crm_core.access.forms import PreferencesForm
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
