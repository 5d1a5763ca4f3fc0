"""The keys and files of this installation, as its settings name them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from auctions.ledger.keys import KeyRing


def key_ring() -> KeyRing:
    """The keys below PLATFORM_KEY_DIR."""
    return KeyRing(Path(settings.PLATFORM_KEY_DIR))


def verifier_folder() -> Path:
    """Where ``build_verifier`` puts the verifier for download."""
    return Path(settings.VAR_DIR) / "verifier"
