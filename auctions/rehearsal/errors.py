"""What a rehearsal refuses."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class RehearsalNotFound(FairfallError):
    """There is no such rehearsal, or it is not this company's."""

    code = "rehearsal.not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such rehearsal."


class RehearsalFieldWrong(FairfallError):
    """One input is missing or malformed; ``field`` names it."""

    code = "rehearsal.field_wrong"
    text = "{reason}"


class RehearsalTooLarge(FairfallError):
    """Runs, variants, bots and lots together are more work than one rehearsal may be."""

    code = "rehearsal.too_large"
    text = (
        "{runs} runs of {variants} variants with {bots} bots on {lots} lots make {work}; at most"
        " {most} are allowed. Take fewer runs."
    )


class RehearsalsWaiting(FairfallError):
    """The company has as many unfinished rehearsals as it may."""

    code = "rehearsal.waiting"
    kind = Kind.CONFLICT
    text = "{most} rehearsals of your company are not finished yet. Wait for them or cancel one."


class RehearsalOver(FairfallError):
    """It has ended already."""

    code = "rehearsal.over"
    kind = Kind.CONFLICT
    text = "This rehearsal has ended already."


class RehearsalRunning(FairfallError):
    """It must have ended first."""

    code = "rehearsal.running"
    kind = Kind.CONFLICT
    text = "This rehearsal is still running. Cancel it first."


class TermsNotReady(FairfallError):
    """The terms cannot be built yet, or hold what no auction may have."""

    code = "rehearsal.terms_not_ready"
    kind = Kind.CONFLICT
    text = "The terms are not complete yet: give lots with quantities, and settle the terms."


class NothingToRehearse(FairfallError):
    """The auction has begun: what would be rehearsed is there."""

    code = "rehearsal.begun"
    kind = Kind.CONFLICT
    text = "The auction has begun. A rehearsal is for the time before."


class PracticeOpen(FairfallError):
    """The company practises for this tender already."""

    code = "rehearsal.practice_open"
    kind = Kind.CONFLICT
    text = "Your company is practising already. Go on with it or end it first."


class PracticeNotFound(FairfallError):
    """There is no practice to end."""

    code = "rehearsal.practice_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such practice."


class NothingToPractise(FairfallError):
    """The invitation does not stand, or the auction has begun."""

    code = "rehearsal.nothing_to_practise"
    kind = Kind.CONFLICT
    text = "Practice is for invited suppliers, before the auction begins."
