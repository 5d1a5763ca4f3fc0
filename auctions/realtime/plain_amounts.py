"""Amounts sent in plain where offers are sealed: refused by the rules, and then kept nowhere.

What the rules refuse else stands in the chain of attempts, and so in any dump of the database; but
a client's mistake must not tell there what its supplier would offer under seal.
"""

from __future__ import annotations

from auctions.domain.commands import ApproveSurrogate, Command, PlaceBid, RequestUnlock
from auctions.domain.formats import RULES, open_closed
from auctions.domain.state import AuctionState


def tells_what_is_sealed(state: AuctionState, command: Command) -> bool:
    """Whether the command names an amount in plain for a lot that takes sealed offers, or is about
    to: the final stage begins when the seeds are opened."""
    if not isinstance(command, PlaceBid | RequestUnlock | ApproveSurrogate):
        return False
    if RULES[state.rules.format].sealed:
        return True
    lot = state.lots.get(command.lot)
    end = None if lot is None else lot.random_end
    return end is not None and (
        end.final or (end.awaits and open_closed.has_final_stage(state.rules))
    )
