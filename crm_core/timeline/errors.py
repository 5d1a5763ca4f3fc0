"""Refusals about accounts."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class AccountNotFound(FairfallError):
    """The actor's company keeps no such account."""

    code = "timeline.account_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such account."
