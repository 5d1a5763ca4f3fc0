"""An RFC 3161 time stamp: what it says, read with nothing but Python; its signature, where the
library is at hand.

The part of DER read here is small: definite lengths only, as DER has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SHA_256 = bytes.fromhex("608648016503040201")
_SEQUENCE, _INTEGER, _OCTETS, _OID, _TIME, _EXPLICIT = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0


class TokenBad(ValueError):
    """It is no time stamp response of the form asked for, or its signature does not fit."""


class CannotCheck(Exception):
    """Nothing here can check signatures of certificates; the text says what can."""


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What a time stamp says: these 32 bytes existed at that moment."""

    imprint: bytes
    at: datetime


def token_info(token: bytes) -> TokenInfo:
    """What a granted response (DER) says. Nothing is checked. Raises TokenBad."""
    try:
        return _read(token)
    except (IndexError, StopIteration, ValueError) as error:
        raise TokenBad(f"it is no time stamp: {error}") from error


def check_signature(token: bytes, head: bytes, authorities: Path) -> None:
    """That one of the certificates in the file (PEM) vouches for it.

    Raises TokenBad; CannotCheck without the library ``rfc3161-client``.
    """
    try:
        from cryptography.x509 import load_pem_x509_certificates
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError as error:
        raise CannotCheck("the Python package rfc3161-client is not installed here") from error
    try:
        roots = load_pem_x509_certificates(authorities.read_bytes())
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify(decode_timestamp_response(token), head)
    except OSError as error:
        raise CannotCheck(f"the file of authorities cannot be read: {error.strerror}") from error
    except (VerificationError, ValueError) as error:
        raise TokenBad(str(error)) from error


def _read(token: bytes) -> TokenInfo:
    status, content = _parts(_only(token, _SEQUENCE), 2)
    granted = next(_items(_inside(status, _SEQUENCE)))
    if int.from_bytes(_inside(granted, _INTEGER), "big") not in (0, 1):
        raise ValueError("it was not granted")
    kind, wrapped = _parts(_inside(content, _SEQUENCE), 2)
    if _inside(kind, _OID) != _SIGNED_DATA:
        raise ValueError("it is not signed")
    signed = list(_items(_only(_inside(wrapped, _EXPLICIT), _SEQUENCE)))
    kind, wrapped = _parts(_inside(signed[2], _SEQUENCE), 2)
    if _inside(kind, _OID) != _TST_INFO:
        raise ValueError("it signs something else")
    info = list(_items(_only(_only(_inside(wrapped, _EXPLICIT), _OCTETS), _SEQUENCE)))
    algorithm, imprint = _parts(_inside(info[2], _SEQUENCE), 2)
    if _inside(next(_items(_inside(algorithm, _SEQUENCE))), _OID) != _SHA_256:
        raise ValueError("it stamps no SHA-256")
    return TokenInfo(_inside(imprint, _OCTETS), _moment(_inside(info[4], _TIME)))


_Item = tuple[int, bytes]


def _items(content: bytes) -> Iterator[_Item]:
    """Tag and content of each element, one after the other."""
    at = 0
    while at < len(content):
        tag, length = content[at], content[at + 1]
        at += 2
        if length >= 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("a length is not DER")
            length = int.from_bytes(content[at : at + size], "big")
            at += size
        if at + length > len(content):
            raise ValueError("it is cut off")
        yield tag, content[at : at + length]
        at += length


def _inside(item: _Item, tag: int) -> bytes:
    if item[0] != tag:
        raise ValueError("its parts are not in their places")
    return item[1]


def _only(content: bytes, tag: int) -> bytes:
    (item,) = _items(content)
    return _inside(item, tag)


def _parts(content: bytes, count: int) -> list[_Item]:
    found = list(_items(content))
    if len(found) < count:
        raise ValueError("a part is missing")
    return found[:count]


def _moment(content: bytes) -> datetime:
    text = content.decode("ascii")
    form = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC)
