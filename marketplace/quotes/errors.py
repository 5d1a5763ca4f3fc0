"""What requests for quotation and quotes refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class RfqNotFound(FairfallError):
    """There is no such request, or it is not this company's to see."""

    code = "quotes.not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such request for quotation."


class RfqMoved(FairfallError):
    """The request is not in the state that this starts from."""

    code = "quotes.moved"
    kind = Kind.CONFLICT
    text = "The request is in another state by now. Look at it again."


class QuoteFieldWrong(FairfallError):
    """One input is missing or malformed; ``field`` names it."""

    code = "quotes.field_wrong"
    text = "{reason}"


class RequestBuyersOnly(FairfallError):
    """Only a company that buys asks for quotes."""

    code = "quotes.buyers_only"
    kind = Kind.FORBIDDEN
    text = "Your company does not buy on this platform, so it asks for no quotes."


class SupplierNotInvitable(FairfallError):
    """Only verified companies that sell are invited, and not the buyer itself."""

    code = "quotes.supplier_not_invitable"
    text = "Choose verified companies that sell on this platform."


class NothingAsked(FairfallError):
    """A request is opened with a line and an invited supplier at least."""

    code = "quotes.nothing_asked"
    kind = Kind.CONFLICT
    text = "Add a line and invite a supplier before you open the request."


class DeadlineOver(FairfallError):
    """Quotes are taken before the deadline only."""

    code = "quotes.deadline_over"
    kind = Kind.CONFLICT
    text = "The time for quotes is over."


class QuotesSealed(FairfallError):
    """Quotes are opened at the deadline, or once every invited supplier has answered."""

    code = "quotes.sealed"
    kind = Kind.CONFLICT
    text = "Quotes are sealed until the deadline, or until every invited supplier has answered."


class QuoteNotThere(FairfallError):
    """The supplier has no quote that stands."""

    code = "quotes.no_quote"
    kind = Kind.NOT_FOUND
    text = "There is no quote."


class QuoteExpired(FairfallError):
    """A price that does not hold any more cannot be accepted."""

    code = "quotes.expired"
    kind = Kind.CONFLICT
    text = "The quote of {supplier} is not valid any more."


class ChoiceWrong(FairfallError):
    """What is accepted does not fit the quotes, or lacks a reason."""

    code = "quotes.choice_wrong"
    text = "{reason}"
