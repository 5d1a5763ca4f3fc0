"""The verifier as one file: a zipapp of exactly the modules it needs.

The same sources give the same bytes, so that anyone can build it and compare.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

NAME = "fairfall-verify.pyz"
ROOT = Path(__file__).resolve().parent.parent.parent
_LEDGER = (
    "__init__",
    "certificates",
    "chain",
    "claims",
    "codec",
    "exported",
    "places",
    "proofs",
    "receipt_lines",
    "receipts",
    "replay",
    "replay_commands",
    "replay_entries",
    "replay_sealing",
    "replay_limits",
    "replay_lines",
    "replay_seeds",
    "replay_steps",
    "replay_surrogates",
    "report",
    "signatures",
    "signed",
    "timestamps",
    "tokens",
    "verifier",
    "verify",
)
_OTHERS = (
    "crm_core/__init__.py",
    "crm_core/badges/__init__.py",
    "crm_core/badges/carrier.py",
    "crm_core/badges/certificate.py",
)
_MAIN = "from auctions.ledger.verifier import main\n\nraise SystemExit(main())\n"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip file can hold


def verifier_bytes(root: Path = ROOT) -> bytes:
    """The zipapp: run it with any Python 3.11 or later."""
    sources = {name.relative_to(root).as_posix(): name.read_bytes() for name in _sources(root)}
    sources["__main__.py"] = _MAIN.encode("ascii")
    packed = io.BytesIO()
    packed.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(sources):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, sources[name])
    return packed.getvalue()


def build_verifier(folder: Path, root: Path = ROOT) -> Path:
    """Write the zipapp into ``folder``; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    temporary = path.with_suffix(".new")
    temporary.write_bytes(verifier_bytes(root))
    temporary.chmod(0o755)
    temporary.replace(path)
    return path


def _sources(root: Path) -> list[Path]:
    return [
        *(root / "kernel").glob("*.py"),
        *(root / name for name in _OTHERS),
        root / "auctions/__init__.py",
        *(root / "auctions/domain").rglob("*.py"),
        *(root / f"auctions/ledger/{name}.py" for name in _LEDGER),
    ]
