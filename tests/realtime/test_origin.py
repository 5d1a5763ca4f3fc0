"""From where suppliers come: what is kept of it, and the alert that comes of it after the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.models import SeatConnection
from auctions.realtime.hub import hub
from auctions.realtime.origin import DEVICE_COOKIE, address_of, hashed
from auctions.realtime.process import stop_gate
from auctions.selectors import load
from auctions.tasks import screen_ended
from kernel.ids import new_id
from tests.made_up_time import decided_at
from tests.realtime.conftest import Whence, in_database
from tests.rooms import Room, Supplier, open_room
from tests.whole_database import everything_kept, tells

ADDRESS, OTHER, SIX = "192.0.2.77", "198.51.100.4", "2001:db8::7"
MARK, ANOTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
HASH = re.compile(r"[0-9a-f]{64}")


def scope(address: str = ADDRESS, device: str | None = None, told: str = "") -> dict[str, Any]:
    """As a server makes it. ``told``: X-Forwarded-For."""
    return {
        "client": (address, 50_000),
        "headers": [(b"host", b"localhost")] + [(b"x-forwarded-for", told.encode())] * bool(told),
        "cookies": {} if device is None else {DEVICE_COOKIE: device},
    }


# What is made of an address and a mark ---------------------------------------------------------


def test_equal_in_one_auction_is_equal_and_another_is_another() -> None:
    auction = new_id()
    one, same = hashed(scope(device=MARK), auction), hashed(scope(device=MARK), auction)
    other = hashed(scope(OTHER, ANOTHER), auction)

    assert one == same
    for each in (one.address, one.device, other.address, other.device):
        assert HASH.fullmatch(each)
    assert len({one.address, one.device, other.address, other.device}) == 4


def test_two_auctions_cannot_be_compared() -> None:
    here, there = (hashed(scope(device=MARK), new_id()) for _ in range(2))
    assert here.address != there.address
    assert here.device != there.device


def test_a_mark_that_is_spelled_as_an_address_is_not_that_address() -> None:
    mark = "20010db8" + "0" * 24
    address = ":".join(mark[at : at + 4] for at in range(0, 32, 4))
    found = hashed(scope(address, mark), new_id())
    assert found.address != found.device


def test_who_has_not_the_installations_key_finds_none_by_trying(settings: LazySettings) -> None:
    auction = new_id()
    kept = hashed(scope(device=MARK), auction)

    def by_trying() -> set[str]:
        tried = (hashed(scope(f"192.0.2.{last}", MARK), auction) for last in range(256))
        return {found for each in tried for found in (each.address, each.device)}

    assert {kept.address, kept.device} < by_trying(), "the search would find them by the key"
    settings.SECRET_KEY = "of somebody who has the database alone"
    assert by_trying().isdisjoint({kept.address, kept.device})


@pytest.mark.parametrize(
    "mark",
    ["", MARK[:-1], MARK + "0", MARK.upper(), f"{MARK}\n", "g" * 32, "٠" * 32, "' OR 1=1 --"],
)
def test_a_mark_that_is_none_of_ours_is_no_device(mark: str) -> None:
    found = hashed(scope(device=mark), new_id())
    assert found.device == ""
    assert HASH.fullmatch(found.address)


@pytest.mark.parametrize("nobody", [{}, {"client": None}, {"client": ("", 0)}])
def test_two_clients_whose_address_is_not_known_are_not_at_one_place(nobody: Any) -> None:
    found = hashed({**nobody, "headers": [], "cookies": {}}, new_id())
    assert (found.address, found.device) == ("", "")
    assert hashed(nobody, new_id()) == found


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (SIX, SIX),
        ("2001:0DB8:0:0::7", SIX),
        (f"[{SIX}]:4711", SIX),
        (f" {ADDRESS} ", ADDRESS),
        (f"{ADDRESS}:4711", ADDRESS),
        ("unknown", ""),
        ("unix:", ""),
        ("192.0.2.256", ""),
    ],
)
def test_an_address_is_one_however_it_is_spelled(
    settings: LazySettings, told: str, address: str
) -> None:
    assert address_of(scope(told)) == address
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(scope("10.0.0.1", told=told)) == address


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, OTHER, "10.0.0.1"),  # whoever says so is not believed
        (1, ADDRESS, ADDRESS),
        (1, f"{OTHER}, {ADDRESS}", ADDRESS),  # what the client itself sent comes first
        (1, f"{OTHER},,{ADDRESS},", ADDRESS),
        (1, "", ""),  # past the proxy: the address would be that of whoever passed it on
        (2, f"{OTHER}, {ADDRESS}, 10.0.0.2", ADDRESS),
        (2, ADDRESS, ""),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(
    settings: LazySettings, proxies: int, told: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert address_of(scope("10.0.0.1", told=told)) == address


# The mark of a browser -------------------------------------------------------------------------


@pytest.fixture
def _no_gate_stays() -> Any:
    """The room's page starts one."""
    yield
    stop_gate()


def browser_of(person: Supplier, browser: Browser | None = None) -> Browser:
    """A new one, or that one, in which the person is signed in now."""
    found = browser or Browser()
    found.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def page_of(room: Room, browser: Browser, page: str = "room") -> Any:
    answer = browser.get(reverse(f"auctions:{page}", args=[room.id]))
    assert answer.status_code == 200
    return answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_gate_stays")
@pytest.mark.parametrize("secure", [False, True])
def test_the_rooms_page_marks_a_browser_once(settings: LazySettings, secure: bool) -> None:
    settings.SESSION_COOKIE_SECURE = secure  # as HTTPS sets it
    room = open_room(2)
    browser = browser_of(room.suppliers[0])
    given = page_of(room, browser).cookies[DEVICE_COOKIE]

    assert re.fullmatch(r"[0-9a-f]{32}", given.value)
    assert (given["httponly"], given["samesite"], given["path"]) == (True, "Lax", "/")
    assert bool(given["secure"]) is secure
    assert given["max-age"] == 90 * 86_400
    assert given["domain"] == ""
    assert DEVICE_COOKIE not in page_of(room, browser).cookies, "it is kept"
    assert DEVICE_COOKIE not in page_of(room, browser_of(room.suppliers[1], browser)).cookies
    assert browser.cookies[DEVICE_COOKIE].value == given.value
    other = page_of(room, browser_of(room.suppliers[1])).cookies[DEVICE_COOKIE]
    assert other.value != given.value


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_gate_stays")
def test_a_mark_that_is_none_of_ours_is_replaced_and_a_buyer_gets_none() -> None:
    room = open_room(1)
    browser = browser_of(room.suppliers[0])
    browser.cookies[DEVICE_COOKIE] = "of something else"
    assert re.fullmatch(r"[0-9a-f]{32}", page_of(room, browser).cookies[DEVICE_COOKIE].value)
    assert DEVICE_COOKIE not in page_of(room, browser_of(room.buyer), "console").cookies


# Sockets, what is kept of them, and the alert --------------------------------------------------


@in_database
def cookies_of(room: Room, person: Supplier, browser: Browser | None = None) -> tuple[Any, str]:
    """The browser once it has the room's page, and the cookies that it sends with the socket."""
    browser = browser_of(person, browser)
    page_of(room, browser)
    return browser, "; ".join(f"{name}={each.value}" for name, each in browser.cookies.items())


@in_database
def origins(auction_id: UUID) -> dict[str, tuple[str, str]]:
    rows = SeatConnection.objects.filter(auction_id=auction_id)
    found = {row.seat: (row.address, row.device) for row in rows}
    assert len(found) == len(rows)
    return found


@in_database
def run_out(auction_id: UUID) -> None:
    """The auction comes to its end by its clock, at made-up moments."""
    while (state := load(auction_id)).phase.is_open:
        due = machine.due(state)
        assert due is not None
        decided_at(auction_id, cmd.Tick(due), due)


@in_database
def read(person: Supplier, name: str, auction_id: UUID, **query: str) -> Any:
    answer = browser_of(person).get(reverse(name, args=[auction_id]), query)
    assert answer.status_code == 200
    return answer


async def everybody_of_one_place(opened: Callable[..., Any]) -> tuple[Room, str]:
    """Five suppliers. The second comes from the first one's address, the third by its browser;
    the others, programs without cookies, have nothing in common. Gives the mark that two have."""
    room = await opened(5)
    first, second, third, *programs = room.suppliers
    browser, cookies = await cookies_of(room, first)
    clients = [await opened.client(room, first, Whence(ADDRESS, cookies))]
    _, own = await cookies_of(room, second)
    clients.append(await opened.client(room, second, Whence(ADDRESS, own)))
    _, shared = await cookies_of(room, third, browser)
    clients.append(await opened.client(room, third, Whence(OTHER, shared)))
    for person, address in zip(programs, (SIX, "203.0.113.5"), strict=True):
        clients.append(await opened.client(room, person, Whence(address)))
    await hub().connections.write()
    for each in clients:
        await each.close()
    await hub().connections.write()
    return room, browser.cookies[DEVICE_COOKIE].value


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_what_is_kept_compares_and_tells_nothing_else(opened: Callable[..., Any]) -> None:
    room, mark = await everybody_of_one_place(opened)
    kept = await origins(room.id)
    address, device = zip(*(kept[each.seat] for each in room.suppliers), strict=True)

    for each in (*address, *device[:3]):
        assert HASH.fullmatch(each)
    assert address[0] == address[1]
    assert len(set(address)) == 4
    assert device[0] == device[2] != device[1]
    assert device[3:] == ("", "")
    everything = await in_database(everything_kept)()
    assert tells(everything, address[0])
    for secret in (ADDRESS, OTHER, SIX, mark):
        assert not tells(everything, secret)


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_the_buyer_is_told_of_who_shared_an_address_and_who_a_browser(
    opened: Callable[..., Any],
) -> None:
    room, mark = await everybody_of_one_place(opened)
    await run_out(room.id)
    assert await in_database(screen_ended)() == 1

    first, second, third, *others = room.suppliers
    alerts = (await read(room.buyer, "api-integrity", room.id)).json()["results"]
    told = {each["evidence"]["what"]: set(each["who"]) for each in alerts}
    assert {each["kind"] for each in alerts} == {"shared_origin"}
    assert len(alerts) == 2
    assert told == {"address": {first.seat, second.seat}, "device": {first.seat, third.seat}}
    page = (await read(room.buyer, "auctions:integrity", room.id)).content.decode()
    assert all(each.company.legal_name in page for each in (first, second, third))
    assert not any(each.company.legal_name in page for each in others)
    for secret in (ADDRESS, OTHER, mark, *(await origins(room.id))[first.seat]):
        assert secret not in page
        assert secret not in str(alerts)
