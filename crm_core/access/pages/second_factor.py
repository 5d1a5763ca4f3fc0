"""The page that leads a person to set up the second factor that a role asks for."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from crm_core.access.factor import KINDS, exempt
from crm_core.companies.models import Role
from crm_core.companies.selectors import memberships_of


@login_required
@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """For which roles one is needed, what is set up, and the next step."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    context = {
        "asking": memberships_of(request.user.pk).filter(role__in=settings.SECOND_FACTOR_ROLES),
        "exempt": exempt(request.user),
        "ready": bool(kinds & set(KINDS)),
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_key": Authenticator.Type.WEBAUTHN in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "roles": [role.label for role in Role if role in settings.SECOND_FACTOR_ROLES],
        "target": target if safe else "/",
    }
    return render(request, "access/second_factor.html", context)
