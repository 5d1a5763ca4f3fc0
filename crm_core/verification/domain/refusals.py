"""Why an action is not possible now."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class WrongState(FairfallError):
    """The case is not where this action belongs; somebody may have been quicker."""

    code = "verification.wrong_state"
    kind = Kind.CONFLICT
    text = "The case is no longer where this can be done. Look at it again."


class SamePerson(FairfallError):
    """Maker and checker must be two people."""

    code = "verification.same_person"
    kind = Kind.FORBIDDEN
    text = "Somebody else must decide on what you proposed."


class NotAssignee(FairfallError):
    """Only who reviews the case proposes its decision."""

    code = "verification.not_assignee"
    kind = Kind.FORBIDDEN
    text = "Take the case first: only its reviewer may do this."


class EvidenceMissing(FairfallError):
    """Something that verification stands on is missing or unresolved."""

    code = "verification.evidence_missing"
    kind = Kind.CONFLICT
    text = "Something is still missing or undecided."


class ReasonMissing(FairfallError):
    """A decision against a company, and a question, carry a reason."""

    code = "verification.reason_missing"
    text = "Say why."


class NothingAsked(FairfallError):
    """A case must be about at least one facet the company has."""

    code = "verification.nothing_asked"
    text = "Choose what is to be verified."


class IdentityFirst(FairfallError):
    """Nothing of a company is verified before who it is."""

    code = "verification.identity_first"
    text = "The identity of the company is not verified: ask for it too."


class ProposalWaits(FairfallError):
    """One proposal at a time: the waiting one is decided or taken back first."""

    code = "verification.proposal_waits"
    kind = Kind.CONFLICT
    text = "A proposal waits for its second person. Decide on it first."


class NoProposal(FairfallError):
    """Nothing waits for a second person."""

    code = "verification.no_proposal"
    kind = Kind.CONFLICT
    text = "Nothing waits for a second person here."


class BanEndMissing(FairfallError):
    """A ban has an end in the future."""

    code = "verification.ban_end_missing"
    text = "Say until when, a moment in the future."


class AlreadyMeasured(FairfallError):
    """The company is suspended or banned already, or is not."""

    code = "verification.measure_unfit"
    kind = Kind.CONFLICT
    text = "This does not fit the measure that stands against the company now."


class NothingToAppeal(FairfallError):
    """There is no decision against the company, or it was appealed already."""

    code = "verification.nothing_to_appeal"
    kind = Kind.CONFLICT
    text = "There is nothing to appeal against, or you have appealed already."


class JudgeInOwnCause(FairfallError):
    """An appeal is proposed upon by somebody who took no part in the decision."""

    code = "verification.judge_in_own_cause"
    kind = Kind.FORBIDDEN
    text = "You took part in the decision. Somebody else must propose on the appeal."


class CaseBusy(FairfallError):
    """What is being checked cannot be changed meanwhile."""

    code = "verification.case_busy"
    kind = Kind.CONFLICT
    text = "What you declared is being checked and cannot be changed now."
