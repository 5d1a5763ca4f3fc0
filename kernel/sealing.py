"""Sealed envelopes: encrypted to two P-256 keys at once, opened only with both private keys.

ECDH with either key, HKDF-SHA256 over both secrets, AES-256-GCM over a padded text: what a browser
does with WebCrypto (``sealing.js``). This is the same in plain Python, for the rules, for replay
and for the verifier. It need not run in constant time: an envelope is opened when the private keys
are about to be published, and it is sealed where nobody else measures.

Envelope: the ephemeral public key (65 bytes, uncompressed), 128 encrypted bytes, the tag (16). A
long one has 512 encrypted bytes, one of a lot with positions a multiple of 128 by their number.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from kernel import aes

SCHEME = b"fairfall-sealed-1"
KEY_BYTES = 65
SECRET_BYTES = 32
TEXT_BYTES = 128
LONG_TEXT_BYTES = 512  # of what does not fit into that
ENVELOPE_BYTES = KEY_BYTES + TEXT_BYTES + aes.TAG_BYTES
LONG_ENVELOPE_BYTES = KEY_BYTES + LONG_TEXT_BYTES + aes.TAG_BYTES

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


class NotOpened(ValueError):
    """The envelope was not made for these keys and this purpose, or is damaged."""


def is_key(public_key: bytes) -> bool:
    """Whether the bytes are a point of the curve, uncompressed."""
    return _point(public_key) is not None


def is_secret(private_key: bytes) -> bool:
    """Whether the bytes are a private key at all."""
    return len(private_key) == SECRET_BYTES and 0 < int.from_bytes(private_key) < _N


def new_secret() -> bytes:
    """A private key."""
    return (1 + secrets.randbelow(_N - 1)).to_bytes(SECRET_BYTES)


def public_key_of(private_key: bytes) -> bytes:
    """The public key; the private one is 32 bytes, as :func:`is_secret` says."""
    x, y = _affine(_multiply(int.from_bytes(private_key), (*_G, 1)))
    return b"\x04" + x.to_bytes(32) + y.to_bytes(32)


def secret_from(text: str) -> bytes:
    """The private key that follows from a text, for what must come out the same again."""
    found = hashlib.sha256(text.encode()).digest()
    return found if is_secret(found) else secret_from(text + "|")


def seal(
    first: bytes,
    second: bytes,
    purpose: bytes,
    text: bytes,
    size: int = TEXT_BYTES,
    *,
    secret: bytes | None = None,
) -> bytes:
    """An envelope to two public keys, good for ``purpose`` alone; the text padded to ``size``.

    ``secret`` is the ephemeral private key, which nobody may know or use twice: a fresh one unless
    it is given, as where nothing real is sealed.
    """
    if len(text) > size:
        raise ValueError("too long a text")
    secret = secret or new_secret()
    ephemeral = public_key_of(secret)
    shared = _shared(secret, first) + _shared(secret, second)
    key, nonce = _derived(shared, ephemeral, first, second)
    return ephemeral + aes.gcm_encrypt(key, nonce, text.ljust(size), _bound(purpose))


def is_envelope(text: str, size: int = ENVELOPE_BYTES) -> bool:
    """Whether the text is lower-case hex of the form of an envelope of that size."""
    return looks_sealed(text) and len(text) == 2 * size


def looks_sealed(text: str) -> bool:
    """Whether the text is lower-case hex that begins with a key, as every envelope does, and is no
    shorter than the shortest. An amount in plain is not."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return False
    return raw.hex() == text and len(raw) >= ENVELOPE_BYTES and is_key(raw[:KEY_BYTES])


class Opener:
    """Both private keys, with what is the same for every envelope computed once."""

    def __init__(self, first: bytes, second: bytes) -> None:
        self._private = first, second
        self._public = public_key_of(first), public_key_of(second)

    def open(self, purpose: bytes, envelope: bytes, size: int = ENVELOPE_BYTES) -> bytes:
        """The text of an envelope of that size; raises NotOpened."""
        ephemeral = envelope[:KEY_BYTES]
        if len(envelope) != size or not is_key(ephemeral):
            raise NotOpened
        shared = b"".join(_shared(private, ephemeral) for private in self._private)
        key, nonce = _derived(shared, ephemeral, *self._public)
        text = aes.gcm_decrypt(key, nonce, envelope[KEY_BYTES:], _bound(purpose))
        if text is None:
            raise NotOpened
        return text.rstrip(b" ")


def open_envelope(first: bytes, second: bytes, purpose: bytes, envelope: bytes) -> bytes:
    """The text of one envelope, given both private keys; raises NotOpened."""
    return Opener(first, second).open(purpose, envelope)


def _bound(purpose: bytes) -> bytes:
    return SCHEME + b"\n" + purpose


def _derived(shared: bytes, ephemeral: bytes, first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """HKDF-SHA256 (RFC 5869): a key and a nonce, used for this one envelope."""
    pseudo = hmac.digest(ephemeral, shared, "sha256")
    info = SCHEME + first + second
    one = hmac.digest(pseudo, info + b"\x01", "sha256")
    two = hmac.digest(pseudo, one + info + b"\x02", "sha256")
    return one, two[: aes.NONCE_BYTES]


def _shared(private_key: bytes, public_key: bytes) -> bytes:
    point = _point(public_key)
    if point is None:
        raise NotOpened
    x, _ = _affine(_multiply(int.from_bytes(private_key), (*point, 1)))
    return x.to_bytes(32)


def _point(public_key: bytes) -> tuple[int, int] | None:
    if len(public_key) != KEY_BYTES or public_key[0] != 4:
        return None
    x, y = int.from_bytes(public_key[1:33]), int.from_bytes(public_key[33:])
    if x >= _P or y >= _P or (y * y - (x * x * x - 3 * x + _B)) % _P:
        return None
    return x, y


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z:
        return _INFINITY
    yy = y * y % _P
    s = 4 * x * yy % _P
    zz = z * z % _P
    m = 3 * (x - zz) * (x + zz) % _P
    new_x = (m * m - 2 * s) % _P
    return new_x, (m * (s - new_x) - 8 * yy * yy) % _P, 2 * y * z % _P


def _add(first: _Jacobian, second: _Jacobian) -> _Jacobian:
    if not first[2]:
        return second
    if not second[2]:
        return first
    x1, y1, z1 = first
    x2, y2, z2 = second
    zz1, zz2 = z1 * z1 % _P, z2 * z2 % _P
    u1, u2 = x1 * zz2 % _P, x2 * zz1 % _P
    s1, s2 = y1 * zz2 * z2 % _P, y2 * zz1 * z1 % _P
    if u1 == u2:
        return _double(first) if s1 == s2 else _INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    x = (r * r - hhh - 2 * v) % _P
    return x, (r * (v - x) - s1 * hhh) % _P, z1 * z2 * h % _P


def _multiply(factor: int, point: _Jacobian) -> _Jacobian:
    total = _INFINITY
    for bit in bin(factor)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, point)
    return total


def _affine(point: _Jacobian) -> tuple[int, int]:
    x, y, z = point
    if not z:
        raise NotOpened
    inverse = pow(z, -1, _P)
    square = inverse * inverse % _P
    return x * square % _P, y * square * inverse % _P


def fingerprint(envelope: bytes) -> str:
    """Hex SHA-256: how a person compares an envelope."""
    return hashlib.sha256(envelope).hexdigest()
