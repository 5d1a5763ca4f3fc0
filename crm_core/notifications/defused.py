"""What a stranger wrote, made so that no mail program turns a part of it into a link."""

from __future__ import annotations

import re

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
