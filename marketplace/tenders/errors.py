"""What the tender room refuses."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.errors import FairfallError, Kind
from marketplace.tenders.terms_fields import Problem


class TenderNotFound(FairfallError):
    """There is no such tender, or it is not this company's to see."""

    code = "tender.not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such tender."


class LotNotFound(FairfallError):
    """The tender has no such lot."""

    code = "tender.lot_not_found"
    kind = Kind.NOT_FOUND
    text = "This tender has no such lot."


class InvitationNotFound(FairfallError):
    """The tender has no invitation of this company."""

    code = "tender.invitation_not_found"
    kind = Kind.NOT_FOUND
    text = "This supplier is not invited."


class FieldWrong(FairfallError):
    """One input is missing or malformed; ``field`` names it."""

    code = "tender.field_wrong"
    text = "{reason}"


class TenderNotDraft(FairfallError):
    """Only a draft may be changed or deleted."""

    code = "tender.not_draft"
    kind = Kind.CONFLICT
    text = "The tender is published: its lots and terms are fixed."


class TenderNotOpen(FairfallError):
    """The tender is not published, or its auction has ended."""

    code = "tender.not_open"
    kind = Kind.CONFLICT
    text = "The tender is not open any more."


class TenderIncomplete(FairfallError):
    """Something is missing or leaks; ``data["problems"]`` lists ``field: what is wrong``."""

    code = "tender.incomplete"
    kind = Kind.CONFLICT
    text = "The tender cannot be published yet: {count} things to settle."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(
            count=len(self.problems),
            problems=[
                f"lot {each.lot}, {each.field}: {each.message}"
                if each.lot
                else f"{each.field}: {each.message}"
                for each in self.problems
            ],
        )


class ReasonRequired(FairfallError):
    """The decision needs a reason that stays on record."""

    code = "tender.reason_required"
    text = "Give a reason."


class SupplierUnknown(FairfallError):
    """No verified company that sells has this id, or it is the buyer itself."""

    code = "tender.supplier_unknown"
    text = "This company cannot be invited."


class AlreadyInvited(FairfallError):
    """The supplier has an invitation that stands."""

    code = "tender.already_invited"
    kind = Kind.CONFLICT
    text = "This supplier was invited already."


class InvitedTooLate(FairfallError):
    """The preset asks that everybody be invited at once."""

    code = "tender.invited_too_late"
    kind = Kind.CONFLICT
    text = (
        "These terms follow {preset}: all suppliers are invited at once, when the tender is"
        " published, and nobody afterwards."
    )


class EvaluationTooLong(FairfallError):
    """The result of an evaluation has more than ``limit`` characters."""

    code = "tender.evaluation_too_long"
    text = "Use {limit} characters at most."


class InvitationEnded(FairfallError):
    """The invitation was declined or withdrawn."""

    code = "tender.invitation_ended"
    kind = Kind.CONFLICT
    text = "This invitation has ended."


class AcceptanceNotTicked(FairfallError):
    """The terms are accepted only explicitly."""

    code = "tender.acceptance_not_ticked"
    text = "Tick the box to accept the terms."


class TenderNotScored(FairfallError):
    """The terms rank by the price alone, or the tender is a draft."""

    code = "tender.not_scored"
    kind = Kind.NOT_FOUND
    text = "The published terms of this tender rank by the price alone."


class ScoreNumberMalformed(FairfallError):
    """A value of a criterion is not a number."""

    code = "tender.score_number_malformed"
    kind = Kind.INVALID
    text = "Write a number."


class ResultNotReady(FairfallError):
    """The lot has not closed yet."""

    code = "tender.result_not_ready"
    kind = Kind.CONFLICT
    text = "This lot has not closed yet."


class ResultDecided(FairfallError):
    """The lot's result was confirmed before; a confirmed result stays."""

    code = "tender.result_decided"
    kind = Kind.CONFLICT
    text = "The result of this lot is confirmed already."


class AwardeeWithoutBid(FairfallError):
    """The lot can only go to a supplier that bid on it."""

    code = "tender.awardee_without_bid"
    text = "This supplier has no valid bid on this lot."


class DepartureNeedsReason(FairfallError):
    """Awarding to another rank, or to nobody although there is a winner, needs a reason."""

    code = "tender.departure_needs_reason"
    text = "Say why the lot does not go to the best bid."


class ProtocolNotReady(FairfallError):
    """The protocol exists once the auction has ended."""

    code = "tender.protocol_not_ready"
    kind = Kind.CONFLICT
    text = "The protocol is written when the auction has ended."
