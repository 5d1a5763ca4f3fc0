"""Sending a kept file to a browser so that it can do nothing there."""

from __future__ import annotations

from typing import IO

from django.http import FileResponse

from infra.files.kinds import TRAITS, FileKind

_LOCKED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
# A browser's own PDF viewer is a page it makes around the file: it does not start in a sandbox and
# needs its own style (issues.chromium.org/343754409). Scripts inside a PDF run in the viewer alone.
POLICY_PDF = f"{_LOCKED}; object-src 'self'; style-src 'unsafe-inline'"
POLICY = f"{_LOCKED}; img-src 'self'; style-src 'unsafe-inline'; sandbox"


def send(*, file: IO[bytes], name: str, kind: FileKind, size: int, shown: bool) -> FileResponse:
    """``file`` as an answer: a download, or ``shown`` in the browser where its type is safe there.

    The type is the one we found, never guessed anew; nobody but the asking browser keeps it.
    """
    traits = TRAITS[kind]
    inline = shown and traits.shown
    response = FileResponse(
        file, as_attachment=not inline, filename=name, content_type=traits.media_type
    )
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY_PDF if inline and kind is FileKind.PDF else POLICY
    response["X-Frame-Options"] = "SAMEORIGIN" if inline else "DENY"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
