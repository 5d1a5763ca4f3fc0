"""Strings are found wherever they stand, and translations survive an update."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from ui import i18n

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Plain"); ngettext("%(n)d bid", "%(n)d bids", 2); pgettext("verb", "Order")
class NotAdmitted(FairfallError):
    code = "auction.not_admitted"
    text = "You are not admitted to {lot}."
class Unrelated:
    text = "not a sentence of ours"
"""
TEMPLATE = """{% load i18n %}{# translate "remark" #}{% comment %}{% translate "hidden" %}{% endcomment %}
      <h1 title="it's {{ x|default:'—' }}">{% translate "It's live" %}</h1>
  {% blocktranslate trimmed with a=b count n=c %}
    {{ n }} lot of {{ a }}{% plural %}{{ n }} lots of {{ a }}
  {% endblocktranslate %}{% if x == 1 %}({{ _("Within") }}{% endif %}
"""  # noqa: E501


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "room" / "templates").mkdir(parents=True)
    (tmp_path / "room" / "errors.py").write_text(PYTHON)
    (tmp_path / "room" / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def translate(path: Path, **texts: str | tuple[str, ...]) -> None:
    """Fill in the file's strings by their English text."""
    with path.open("rb") as file:
        catalog = read_po(file, locale="uk")
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key in texts:
            message.string = texts[key]
    with path.open("wb") as file:
        write_po(file, catalog)


def test_strings_of_code_templates_and_errors_are_found(sources: Path) -> None:
    found = i18n.collect(sources, ["room"]).places

    assert set(found) == {
        (None, "Plain"),
        (None, ("%(n)d bid", "%(n)d bids")),
        ("verb", "Order"),
        (None, "You are not admitted to {lot}."),
        (None, "It's live"),
        (None, ("%(n)s lot of %(a)s", "%(n)s lots of %(a)s")),
        (None, "Within"),
    }


def test_an_update_keeps_translations_and_changes_nothing_the_second_time(sources: Path) -> None:
    strings = i18n.collect(sources, ["room"])
    path = i18n.po_path(sources / "locale", "uk")
    i18n.update(path, "uk", strings)
    translate(path, Plain="Просто")

    i18n.update(path, "uk", strings)
    first = path.read_bytes()
    i18n.update(path, "uk", strings)

    assert path.read_bytes() == first
    assert "Просто".encode() in first
    assert b"POT-Creation-Date" not in first
    assert b"errors.py:" not in first


def test_a_string_that_comes_back_finds_its_translation(sources: Path) -> None:
    strings = i18n.collect(sources, ["room"])
    path = i18n.po_path(sources / "locale", "uk")
    i18n.update(path, "uk", strings)
    translate(path, Plain="Просто")

    i18n.update(path, "uk", i18n.Strings())
    i18n.update(path, "uk", strings)

    assert i18n.read(path, "uk").get("Plain").string == "Просто"


def test_the_check_names_what_is_missing_and_what_would_break(sources: Path) -> None:
    strings = i18n.Strings()
    for text in ("Plain", "You are not admitted to {lot}.", "Added later"):
        strings.add(text, "room/errors.py")
    path = i18n.po_path(sources / "locale", "uk")
    i18n.update(path, "uk", strings)
    translate(path, **{"Plain": "Просто", "You are not admitted to {lot}.": "Немає доступу {lor}."})
    strings.add("Never seen", "room/errors.py")
    del strings.places[(None, "Plain")]

    assert i18n.faults(path, "uk", strings) == [
        "Ukrainian: missing: 'Never seen'",
        "Ukrainian: no longer used: 'Plain'",
        "Ukrainian: places differ (lor, lot): 'You are not admitted to {lot}.'",
        "Ukrainian: untranslated: 'Added later'",
    ]


def test_compiled_plurals_follow_the_language_and_gaps_stay_english(sources: Path) -> None:
    strings = i18n.collect(sources, ["room"])
    path = i18n.po_path(sources / "locale", "uk")
    i18n.update(path, "uk", strings)
    translate(path, **{"%(n)d bid": ("%(n)d ставка", "%(n)d ставки", "%(n)d ставок")})

    assert i18n.compile_file(path, "uk")
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    forms = [compiled.ngettext("%(n)d bid", "%(n)d bids", n) % {"n": n} for n in (1, 3, 5, 11, 21)]
    assert forms == ["1 ставка", "3 ставки", "5 ставок", "11 ставок", "21 ставка"]
    assert compiled.ngettext("%(n)s lot of %(a)s", "%(n)s lots of %(a)s", 2).startswith(
        "%(n)s lots"
    )
    assert not i18n.compile_file(path, "uk")
