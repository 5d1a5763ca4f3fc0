"""What became of a ``ref``: told truthfully, also about commands in other processes."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection

from auctions.ledger.outcomes import find_outcomes
from auctions.realtime import signals
from auctions.realtime.answers import Answer, repeated
from auctions.realtime.gate import Gate
from auctions.realtime.leases import living_gates
from auctions.realtime.messages import UnknownRef

PATIENCE = 1.5
PAUSE = 0.03


def status_of(
    gate: Gate, *, auction_id: UUID, party: str, ref: str, patience: float = PATIENCE
) -> Answer | UnknownRef:
    """The first answer to ``ref`` again, or that there is none.

    ``pending`` is false only when every living gate has decided all it received before this
    question, so that the command can no longer come up by itself. Blocks up to ``patience``
    seconds, the time in which gates publish their watermarks; then ``pending`` is true: ask again.
    """
    asked_at = gate.stamps.now()
    until = time.monotonic() + patience
    hurried = False
    while True:
        with connection.cursor() as cursor:
            # The gates first: an outcome written in between is then found.
            passed = all(each.watermark >= asked_at for each in living_gates(cursor))
            outcome = find_outcomes(cursor, auction_id, [(party, ref)]).get((party, ref))
        if outcome is not None:
            return repeated(outcome)
        if passed and not gate.holds(auction_id, party, ref):
            return UnknownRef(ref=ref, pending=False)
        if time.monotonic() > until:
            return UnknownRef(ref=ref, pending=True)
        if not hurried:
            hurried = True
            gate.lease.hurry()
            signals.hurry()
        time.sleep(PAUSE)
