"""Which browser the end-to-end tests drive."""

from __future__ import annotations

import os
import shutil


def find_chromium() -> str | None:
    """The path of Chromium: CHROMIUM, else the system's; None when there is none."""
    return (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


LAUNCH_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
