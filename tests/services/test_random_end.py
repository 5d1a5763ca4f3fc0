"""A random end through the services: the seeds, who learns what when, the final stage."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from auctions import seed_notices
from auctions.domain import commands as cmd
from auctions.domain.refusals import AuctionEnded, SeedDiffers, SeedsNotDue
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import (
    Feedback,
    Format,
    Guard,
    KeyKeeper,
    OpenClosedTerms,
    SoftClose,
    Withdrawal,
)
from auctions.models import PlatformSeed, SealingKey, Snapshot
from auctions.pages.home import desk_panel
from auctions.realtime.errors import NotAllowed
from auctions.realtime.snapshots import snapshot_for
from auctions.relay_source import LedgerSource, subject_of
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services import seeds
from auctions.services.own_bids import own_bids
from auctions.services.policies import place_of
from auctions.services.sealing_errors import NotTheKeeper, OwnKeyLost, OwnSeedLost, SeedMissing
from auctions.services.verifying import export_for, verification_for
from crm_core.companies.models import Membership, Role
from crm_core.notifications.models import Notice
from crm_core.people.models import User
from kernel import random_end, sealing
from kernel.clock import utc_now
from tests.made_up_time import decided_at
from tests.people import api_client
from tests.rooms import Room, Supplier, open_room
from tests.secrecy.spelled import Hidden, of_bytes
from tests.services.test_sealed_offers import (
    WRAPPED,
    decided,
    neutral,
    offer,
    past_the_deadline,
)
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
SECRET = (7).to_bytes(32)
SEED = random_end.auditor_seed(SECRET)
ZERO = timedelta(0)


def random_room(suppliers: int = 2, reserve: str | None = None, **own: Any) -> Room:
    """Scheduled for a minute from now, accepted by everybody."""
    room = open_room(
        suppliers,
        reserve,
        format=Format.OPEN_CLOSED,
        open_closed=OpenClosedTerms(**own),
        starts_at=utc_now() + timedelta(minutes=1),
        length=timedelta(minutes=10),
        soft_close=SoftClose(window=ZERO, reset=ZERO),
        withdrawal=Withdrawal(allowed=False),
        guard=Guard(warn=None, retype=None, block=None),
        feedback=Feedback(rank=True, lead=True, after_first_bid=False, lead_min_bidders=1),
    )
    for each in room.suppliers:
        decided(room, cmd.AcceptTerms(each.seat, 1, room.terms.digest(), room.ref()), each)
    return room


def make(room: Room, keeper: Supplier, commitment: str | None = None) -> None:
    service.set_auditor_key(
        actor=keeper.actor,
        auction_id=room.id,
        public_key=sealing.public_key_of(SECRET).hex(),
        wrapped=WRAPPED,
        commitment=random_end.commitment(SEED) if commitment is None else commitment,
    )


def started(room: Room) -> None:
    """The start is decided, and lies a while back."""
    tick(room, load(room.id).rules.starts_at)


def tick(room: Room, due: Any, reserves: tuple[cmd.OpenedReserve, ...] = ()) -> None:
    decided_at(room.id, cmd.Tick(due, reserves), due)


def bid(room: Room, by: Supplier, amount: str, at: Any) -> None:
    decided_at(room.id, cmd.PlaceBid(by.seat, 1, Decimal(amount), room.ref()), at)


def over(reserve: str | None = None, **own: Any) -> tuple[Room, Supplier]:
    """The window is over: the first supplier bid in time, the second also at its very end."""
    room, keeper = random_room(reserve=reserve, **own), neutral()
    make(room, keeper)
    started(room)
    begins = load(room.id).lots[1].random_end
    assert begins is not None
    bid(room, room.suppliers[0], "800", begins.begins)
    bid(room, room.suppliers[1], "790", begins.begins)
    end = load(room.id).lots[1].deadline
    bid(room, room.suppliers[1], "700", end)  # past any cut-off but one in a million
    past_the_deadline(room)
    return room, keeper


def platform_seed(room: Room) -> bytes:
    """As it is kept, read with the key of the process."""
    seed = seeds.read_seed(PlatformSeed.objects.get(auction=room.id))
    assert len(seed) == random_end.SEED_BYTES
    return seed


def told_of(seed: bytes) -> set[str]:
    """How it is spelled in what is kept."""
    return Hidden((), of_bytes(seed)).told_by(everything_kept())


def test_the_platforms_seed_is_bound_at_the_opening_and_kept_encrypted() -> None:
    room = random_room()
    assert room.kinds()[:3] == ["opened", "seed_committed", "sealing_key_set"]
    assert PlatformSeed.objects.filter(auction=room.id).count() == 1
    keeper = neutral()
    make(room, keeper)
    own = platform_seed(room)
    assert told_of(own) == set()
    kept = everything_kept()
    assert random_end.commitment(own) in kept, "bound by the real one"
    assert random_end.commitment(SEED) in kept
    found = service.progress(actor=keeper.actor, auction_id=room.id)
    assert (found.is_keeper, found.has_offers, found.awaits_seeds) == (True, True, False)


def test_the_auditors_seed_is_fixed_by_its_keeper_alone_and_before_the_start() -> None:
    room, keeper = random_room(), neutral()
    with pytest.raises(NotTheKeeper):
        make(room, room.buyer)
    with pytest.raises(NotAllowed):
        make(room, room.suppliers[0])
    with pytest.raises(SeedMissing):
        make(room, keeper, commitment="")
    make(room, keeper)
    late = random_room()
    decided_at(late.id, cmd.Tick(late.terms.starts_at), late.terms.starts_at)
    assert load(late.id).phase is Phase.ANNULLED


def test_an_auditor_of_the_buyer_keeps_the_secret_where_the_terms_say_so() -> None:
    room = random_room(keeper=KeyKeeper.AUDITOR)
    user = User.objects.create_user("auditor@example.org", full_name="The auditor")
    Membership.objects.create(user=user, company=room.buyer.company, role=Role.AUDITOR)
    auditor = Supplier(room.buyer.company, user)
    assert waiting(room, auditor) == ["make_secret"]
    with pytest.raises(NotTheKeeper):
        make(room, neutral())
    make(room, auditor)
    assert waiting(room, auditor) == []


def test_seeds_open_after_the_window_void_bids_are_told_and_the_ledger_verifies() -> None:
    room, keeper = over(final=ZERO)
    state = load(room.id)
    assert state.lots[1].phase is LotPhase.RUNNING
    late = room.suppliers[1]
    view = snapshot_for(place_of(late.actor, room.id), utc_now())
    assert view.lots[0].phase == "awaiting_seeds"
    assert view.lots[0].random_end is not None
    assert view.lots[0].random_end.cut_off_ms is None
    with pytest.raises(SeedDiffers):
        seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed="00" * 32)
    with pytest.raises(NotTheKeeper):
        seeds.open_seeds(actor=room.buyer.actor, auction_id=room.id, seed=SEED.hex())
    own = platform_seed(room)
    assert told_of(own) == told_of(SEED) == set()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    for opened in (own, SEED):
        assert told_of(opened) & {"hex", "hex of hex"}, "the same search finds it now"
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (late.seat, Decimal(790))
    assert [each.state for each in own_bids(place_of(late.actor, room.id))] == ["accepted", "void"]
    view = snapshot_for(place_of(late.actor, room.id), utc_now())
    assert [each.state for each in view.own_bids] == ["accepted", "void"]
    assert [each.amount for each in view.points if each.own] == ["790.00"]
    ends = view.lots[0].random_end
    assert ends is not None
    assert (ends.stage, ends.void, ends.finalist) == ("over", 1, None)
    for actor in (room.buyer.actor, room.suppliers[0].actor, late.actor):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report
    own = json.loads(
        export_for(room.suppliers[0].actor, place_of(room.suppliers[0].actor, room.id))
    )
    kinds = {entry.get("kind") for entry in own["entries"]}
    assert {"seed_committed", "seeds_revealed", "end_drawn"} <= kinds
    assert "bids_voided" not in kinds


def test_no_seed_opens_while_the_window_runs() -> None:
    room, keeper = random_room(), neutral()
    make(room, keeper)
    started(room)
    with pytest.raises(SeedsNotDue):
        seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    assert told_of(platform_seed(room)) == set()
    assert told_of(SEED) == set(), "what was handed in too early is not kept"


def test_a_withheld_seed_annuls_by_itself() -> None:
    room, keeper = over()
    until = load(room.id).lots[1].deadline
    tick(room, until)
    assert load(room.id).phase is Phase.ANNULLED
    with pytest.raises(AuctionEnded):
        seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())


def test_a_platform_that_lost_its_seed_says_so() -> None:
    room, keeper = over()
    PlatformSeed.objects.filter(auction=room.id).update(sealed=b"\0" * 60)
    with pytest.raises(OwnSeedLost):
        seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())


def test_final_offers_are_sealed_and_opened_by_two() -> None:
    room, keeper = over()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    state = load(room.id)
    assert state.lots[1].random_end is not None
    assert set(state.lots[1].random_end.finalists) == {each.seat for each in room.suppliers}
    offer(room, room.suppliers[0], "743.19")
    assert "743.19" not in everything_kept()
    view = snapshot_for(place_of(room.suppliers[0].actor, room.id), utc_now()).lots[0]
    assert view.sealed is not None
    assert view.sealed.own_at is not None
    assert view.random_end is not None
    assert (view.random_end.stage, view.random_end.finalist) == ("final", True)
    past_the_deadline(room)
    assert load(room.id).lots[1].phase is LotPhase.SEALED
    key = SECRET.hex()
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (room.suppliers[0].seat, Decimal("743.19"))
    for actor in (room.buyer.actor, *(each.actor for each in room.suppliers)):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report


def test_without_a_final_stage_there_is_no_office_key_to_keep_a_copy_of() -> None:
    without, with_one = random_room(final=ZERO), random_room()
    copy = "/api/v1/auctions/{}/sealing/office-key/"
    told = api_client(without.buyer.actor).get(copy.format(without.id))
    assert (told.status_code, told.json()["code"]) == (404, "auction.nothing_sealed")
    made = api_client(with_one.buyer.actor).get(copy.format(with_one.id)).json()
    row = SealingKey.objects.get(auction=with_one.id, holder="office")
    assert sealing.public_key_of(bytes.fromhex(made["key"])).hex() == row.public_key


def test_the_sheet_opens_seed_and_final_offers_and_the_officers_file_stands_in() -> None:
    """The passphrase is lost, and the platform's own key too."""
    room, keeper = over()
    file = service.office_key(actor=room.buyer.actor, auction_id=room.id)
    sheet = " ".join(SECRET.hex().upper()[at : at + 8] for at in range(0, 64, 8))
    typed = bytes.fromhex("".join(sheet.split()))  # as the page does, which sends the seed alone
    seed = random_end.auditor_seed(typed).hex()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=seed)
    offer(room, room.suppliers[0], "743.19")
    past_the_deadline(room)
    SealingKey.objects.filter(auction=room.id, holder="office").update(sealed=bytes(60))
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=sheet, by_sheet=True)
    with pytest.raises(OwnKeyLost):
        service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id, office_key=file)
    (entry,) = (each for each in room.entries() if each.kind == "offers_opened")
    assert (entry.body["auditor_means"], entry.body["office_means"]) == ("recovery", "file")
    assert load(room.id).lots[1].price == Decimal("743.19")


def test_the_keeper_is_asked_for_the_secret() -> None:
    keeper = neutral()
    room = random_room()
    told = Notice.objects.filter(kind="auction.key_needed", recipient=keeper.user)
    assert "random end" in told[0].text
    assert str(room.id) in told[0].link


def waiting(room: Room, person: Supplier) -> list[str]:
    """What the home page has for a person about this auction."""
    panel: Any = desk_panel(_Request(person))  # type: ignore[arg-type]
    rows = [] if panel is None else panel["waiting"]
    return [row["kind"] for row in rows if row["auction"].pk == room.id]


class _Request:
    def __init__(self, person: Supplier) -> None:
        self.actor = person.actor


def test_the_secret_waits_on_the_keepers_home() -> None:
    keeper, room = neutral(), random_room()

    assert waiting(room, keeper) == ["make_secret"]
    make(room, keeper)
    assert waiting(room, keeper) == []
    started(room)
    bid(room, room.suppliers[0], "800", load(room.id).lots[1].deadline - timedelta(minutes=12))
    past_the_deadline(room)
    assert waiting(room, keeper) == ["open_secret"]


def heard(room: Room) -> None:
    """Hand the ledger's entries to the handler, as the relay does; twice, since it may."""
    state = load(room.id)
    for event in (*LedgerSource().read(subject_of(room.id), 0, 10_000),) * 2:
        if event.type in seed_notices.TYPES:
            seed_notices.on_ledger(event)
    assert state.phase.is_open


def test_the_keeper_is_told_when_the_window_is_over_and_finalists_when_they_may_offer() -> None:
    room, keeper = over()
    heard(room)
    told = Notice.objects.filter(kind="auction.seeds_awaited", recipient=keeper.user)
    assert told.count() == 1
    assert not Notice.objects.filter(kind="auction.final_offer").exists()
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())
    with CaptureQueriesContext(connection) as asked:
        for event in LedgerSource().read(subject_of(room.id), 0, 10_000):
            if event.type == "auction.finalist_named":
                seed_notices.on_ledger(event)
    assert not [each for each in asked if Snapshot._meta.db_table in each["sql"]]
    heard(room)
    may = Notice.objects.filter(kind="auction.final_offer")
    assert {each.recipient_id for each in may} == {each.user.pk for each in room.suppliers}
    assert may.count() == len(room.suppliers)
