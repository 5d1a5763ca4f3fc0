"""What pages of every room of trade do alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from infra.problems import message
from kernel.errors import FairfallError, Kind


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
    told: Callable[[FairfallError], Sequence[Any]] = lambda error: (message(error),),
) -> HttpResponse:
    """Do ``act``, tell how it went, and go ``back``. ``told`` puts a refusal into sentences.

    What is forbidden or does not exist is left to the middleware, which shows it as a page, and
    what ``raises`` names to the caller.
    """
    try:
        act()
    except FairfallError as error:
        left = (Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.UNAUTHENTICATED)
        if error.kind in left or isinstance(error, raises):
            raise
        for sentence in told(error):
            messages.error(request, sentence)
    else:
        if success:
            messages.success(request, success)
    return back()
