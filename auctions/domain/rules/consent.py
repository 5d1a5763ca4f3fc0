"""Consent: after an edit the auction waits until every supplier agreed, or the time is over."""

from __future__ import annotations

from auctions.domain.draft import Draft
from auctions.domain.events import PauseCause
from auctions.domain.rules import holds


def end_consent_if_complete(draft: Draft) -> None:
    """Once every seat that takes part consented, waiting for consent is over."""
    state = draft.state
    if state.consent_until is None:
        return
    version = state.rules.version
    seats = [seat for seat in state.seats.values() if not (seat.removed or seat.disqualified)]
    if seats and all(seat.accepted_version == version for seat in seats):
        end_consent(draft)


def end_consent(draft: Draft) -> None:
    """Lift the pause for consent from every lot it holds."""
    for lot in holds.open_lots(draft.state):
        if PauseCause.CONSENT in lot.pauses:
            holds.lift(draft, lot, PauseCause.CONSENT)
