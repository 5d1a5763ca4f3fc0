"""Places in the shell that other rooms fill, without the shell knowing them.

Declared here, filled by ``config/slots.py`` once at start. A page asks a slot for what this
request may see: ``NAV.visible(request)``. Nothing here imports a room above ``ui``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise
Predicate = Callable[[HttpRequest], bool]


def always(request: HttpRequest) -> bool:
    """Visible to everybody."""
    return True


def signed_in(request: HttpRequest) -> bool:
    """Visible to signed-in users."""
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))


class Entry(Protocol):
    """What every slot holds: a key that is unique in its slot, a place, and who sees it."""

    @property
    def key(self) -> str: ...
    @property
    def order(self) -> int: ...
    @property
    def visible(self) -> Predicate: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A link in the rail. ``prefixes`` are further paths under which it counts as current."""

    key: str
    label: Text
    icon: str
    url_name: str
    visible: Predicate = signed_in
    order: int = 100
    at_foot: bool = False
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopItem:
    """An icon button in the top bar, as the bell; ``count`` > 0 shows a dot and is read out."""

    key: str
    label: Text
    icon: str
    url_name: str
    count: Callable[[HttpRequest], int] | None = None
    visible: Predicate = signed_in
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A card that a room puts on a page of the shell.

    ``context`` feeds ``template`` and must do its own authorised reading; None leaves the card
    out. ``place`` is ``home``, ``home_aside``, or ``sign_in`` (below the sign-in card; give it a
    ``visible`` that lets strangers see it).
    """

    key: str
    template: str
    context: Callable[[HttpRequest], Mapping[str, Any] | None]
    visible: Predicate = signed_in
    order: int = 100
    place: str = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One line of an answer to a search."""

    title: str
    url: str
    detail: str = ""
    icon: str = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource:
    """Who can answer a search: ``find(request, words, limit)`` returns what this actor may see."""

    key: str
    label: Text
    find: Callable[[HttpRequest, str, int], Sequence[SearchHit]]
    visible: Predicate = signed_in
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChoice:
    """A company the user may act for."""

    id: str
    name: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLink:
    """A line in a menu."""

    label: Text
    url: str
    icon: str = "chevron-right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is signed in and for which company, as the top bar shows it.

    ``switch_url`` takes a POST with ``company`` (an id of ``companies``) and ``next``.
    ``links`` are the avatar menu's own entries, ``account`` further tabs of "My account".
    """

    name: str
    email: str = ""
    company: str = ""
    companies: tuple[CompanyChoice, ...] = ()
    switch_url: str = ""
    links: tuple[MenuLink, ...] = ()
    account: tuple[MenuLink, ...] = ()

    @property
    def initials(self) -> str:
        """One or two capital letters for the avatar."""
        words = self.name.replace("@", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script of a room that every page with the shell loads; ``path`` is a static file's."""

    key: str
    path: str
    visible: Predicate = signed_in
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPages:
    """What leads from an auction's live pages to what it is about: while it is open, once ended."""

    running: tuple[MenuLink, ...] = ()
    ended: tuple[MenuLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSource:
    """Who knows a subject: ``find(request, urn)`` returns what this actor may open, or None."""

    key: str
    find: Callable[[HttpRequest, str], SubjectPages | None]
    visible: Predicate = signed_in
    order: int = 100


E = TypeVar("E", bound=Entry)


class Slot(Generic[E]):
    """An ordered set of entries; adding a key again replaces it, so filling twice is harmless."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, E] = {}

    def add(self, *entries: E) -> None:
        """Put entries in, in any order; ``order``, then key, decides where they show."""
        for entry in entries:
            self._entries[entry.key] = entry

    def visible(self, request: HttpRequest) -> list[E]:
        """The entries this request may see, in order."""
        return [entry for entry in self if entry.visible(request)]

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))


NAV: Slot[NavItem] = Slot("navigation")
TOP: Slot[TopItem] = Slot("top bar")
PANELS: Slot[Panel] = Slot("panels")
SEARCH: Slot[SearchSource] = Slot("search sources")
SCRIPTS: Slot[Script] = Slot("scripts")
SUBJECTS: Slot[SubjectSource] = Slot("subjects of auctions")


def panels(place: str, request: HttpRequest) -> list[Panel]:
    """The panels of one place that this request may see, in order."""
    return [panel for panel in PANELS.visible(request) if panel.place == place]


def subject_pages(urn: str, request: HttpRequest) -> SubjectPages:
    """The pages of the first source that knows this subject; none where nobody does."""
    for source in SUBJECTS.visible(request):
        if (found := source.find(request, urn)) is not None:
            return found
    return SubjectPages()


def _plain_identity(request: HttpRequest) -> Identity | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    email = str(getattr(user, "email", ""))
    return Identity(name=name or email or str(user), email=email)


_identify: Callable[[HttpRequest], Identity | None] = _plain_identity


def identify_with(provider: Callable[[HttpRequest], Identity | None]) -> None:
    """Set who answers :func:`identity`; called once by config."""
    global _identify
    _identify = provider


def identity(request: HttpRequest) -> Identity | None:
    """Who is signed in, as the shell shows it; None when nobody is."""
    return _identify(request)
