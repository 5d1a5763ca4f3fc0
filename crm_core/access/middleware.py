"""``request.actor`` for pages, and refusals rendered as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from crm_core.access.actor import Actor, Nobody, actor_of, load_actor
from crm_core.access.errors import NotAMember, SecondFactorRequired
from crm_core.access.factor import with_factor
from crm_core.companies.selectors import memberships_of
from infra.problems import STATUS, message
from infra.requests import acting
from kernel.errors import FairfallError, Kind

SESSION_KEY = "company_id"


class ActorMiddleware:
    """Gives pages ``request.actor``: an Actor, or a Nobody, looked up when first asked for.

    The active company is kept in the session and switched by POST only. Until somebody chose, it
    is the company they have acted for longest. The API does not use this: see ``access.api``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _named(page_actor(request)))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal nobody caught, as a page of its own with the right status."""
        if not isinstance(error, FairfallError):
            return None
        if error.kind is Kind.UNAUTHENTICATED:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if isinstance(error, SecondFactorRequired):
            return _to_set_up(request)
        context = {"message": message(error), "code": error.code, "kind": error.kind.value,
                   "see": error.data.get("see", "")}  # fmt: skip
        return render(request, "access/refused.html", context, status=STATUS[error.kind])


def _named(actor: Actor | Nobody) -> Actor | Nobody:
    """The same, named in the log from here on."""
    if isinstance(actor, Actor):
        acting(user_id=actor.user_id, company_id=actor.company_id)
    return actor


def _to_set_up(request: HttpRequest) -> HttpResponse:
    """Where a person sets up what is missing; a fragment's page goes there as a whole."""
    target = reverse("second-factor")
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=403, headers={"HX-Redirect": target})
    if request.method == "GET" and request.path != "/":
        target = f"{target}?{urlencode({'next': request.get_full_path()})}"
    return redirect(target)


def page_actor(request: HttpRequest) -> Actor | Nobody:
    """Who acts in this request's session."""
    user = request.user
    if not user.is_authenticated:
        return Nobody(signed_in=False)
    chosen = request.session.get(SESSION_KEY)
    if chosen is not None:
        try:
            return load_actor(user.pk, chosen)
        except NotAMember:
            del request.session[SESSION_KEY]
        except SecondFactorRequired as missing:
            return Nobody(signed_in=True, factor_missing=missing)
    membership = with_factor(memberships_of(user.pk)).first()
    if membership is None:
        return Nobody(signed_in=True)
    try:
        return actor_of(membership)
    except SecondFactorRequired as missing:
        return Nobody(signed_in=True, factor_missing=missing)


def choose_company(request: HttpRequest, company_id: Any) -> Actor:
    """Make a company the session's active one. Raises NotAMember; SecondFactorRequired once it is
    chosen."""
    try:
        actor = load_actor(request.user.pk, company_id)
    except SecondFactorRequired:
        request.session[SESSION_KEY] = str(company_id)
        raise
    request.session[SESSION_KEY] = str(actor.company_id)
    return actor
