"""What is answered to whoever tries too often."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from crm_core.access.errors import TooManyAttempts
from infra.problems import CONTENT_TYPE, message, problem

WAIT = 60  # seconds; the shortest of the limits


def too_many(request: HttpRequest) -> HttpResponse:
    """A page, or problem details for whoever asks for JSON."""
    error = TooManyAttempts()
    response: HttpResponse
    if request.accepts("text/html"):
        context = {"message": message(error)}
        response = render(request, "access/too_many.html", context, status=429)
    else:
        response = JsonResponse(problem(error), status=429, content_type=CONTENT_TYPE)
    response["Retry-After"] = str(WAIT)
    return response
