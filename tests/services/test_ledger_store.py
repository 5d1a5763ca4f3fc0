"""The ledger's store on real PostgreSQL: chains, heads, snapshots; nothing is unwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from auctions.domain.commands import PlaceBid
from auctions.domain.events import Opened, PrebidOpened, SeatAdmitted
from auctions.domain.terms import LotTerms, Terms
from auctions.ledger import chain, outcomes, store
from auctions.ledger.codec import ATTEMPT_REFUSED, Attempt, attempt_from, payload_hash
from auctions.models import AttemptEntry, Auction, LedgerEntry, Snapshot
from crm_core.companies.models import Company

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = 1


@pytest.fixture
def buyer() -> Company:
    return Company.objects.create(
        reference="buyer", legal_name="Buyer", latin_name="Buyer", country="UA", buys=True
    )


@pytest.fixture
def auction(buyer: Company) -> Auction:
    return Auction.objects.create(owner=buyer, subject={"reference": "T-1"})


@pytest.fixture
def cursor() -> CursorWrapper:
    with connection.cursor() as cursor:
        yield cursor


def genesis() -> Opened:
    terms = Terms(
        lots=(LotTerms(number=1, title="Цемент", quantity=Decimal(10), unit="TNE"),),
        starts_at=START,
        currency="EUR",
        platform_key="0" * 32,
    )
    return Opened(reference="T-1", title="Cement", terms=terms, terms_hash=terms.digest())


def write(cursor: CursorWrapper, auction_id: UUID, *events: object) -> store.Head:
    head = store.lock_auction(cursor, auction_id)
    return store.append(cursor, head, entries=store.chain_events(head, events))


def test_entries_follow_each_other_from_the_origin(auction: Auction, cursor: CursorWrapper) -> None:
    write(cursor, auction.pk, genesis(), SeatAdmitted(seat="AAA", late=False))
    head = write(cursor, auction.pk, SeatAdmitted(seat="BBB", late=False))

    entries = store.read_after(cursor, auction.pk, 0)
    previous = chain.origin(chain.LEDGER, str(auction.pk))
    for number, entry in enumerate(entries, 1):
        sealed = chain.envelope(
            entry.auction, entry.seq, entry.recorded_at, entry.kind, entry.body_json
        )
        assert entry.seq == number
        assert entry.leaf == chain.leaf(entry.salt, sealed)
        assert entry.hash == chain.link(previous, entry.leaf)
        previous = entry.hash
    assert [entry.event() for entry in entries] == [
        genesis(),
        SeatAdmitted(seat="AAA", late=False),
        SeatAdmitted(seat="BBB", late=False),
    ]
    auction.refresh_from_db()
    assert (auction.head_seq, bytes(auction.head_hash)) == (3, previous)
    assert (head.seq, head.hash) == (3, previous)


def test_the_ledgers_time_never_goes_back(auction: Auction, cursor: CursorWrapper) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    Auction.objects.filter(pk=auction.pk).update(recorded_at=ahead)

    head = write(cursor, auction.pk, genesis())

    assert head.recorded_at == ahead
    assert store.read_after(cursor, auction.pk, 0)[0].recorded_at == ahead


def test_attempts_have_a_chain_of_their_own(auction: Auction, cursor: CursorWrapper) -> None:
    write(cursor, auction.pk, genesis())
    command = PlaceBid(seat="AAA", lot=1, amount=Decimal("9.50"), ref="r1")
    attempt = Attempt(
        kind=ATTEMPT_REFUSED,
        party="AAA",
        ref="r1",
        received_at=START,
        after=1,
        command=command,
        code="auction.bid_too_high",
        data={"most": "9.00"},
    )
    head = store.lock_auction(cursor, auction.pk)
    head = store.append(cursor, head, attempts=store.chain_attempts(head, [attempt]))

    assert (head.seq, head.attempts_seq) == (1, 1)
    (entry,) = store.read_after(cursor, auction.pk, 0, which=chain.ATTEMPTS)
    assert attempt_from(entry.kind, entry.body) == attempt
    assert entry.hash == chain.link(chain.origin(chain.ATTEMPTS, str(auction.pk)), entry.leaf)


def test_a_stale_head_writes_nothing(auction: Auction, cursor: CursorWrapper) -> None:
    stale = store.lock_auction(cursor, auction.pk)
    write(cursor, auction.pk, genesis())

    with pytest.raises(IntegrityError), transaction.atomic():
        store.append(cursor, stale, entries=store.chain_events(stale, [genesis()]))
    assert LedgerEntry.objects.count() == 1
    attempt = Attempt(kind=ATTEMPT_REFUSED, party="A", ref="r", received_at=START, after=0)
    with pytest.raises(store.LedgerBroken), transaction.atomic():
        store.append(cursor, stale, attempts=store.chain_attempts(stale, [attempt]))
    assert not AttemptEntry.objects.exists()


def test_an_unknown_auction_is_said_so(cursor: CursorWrapper) -> None:
    with pytest.raises(store.AuctionUnknown):
        store.lock_auction(cursor, uuid4())


def test_a_snapshot_stands_for_the_entries_before_it(
    auction: Auction, cursor: CursorWrapper
) -> None:
    seats = [SeatAdmitted(seat=f"S{number}", late=False) for number in range(520)]
    write(cursor, auction.pk, genesis(), *seats, PrebidOpened(at=START))
    whole = store.load_state(cursor, auction.pk, rules_version=RULES)
    assert whole.evolved == 522

    assert store.save_snapshot(cursor, auction.pk, whole, previous_seq=0, rules_version=RULES)
    write(cursor, auction.pk, SeatAdmitted(seat="LATE", late=True))
    loaded = store.load_state(cursor, auction.pk, rules_version=RULES)

    assert loaded.evolved == 1
    assert loaded == store.load_state(cursor, auction.pk, rules_version=RULES + 1)
    assert list(loaded.state.seats)[-2:] == ["S519", "LATE"]
    assert loaded == store.load_state(cursor, auction.pk, rules_version=RULES, known=whole)
    assert not store.save_snapshot(
        cursor, auction.pk, loaded, previous_seq=522, rules_version=RULES
    )
    assert Snapshot.objects.count() == 1


def test_a_snapshot_of_another_chain_is_ignored(auction: Auction, cursor: CursorWrapper) -> None:
    write(cursor, auction.pk, genesis())
    whole = store.load_state(cursor, auction.pk, rules_version=RULES)
    forged = store.Loaded(whole.state, 1, bytes(32))
    store.save_snapshot(cursor, auction.pk, forged, previous_seq=-1, rules_version=RULES)

    assert store.load_state(cursor, auction.pk, rules_version=RULES).evolved == 1


def record(cursor: CursorWrapper, auction_id: UUID, outcome: outcomes.Outcome) -> None:
    statement = outcomes.recorded(auction_id, [outcome])
    cursor.execute(statement.text, statement.params)


def test_a_ref_has_one_outcome(auction: Auction, cursor: CursorWrapper) -> None:
    command = PlaceBid(seat="AAA", lot=1, amount=Decimal("9.50"), ref="r1")
    outcome = outcomes.Outcome(
        id=uuid4(),
        party="AAA",
        ref="r1",
        kind="accepted",
        payload_hash=payload_hash(command),
        received_at=START,
        seq=2,
        answer='{"leaf": "00"}',
        actor_id=None,
    )
    record(cursor, auction.pk, outcome)

    found = outcomes.find_outcomes(cursor, auction.pk, [("AAA", "r1"), ("AAA", "r2")])
    assert found == {("AAA", "r1"): outcome}
    with pytest.raises(IntegrityError), transaction.atomic():
        record(cursor, auction.pk, outcome)


@pytest.mark.parametrize("role", ["owner", "fairfall_app"])
@pytest.mark.parametrize("table", ["ledgerentry", "attemptentry", "checkpoint"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE auctions_{} SET salt = ''", "DELETE FROM auctions_{}", "TRUNCATE auctions_{}"],
)
def test_nothing_is_unwritten(
    auction: Auction, cursor: CursorWrapper, role: str, table: str, statement: str
) -> None:
    write(cursor, auction.pk, genesis())
    head = store.lock_auction(cursor, auction.pk)
    attempt = Attempt(kind=ATTEMPT_REFUSED, party="A", ref="r", received_at=START, after=0)
    store.append(cursor, head, attempts=store.chain_attempts(head, [attempt]))
    cursor.execute(
        "INSERT INTO auctions_checkpoint (auction_id, number, at, seq, head, attempts_seq,"
        " attempts_head, salt, key_id, signature) VALUES (%s, 1, now(), 1, %s, 1, %s, %s, '', %s)",
        (auction.pk, bytes(32), bytes(32), bytes(32), bytes(64)),
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(f"ALTER TABLE auctions_{table} ENABLE TRIGGER auctions_{table}_no_truncate")
    if role != "owner":
        cursor.execute(f"SET LOCAL ROLE {role}")

    refused = r"permission denied|can only be added to"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        cursor.execute(statement.format(table))


def test_the_application_role_may_add_and_read(auction: Auction, cursor: CursorWrapper) -> None:
    cursor.execute("SET LOCAL ROLE fairfall_app")

    write(cursor, auction.pk, genesis())

    assert len(store.read_after(cursor, auction.pk, 0)) == 1


class TestPruning:
    def end(self, auction: Auction) -> None:
        Auction.objects.filter(pk=auction.pk).update(phase="cancelled", closed_at=START)

    def test_an_ended_demo_goes_whole(self, buyer: Company, cursor: CursorWrapper) -> None:
        demo = Auction.objects.create(owner=buyer, subject={}, is_demo=True)
        write(cursor, demo.pk, genesis(), SeatAdmitted(seat="AAA", late=False))
        self.end(demo)
        cursor.execute("SET LOCAL ROLE fairfall_app")

        cursor.execute("SELECT auctions_prune_demo(%s)", (demo.pk,))

        assert cursor.fetchone() == (2,)
        assert not Auction.objects.exists()
        assert not LedgerEntry.objects.exists()

    def test_a_real_auction_stays(self, auction: Auction, cursor: CursorWrapper) -> None:
        write(cursor, auction.pk, genesis())
        self.end(auction)

        with pytest.raises(DatabaseError, match="not an ended demo"), transaction.atomic():
            cursor.execute("SELECT auctions_prune_demo(%s)", (auction.pk,))
        with pytest.raises(DatabaseError, match="can never be changed"), transaction.atomic():
            Auction.objects.filter(pk=auction.pk).update(is_demo=True)
        cursor.execute("SELECT set_config('fairfall.prune', %s, true)", (str(auction.pk),))
        with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
            cursor.execute("DELETE FROM auctions_ledgerentry")
        assert LedgerEntry.objects.count() == 1

    def test_a_running_demo_stays(self, buyer: Company, cursor: CursorWrapper) -> None:
        demo = Auction.objects.create(owner=buyer, subject={}, is_demo=True)
        write(cursor, demo.pk, genesis())

        with pytest.raises(DatabaseError, match="not an ended demo"), transaction.atomic():
            cursor.execute("SELECT auctions_prune_demo(%s)", (demo.pk,))
        assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_can_flush_what_it_wrote(auction: Auction) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        write(cursor, auction.pk, genesis())
    assert LedgerEntry.objects.count() == 1
