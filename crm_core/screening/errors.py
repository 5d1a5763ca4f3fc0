"""Refusals about lists, screenings and hits."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ScreeningNotFound(FairfallError):
    """Not there, or not the reader's to see: who does not screen learns nothing of it."""

    code = "screening.not_found"
    kind = Kind.NOT_FOUND
    text = "There is nothing here."


class ListFileRefused(FairfallError):
    """The file cannot be read as a list; ``why`` is one of the codes of ``wording``."""

    code = "screening.file_refused"
    text = "The file cannot be read as a list: {reason}"


class ListFileTooLarge(FairfallError):
    """The files together are larger than the operator allows."""

    code = "screening.file_too_large"
    text = "The files are larger than {megabytes} MB together."


class ListCodeInvalid(FairfallError):
    """The code of a list has other signs than letters, digits and hyphens."""

    code = "screening.list_code_invalid"
    text = "A list's code has Latin letters, digits and hyphens only, at most 60."


class ListAlreadyImported(FairfallError):
    """The very same files are a version of the list already."""

    code = "screening.list_already_imported"
    kind = Kind.CONFLICT
    text = "These files are version {number} of this list already."


class VersionNotReady(FairfallError):
    """Only a version that was read whole can be made active."""

    code = "screening.version_not_ready"
    kind = Kind.CONFLICT
    text = "Only a version that was read to its end can be made active."


class VersionActive(FairfallError):
    """The version is the active one."""

    code = "screening.version_active"
    kind = Kind.CONFLICT
    text = "This version is active already."


class ListNotActive(FairfallError):
    """The list has no active version that could be withdrawn."""

    code = "screening.list_not_active"
    kind = Kind.CONFLICT
    text = "No version of this list is active."


class ScreeningReasonMissing(FairfallError):
    """What is decided about lists, hits and the setting carries its reason."""

    code = "screening.reason_missing"
    text = "Give the reason."


class PolicyInvalid(FairfallError):
    """The threshold or the age is out of its bounds."""

    code = "screening.policy_invalid"
    text = "The lowest score lies between 50 and 100, the oldest list between 1 and 3650 days."


class VerdictInvalid(FairfallError):
    """A hit is a false match or a true match."""

    code = "screening.verdict_invalid"
    text = "A hit is decided as a false match or as a true match."


class HitMovedOn(FairfallError):
    """The hit was screened anew or decided since its page was opened."""

    code = "screening.hit_moved_on"
    kind = Kind.CONFLICT
    text = "The hit has changed since you opened it. Look at it again."


class SubjectInvalid(FairfallError):
    """What is to be screened has no name, or a value of the wrong form."""

    code = "screening.subject_invalid"
    text = "What is to be screened needs a name; dates are ISO dates, countries ISO codes."
