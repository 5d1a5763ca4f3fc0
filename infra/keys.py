"""The platform's keys, kept as files readable by their owner only.

``platform-<key_id>.pem`` are Ed25519 signing keys (PKCS 8); the file ``platform-current`` names
the one new auctions pin. An auction keeps the key its terms name, so old keys stay.
``process.key`` (32 bytes) encrypts what a running engine must use but the database must not tell.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kernel.errors import FairfallError, Kind
from kernel.signing import KEY_ID_DIGITS, key_id_of

_CURRENT = "platform-current"
_PROCESS = "process.key"
_NONCE_BYTES = 12
_KEY_ID = re.compile(rf"[0-9a-f]{{{KEY_ID_DIGITS}}}")


class KeyMissing(FairfallError):
    """The signing key an auction pinned is not among the files of this installation."""

    code = "ledger.key_missing"
    kind = Kind.UNAVAILABLE
    text = "The platform's key {key_id} is not installed here."


class Undecryptable(Exception):
    """What was kept encrypted cannot be read."""


class PlatformSigner:
    """Signs as the platform. Make one a process: reading the key costs more than a signature."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.public_key = private_key.public_key().public_bytes_raw()
        self._key_id = key_id_of(self.public_key)

    @property
    def key_id(self) -> str:
        """What terms pin and signed documents carry."""
        return self._key_id

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM, to publish where others can compare it."""
        return self._private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature."""
        return self._private_key.sign(message)


class KeyRing:
    """The keys in one folder; any number of processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> PlatformSigner:
        """The key that new auctions pin; made on first use."""
        return self.signer(self._current_id())

    def signer(self, key_id: str) -> PlatformSigner:
        """The key of that id; raises KeyMissing."""
        if not _KEY_ID.fullmatch(key_id):
            raise KeyMissing(key_id=key_id)
        return _read_signer(self.folder, key_id)

    def rotate(self) -> PlatformSigner:
        """Make a new key the current one; auctions that pinned an old one keep it."""
        key_id = self._make_signing_key()
        temporary = self.folder / f".{_CURRENT}-{secrets.token_hex(8)}"
        _write_new(temporary, key_id.encode("ascii"))
        temporary.replace(self.folder / _CURRENT)
        return self.signer(key_id)

    def encrypted(self, content: bytes, bound: bytes) -> bytes:
        """``content`` as only this installation reads it again, and for ``bound`` alone.

        AES-256-GCM by the process key, which is made on first use; the nonce comes first.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, content, bound)

    def decrypted(self, kept: bytes, bound: bytes) -> bytes:
        """The inverse; raises Undecryptable for another key, ``bound`` or content."""
        try:
            return self._cipher().decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise Undecryptable("not encrypted here, or not for this") from error

    def _cipher(self) -> AESGCM:
        return _read_cipher(self._kept(_PROCESS, lambda: secrets.token_bytes(32)))

    def derived(self, purpose: bytes) -> bytes:
        """A secret of its own for one purpose, made of the process key."""
        path = self._kept(_PROCESS, lambda: secrets.token_bytes(32))
        return hmac.digest(_read_key(path), purpose, "sha256")

    def _current_id(self) -> str:
        path = self._kept(_CURRENT, lambda: self._make_signing_key().encode("ascii"))
        return path.read_text("ascii").strip()

    def _make_signing_key(self) -> str:
        private_key = Ed25519PrivateKey.generate()
        key_id = key_id_of(private_key.public_key().public_bytes_raw())
        pem = private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(_key_path(self.folder, key_id), pem)
        return key_id

    def _kept(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name, made whole by exactly one of all processes that ask first."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self.folder / f".{name}-{secrets.token_hex(8)}"
            _write_new(temporary, make())
            try:
                os.link(temporary, path)
            except FileExistsError:
                pass  # another process was first: its key counts
            finally:
                temporary.unlink()
        return path


def key_ring() -> KeyRing:
    """The keys of this installation: those below PLATFORM_KEY_DIR."""
    return KeyRing(Path(settings.PLATFORM_KEY_DIR))


def _key_path(folder: Path, key_id: str) -> Path:
    return folder / f"platform-{key_id}.pem"


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@cache
def _read_signer(folder: Path, key_id: str) -> PlatformSigner:
    try:
        pem = _key_path(folder, key_id).read_bytes()
    except FileNotFoundError as error:
        raise KeyMissing(key_id=key_id) from error
    private_key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private_key, Ed25519PrivateKey):
        raise KeyMissing(key_id=key_id)
    signer = PlatformSigner(private_key)
    if signer.key_id != key_id:
        raise KeyMissing(key_id=key_id)
    return signer


@cache
def _read_cipher(path: Path) -> AESGCM:
    return AESGCM(_read_key(path))


@cache
def _read_key(path: Path) -> bytes:
    return path.read_bytes()
