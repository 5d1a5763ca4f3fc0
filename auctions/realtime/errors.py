"""What the gate itself refuses, before or beside the rules of the auction."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class GateError(FairfallError):
    """Base of the gate's refusals."""

    kind = Kind.UNAVAILABLE


class Busy(GateError):
    """Too many commands of this connection wait for their answers."""

    code = "gate.busy"
    kind = Kind.LIMITED
    text = "Too many commands are under way. Wait for an answer."


class RateLimited(GateError):
    """The party sends faster than the terms allow."""

    code = "gate.rate_limited"
    kind = Kind.LIMITED
    text = "Send at most {per_second} commands a second."


class Unavailable(GateError):
    """The command was not decided and nothing was recorded: send it again with the same ref."""

    code = "gate.unavailable"
    text = "The auction cannot be reached at the moment. Send the command again."


class OutcomeUnknown(GateError):
    """The connection broke while the decision was being stored: ask for the status of the ref."""

    code = "gate.unknown"
    text = "It is not known whether the command was recorded. Ask for its status."


class NotReceived(GateError):
    """The process that took the command was cut off; the auction went on without it."""

    code = "gate.not_received"
    text = "The command did not reach the auction in time. Send it again."


class RefConflict(GateError):
    """The ref was used before for another command."""

    code = "gate.ref_conflict"
    kind = Kind.CONFLICT
    text = "This reference was used for another command."


class RefMalformed(GateError):
    """The name of a command has another form; nothing was recorded."""

    code = "gate.ref_malformed"
    kind = Kind.INVALID
    text = "A reference has 1 to 64 letters, digits or the signs . _ : -"


class RefMissing(GateError):
    """A command over HTTP came without its name; nothing was recorded."""

    code = "gate.ref_missing"
    kind = Kind.INVALID
    text = "Name the command by an Idempotency-Key header."


class Abandoned(GateError):
    """The party asked that this ref never be done."""

    code = "gate.abandoned"
    kind = Kind.CONFLICT
    text = "This command was given up before it was decided."


class NotAllowed(GateError):
    """This party may not give such a command here, or no longer."""

    code = "gate.not_allowed"
    kind = Kind.FORBIDDEN
    text = "You may not do this in this auction."


class OnTwoSides(GateError):
    """A person acts for two of those who meet in the auction: its buyer, its suppliers, and the
    operator's neutral persons. Refused to it on either side until it has left one."""

    code = "auction.on_two_sides"
    kind = Kind.FORBIDDEN
    text = (
        "You also act for another side of this auction: its buyer, another supplier, or the"
        " platform as a neutral person. Until you leave one of them you have no part in it."
    )


class AuctionUnknown(GateError):
    """There is no such auction, or it is not yours to see."""

    code = "auction.unknown"
    kind = Kind.NOT_FOUND
    text = "There is no such auction."


class FrameMalformed(GateError):
    """No JSON of a known message, or a number or term that no ledger can hold."""

    code = "gate.frame_malformed"
    kind = Kind.INVALID
    text = "The frame is not a message of this protocol: {detail}"


# A refusal with one of these leaves the ref unused: the same command may be sent again.
NOT_FINAL = frozenset(
    each.code for each in (Busy, RateLimited, Unavailable, OutcomeUnknown, NotReceived)
)
