"""The frames of the live pages: who gets which, and whether their scripts find every word."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from auctions.pages.words import shared
from auctions.pages.words_console import console
from auctions.pages.words_formats import formats
from auctions.pages.words_observer import observer
from auctions.pages.words_room import room as room_words
from crm_core.companies.models import Role
from tests.rooms import Supplier, company, open_room

STATIC = Path(__file__).resolve().parents[2] / "auctions" / "static" / "auctions"
ROOM_ONLY = (
    "room", "bidbox", "bidding", "latency", "levelbox", "outcome", "ownbids", "receipts",
    "standing", "terms",
    "sealedbox", "roundsbox", "turnsbox", "limitbox", "mandatebox", "surrogatebox",
    "pricesbanner", "linesbox", "openclosedbox", "packagesbox", "packagerounds", "discountbox",
    "paid",
)  # fmt: skip
CONSOLE_ONLY = (
    "console", "actions", "kpis", "linesmatrix", "participants", "observers", "surrogates",
)  # fmt: skip
OBSERVED = ("feed",)  # on the console and on the observer's page


def _signed_in(person: Supplier) -> Client:
    client = Client()
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_each_side_is_sent_to_its_own_page() -> None:
    room = open_room()
    bidding = reverse("auctions:room", args=[room.id])
    console_page = reverse("auctions:console", args=[room.id])

    supplier, buyer = _signed_in(room.suppliers[0]), _signed_in(room.buyer)

    assert supplier.get(bidding).status_code == 200
    assert supplier.get(console_page).headers["Location"] == bidding
    assert buyer.get(console_page).status_code == 200
    assert buyer.get(bidding).headers["Location"] == console_page


@pytest.mark.django_db
def test_an_auction_of_others_cannot_be_told_from_none() -> None:
    room = open_room()
    stranger = _signed_in(company(Role.BIDDER, sells=True))

    existing = stranger.get(reverse("auctions:room", args=[room.id]))
    missing = stranger.get(reverse("auctions:room", args=[uuid4()]))

    assert existing.status_code == missing.status_code == 404
    assert b"Reinforcing steel" not in existing.content


@pytest.mark.django_db
def test_the_frame_names_no_other_participant() -> None:
    room = open_room(suppliers=3)

    content = _signed_in(room.suppliers[0]).get(reverse("auctions:room", args=[room.id])).content

    for other in room.suppliers[1:]:
        assert other.company.legal_name.encode() not in content
        assert other.seat.encode() not in content


@pytest.mark.django_db
def test_the_list_shows_own_auctions_only_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    mine, _ = open_room(), open_room()
    client = _signed_in(mine.suppliers[0])

    with django_assert_max_num_queries(20):
        content = client.get(reverse("auctions:list")).content.decode()

    assert content.count("T-2026-1</td>") == 1
    assert reverse("auctions:room", args=[mine.id]) in content


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_scripts_find_every_word_they_ask_for(language: str) -> None:
    with translation.override(language):
        words = {
            "room": shared() | formats() | room_words(),
            "console": shared() | formats() | console(),
            "observer": shared() | formats() | observer(),
        }
    asked = re.compile(r"\bt\((?:[^()`\"]*\? )?\"([a-z_0-9]+)\"(?: : \"([a-z_0-9]+)\")?")
    chips = re.compile(r"\[\"([a-z_]+)\", \"(?:ok|bad|info)?\", \"[a-z-]*\"\]")  # word, tone, icon

    for script in sorted(STATIC.glob("*.js")):
        pages = ["room", "console"]
        if script.stem in ROOM_ONLY:
            pages = ["room"]
        elif script.stem in CONSOLE_ONLY:
            pages = ["console"]
        elif script.stem in OBSERVED:
            pages = ["console", "observer"]
        elif script.stem == "observe":
            pages = ["observer"]
        text = script.read_text()
        keys = {key for found in asked.findall(text) for key in found if key}
        keys |= set(chips.findall(text))
        for page in pages:
            assert keys <= words[page].keys(), (script.name, page, keys - words[page].keys())


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_words_keep_their_places_in_every_language(language: str) -> None:
    with translation.override("en"):
        english = shared() | formats() | room_words() | console() | observer()
    with translation.override(language):
        translated = shared() | formats() | room_words() | console() | observer()

    places = re.compile(r"\{\w+\}")
    for key, text in english.items():
        forms = translated[key] if isinstance(translated[key], dict) else {"": translated[key]}
        expected = set(places.findall(text["other"] if isinstance(text, dict) else text))
        for form in forms.values():
            assert set(places.findall(form)) <= expected, key
