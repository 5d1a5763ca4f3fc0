"""AES-256-GCM (FIPS 197, NIST SP 800-38D) in plain Python, for the verifier and the rules.

Small texts only. Tables are made once; nothing here runs in constant time.
"""

from __future__ import annotations

import hmac

NONCE_BYTES = 12
TAG_BYTES = 16
_ROUNDS = 14
_R = 0xE1 << 120


def gcm_encrypt(key: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    """The encrypted text and its tag behind it; ``bound`` is authenticated too."""
    schedule = _schedule(key)
    hidden = _counter_mode(schedule, nonce, text)
    return hidden + _tag(schedule, nonce, hidden, bound)


def gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    """The inverse; None where the tag does not fit."""
    schedule = _schedule(key)
    hidden, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    if not hmac.compare_digest(_tag(schedule, nonce, hidden, bound), tag):
        return None
    return _counter_mode(schedule, nonce, hidden)


def _doubled(byte: int) -> int:
    return ((byte << 1) ^ (0x1B if byte & 0x80 else 0)) & 0xFF


def _make_box() -> bytes:
    """The S-box: the inverse in GF(2**8), then the affine map."""
    box = bytearray(256)
    p = q = 1
    while True:
        p ^= _doubled(p)  # times three
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        turned = q
        for shift in range(1, 5):
            turned ^= ((q << shift) | (q >> (8 - shift))) & 0xFF
        box[p] = turned ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    return bytes(box)


_BOX = _make_box()
_DOUBLE = bytes(_doubled(byte) for byte in range(256))
_SHIFTED = tuple((4 * (column + row) + row) % 16 for column in range(4) for row in range(4))


def _schedule(key: bytes) -> list[bytes]:
    """Fifteen round keys of a 32-byte key."""
    if len(key) != 32:
        raise ValueError("a key of 32 bytes is needed")
    words = [key[at : at + 4] for at in range(0, 32, 4)]
    constant = 1
    while len(words) < 4 * (_ROUNDS + 1):
        word = words[-1]
        if len(words) % 8 == 0:
            word = bytes(_BOX[byte] for byte in (*word[1:], word[0]))
            word = bytes((word[0] ^ constant, *word[1:]))
            constant = _doubled(constant)
        elif len(words) % 8 == 4:
            word = bytes(_BOX[byte] for byte in word)
        words.append(_xor(words[-8], word))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _block(schedule: list[bytes], block: bytes) -> bytes:
    state = _xor(block, schedule[0])
    for number in range(1, _ROUNDS):
        moved = bytes(_BOX[state[at]] for at in _SHIFTED)
        state = _xor(_mixed(moved), schedule[number])
    return _xor(bytes(_BOX[state[at]] for at in _SHIFTED), schedule[_ROUNDS])


def _mixed(state: bytes) -> bytes:
    out = bytearray()
    for at in range(0, 16, 4):
        a, b, c, d = state[at : at + 4]
        every = a ^ b ^ c ^ d
        out += bytes(
            (
                a ^ every ^ _DOUBLE[a ^ b],
                b ^ every ^ _DOUBLE[b ^ c],
                c ^ every ^ _DOUBLE[c ^ d],
                d ^ every ^ _DOUBLE[d ^ a],
            )
        )
    return bytes(out)


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=False))


def _counter_mode(schedule: list[bytes], nonce: bytes, text: bytes) -> bytes:
    out = bytearray()
    for number, at in enumerate(range(0, len(text), 16), 2):
        out += _xor(text[at : at + 16], _block(schedule, nonce + number.to_bytes(4)))
    return bytes(out)


def _tag(schedule: list[bytes], nonce: bytes, hidden: bytes, bound: bytes) -> bytes:
    factor = int.from_bytes(_block(schedule, bytes(16)))
    lengths = (8 * len(bound)).to_bytes(8) + (8 * len(hidden)).to_bytes(8)
    total = 0
    for part in (_padded(bound), _padded(hidden), lengths):
        for at in range(0, len(part), 16):
            total = _times(total ^ int.from_bytes(part[at : at + 16]), factor)
    first = _block(schedule, nonce + (1).to_bytes(4))
    return _xor(total.to_bytes(16), first)


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % 16)


def _times(first: int, second: int) -> int:
    """The product in GF(2**128), bits as GCM orders them."""
    total = 0
    for place in range(127, -1, -1):
        if (first >> place) & 1:
            total ^= second
        second = (second >> 1) ^ (_R if second & 1 else 0)
    return total
