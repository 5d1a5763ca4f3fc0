"""Why a sealed offer, a key or the opening is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class SealingNotReady(Refusal):
    """One of the two keys is not there yet."""

    code = "auction.sealing_not_ready"
    text = "Offers cannot be sealed yet: the auditor's key is not there."


class SealingKeyExists(Refusal):
    """Each public key of sealed offers is made known once and never exchanged."""

    code = "auction.sealing_key_exists"
    text = "This key is set already."


class SealingKeyMalformed(Refusal):
    """No point of the curve P-256, or the other holder's key."""

    code = "auction.sealing_key_malformed"
    kind = Kind.INVALID
    text = "This is not a key for sealed offers."


class EnvelopeMalformed(Refusal):
    """Not a sealed envelope by its form; what is inside is not looked at."""

    code = "auction.envelope_malformed"
    kind = Kind.INVALID
    text = "The sealed offer does not have the form of one."


class NotAwaitingOpening(Refusal):
    """Some lot still takes offers, or there is nothing to open."""

    code = "auction.not_awaiting_opening"
    text = "The offers cannot be opened now."


class KeyHandedOverAlready(Refusal):
    """The auditor's key is handed over once an opening."""

    code = "auction.key_handed_over"
    text = "The auditor's key was handed over already."


class OpeningRoleDiffers(Refusal):
    """A part of the opening is taken in a role to which the terms do not give it."""

    code = "auction.opening_role_differs"
    kind = Kind.FORBIDDEN
    text = "The terms give this part of the opening to somebody else."


class AuditorKeyMissing(Refusal):
    """The office opens offers only after the auditor's key was handed over."""

    code = "auction.auditor_key_missing"
    text = "The auditor's key must be handed over first."


class KeyDiffers(Refusal):
    """The private key does not belong to the public one of this auction."""

    code = "auction.key_differs"
    kind = Kind.INVALID
    text = "This is not the key of this auction."


class RoundKeyDiffers(KeyDiffers):
    """The private key is one of this auction's, of another of its rounds."""

    code = "auction.round_key_differs"
    text = "This is not the key of round {round}, but that of round {given}."


class RoundDiffers(Refusal):
    """An offer, or its taking back, that does not name the round under way: it came too late."""

    code = "auction.round_differs"
    text = "This names no round or another one. Round {round} takes offers now."
