"""Names of files as people send them: never a path, never a disguise."""

from __future__ import annotations

import unicodedata

from infra.files.errors import (
    FileDoubleExtension,
    FileExtensionMismatch,
    FileNameTooLong,
    FileNameUnsafe,
)
from infra.files.kinds import TRAITS, FileKind

LONGEST = 150
# Cc control, Cf format (bidirectional marks, zero width), Cs surrogate, Co private, Zl/Zp line ends
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_PROGRAMS = """
app asp aspx bat cgi chm class cmd com cpl dll dmg docm dotm exe hta htm html iso jar js jse jsp lnk
mjs msi msp phar php phtml pif pl potm ppam pptm ps1 py rb reg scr sh shtml svg swf vb vbe vbs wsf
xht xhtml xlam xlsb xlsm xltm xml zip rar 7z gz tar
"""
_KNOWN = frozenset(_PROGRAMS.split()) | {
    extension for traits in TRAITS.values() for extension in traits.extensions
}


def safe_name(name: str) -> str:
    """``name`` in composed form, its ends trimmed.

    Raises FileNameUnsafe for anything that is more than a name, FileNameTooLong.
    """
    given = unicodedata.normalize("NFC", name).strip().rstrip(".")
    if not given or given.startswith(".") or any(sign in given for sign in '/\\:*?"<>|'):
        raise FileNameUnsafe()
    if any(unicodedata.category(sign) in _INVISIBLE for sign in given):
        raise FileNameUnsafe()
    if len(given) > LONGEST:
        raise FileNameTooLong(limit=LONGEST)
    return given


def check_extensions(name: str, kind: FileKind) -> None:
    """Raise FileExtensionMismatch or FileDoubleExtension unless the name fits the content.

    ``contract.signed.pdf`` is one extension; ``contract.exe.pdf`` are two. A signature may stand
    after what it signs: ``contract.pdf.p7s``.
    """
    stem, *suffixes = name.lower().split(".")
    last = suffixes[-1] if suffixes else ""
    if not stem or last not in TRAITS[kind].extensions:
        raise FileExtensionMismatch(extension=last, found=TRAITS[kind].label)
    before = [suffix.strip() for suffix in suffixes[:-1]]
    if kind is FileKind.P7S and before and before[-1] in _signable():
        before = before[:-1]
    for suffix in before:
        if suffix in _KNOWN:
            raise FileDoubleExtension(first=suffix, second=last)


def _signable() -> set[str]:
    return {extension for traits in TRAITS.values() for extension in traits.extensions}
