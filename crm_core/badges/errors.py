"""Refusals about public pages and certificates."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class PageNotFound(FairfallError):
    """There is no such company, or it was never verified and so has no public page."""

    code = "badges.page_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such page."


class NoCertificate(FairfallError):
    """Only what is valid now is certified."""

    code = "badges.no_certificate"
    kind = Kind.CONFLICT
    text = "There is no certificate: the identity of this company is not verified at the moment."


class FileTooLarge(FairfallError):
    """A certificate is small; this is none."""

    code = "badges.file_too_large"
    kind = Kind.TOO_LARGE
    text = "This file is larger than {limit_mb} MB: it is no certificate."


class FileNotACertificate(FairfallError):
    """The file holds no certificate of this platform's form, or one that was written over."""

    code = "badges.not_a_certificate"
    text = (
        "This is no certificate as Fairfall issues them: it is another file, or it was changed "
        "or saved anew by a program."
    )
