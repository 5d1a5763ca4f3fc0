"""Checkpoints, reserves, exports and the check of the ledger's protection, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from auctions.checks import ledger_is_not_ours
from auctions.domain.commands import Officer
from auctions.domain.events import Cancelled, SeatAdmitted
from auctions.domain.machine import genesis
from auctions.domain.terms import LotTerms, Terms
from auctions.ledger import store
from auctions.ledger.checkpoints import read_checkpoints, take_checkpoint
from auctions.ledger.disclosure import LedgerNotClosed, Scope, Viewer
from auctions.ledger.exports import export_ledger
from auctions.ledger.report import Level
from auctions.ledger.reserves import open_reserves, save_reserves, seal_reserve
from auctions.ledger.verify import verify
from auctions.models import Auction, LotReserve
from crm_core.companies.models import Company
from infra.keys import KeyRing

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
FULL = Viewer(Scope.FULL)


@pytest.fixture
def cursor() -> Iterator[CursorWrapper]:
    with connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path)


@pytest.fixture
def auction(cursor: CursorWrapper, ring: KeyRing) -> Auction:
    buyer = Company.objects.create(
        reference="buyer", legal_name="Buyer", latin_name="Buyer", country="UA", buys=True
    )
    auction = Auction.objects.create(owner=buyer, subject={"reference": "T-1"})
    terms = Terms(
        lots=(LotTerms(number=1, title="Sand", quantity=Decimal(1), unit="TNE"),),
        starts_at=START,
        currency="EUR",
        platform_key=ring.current().key_id,
    )
    write(cursor, auction.pk, genesis("T-1", "Sand", terms))
    return auction


def write(cursor: CursorWrapper, auction_id: UUID, *events: object) -> None:
    head = store.lock_auction(cursor, auction_id)
    store.append(cursor, head, entries=store.chain_events(head, events))


def end(cursor: CursorWrapper, auction_id: UUID) -> None:
    head = store.lock_auction(cursor, auction_id)
    events = [Cancelled(at=START, reason="not needed", by=Officer.BUYER)]
    entries = store.chain_events(head, events)
    store.append(cursor, head, entries=entries, phase="cancelled", closed_at=START)


def test_an_export_of_the_database_is_sound(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    first = take_checkpoint(cursor, auction.pk, ring.current())
    write(cursor, auction.pk, SeatAdmitted(seat="AAA", late=False))
    end(cursor, auction.pk)

    raw = export_ledger(cursor, ring, auction.pk, FULL)

    report = verify(raw, public_key=ring.current().public_key, checkpoints=[first])
    assert [found for found in report.findings if found.level is not Level.OK] == []


def test_nothing_is_exported_while_the_auction_is_open(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    for viewer in (FULL, Viewer(Scope.PUBLIC), Viewer(Scope.PARTICIPANT, "AAA")):
        with pytest.raises(LedgerNotClosed):
            export_ledger(cursor, ring, auction.pk, viewer)


def test_an_old_auction_is_exported_with_the_key_it_pinned(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    old = ring.current()
    ring.rotate()
    end(cursor, auction.pk)
    assert verify(export_ledger(cursor, ring, auction.pk, FULL), public_key=old.public_key).passed


def test_checkpoints_keep_their_interval(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    signer = ring.current()
    assert take_checkpoint(cursor, auction.pk, signer) is not None
    assert take_checkpoint(cursor, auction.pk, signer) is None

    later = datetime.now(UTC) + timedelta(seconds=60)
    Auction.objects.filter(pk=auction.pk).update(recorded_at=later)
    assert take_checkpoint(cursor, auction.pk, signer) is not None

    found = read_checkpoints(cursor, auction.pk)
    assert [checkpoint.number for checkpoint, _ in found] == [1, 2]
    assert [checkpoint.number for checkpoint, _ in read_checkpoints(cursor, auction.pk, 1)] == [2]


def test_what_follows_a_checkpoint_is_recorded_after_it(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    Auction.objects.filter(pk=auction.pk).update(recorded_at=ahead)
    take_checkpoint(cursor, auction.pk, ring.current())
    write(cursor, auction.pk, SeatAdmitted(seat="AAA", late=False))
    assert store.read_after(cursor, auction.pk, 1)[0].recorded_at >= ahead


def test_reserves_are_kept_encrypted(
    auction: Auction, cursor: CursorWrapper, ring: KeyRing
) -> None:
    kept = [
        seal_reserve(ring, auction_id=auction.pk, lot=lot, amount=Decimal("95.50"))
        for lot in (1, 2)
    ]
    save_reserves(cursor, auction.pk, kept)
    opened = open_reserves(cursor, ring, auction.pk)
    assert [(reserve.lot, str(reserve.amount)) for reserve in opened] == [
        (1, "95.50"),
        (2, "95.50"),
    ]
    assert b"95.50" not in bytes(LotReserve.objects.get(lot=1).sealed)


class TestTheCheckOfTheProtection:
    def ids(self) -> set[str | None]:
        return {found.id for found in ledger_is_not_ours(databases=["default"])}

    def test_an_owner_is_warned(self, cursor: CursorWrapper) -> None:
        assert "auctions.W001" in self.ids()

    def test_the_application_role_is_fine(self, cursor: CursorWrapper) -> None:
        for table in ("ledgerentry", "attemptentry", "checkpoint"):
            cursor.execute(
                f"ALTER TABLE auctions_{table} ENABLE TRIGGER auctions_{table}_no_truncate"
            )
        cursor.execute("SET LOCAL ROLE fairfall_app")
        assert self.ids() == set()

    def test_a_trigger_switched_off_is_told(self, cursor: CursorWrapper) -> None:
        cursor.execute(
            "ALTER TABLE auctions_ledgerentry DISABLE TRIGGER auctions_ledgerentry_append_only"
        )
        assert "auctions.W002" in self.ids()

    def test_a_right_given_back_is_told(self, cursor: CursorWrapper) -> None:
        cursor.execute("GRANT UPDATE ON auctions_ledgerentry TO fairfall_app")
        cursor.execute("SET LOCAL ROLE fairfall_app")
        assert "auctions.W001" in self.ids()


def test_the_commands_print_what_people_compare(
    tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PLATFORM_KEY_DIR = tmp_path / "keys"  # type: ignore[attr-defined]
    call_command("platform_key")
    first = capsys.readouterr().out
    call_command("platform_key")
    assert capsys.readouterr().out == first
    assert KeyRing(tmp_path / "keys").current().key_id in first
    assert "-----BEGIN PUBLIC KEY-----" in first
    call_command("build_verifier", folder=tmp_path)
    assert (tmp_path / "fairfall-verify.pyz").stat().st_mode & 0o111
