"""The certificate inside a PDF. Plain Python, also for the verifier.

The JSON is an attached file of the PDF. Any program that writes PDFs anew keeps attachments as
streams, packed or not, so each stream is looked at; nothing else of a PDF is understood here.
"""

from __future__ import annotations

import re
import zlib

from crm_core.badges.certificate import LARGEST, TYPE, NotACertificate

LARGEST_FILE = 4 * 1024 * 1024
_MOST_STREAMS = 500
_STREAM = re.compile(rb"\bstream\r?\n")
_END = b"endstream"
_MARK = TYPE.encode("ascii")


def is_pdf(content: bytes) -> bool:
    """Whether it begins as a PDF does."""
    return content[:1024].lstrip().startswith(b"%PDF-")


def attached(content: bytes) -> bytes:
    """The one certificate a PDF carries. Raises NotACertificate for none, or more than one."""
    found: set[bytes] = set()
    end, streams = 0, 0
    while (match := _STREAM.search(content, end)) is not None and streams < _MOST_STREAMS:
        end, streams = content.find(_END, match.end()), streams + 1
        if end < 0:
            break
        if end - match.end() > LARGEST:
            continue
        held = content[match.end() : end]
        for each in (held, _unpacked(held)):
            text = each.strip(b"\r\n")
            if text.startswith(b"{") and _MARK in text:
                found.add(text)
    if not found:
        raise NotACertificate("no certificate is attached to this PDF")
    if len(found) > 1:
        raise NotACertificate("more than one certificate is attached to this PDF")
    return found.pop()


def certificate_in(content: bytes) -> bytes:
    """The certificate's JSON in a file, be it the JSON itself or the PDF. Raises as above."""
    if len(content) > LARGEST_FILE:
        raise NotACertificate("it is too large")
    return attached(content) if is_pdf(content) else content


def _unpacked(held: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(held, LARGEST + 1)
    except zlib.error:
        return b""
