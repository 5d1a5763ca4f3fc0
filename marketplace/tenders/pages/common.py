"""What several pages of the tender room do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from infra.problems import message
from kernel.errors import FairfallError, Kind
from marketplace.tenders.errors import TenderIncomplete


def put_error(form: forms.Form, error: FairfallError) -> None:
    """Show a refusal beside the field it names, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, message(error))


def done_or_told(
    request: HttpRequest,
    act: Callable[[], Any],
    *,
    success: Any,
    back: Callable[[], HttpResponse],
    raises: tuple[type[FairfallError], ...] = (),
) -> HttpResponse:
    """Do ``act``, tell how it went, and go ``back``.

    What is forbidden or does not exist is left to the middleware, which shows it as a page, and
    what ``raises`` names to the caller.
    """
    try:
        act()
    except FairfallError as error:
        left = (Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.UNAUTHENTICATED)
        if error.kind in left or isinstance(error, raises):
            raise
        if isinstance(error, TenderIncomplete):
            for problem in error.problems[:5]:
                messages.error(request, problem.message)
        else:
            messages.error(request, message(error))
    else:
        if success:
            messages.success(request, success)
    return back()
