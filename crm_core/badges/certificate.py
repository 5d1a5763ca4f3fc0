"""The form of a certificate: how it is signed, read, checked. Plain Python, also for the verifier.

A certificate is one canonical JSON object. What is signed is a label, which begins no JSON, and
then the object without its signature: nothing else that the platform signs can pass for a
certificate, nor a certificate for anything else. A file must be byte for byte what was issued.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from kernel import ed25519
from kernel.canonical import NotCanonical, canonical
from kernel.clock import MomentMalformed, moment_from_wire
from kernel.signing import KEY_ID_DIGITS, Signer, key_id_of

TYPE = "fairfall-certificate-1"
LABEL = b"fairfall-certificate-1\n"
LARGEST = 256 * 1024

_FIELDS = frozenset(
    {
        "type", "number", "issued_at", "valid_until", "issuer", "company", "facets", "page",
        "key_id", "signature",
    }
)  # fmt: skip
_COMPANY = frozenset({"id", "names", "country", "register", "sides"})
_FACET = frozenset({"facet", "checked", "by", "verified_at", "valid_until"})
_SIGNATURE = re.compile(r"[0-9a-f]{128}", re.ASCII)
_KEY_ID = re.compile(rf"[0-9a-f]{{{KEY_ID_DIGITS}}}", re.ASCII)


class NotACertificate(Exception):
    """The content is no certificate at all; the text says why, in English."""


class Outcome(StrEnum):
    """What a check says. Only ``VALID`` is good news."""

    VALID = "valid"
    ALTERED = "altered"
    FOREIGN_KEY = "foreign_key"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was read; nothing is known yet of its signature."""

    document: Mapping[str, Any]
    content: bytes
    issued_at: datetime
    valid_until: date

    @property
    def key_id(self) -> str:
        """The key it says it was signed with."""
        return str(self.document["key_id"])


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """What the signature covers."""
    return LABEL + canonical({key: each for key, each in document.items() if key != "signature"})


def sign(document: Mapping[str, Any], signer: Signer) -> bytes:
    """The finished file: the document with ``key_id`` and ``signature`` (hex), canonical."""
    signed = {**document, "type": TYPE, "key_id": signer.key_id}
    return canonical({**signed, "signature": signer.sign(signed_bytes(signed)).hex()})


def read(content: bytes) -> Certificate:
    """The certificate in these bytes. Raises NotACertificate, for any bytes whatever."""
    if len(content) > LARGEST:
        raise NotACertificate("it is too large")
    try:
        document = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotACertificate("it is not JSON") from error
    if not isinstance(document, dict) or document.get("type") != TYPE:
        raise NotACertificate(f"it does not say that it is a {TYPE}")
    try:
        if canonical(document) != content:
            raise NotACertificate("it is not written as it was issued")
    except (NotCanonical, RecursionError) as error:
        raise NotACertificate("it is not written as it was issued") from error
    if not _has_form(document):
        raise NotACertificate("its fields are not those of a certificate")
    try:
        issued_at = moment_from_wire(document["issued_at"])
        valid_until = date.fromisoformat(document["valid_until"])
        for facet in document["facets"]:
            date.fromisoformat(facet["valid_until"])
    except (MomentMalformed, ValueError) as error:
        raise NotACertificate("a date in it is none") from error
    return Certificate(document, content, issued_at, valid_until)


def check(certificate: Certificate, public_key: bytes, at: datetime) -> Outcome:
    """What this key says of a certificate at a moment. ``valid_until`` is the last day, in UTC."""
    document = certificate.document
    if certificate.key_id != key_id_of(public_key):
        return Outcome.FOREIGN_KEY
    signature = bytes.fromhex(document["signature"])
    if not ed25519.verify(public_key, signed_bytes(document), signature):
        return Outcome.ALTERED
    if at < certificate.issued_at:
        return Outcome.NOT_YET
    if at.astimezone(UTC).date() > certificate.valid_until:
        return Outcome.EXPIRED
    return Outcome.VALID


def _has_form(document: dict[str, Any]) -> bool:
    if document.keys() != _FIELDS:
        return False
    company, facets = document["company"], document["facets"]
    texts = ("number", "issued_at", "valid_until", "page", "key_id", "signature")
    return (
        all(isinstance(document[name], str) for name in texts)
        and _SIGNATURE.fullmatch(document["signature"]) is not None
        and _KEY_ID.fullmatch(document["key_id"]) is not None
        and _texts(document["issuer"], frozenset({"name", "site"}))
        and isinstance(company, dict)
        and company.keys() == _COMPANY
        and isinstance(company["id"], str)
        and isinstance(company["country"], str)
        and _texts(company["names"], frozenset({"legal", "latin"}))
        and _texts(company["register"], frozenset({"scheme", "value"}))
        and _list_of_texts(company["sides"])
        and isinstance(facets, list)
        and all(_is_facet(each) for each in facets)
    )


def _is_facet(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and each.keys() == _FACET
        and all(isinstance(each[name], str) for name in ("facet", "by", "valid_until"))
        and (each["verified_at"] is None or isinstance(each["verified_at"], str))
        and _is_checked(each["checked"])
    )


def _is_checked(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and each.keys() == {"numbers", "documents", "screening"}
        and isinstance(each["numbers"], list)
        and all(_texts(number, frozenset({"scheme", "value"})) for number in each["numbers"])
        and _list_of_texts(each["documents"])
        and isinstance(each["screening"], dict)
        and each["screening"].keys() == {"outcome", "lists"}
        and isinstance(each["screening"]["outcome"], str)
        and _list_of_texts(each["screening"]["lists"])
    )


def _texts(each: Any, names: frozenset[str]) -> bool:
    return (
        isinstance(each, dict)
        and each.keys() == names
        and all(isinstance(value, str) for value in each.values())
    )


def _list_of_texts(each: Any) -> bool:
    return isinstance(each, list) and all(isinstance(value, str) for value in each)
