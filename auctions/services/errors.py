"""What the services of an auction refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ConflictOfInterest(FairfallError):
    """A company, or a person acting for it, would stand on both sides or sit on two seats."""

    code = "auction.conflict_of_interest"
    kind = Kind.CONFLICT
    text = "Nobody may act for the buyer and a supplier, or for two suppliers, of one auction."


class SeatExists(FairfallError):
    code = "auction.company_seated"
    kind = Kind.CONFLICT
    text = "This company has a seat in the auction already."


class NoSeat(FairfallError):
    code = "auction.no_seat"
    kind = Kind.FORBIDDEN
    text = "Your company is not invited to this auction."
