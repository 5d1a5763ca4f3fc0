"""Sealed offers through the services: keys, opening, recovery, and who learns what when."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from auctions.domain import commands as cmd
from auctions.domain.formats.sealed import purpose
from auctions.domain.refusals import (
    AuditorKeyMissing,
    KeyDiffers,
    NotAwaitingOpening,
    SealingKeyExists,
    SealingKeyMalformed,
)
from auctions.domain.state import LotPhase
from auctions.domain.terms import Format, KeyKeeper, SealedTerms, SoftClose
from auctions.ledger.store import read_after
from auctions.models import SealingKey
from auctions.realtime.answers import Work
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.errors import AuctionUnknown, NotAllowed
from auctions.realtime.messages import Refused
from auctions.realtime.party import PLATFORM
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services.policies import place_of
from auctions.services.sealing_errors import (
    NothingSealed,
    NotTheKeeper,
    OwnKeyLost,
    SecondPersonNeeded,
    WrappedKeyMalformed,
)
from auctions.services.verifying import export_for, verification_for
from crm_core.companies.models import Membership, Role
from crm_core.notifications.models import Notice
from crm_core.people.models import User
from kernel import sealing
from kernel.clock import utc_now
from tests.made_up_time import decided_at
from tests.rooms import Room, Supplier, company, open_room
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
AUDITOR = (7).to_bytes(32)
WRAPPED = json.dumps({"rounds": 600_000, "salt": "00" * 16, "nonce": "00" * 12, "text": "00" * 48})
SECRET_AMOUNT = "743.19"


def sealed_terms() -> dict[str, Any]:
    return {
        "format": Format.SEALED,
        "sealed": SealedTerms(),
        "starts_at": utc_now() - timedelta(minutes=1),
        "length": timedelta(minutes=10),
        "soft_close": SoftClose(window=timedelta(0), reset=timedelta(0)),
    }


def sealed_room(suppliers: int = 2, **changes: Any) -> Room:
    """An auction whose lot started a minute ago, accepted by everybody."""
    room = open_room(suppliers, **{**sealed_terms(), **changes})
    for each in room.suppliers:
        decided(room, cmd.AcceptTerms(each.seat, 1, room.terms.digest(), room.ref()), each)
    return room


def decided(room: Room, command: cmd.Command, by: Supplier | None = None) -> Any:
    party = PLATFORM if by is None else by.party
    with connection.cursor() as cursor:
        ruling = decide_in_transaction(cursor, room.id, [Work(command, party, utc_now())])
    answer = ruling.answers[0][1]
    assert not isinstance(answer, Refused), answer
    return answer


def neutral() -> Supplier:
    return company(Role.ARBITER, operates=True)


def with_keys(room: Room) -> Supplier:
    keeper = neutral()
    service.set_auditor_key(
        actor=keeper.actor,
        auction_id=room.id,
        public_key=sealing.public_key_of(AUDITOR).hex(),
        wrapped=WRAPPED,
    )
    return keeper


def test_the_keepers_of_the_auditors_key_are_told_that_nobody_can_offer_before() -> None:
    keeper, stranger = neutral(), company(Role.OFFICER, buys=True)
    room = sealed_room()

    told = Notice.objects.filter(kind="auction.key_needed")

    assert set(told.values_list("recipient_id", flat=True)) >= {keeper.user.pk}
    unasked = {stranger.user.pk, room.buyer.user.pk, *(each.user.pk for each in room.suppliers)}
    assert not told.filter(recipient_id__in=unasked).exists()
    assert str(room.id) in told[0].link


def offer(room: Room, by: Supplier, amount: str) -> Any:
    keys = load(room.id).sealing
    assert keys is not None
    text = json.dumps({"amount": amount}).encode()
    both = (bytes.fromhex(keys.auditor), bytes.fromhex(keys.office))
    envelope = sealing.seal(*both, purpose(by.seat, 1), text).hex()
    return decided(room, cmd.PlaceSealedOffer(by.seat, 1, envelope, room.ref()), by)


def past_the_deadline(room: Room) -> None:
    """Time goes by: the deadline is decided as the clock would."""
    due = load(room.id).lots[1].deadline
    assert due is not None
    decided_at(room.id, cmd.Tick(due), due)


def test_the_opening_of_the_auction_names_the_office_key_and_keeps_it_encrypted() -> None:
    room = sealed_room()
    assert room.kinds()[:2] == ["opened", "sealing_key_set"]
    row = SealingKey.objects.get(auction=room.id)
    secret = service.office_key(actor=room.buyer.actor, auction_id=room.id)
    assert sealing.public_key_of(bytes.fromhex(secret)).hex() == row.public_key
    assert secret not in everything_kept()


def test_nothing_kept_tells_an_amount_before_the_opening(caplog: pytest.LogCaptureFixture) -> None:
    room = sealed_room()
    keeper = with_keys(room)
    answer = offer(room, room.suppliers[0], SECRET_AMOUNT)
    past_the_deadline(room)
    key = AUDITOR.hex()
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)
    kept = everything_kept() + caplog.text + repr(answer)
    assert SECRET_AMOUNT not in kept
    assert SECRET_AMOUNT.encode().hex() not in kept
    assert key not in kept
    assert "sealed_offer_placed" in kept
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    assert SECRET_AMOUNT in everything_kept()


def test_both_keys_open_and_the_ledger_verifies_for_everybody() -> None:
    room = sealed_room()
    keeper = with_keys(room)
    offer(room, room.suppliers[0], "800")
    offer(room, room.suppliers[0], "745.50")
    offer(room, room.suppliers[1], "745.49")
    past_the_deadline(room)
    assert load(room.id).lots[1].phase is LotPhase.SEALED
    with pytest.raises(AuditorKeyMissing):
        service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (room.suppliers[1].seat, Decimal("745.49"))
    for actor in (room.buyer.actor, room.suppliers[0].actor, room.suppliers[1].actor):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report
    own = json.loads(
        export_for(room.suppliers[0].actor, place_of(room.suppliers[0].actor, room.id))
    )
    bodies = json.dumps([entry.get("body") for entry in own["entries"]])
    assert "745.50" in bodies
    assert "745.49" not in bodies


@pytest.mark.parametrize("copy", ["sheet", "file"])
def test_a_lost_key_is_recovered_from_the_copy_kept_offline(copy: str) -> None:
    room = sealed_room()
    keeper = with_keys(room)
    file = service.office_key(actor=room.buyer.actor, auction_id=room.id)
    offer(room, room.suppliers[0], "745.50")
    past_the_deadline(room)
    sheet = " ".join(AUDITOR.hex().upper()[at : at + 8] for at in range(0, 64, 8))
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=sheet, by_sheet=True)
    if copy == "sheet":
        with pytest.raises(SecondPersonNeeded):  # one person alone never opens
            service.open_offers(actor=keeper.actor, auction_id=room.id)
        service.open_offers(actor=neutral().actor, auction_id=room.id)
        means = ("recovery", "platform")
    else:
        broken = SealingKey.objects.get(auction=room.id, holder="office")
        SealingKey.objects.filter(pk=broken.pk).update(sealed=bytes(60))
        with pytest.raises(OwnKeyLost):
            service.open_offers(actor=room.buyer.actor, auction_id=room.id)
        service.open_offers(actor=room.buyer.actor, auction_id=room.id, office_key=file)
        means = ("recovery", "file")
    (entry,) = [entry for entry in room.entries() if entry.kind == "offers_opened"]
    assert (entry.body["auditor_means"], entry.body["office_means"]) == means
    assert load(room.id).lots[1].winner == room.suppliers[0].seat


def test_keys_are_refused_before_the_deadline_and_wrong_ones_after() -> None:
    room = sealed_room()
    keeper = with_keys(room)
    offer(room, room.suppliers[0], "745.50")

    def hand(key: str) -> None:
        service.hand_over(actor=keeper.actor, auction_id=room.id, key=key, by_sheet=False)

    with pytest.raises(NotAwaitingOpening):
        hand(AUDITOR.hex())
    assert SealingKey.objects.get(auction=room.id, holder="auditor").sealed is None
    past_the_deadline(room)
    for wrong in ("", "zz", "00" * 32, (8).to_bytes(32).hex(), "ff" * 32):
        with pytest.raises(KeyDiffers):
            hand(wrong)


def test_the_auditors_key_is_made_once_by_whom_the_terms_name() -> None:
    room = sealed_room()
    public = sealing.public_key_of(AUDITOR).hex()

    def make(actor: Any, key: str = public, wrapped: str = WRAPPED) -> None:
        service.set_auditor_key(actor=actor, auction_id=room.id, public_key=key, wrapped=wrapped)

    with pytest.raises(NotTheKeeper):
        make(room.buyer.actor)
    with pytest.raises(NotAllowed):
        make(room.suppliers[0].actor)
    with pytest.raises(AuctionUnknown):
        make(company(Role.BIDDER, sells=True).actor)
    keeper = neutral()
    for bad in ("", "[]", "{}", WRAPPED.replace("600000", "10"), WRAPPED.replace("00", "zz")):
        with pytest.raises(WrappedKeyMalformed):
            make(keeper.actor, wrapped=bad)
    with pytest.raises(SealingKeyMalformed):
        make(keeper.actor, key="04" * 65)
    make(keeper.actor)
    with pytest.raises(SealingKeyExists):
        make(neutral().actor)


def test_an_auditor_of_the_buyer_keeps_the_key_where_the_terms_say_so() -> None:
    room = sealed_room(sealed=SealedTerms(keeper=KeyKeeper.AUDITOR))
    user = User.objects.create_user("auditor@example.org", full_name="The auditor")
    Membership.objects.create(user=user, company=room.buyer.company, role=Role.AUDITOR)
    auditor = Supplier(room.buyer.company, user)
    with pytest.raises(NotTheKeeper):
        service.set_auditor_key(
            actor=neutral().actor, auction_id=room.id, public_key="", wrapped=""
        )
    public = sealing.public_key_of(AUDITOR).hex()
    service.set_auditor_key(
        actor=auditor.actor, auction_id=room.id, public_key=public, wrapped=WRAPPED
    )
    assert service.progress(actor=auditor.actor, auction_id=room.id).wrapped == WRAPPED
    # Whoever holds the other key is not given this one, not even wrapped.
    assert service.progress(actor=room.buyer.actor, auction_id=room.id).wrapped == ""
    with pytest.raises(NotAllowed):
        service.office_key(actor=auditor.actor, auction_id=room.id)


def test_how_many_offers_there_are_is_told_by_the_terms() -> None:
    room = sealed_room()
    with_keys(room)
    offer(room, room.suppliers[0], "745.50")
    before = service.progress(actor=room.buyer.actor, auction_id=room.id)
    past_the_deadline(room)
    after = service.progress(actor=room.buyer.actor, auction_id=room.id)
    assert (before.offers, after.offers) == (None, 1)


def test_an_auction_of_another_format_has_no_keys() -> None:
    room = open_room(1)
    assert not SealingKey.objects.exists()
    with pytest.raises(NothingSealed):
        service.progress(actor=room.buyer.actor, auction_id=room.id)


def test_a_key_is_bound_to_its_auction() -> None:
    one, other = sealed_room(1), sealed_room(1)
    row = SealingKey.objects.get(auction=one.id)
    SealingKey.objects.filter(auction=other.id).update(sealed=row.sealed)
    with pytest.raises(OwnKeyLost):
        service.office_key(actor=other.buyer.actor, auction_id=other.id)


def test_what_an_opening_fixes_is_stamped_by_the_clock_that_records_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The web process that opens may run ahead; nothing is to have happened after its record."""
    ahead = timedelta(minutes=3)
    for module in ("sealing_keys", "seeds", "opening"):
        place = f"auctions.services.{module}.utc_now"
        monkeypatch.setattr(place, lambda: utc_now() + ahead, raising=False)
    room = open_room(2, **sealed_terms())
    with connection.cursor() as cursor:
        entries = read_after(cursor, room.id, 0)
    (fixed,) = (each for each in entries if each.kind == "sealing_key_set")
    assert fixed.event().at == fixed.recorded_at  # type: ignore[union-attr]
