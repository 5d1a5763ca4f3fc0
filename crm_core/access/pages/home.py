"""The home page's card of the operator's desk. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from infra.models import DeadLetter


def letters_panel(request: HttpRequest) -> Mapping[str, Any]:
    """Messages between the rooms that nobody could take."""
    return {"letters": DeadLetter.objects.filter(state=DeadLetter.State.WAITING).count()}
