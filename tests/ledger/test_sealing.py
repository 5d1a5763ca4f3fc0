"""The sealed envelope: the same as the well-kept library's, opened only with both keys."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import aes, sealing

SECRETS = st.integers(1, 2**255).map(lambda number: number.to_bytes(32))
PURPOSE = b"Aa1111\n3"


def _library_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1())


def _raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12),
       st.binary(max_size=70), st.binary(max_size=40))  # fmt: skip
def test_aes_gcm_is_that_of_the_library(key: bytes, nonce: bytes, text: bytes, bound: bytes):
    sealed = AESGCM(key).encrypt(nonce, text, bound)
    assert aes.gcm_encrypt(key, nonce, text, bound) == sealed
    assert aes.gcm_decrypt(key, nonce, sealed, bound) == text
    assert aes.gcm_decrypt(key, nonce, sealed, bound + b"x") is None


@settings(max_examples=15, deadline=None)
@given(SECRETS)
def test_public_keys_are_those_of_the_library(secret: bytes):
    assert sealing.public_key_of(secret) == _raw(_library_key(secret).public_key())


@settings(max_examples=8, deadline=None)
@given(SECRETS, SECRETS, st.binary(max_size=128).filter(lambda text: not text.endswith(b" ")))
def test_an_envelope_made_with_the_library_is_opened(first: bytes, second: bytes, text: bytes):
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    keys = [_library_key(secret).public_key() for secret in (first, second)]
    shared = b"".join(ephemeral.exchange(ec.ECDH(), key) for key in keys)
    salt = _raw(ephemeral.public_key())
    info = sealing.SCHEME + b"".join(map(_raw, keys))
    derived = HKDF(algorithm=hashes.SHA256(), length=44, salt=salt, info=info).derive(shared)
    hidden = AESGCM(derived[:32]).encrypt(
        derived[32:], text.ljust(128), sealing.SCHEME + b"\n" + PURPOSE
    )
    assert sealing.open_envelope(first, second, PURPOSE, salt + hidden) == text


def test_only_both_keys_open_and_only_for_the_purpose():
    one, two, other = (sealing.new_secret() for _ in range(3))
    envelope = sealing.seal(
        sealing.public_key_of(one), sealing.public_key_of(two), PURPOSE, b'{"amount":"9.50"}'
    )
    assert len(envelope) == sealing.ENVELOPE_BYTES
    assert sealing.open_envelope(one, two, PURPOSE, envelope) == b'{"amount":"9.50"}'
    for first, second, purpose in (
        (one, other, PURPOSE), (other, two, PURPOSE), (two, one, PURPOSE), (one, one, PURPOSE),
        (one, two, b"Aa1111\n2"),
    ):  # fmt: skip
        with pytest.raises(sealing.NotOpened):
            sealing.open_envelope(first, second, purpose, envelope)


@pytest.mark.parametrize("place", [0, 1, 64, 65, 120, 192, 193, 208])
def test_a_changed_byte_is_found(place: int):
    one, two = sealing.new_secret(), sealing.new_secret()
    envelope = bytearray(
        sealing.seal(sealing.public_key_of(one), sealing.public_key_of(two), PURPOSE, b"x")
    )
    envelope[place] ^= 1
    with pytest.raises(sealing.NotOpened):
        sealing.open_envelope(one, two, PURPOSE, bytes(envelope))


def test_every_envelope_has_one_length():
    first, second = (sealing.public_key_of(sealing.new_secret()) for _ in range(2))
    lengths = {len(sealing.seal(first, second, PURPOSE, b"9" * size)) for size in (1, 20, 128)}
    assert lengths == {sealing.ENVELOPE_BYTES}
    with pytest.raises(ValueError, match="too long"):
        sealing.seal(first, second, PURPOSE, b"9" * 129)
