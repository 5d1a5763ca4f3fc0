"""The verifier's two Ed25519: its own and the library's; both against RFC 8032's vectors, and each
against the other, also where libraries differ."""

from __future__ import annotations

from hashlib import sha512
from itertools import product

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.ledger import signatures
from kernel import ed25519

P = 2**255 - 19
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
    assert verdict(*map(bytes.fromhex, (key, message, signature)))
    assert not verdict(*map(bytes.fromhex, (key, message + "00", signature)))


def verdict(key: bytes, message: bytes, signature: bytes) -> bool:
    """What both say, which is the same."""
    assert signatures.HAS_LIBRARY
    found = ed25519.verify(key, message, signature)
    assert signatures.verify(key, message, signature) == found
    return found


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

    found = verdict(key, message, bytes(signature))

    assert found == reference(key, message, bytes(signature))
    assert found == (flipped is None)


def test_a_signature_has_one_form_only() -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = private_key.public_key().public_bytes_raw()
    signature = private_key.sign(b"bid")
    s = int.from_bytes(signature[32:], "little")
    malleable = signature[:32] + (s + L).to_bytes(32, "little")

    assert verdict(key, b"bid", signature)
    assert not verdict(key, b"bid", malleable)


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
    assert not verdict(key, b"", signature)


# Points of order 1, 2, 4, 4 and four of order 8; then the same in forms that are not theirs.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
OTHER_FORMS = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def test_points_of_small_order_are_judged_alike_and_other_forms_of_them_refused() -> None:
    sound = 0
    for key, r in product(map(bytes.fromhex, SMALL + OTHER_FORMS), repeat=2):
        for s in (0, 1, L):
            signature = r + s.to_bytes(32, "little")
            found = [verdict(key, bytes([number]), signature) for number in range(4)]
            sound += sum(found)
            if s or key.hex() in OTHER_FORMS or r.hex() in OTHER_FORMS:
                assert not any(found)
    assert sound > 20  # such a key signs next to anything; that is why the terms pin ours


@pytest.mark.parametrize("small", SMALL[1:])
def test_a_key_with_a_part_of_small_order_is_judged_without_the_cofactor(small: str) -> None:
    """A signature that fits but for such a part is sound by one definition and not by another."""
    secret, nonce = 2**253 + 8 * 5, 7
    torsion = ed25519._decompress(bytes.fromhex(small))
    assert torsion is not None
    own = ed25519._multiply(secret, ed25519._BASE)
    key = ed25519._compress(ed25519._add(own, torsion))
    r = ed25519._compress(ed25519._multiply(nonce, ed25519._BASE))
    found = set()
    for number in range(32):
        message = bytes([number])
        h = int.from_bytes(sha512(r + key + message).digest(), "little") % L
        signature = r + ((nonce + h * secret) % L).to_bytes(32, "little")
        found.add(verdict(key, message, signature))
    assert found == {True, False}


@settings(max_examples=60)
@given(key=st.binary(min_size=32, max_size=32), signature=st.binary(min_size=64, max_size=64))
def test_noise_is_judged_alike(key: bytes, signature: bytes) -> None:
    assert not verdict(key, b"bid", signature[:63] + bytes([signature[63] & 15]))


@pytest.mark.parametrize("y", [*range(20), *(P - 1 - number for number in range(20))])
def test_every_key_near_the_ends_is_judged_alike(y: int) -> None:
    for sign in (0, 1):
        key = (y | sign << 255).to_bytes(32, "little")
        for r in (key, bytes.fromhex(SMALL[0])):
            verdict(key, b"bid", r + bytes(32))


def test_without_the_library_it_is_reckoned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    key, message, signature = map(bytes.fromhex, VECTORS[1])
    monkeypatch.setattr(signatures, "HAS_LIBRARY", False)
    monkeypatch.setattr(signatures, "Ed25519PublicKey", None)
    assert signatures.verify(key, message, signature)
    assert not signatures.verify(key, message + b"0", signature)
