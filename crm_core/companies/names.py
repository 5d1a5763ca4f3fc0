"""Names as they are compared: rigour's analysis of them, and the keys by which they are found.

Only rigour's compiled core is used; see ``requirements-overrides.txt``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from rigour import _core as rigour

Analysed = rigour.Name
Part = rigour.NamePart

PHONETIC, WHOLE = "~", "="
KEY_LENGTH = 80
_NOT_KEYS = (rigour.NamePartTag.LEGAL, rigour.NamePartTag.STOP)
_TYPES = {
    "person": rigour.NameTypeTag.PER,
    "company": rigour.NameTypeTag.ORG,
    "organisation": rigour.NameTypeTag.ORG,
    "vessel": rigour.NameTypeTag.OBJ,
    "aircraft": rigour.NameTypeTag.OBJ,
    "unknown": rigour.NameTypeTag.ENT,
}
_ALPHANUMERIC = re.compile(r"[\W_]+")


def analysed(kind: str, text: str) -> Analysed | None:
    """The name in its parts: folded, transliterated, legal forms and known names told.

    ``kind`` is that of a subject or of a listed entity. None for a text without letters or digits.
    """
    tag = _TYPES[kind]
    # The dictionary of people's names takes 380 MB and seconds in every process, for little that
    # spelling and sound do not tell (docs/adr/0009-screening-in-postgresql.md).
    symbols = tag != rigour.NameTypeTag.PER
    found = rigour.analyze_names(tag, [text], consolidate=False, symbols=symbols)
    return next(iter(found), None)


def telling(name: Analysed) -> list[Part]:
    """The parts that tell one name from another: without legal form and stop words, if any are
    left."""
    return [part for part in name.parts if part.tag not in _NOT_KEYS] or list(name.parts)


def word(part: Part) -> str:
    """A part in Latin letters where rigour knows how, else as it is written."""
    return (part.ascii or part.form)[:KEY_LENGTH]


_SPELLINGS = tuple(
    (re.compile(spelling), plain)
    for spelling, plain in (
        ("shch|sch|sz", "sh"), ("tch|cz", "ch"), ("ck|c(?!h)", "k"), ("ph", "f"), ("ff?$", "v"),
        ("w", "v"), ("x", "ks"), ("kh", "h"), ("zh", "z"), ("gh", "g"), ("ou", "u"),
        ("(?<![cs])h", "g"),
        ("[eiy][iyj]$", "i"),
        ("[yij]+(?=[aeou])", ""), ("[yj]", "i"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
"""How the same sound is written in Latin letters by different schools: Iwanow, Ivanov, Ivanoff."""


@functools.lru_cache(maxsize=20_000)
def skeleton(latin: str) -> str:
    """A word with the schools of transliteration taken out; only to compare two words."""
    for spelling, plain in _SPELLINGS:
        latin = spelling.sub(plain, latin)
    return latin


def keys(name: Analysed) -> list[str]:
    """What the name is found by: its words, their sounds, and the whole without spaces.

    A sound of two letters or fewer tells nothing and is left out; the whole is a key where it has
    two or three words, which others write as one.
    """
    parts = telling(name)
    words = [word(part) for part in parts]
    found = dict.fromkeys(words)
    for part in parts:
        if part.metaphone and len(part.metaphone) > 2:
            found[f"{PHONETIC}{part.metaphone}"[:KEY_LENGTH]] = None
    if len(words) in (2, 3):
        found[f"{WHOLE}{''.join(words)}"[:KEY_LENGTH]] = None
    return [key for key in found if key]


def searched(name: Analysed) -> list[str]:
    """The keys to look for: those of the name, and what others may write together or apart."""
    words = [word(part) for part in telling(name)]
    found = dict.fromkeys(keys(name))
    for left, right in pairwise(words):
        found[f"{left}{right}"[:KEY_LENGTH]] = None
    if len(words) == 1:
        found[f"{WHOLE}{words[0]}"[:KEY_LENGTH]] = None
    return list(found)


def number_key(value: str) -> str:
    """A registration number without separators, in capitals; nothing when it is too short."""
    whole = _ALPHANUMERIC.sub("", value).upper()[:100]
    return whole if len(whole) >= 5 and any(sign.isdigit() for sign in whole) else ""


def number_keys(values: Iterable[str]) -> list[str]:
    """The keys of several numbers."""
    return list(dict.fromkeys(key for value in values if (key := number_key(value))))


def is_latin(text: str) -> bool:
    """Whether every letter is of the Latin script, whatever its marks."""
    return all(
        unicodedata.name(sign, "").startswith("LATIN")
        for sign in unicodedata.normalize("NFKC", text)
        if sign.isalpha()
    )
