"""The rooms and who may know whom, read from the import contracts so that there is one truth."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _contract(name: str) -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    return list(next(each for each in contracts if each["id"] == name)["layers"])


def _ranks(layers: list[str]) -> dict[str, int]:
    return {
        room.strip(" ()"): rank for rank, layer in enumerate(layers) for room in layer.split("|")
    }


HOUSE = _ranks(_contract("house"))
CRM_CORE = _ranks(_contract("crm-core"))


def room_of(module: str) -> str | None:
    """The room a dotted module lies in, such as "auctions" or "crm_core.access"; None when it is
    not ours."""
    parts = module.split(".")
    if parts[0] not in HOUSE:
        return None
    if parts[0] == "crm_core" and len(parts) > 1:
        return ".".join(parts[:2])
    return parts[0]


def room_of_file(file: Path) -> str | None:
    """The room a file of the checkout lies in."""
    return room_of(".".join(file.relative_to(ROOT).with_suffix("").parts))


def may_know(room: str, other: str) -> bool:
    """Whether ``room`` may name ``other``: itself and what lies below, never a sibling."""
    if room == other:
        return True
    top, other_top = room.split(".")[0], other.split(".")[0]
    if top != other_top:
        return HOUSE[top] < HOUSE[other_top]
    inner, other_inner = room.partition(".")[2], other.partition(".")[2]
    if not inner or not other_inner:
        return True
    return CRM_CORE[inner] < CRM_CORE[other_inner]


def files(pattern: str) -> list[Path]:
    """Our own files that match, tests and packages aside."""
    found = [file for top in HOUSE for file in (ROOT / top).rglob(pattern)]
    return sorted(file for file in found if "__pycache__" not in file.parts)
