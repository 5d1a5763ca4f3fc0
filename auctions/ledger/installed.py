"""The files of this installation, as its settings name them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def verifier_folder() -> Path:
    """Where ``build_verifier`` puts the verifier for download."""
    return Path(settings.VAR_DIR) / "verifier"
