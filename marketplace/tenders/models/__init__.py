"""Tables of the tender room."""

from marketplace.tenders.models.decision import Decision
from marketplace.tenders.models.invitation import Invitation, InvitationState
from marketplace.tenders.models.line import LotLine
from marketplace.tenders.models.lot import Lot
from marketplace.tenders.models.result import LotOutcome, LotResult
from marketplace.tenders.models.tender import Tender, TenderCounter, TenderState, VatSide

__all__ = [
    "Decision",
    "Invitation",
    "InvitationState",
    "Lot",
    "LotLine",
    "LotOutcome",
    "LotResult",
    "Tender",
    "TenderCounter",
    "TenderState",
    "VatSide",
]
