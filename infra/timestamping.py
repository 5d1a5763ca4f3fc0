"""Asking an RFC 3161 time stamp authority, and checking what it answered."""

from __future__ import annotations

from urllib.error import URLError
from urllib.request import Request, urlopen

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response
from rfc3161_client.tsp import PKIStatus

TIMEOUT = 15.0
LARGEST = 256 * 1024


class AuthorityAway(Exception):
    """The authority cannot be reached, or does not stamp at the moment."""


def ask(data: bytes, *, url: str) -> bytes:
    """The time stamp response (DER) for SHA-256 of ``data``, with the authority's certificate.

    Only the hash leaves the house. Raises AuthorityAway.
    """
    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    request = Request(  # noqa: S310 - the operator's own setting, http or https
        url,
        data=asked.as_bytes(),
        headers={"Content-Type": "application/timestamp-query", "User-Agent": "Fairfall"},
    )
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            content: bytes = answer.read(LARGEST + 1)
    except (URLError, OSError, ValueError) as error:
        raise AuthorityAway(str(error)) from error
    if len(content) > LARGEST:
        raise AuthorityAway("its answer is too large")
    try:
        response = decode_timestamp_response(content)
        status = PKIStatus(response.status)
    except ValueError as error:
        raise AuthorityAway("its answer is no time stamp") from error
    if status is not PKIStatus.GRANTED:
        raise AuthorityAway(f"it answers {status.name}")
    if response.tst_info.nonce != asked.nonce:
        raise AuthorityAway("its answer is to another question")
    return content
