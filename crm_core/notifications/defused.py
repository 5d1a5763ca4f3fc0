"""What a stranger wrote, made so that no mail program turns a part of it into a link."""

from __future__ import annotations

import re
import unicodedata

_SCHEME = re.compile(r"(\w):(?=/|\S+@|\w+:)")
_AT = re.compile(r"(?<=\S)@(?=\S)")
_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2,})|(?<=\bwww)\.(?=\S)", re.IGNORECASE)
_MAIL_TO = re.compile(r"\b(mailto|tel|sms|javascript|data):", re.IGNORECASE)


def defused(text: str) -> str:
    """``https://a.example/x`` becomes ``https[:]//a[.]example/x``, ``a@b`` becomes ``a[at]b``: a
    person reads what is meant, a program sees no address."""
    text = _MAIL_TO.sub(r"\1[:]", text)
    text = _SCHEME.sub(r"\1[:]", text)
    text = _AT.sub("[at]", text)
    return _DOT.sub("[.]", text)


def quoted(text: str, mark: str = "> ") -> list[str]:
    """Its lines, defused and each behind a mark, without empty ones and without signs that are not
    seen: those could hide an address, turn the reading order or end the quotation."""
    lines = (defused(_seen(line)).strip() for line in text.splitlines())
    return [f"{mark}{line}" for line in lines if line]


def _seen(line: str) -> str:
    signs = line.replace("\t", " ")
    return "".join(sign for sign in signs if unicodedata.category(sign) not in ("Cc", "Cf"))
