"""Refusals about documents; those about the file itself are in ``infra.files.errors``."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class DocumentNotFound(FairfallError):
    """There is no such document, or it is not the actor's to see."""

    code = "documents.not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such document."


class DocumentFieldInvalid(FairfallError):
    """What is said about the document cannot be so; ``field`` names it."""

    code = "documents.invalid"
    text = "Mend this field."


class DocumentDatesReversed(FairfallError):
    """It would expire before it was issued."""

    code = "documents.dates_reversed"
    text = "The document would expire before it was issued."


class DocumentIssuedLater(FairfallError):
    """Its date of issue lies ahead."""

    code = "documents.issued_later"
    text = "The date of issue lies in the future."


class DocumentExpired(FairfallError):
    """It has expired already."""

    code = "documents.expired"
    text = "This document has expired. Upload one that is in force."


class DocumentsTooMany(FairfallError):
    """The company keeps as many as the operator allows."""

    code = "documents.too_many"
    kind = Kind.CONFLICT
    text = "Your company keeps {limit} documents, which is the limit. Delete a draft first."


class DocumentUnchanged(FairfallError):
    """The same bytes are its present version."""

    code = "documents.unchanged"
    kind = Kind.CONFLICT
    text = "This very file is here already."


class DocumentNotDraft(FairfallError):
    """Only a draft can be deleted; what was submitted stays."""

    code = "documents.not_draft"
    kind = Kind.CONFLICT
    text = "The document was submitted and stays on record. Upload a new version instead."


class DocumentInfected(FairfallError):
    """The scanner found a virus; the file is given to nobody."""

    code = "documents.infected"
    kind = Kind.FORBIDDEN
    text = "The virus scanner found {signature} in this file. It is given to nobody."


class DocumentNotScanned(FairfallError):
    """The operator wants every file scanned first, and this one was not yet."""

    code = "documents.not_scanned"
    kind = Kind.UNAVAILABLE
    text = "The file was not scanned for viruses yet. Try again in a minute."


class DocumentContentLost(FairfallError):
    """The storage no longer has the file, or has other bytes."""

    code = "documents.content_lost"
    kind = Kind.UNAVAILABLE
    text = "The file cannot be read from its storage now."
