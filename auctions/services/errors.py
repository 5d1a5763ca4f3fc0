"""What the services of an auction refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ConflictOfInterest(FairfallError):
    """A company, a person acting for it, or an owner of a quarter or more would stand on both sides
    or sit on two seats."""

    code = "auction.conflict_of_interest"
    kind = Kind.CONFLICT
    text = (
        "Nobody may act for, or own a quarter of, the buyer and a supplier or two suppliers of one"
        " auction."
    )


class SeatExists(FairfallError):
    """The company was invited before, and its seat still stands."""

    code = "auction.company_seated"
    kind = Kind.CONFLICT
    text = "This company has a seat in the auction already."


class NoSeat(FairfallError):
    """The person's company has no seat in this auction."""

    code = "auction.no_seat"
    kind = Kind.FORBIDDEN
    text = "Your company is not invited to this auction."


class ObserverLinkInvalid(FairfallError):
    """The secret is that of no working observer link: unknown, revoked or expired."""

    code = "auction.observer_link_invalid"
    kind = Kind.NOT_FOUND
    text = "This link does not work. Ask whoever gave it to you for a new one."


class ObserverLinkNotFound(FairfallError):
    """The auction has no such observer link, or it was revoked before."""

    code = "auction.observer_link_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such observer link."


class ObserverLabelMissing(FairfallError):
    """A link is named after whoever gets it, so that it can be told from others."""

    code = "auction.observer_label_missing"
    kind = Kind.INVALID
    text = "Say for whom the link is."


class ObserverExpiryPast(FairfallError):
    """The moment at which the link is to end is now or lies behind."""

    code = "auction.observer_expiry_past"
    kind = Kind.INVALID
    text = "The link must expire in the future."


class ObserverLinksFull(FairfallError):
    """So many observer links of the auction work already."""

    code = "auction.observer_links_full"
    kind = Kind.CONFLICT
    text = "An auction has at most {most} observer links. Revoke one first."


class TooManyObservers(FairfallError):
    """Too many anonymous sockets are open on this auction, or come from one address."""

    code = "auction.too_many_observers"
    kind = Kind.LIMITED
    text = "Too many observers at the moment. Try again later."
