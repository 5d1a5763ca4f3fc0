"""A client that sends its amount unsealed, where an envelope belongs: it is told so, and the amount
is kept nowhere, though what the rules refuse stands in the chain of attempts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from auctions.domain.refusals import EnvelopeMalformed
from auctions.domain.terms import LotTerms, PackageTerms
from auctions.models import AttemptEntry
from auctions.realtime import messages
from auctions.realtime.wire import command_of
from kernel import sealing
from tests.api.sealed import ask, sealed_room
from tests.domain.room import lot
from tests.rooms import Room
from tests.secrecy import kept
from tests.secrecy.heard import everything_logged
from tests.secrecy.spelled import Hidden, Secret, numbers

pytestmark = pytest.mark.django_db(transaction=True)
AMOUNT = Secret("sent unsealed", next(numbers("unsealed")))
OFFER, PACKAGE = {"lot": 1}, {"package": 1}
LOTS: tuple[LotTerms, ...] = (lot(1), lot(2))


@pytest.fixture
def room() -> Iterator[Room]:
    yield from sealed_room(keyed=True, lots=LOTS, packages=PackageTerms())
    connection.close_pool()


def unsealed() -> list[str]:
    """The amount as typed, as JSON in hexadecimal, and so padded to the sizes of envelopes."""
    text = f'{{"amount":"{AMOUNT}"}}'.encode()
    sizes = (sealing.ENVELOPE_BYTES, sealing.LONG_ENVELOPE_BYTES)
    return [str(AMOUNT), text.hex(), *(text.ljust(size).hex() for size in sizes)]


def test_it_is_refused_and_kept_nowhere(room: Room) -> None:
    one, hidden = room.suppliers[0], Hidden([AMOUNT])
    before = AttemptEntry.objects.count()
    with everything_logged() as heard:
        for number, envelope in enumerate(unsealed()):
            assert hidden.told_by(envelope)
            for name, body in (
                ("sealed-offers/", {"lot": 1}),
                ("sealed-packages/", {"package": 1}),
            ):
                answer = ask(one, room, name, {**body, "envelope": envelope}, f"{name[7]}{number}")
                told = answer.json()
                assert (answer.status_code, told["code"]) == (422, "auction.envelope_malformed")
                assert told["field"] == "envelope"
    assert AttemptEntry.objects.count() == before
    assert not hidden.told_by(kept.dump())
    assert not hidden.told_by(kept.valkey())
    assert not hidden.told_by(heard.text.getvalue())


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("bids/", (409, "auction.not_in_format")),
        ("surrogate-approvals/", (409, "auction.not_in_format")),
        ("unlocks/", (422, "auction.scale")),
    ],
)
def test_an_amount_sent_as_where_bids_are_open_is_refused_and_kept_nowhere(
    room: Room, name: str, refused: tuple[int, str]
) -> None:
    one, hidden = room.suppliers[0], Hidden([AMOUNT])
    before = AttemptEntry.objects.count()
    with everything_logged() as heard:
        for _ in range(2):  # its name stays unused: sent again it is refused again
            answer = ask(one, room, name, {"lot": 1, "amount": str(AMOUNT)}, "p1")
            assert (answer.status_code, answer.json()["code"]) == refused
    assert AttemptEntry.objects.count() == before
    assert not hidden.told_by(kept.dump())
    assert not hidden.told_by(heard.text.getvalue())


@pytest.mark.parametrize("envelope", unsealed())
def test_over_a_socket_it_does_not_come_to_be_decided_either(room: Room, envelope: str) -> None:
    one = room.suppliers[0]
    for message in (
        messages.SealedOffer(lot=1, envelope=envelope, ref="r1"),
        messages.SealedPackage(package=1, envelope=envelope, ref="r2"),
    ):
        with pytest.raises(EnvelopeMalformed):
            command_of(message, one.party, room.id)
