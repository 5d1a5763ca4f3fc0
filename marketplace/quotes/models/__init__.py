"""Tables of requests for quotation."""

from marketplace.quotes.models.award import RfqAward
from marketplace.quotes.models.quote import Quote, QuoteLine, QuoteState
from marketplace.quotes.models.rfq import (
    InvitationState,
    Rfq,
    RfqEvent,
    RfqInvitation,
    RfqLine,
    RfqMove,
    RfqState,
)

__all__ = [
    "InvitationState",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "Rfq",
    "RfqAward",
    "RfqEvent",
    "RfqInvitation",
    "RfqLine",
    "RfqMove",
    "RfqState",
]
