"""What holds of the entries by themselves, and no decision asks: nothing was received or done after
it was recorded, and a party's reference stands for one command alone, accepted or refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from auctions.ledger import chain
from auctions.ledger.codec import Opening
from auctions.ledger.proofs import party_of
from auctions.ledger.replay import AttemptFailed
from auctions.ledger.replay_steps import ReplayFailed
from kernel.clock import MomentMalformed, moment_from_wire

# The gate of older ledgers read the database's clock twice, a boundary by the second reading.
_TWO_READINGS = timedelta(milliseconds=1)
# In older ledgers the web process that opened the auction stamped these by its own clock.
_OF_THE_OPENING = frozenset({"sealing_key_set", "round_keys_set", "seed_committed"})
_CLOCKS_APART = timedelta(minutes=5)


def check_entries(chains: Mapping[str, Sequence[Opening]]) -> None:
    """Raises ReplayFailed, for an attempt AttemptFailed, at the first entry that does not hold.

    Times and references that are malformed are left to who reads the whole entry.
    """
    used: set[tuple[str, str]] = set()
    for which, entries in chains.items():
        failed = ReplayFailed if which == chain.LEDGER else AttemptFailed
        for entry in entries:
            if not entry.is_open:
                continue
            if why := _untimely(entry):
                raise failed(entry.seq, why)
            party, ref = party_of(entry), entry.body.get("ref")
            if not isinstance(party, str) or not isinstance(ref, str) or not ref:
                continue
            if (party, ref) in used:
                raise failed(entry.seq, "its party used the reference before, for another command")
            used.add((party, ref))


def _untimely(entry: Opening) -> str | None:
    """Why the moment its body tells cannot be, given when it was recorded."""
    body = entry.body
    ahead = _CLOCKS_APART if entry.kind in _OF_THE_OPENING else _TWO_READINGS
    for name, most, told in (
        ("received_at", timedelta(0), "it was received after it was recorded"),
        ("at", ahead, "it happened after it was recorded"),
    ):
        text = body.get(name)
        if not isinstance(text, str) or entry.recorded_at is None:
            continue
        try:
            moment = moment_from_wire(text)
        except MomentMalformed:
            continue
        if moment - entry.recorded_at > most:
            return told
    return None
