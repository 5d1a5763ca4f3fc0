"""The platform's keys as files, and hidden reserves under the process key."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from auctions.domain.terms import reserve_commitment
from auctions.ledger.reserves import open_reserve, seal_reserve
from infra.keys import KeyMissing, KeyRing, Undecryptable
from kernel import ed25519


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def test_the_key_is_made_once_and_kept(ring: KeyRing) -> None:
    made = ring.current()
    assert KeyRing(ring.folder).current().key_id == made.key_id
    assert ed25519.verify(made.public_key, b"word", made.sign(b"word"))


def test_only_the_owner_may_read_the_keys(ring: KeyRing) -> None:
    ring.current()
    ring.encrypted(b"x", b"")
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in ring.folder.iterdir()} == {0o600}


def test_processes_that_start_together_agree(ring: KeyRing) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: KeyRing(ring.folder).current().key_id, range(8)))
    assert len(set(found)) == 1
    assert not list(ring.folder.glob(".*"))


def test_an_auction_keeps_the_key_it_pinned(ring: KeyRing) -> None:
    old = ring.current()
    new = ring.rotate()
    assert new.key_id != old.key_id
    assert ring.current().key_id == new.key_id
    assert ring.signer(old.key_id).public_key == old.public_key


def test_a_key_of_elsewhere_is_said_to_be_missing(ring: KeyRing) -> None:
    ring.current()
    with pytest.raises(KeyMissing) as refusal:
        ring.signer("0" * 32)
    assert refusal.value.data == {"key_id": "0" * 32}


class TestReserves:
    def test_it_opens_as_it_was_committed(self, ring: KeyRing) -> None:
        auction = uuid4()
        kept = seal_reserve(ring, auction_id=auction, lot=2, amount=Decimal("95.50"))
        opened = open_reserve(ring, auction_id=auction, lot=2, sealed=kept.sealed)
        assert (opened.lot, str(opened.amount)) == (2, "95.50")
        assert reserve_commitment(bytes.fromhex(opened.salt), "95.50") == kept.commitment

    def test_what_is_kept_tells_neither_amount_nor_its_length(self, ring: KeyRing) -> None:
        auction = uuid4()
        short = seal_reserve(ring, auction_id=auction, lot=1, amount=Decimal(5))
        long = seal_reserve(ring, auction_id=auction, lot=1, amount=Decimal("123456789.123456"))
        again = seal_reserve(ring, auction_id=auction, lot=1, amount=Decimal(5))
        assert len(short.sealed) == len(long.sealed)
        assert short.sealed != again.sealed
        assert short.commitment != again.commitment

    def test_it_belongs_to_its_auction_lot_and_key(self, ring: KeyRing, tmp_path: Path) -> None:
        auction = uuid4()
        kept = seal_reserve(ring, auction_id=auction, lot=1, amount=Decimal(5))
        for keys, where, lot in (
            (ring, uuid4(), 1),
            (ring, auction, 2),
            (KeyRing(tmp_path / "other"), auction, 1),
        ):
            with pytest.raises(Undecryptable):
                open_reserve(keys, auction_id=where, lot=lot, sealed=kept.sealed)
