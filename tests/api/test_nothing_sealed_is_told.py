"""While an offer is sealed: every address of its auction, as everybody, tells neither envelope nor
key, and to nobody but whose it is that there is an offer."""

from __future__ import annotations

import pytest
from django.test import Client

from auctions.domain.terms import Format
from auctions.domain.terms_rules import TIED
from auctions.selectors import load
from auctions.services import sealing as service
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from kernel import sealing
from tests.people import api_client
from tests.rooms import Room, Supplier, company
from tests.services.test_packages_in_rounds import package, packed_rounds_room
from tests.services.test_sealed_offers import AUDITOR, offer, sealed_room, with_keys
from tests.services.test_sealed_packages import package as seal_package
from tests.services.test_sealed_packages import packed_room, seal
from tests.services.test_sealed_round_offers import AUDITOR as ROUND_KEYS
from tests.services.test_sealed_round_offers import due_now, opened
from tests.services.test_sealed_round_offers import with_keys as with_round_keys

pytestmark = pytest.mark.django_db
AMOUNT = "743.19"
OPENED = "612.83"
API = (
    "", "ledger/", "receipts/", "checkpoints/", "debrief/", "connections/", "integrity/",
    "bids.xlsx", "sealing/", "observers/",
)  # fmt: skip
PAGES = (
    "", "console/", "debrief/", "integrity/", "connections/", "opening/", "times/", "verification/",
)  # fmt: skip


def answers(room: Room, person: Supplier) -> dict[str, str]:
    """What every address says to the person, where it says anything."""
    page, api = Client(), api_client(person.actor)
    page.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for reader, prefix, names in ((api, "/api/v1/auctions", API), (page, "/auctions", PAGES)):
        for name in names:
            url = f"{prefix}/{room.id}/{name}"
            answer = reader.get(url)
            assert answer.status_code < 500, url
            if answer.status_code == 200:
                found[url] = b"".join(answer).decode("utf-8", errors="replace")
    return found


def test_no_address_tells_anybody_of_an_offer_before_the_opening() -> None:
    room = sealed_room()
    keeper = with_keys(room)
    one, other = room.suppliers
    offer(room, one, AMOUNT)
    sealed = load(room.id).lots[1].sealed
    assert sealed is not None
    envelope = sealed.offers[one.seat].envelope
    print_of = sealing.fingerprint(bytes.fromhex(envelope))
    office = service.office_key(actor=room.buyer.actor, auction_id=room.id)
    auditor = colleague(room.buyer, Role.AUDITOR)
    admin = company(Role.PLATFORM_ADMIN, operates=True)
    read = 0
    for person in (room.buyer, auditor, other, keeper, admin):
        for url, text in answers(room, person).items():
            read += 1
            for secret in (AMOUNT, envelope, print_of, office, AUDITOR.hex()):
                assert secret not in text, (url, person.user.email)
    assert read > 20, "most of them say something to somebody"
    own = answers(room, one)
    assert any(print_of in text for text in own.values()), "its own envelope is known to it"
    assert not any(AMOUNT in text or office in text for text in own.values())


def test_no_address_tells_anybody_of_a_package_of_a_round_before_its_opening() -> None:
    """The same of a package of a later round; what was opened before is told to no rival."""
    room = packed_rounds_room()
    keeper = with_round_keys(room)
    one, other = room.suppliers
    package(room, one, {1: OPENED, 2: "500"})
    opened(room, keeper, 1)
    due_now(room)
    package(room, one, {1: "400", 2: AMOUNT}, 2)
    packages = load(room.id).packages
    assert packages is not None
    envelope = packages.seats[one.seat].offers[2].envelope
    print_of = sealing.fingerprint(bytes.fromhex(envelope))
    offices = service.office_keys(actor=room.buyer.actor, auction_id=room.id)
    secrets = [AMOUNT, envelope, print_of, *offices[1:], ROUND_KEYS[1].hex()]
    auditor = colleague(room.buyer, Role.AUDITOR)
    admin = company(Role.PLATFORM_ADMIN, operates=True)
    read = 0
    for person in (room.buyer, auditor, other, keeper, admin):
        for url, text in answers(room, person).items():
            read += 1
            for secret in secrets:
                assert secret not in text, (url, person.user.email)
            if person is other:
                assert OPENED not in text, url
    assert read > 20, "most of them say something to somebody"
    own = answers(room, one)
    assert any(print_of in text for text in own.values()), "its own envelope is known to it"
    assert any(OPENED in text for text in own.values()), "and what was opened of it"
    assert not any(AMOUNT in text for text in own.values())


@pytest.mark.parametrize("kind", sorted(TIED - {Format.SEALED_ROUNDS}))
def test_no_address_tells_anybody_of_a_package_before_the_opening(kind: Format) -> None:
    room = packed_room(format=kind)
    with_keys(room)
    one, other = room.suppliers
    seal_package(room, one, {2: AMOUNT, 3: "5"})
    seal(room, one, {"percent": "2.5", "count": 2}, 0)
    packages = load(room.id).packages
    assert packages is not None
    envelopes = [each.envelope for each in packages.seats[one.seat].offers.values()]
    prints = [sealing.fingerprint(bytes.fromhex(each)) for each in envelopes]
    admin = company(Role.PLATFORM_ADMIN, operates=True)
    read = 0
    for person in (room.buyer, other, admin):
        for url, text in answers(room, person).items():
            read += 1
            for secret in (AMOUNT, *envelopes, *prints):
                assert secret not in text, (url, person.user.email)
    assert read > 15, "most of them say something to somebody"
    own = answers(room, one)
    assert all(any(each in text for text in own.values()) for each in prints)
    assert not any(AMOUNT in text for text in own.values())


def colleague(of: Supplier, role: Role) -> Supplier:
    """Another person of the same company."""
    user = User.objects.create_user(f"{role.value}@{of.company.pk}.test", full_name="A colleague")
    Membership.objects.create(user=user, company=of.company, role=role)
    return Supplier(of.company, user)
