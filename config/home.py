"""The home page: what needs this person now, gathered from the rooms' cards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor


@require_GET
@as_actor()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cards of ``ui.slots.PANELS`` for the places ``home`` and ``home_aside``."""
    return render(request, "config/home.html", {"actor": actor})
