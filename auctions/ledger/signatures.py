"""Whether a signature is the platform's: Ed25519 by a library where there is one, else in Python.

A month of checkpoints is forty thousand signatures. In plain Python each takes milliseconds, and
the verifier as one file has nothing else; where `cryptography` is installed it does the same in a
fraction of that. Both say the same of every input: what libraries differ in (a point in another
than its one encoding, ``S >= L``) is decided before either is asked.
"""

from __future__ import annotations

from kernel import ed25519

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    HAS_LIBRARY = False
else:
    HAS_LIBRARY = True


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) of ``message`` was made with that key (32 bytes)."""
    if not HAS_LIBRARY:
        return ed25519.verify(public_key, message, signature)
    if not ed25519.is_in_form(public_key, signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except UnsupportedAlgorithm:  # a build of the library without these keys
        return ed25519.verify(public_key, message, signature)
    except (InvalidSignature, ValueError):
        return False
    return True
