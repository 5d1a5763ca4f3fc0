"""What every page's shell needs, gathered from the slots for one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from ui import slots

# Dates and numbers in the browser: plain "en" would mean American month-first dates.
LOCALES = {"en": "en-GB", "ru": "ru-RU", "uk": "uk-UA"}


@dataclass(frozen=True, slots=True)
class Link:
    """A navigation entry, resolved for one request."""

    label: slots.Text
    icon: str
    url: str
    is_current: bool = False
    at_foot: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Language:
    """A language the user may switch to, named in itself."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The ``shell`` variable of ``ui/base.html``."""

    nav: list[Link]
    top: list[Link]
    identity: slots.Identity | None
    languages: list[Language]
    locale: str
    has_search: bool
    home: str
    scripts: list[str]


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _navigation(request: HttpRequest) -> list[Link]:
    found = [(item, url) for item in slots.NAV.visible(request) if (url := _url(item.url_name))]
    best, best_length = "", 0
    for item, url in found:
        for prefix in (url, *item.prefixes):
            fits = request.path == prefix if prefix == "/" else request.path.startswith(prefix)
            if fits and len(prefix) > best_length:
                best, best_length = item.key, len(prefix)
    return [
        Link(item.label, item.icon, url, is_current=item.key == best, at_foot=item.at_foot)
        for item, url in found
    ]


def _top(request: HttpRequest) -> list[Link]:
    return [
        Link(item.label, item.icon, url, count=item.count(request) if item.count else 0)
        for item in slots.TOP.visible(request)
        if (url := _url(item.url_name))
    ]


def _shell(request: HttpRequest) -> Shell:
    language = get_language() or settings.LANGUAGE_CODE
    return Shell(
        nav=_navigation(request),
        top=_top(request),
        identity=slots.identity(request),
        languages=[
            Language(code, get_language_info(code)["name_local"].capitalize(), code == language)
            for code, _ in settings.LANGUAGES
        ],
        locale=LOCALES.get(language, language),
        has_search=bool(slots.SEARCH.visible(request)),
        home=_url("home") or "/",
        scripts=[script.path for script in slots.SCRIPTS.visible(request)],
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``, worked out only when a template asks for it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}
