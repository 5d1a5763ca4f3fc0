"""Who may take which part of an opening, by the terms."""

from __future__ import annotations

from auctions.domain.commands import OpeningRole
from auctions.domain.refusals import OpeningRoleDiffers
from auctions.domain.terms import KeyKeeper, Terms

_OF_KEEPER = {KeyKeeper.NEUTRAL: OpeningRole.NEUTRAL, KeyKeeper.AUDITOR: OpeningRole.AUDITOR}


def keeper_of(terms: Terms) -> KeyKeeper | None:
    """Who keeps the auditor's key and seed; None where there is neither."""
    if terms.open_closed is not None:
        return terms.open_closed.keeper
    return None if terms.sealing is None else terms.sealing.keeper


def keepers_role(terms: Terms) -> OpeningRole | None:
    """The role of those who keep the auditor's key; None where nobody does."""
    keeper = keeper_of(terms)
    return None if keeper is None else _OF_KEEPER[keeper]


def check_hands_over(terms: Terms, by: OpeningRole | None) -> None:
    """Raise OpeningRoleDiffers unless the terms give the auditor's key to that role; None: an
    entry older than the roles in it."""
    if by is not None and by is not keepers_role(terms):
        raise OpeningRoleDiffers()


def check_opens(terms: Terms, by: OpeningRole | None) -> None:
    """The same of the opening itself: the officer's, or a second person's of that role."""
    if by is not None and by not in (OpeningRole.OFFICER, keepers_role(terms)):
        raise OpeningRoleDiffers()
