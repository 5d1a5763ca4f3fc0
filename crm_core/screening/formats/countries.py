"""Countries as publishers write them: the ISO code of a name."""

from __future__ import annotations

import functools
import json
import re

from rigour._core import territories_jsonl

_BRACKETS = re.compile(r"\s*\([^)]*\)\s*$")
_NUMBERED = re.compile(r"\(\d+\)")


@functools.cache
def _codes() -> dict[str, str]:
    """Names in many languages, ISO alpha-3 and alpha-2 codes, all folded, to alpha-2."""
    found: dict[str, str] = {}
    weak: dict[str, str] = {}
    for line in territories_jsonl().splitlines():
        territory = json.loads(line)
        code = territory["code"].upper()
        if len(code) != 2:
            continue
        for name in (territory["name"], territory.get("full_name"), territory.get("alpha3"), code):
            if name:
                found.setdefault(name.casefold(), code)
        for name in territory.get("names_strong", ()):
            found.setdefault(name.casefold(), code)
        for name in territory.get("names_weak", ()):
            weak.setdefault(name.casefold(), code)
    return {**weak, **found}


@functools.lru_cache(maxsize=4096)
def country_code(text: str | None) -> str:
    """ISO 3166 alpha-2 of a country's name or code, or nothing where it is not known."""
    name = _BRACKETS.sub("", " ".join((text or "").split())).casefold()
    return _codes().get(name, "") or _codes().get(name.removeprefix("the "), "")


def country_codes(text: str | None) -> list[str]:
    """The codes of one name, or of several written ``(1) Iraq (2) Syria``."""
    return [code for part in _NUMBERED.split(text or "") if (code := country_code(part))]
