"""The verifier's own Ed25519 against RFC 8032's vectors and against `cryptography`."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import ed25519

L = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc(key: str, message: str, signature: str) -> None:
    assert ed25519.verify(*map(bytes.fromhex, (key, message, signature)))
    assert not ed25519.verify(*map(bytes.fromhex, (key, message + "00", signature)))


def reference(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@settings(max_examples=40)
@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=200),
    flipped=st.none() | st.integers(0, 64 * 8 - 1),
)
def test_agrees_with_cryptography(seed: bytes, message: bytes, flipped: int | None) -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(seed)
    key = private_key.public_key().public_bytes_raw()
    signature = bytearray(private_key.sign(message))
    if flipped is not None:
        signature[flipped // 8] ^= 1 << flipped % 8

    found = ed25519.verify(key, message, bytes(signature))

    assert found == reference(key, message, bytes(signature))
    assert found == (flipped is None)


def test_a_signature_has_one_form_only() -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = private_key.public_key().public_bytes_raw()
    signature = private_key.sign(b"bid")
    s = int.from_bytes(signature[32:], "little")
    malleable = signature[:32] + (s + L).to_bytes(32, "little")

    assert ed25519.verify(key, b"bid", signature)
    assert not ed25519.verify(key, b"bid", malleable)


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        (bytes(31), bytes(64)),
        (bytes(32), bytes(63)),
        ((2**255 - 19 + 1).to_bytes(32, "little"), bytes(64)),  # y is not below p
        ((2).to_bytes(32, "little"), bytes(64)),  # no point has this y
        ((1 | 1 << 255).to_bytes(32, "little"), bytes(64)),  # x = 0 with a sign
    ],
)
def test_what_is_no_key_or_signature_is_refused(key: bytes, signature: bytes) -> None:
    assert not ed25519.verify(key, b"", signature)
