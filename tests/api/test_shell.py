"""The shell shows what the slots hold for this request, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from ui import context, slots


@pytest.fixture
def nav(monkeypatch: pytest.MonkeyPatch) -> Iterator[slots.Slot[slots.NavItem]]:
    slot: slots.Slot[slots.NavItem] = slots.Slot("navigation")
    monkeypatch.setattr(slots, "NAV", slot)
    return slot


def request_for(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def item(key: str, url_name: str, **more: object) -> slots.NavItem:
    more.setdefault("visible", slots.always)
    return slots.NavItem(key=key, label=key, icon="home", url_name=url_name, **more)  # type: ignore[arg-type]


def test_the_entry_with_the_longest_fitting_address_is_current(
    nav: slots.Slot[slots.NavItem],
) -> None:
    nav.add(item("search", "ui:search"), item("guide", "ui:guide", prefixes=("/ui/search/deep/",)))

    def current(path: str) -> list[object]:
        shell = context.shell(request_for(path))["shell"]
        return [link.label for link in shell.nav if link.is_current]

    assert current("/ui/search/") == ["search"]
    assert current("/ui/search/deep/er") == ["guide"]
    assert current("/elsewhere/") == []


def test_entries_are_ordered_hidden_and_replaced_by_key(nav: slots.Slot[slots.NavItem]) -> None:
    nav.add(item("b", "ui:guide", order=2), item("a", "ui:search", order=1))
    nav.add(item("members", "ui:guide", visible=slots.signed_in))
    nav.add(item("b", "ui:guide", order=0), item("unknown", "no:such-page"))

    shell = context.shell(request_for("/"))["shell"]

    assert [link.label for link in shell.nav] == ["b", "a"]
    assert shell.identity is None


def test_pagination_keeps_the_filters_of_the_address() -> None:
    page = Paginator(range(500), 50).get_page(2)
    source = Template("{% load ui %}{% pagination page %}")

    html = source.render(
        Context({"page": page, "request": RequestFactory().get("/x?state=open&page=2")})
    )

    assert 'href="?state=open&amp;page=3"' in html
    assert 'aria-current="page">2<' in html


def test_a_text_in_a_chip_is_escaped() -> None:
    html = Template("{% load ui %}{% chip text %}").render(Context({"text": "<b>x</b>"}))

    assert "<b>" not in html
