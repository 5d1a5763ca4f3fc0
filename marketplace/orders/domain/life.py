"""Which move leads an order from which state to which, and which side makes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an order stands."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    CONDITIONAL = "conditional"  # the supplier offers other values; the buyer is to say
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Move(StrEnum):
    """What somebody does to an order."""

    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    OFFER_OTHER = "offer_other"
    REJECT = "reject"
    AGREE = "agree"
    DISAGREE = "disagree"
    CANCEL = "cancel"
    CLOSE = "close"


class Side(StrEnum):
    """A party of an order."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Rule:
    """A move: who makes it, from where, whither, and whether it needs a reason."""

    side: Side
    begins: frozenset[State]
    leads: State
    reason: bool = False


_OPEN = frozenset({State.ISSUED, State.ACKNOWLEDGED})
RULES: dict[Move, Rule] = {
    Move.ISSUE: Rule(Side.BUYER, frozenset(), State.ISSUED),
    Move.ACKNOWLEDGE: Rule(Side.SUPPLIER, frozenset({State.ISSUED}), State.ACKNOWLEDGED),
    Move.ACCEPT: Rule(Side.SUPPLIER, _OPEN, State.ACCEPTED),
    Move.OFFER_OTHER: Rule(Side.SUPPLIER, _OPEN, State.CONDITIONAL, reason=True),
    Move.REJECT: Rule(Side.SUPPLIER, _OPEN, State.REJECTED, reason=True),
    Move.AGREE: Rule(Side.BUYER, frozenset({State.CONDITIONAL}), State.ACCEPTED),
    # The order is with the supplier again, as it was written.
    Move.DISAGREE: Rule(
        Side.BUYER, frozenset({State.CONDITIONAL}), State.ACKNOWLEDGED, reason=True
    ),
    # What both have accepted is a contract: one side alone does not cancel it.
    Move.CANCEL: Rule(
        Side.BUYER, _OPEN | {State.CONDITIONAL}, State.CANCELLED, reason=True
    ),
    Move.CLOSE: Rule(Side.BUYER, frozenset({State.ACCEPTED}), State.CLOSED),
}  # fmt: skip


def may(move: Move, state: State, side: Side) -> bool:
    """Whether this side may make the move on an order in this state."""
    rule = RULES[move]
    return rule.side is side and state in rule.begins


def moves(state: State, side: Side) -> tuple[Move, ...]:
    """What this side can do now, in the order of the table."""
    return tuple(each for each in RULES if may(each, state, side))
