"""Ed25519 verification (RFC 8032, section 5.1.7) in plain Python, for the verifier.

It checks public values only, so it need not run in constant time. Strict: a signature with
``S >= L`` and a point in another than its one encoding are refused.
"""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

# Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_IDENTITY: _Point = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) of ``message`` was made with that key (32 bytes)."""
    if not is_in_form(public_key, signature):
        return False
    point = _decompress(public_key)
    if point is None:
        return False
    s = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    h = int.from_bytes(digest, "little") % _L
    x, y, z, t = point
    expected = _add(_multiply(s, _BASE), _multiply(h, (-x % _P, y, z, -t % _P)))
    return _compress(expected) == signature[:32]


def is_in_form(public_key: bytes, signature: bytes) -> bool:
    """Whether both have their length and the one form in which they are taken; a key in it may
    still be no point."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    sign, y = _split(public_key)
    if y >= _P or (sign and y in (1, _P - 1)):  # there x is 0, which has no sign
        return False
    return int.from_bytes(signature[32:], "little") < _L


def _split(encoded: bytes) -> tuple[int, int]:
    number = int.from_bytes(encoded, "little")
    return number >> 255, number & ((1 << 255) - 1)


def _add(first: _Point, second: _Point) -> _Point:
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _multiply(factor: int, point: _Point) -> _Point:
    total = _IDENTITY
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _compress(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def _decompress(encoded: bytes) -> _Point | None:
    sign, y = _split(encoded)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return (0, y, 1, 0)
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_MINUS_ONE % _P
    if (x * x - square) % _P:
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _base() -> _Point:
    y = 4 * pow(5, -1, _P) % _P
    point = _decompress(y.to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError("the base point does not lie on the curve")
    return point


_BASE = _base()
