"""Translations without GNU tools: what to translate, the files of each language, their checks.

Strings come from Python (gettext and its kin), from Django templates, and from the ``text`` of
error classes, which stand in packages that know no Django. A language's file keeps its
translations when strings move; a string that is gone stays below as obsolete until pruned.
"""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    name: places
    for places, names in (
        (None, ("_", "gettext", "gettext_lazy", "gettext_noop", "N_")),
        ((1, 2), ("ngettext", "ngettext_lazy")),
        (((1, "c"), 2), ("pgettext", "pgettext_lazy")),
        (((1, "c"), 2, 3), ("npgettext", "npgettext_lazy")),
    )
    for name in names
}
DOMAIN = "django"
WIDTH = 98
_NOT_OURS = {"tests", "migrations", "node_modules", "__pycache__"}
_REMARK = re.compile(r"\{#.*?#\}|\{%\s*comment\b[^%]*%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
_PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

Key = tuple[str | None, str | tuple[str, ...]]
"""A string's identity: its context, and its text (with the plural where it has one)."""


@dataclass(slots=True)
class Strings:
    """What the sources want translated, and where each string stands."""

    places: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, text: str | tuple[str, ...], where: str, context: str | None = None) -> None:
        if text and text[0]:
            self.places[(context, text)].add(where)


def collect(root: Path, rooms: list[str]) -> Strings:
    """Every string to translate in the Python files and templates of ``rooms`` below ``root``."""
    found = Strings()
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or _NOT_OURS & set(path.parts):
                continue
            where = path.relative_to(root).as_posix()
            if path.suffix == ".py":
                _from_python(path, where, found)
            elif "templates" in path.parts:
                _from_template(path, where, found)
    return found


def _from_python(path: Path, where: str, found: Strings) -> None:
    source = path.read_bytes()
    _extract(source, where, found)
    if b"code" in source and b"text" in source:
        for text in _error_texts(ast.parse(source, filename=str(path))):
            found.add(text, where)


def _error_texts(tree: ast.Module) -> Iterator[str]:
    """The ``text`` of each class that also has a ``code``: the sentences of our errors."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        constants: dict[str, str] = {}
        for line in node.body:
            target: ast.expr | None = None
            if isinstance(line, ast.Assign) and len(line.targets) == 1:
                target = line.targets[0]
            elif isinstance(line, ast.AnnAssign):
                target = line.target
            else:
                continue
            value = line.value.value if isinstance(line.value, ast.Constant) else None
            if isinstance(target, ast.Name) and isinstance(value, str):
                constants[target.id] = value
        if constants.get("code") and constants.get("text"):
            yield constants["text"]


def _from_template(path: Path, where: str, found: Strings) -> None:
    source = _REMARK.sub("", path.read_text(encoding="utf-8"))
    if "trans" not in source and "_(" not in source:
        return
    # Within parentheses the tokenizer takes no notice of indentation.
    calls = "(\n" + templatize(source, origin=where) + "\n)"
    _extract(calls.encode(), where, found)


def _extract(source: bytes, where: str, found: Strings) -> None:
    calls = extract_python(BytesIO(source), dict.fromkeys(KEYWORDS), [], {})
    for _line, function, messages, _comments in calls:
        given = messages if isinstance(messages, tuple | list) else (messages,)
        kind = KEYWORDS[str(function)] or (1,)
        context: str | None = None
        texts: list[str] = []
        for place in kind:
            index = (place[0] if isinstance(place, tuple) else place) - 1
            value = given[index] if index < len(given) else None
            if not isinstance(value, str):
                break
            if isinstance(place, tuple):
                context = value
            else:
                texts.append(value)
        else:
            found.add(texts[0] if len(texts) == 1 else tuple(texts), where, context)


# Files of a language --------------------------------------------------------------------------


def po_path(folder: Path, language: str) -> Path:
    """Where ``language`` keeps its translations below the locale ``folder``."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path, language: str) -> Catalog:
    """The catalog at ``path``; an empty one when there is no file yet."""
    if not path.is_file():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _key(message: Message) -> Key:
    text = message.id
    return (message.context, tuple(text) if isinstance(text, list | tuple) else text)


def update(path: Path, language: str, strings: Strings, *, prune: bool = False) -> None:
    """Bring the file of ``language`` in line with ``strings``, keeping what is translated.

    The file carries no dates, tools or line numbers, so that it changes only with its strings.
    """
    old = read(path, language)
    known = {_key(message): message for message in old.obsolete.values()}
    known |= {_key(message): message for message in old if message.id}
    new = Catalog(locale=language, fuzzy=False)
    for key, places in strings.places.items():
        context, text = key
        before = known.pop(key, None)
        new.add(
            text,
            string=before.string if before is not None else None,
            locations=[(place, 0) for place in sorted(places)],
            flags=before.flags & {"fuzzy"} if before is not None else (),
            user_comments=before.user_comments if before is not None else (),
            context=context,
        )
    if not prune:
        for key, message in known.items():
            if _is_translated(message):
                message.locations = []
                new.obsolete[str(key)] = message
    body = BytesIO()
    write_po(body, new, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {new.plural_forms}\\n"\n\n'
    )
    content = head.encode() + body.getvalue()
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def compile_file(path: Path, language: str) -> bool:
    """Write the binary file beside ``path``; False when it already is as new."""
    target = path.with_suffix(".mo")
    if target.is_file() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    catalog = read(path, language)
    for message in list(catalog):
        # Babel would write a plural without translations as empty words.
        if message.id and not _is_translated(message):
            catalog.delete(message.id, message.context)
    content = BytesIO()
    write_mo(content, catalog)
    # Several processes may compile at once: each writes a file of its own, the last one stays.
    half = target.with_suffix(f".mo.{os.getpid()}")
    half.write_bytes(content.getvalue())
    half.replace(target)
    return True


def faults(path: Path, language: str, strings: Strings) -> list[str]:
    """What keeps the file of ``language`` from being complete; empty when nothing does."""
    catalog = read(path, language)
    listed = {_key(message): message for message in catalog if message.id}
    found = [f"missing: {_shown(key)}" for key in strings.places if key not in listed]
    for key, message in listed.items():
        if key not in strings.places:
            found.append(f"no longer used: {_shown(key)}")
        elif message.fuzzy:
            found.append(f"fuzzy: {_shown(key)}")
        elif not _is_translated(message, catalog.num_plurals):
            found.append(f"untranslated: {_shown(key)}")
        elif lost := _wrong_places(message):
            found.append(f"places differ ({lost}): {_shown(key)}")
    name = Locale.parse(language).english_name
    return [f"{name}: {fault}" for fault in sorted(found)]


def _shown(key: Key) -> str:
    text = key[1] if isinstance(key[1], str) else key[1][0]
    return repr(text if len(text) < 90 else text[:87] + "…")


def _is_translated(message: Message, plurals: int = 0) -> bool:
    if isinstance(message.string, str):
        return bool(message.string)
    forms = list(message.string or ())
    return bool(forms) and all(forms) and (not plurals or len(forms) == plurals)


def _wrong_places(message: Message) -> str:
    """Names of places that a translation lost or invented; a plural form may leave one out."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = {name for text in ids for name in _names(text)}
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    wrong: set[str] = set()
    for text in strings:
        names = _names(text)
        wrong |= names - wanted
        if len(strings) == 1:
            wrong |= wanted - names
    return ", ".join(sorted(wrong))


def _names(text: str) -> set[str]:
    return {match[1] or match[2] for match in _PLACE.finditer(text)}
