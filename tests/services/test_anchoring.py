"""The end of a ledger in many hands: the closing notice, its checkpoint, and a time stamp."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from auctions import tasks
from auctions.domain.commands import Cancel, Officer
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exports import export_ledger
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from auctions.models import Auction, Checkpoint, HeadStamp
from auctions.selectors import load
from auctions.services import anchoring
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.notifications.tasks import _compose
from crm_core.notifications.texts import filled
from infra import relay, timestamping
from infra.keys import key_ring
from kernel.clock import utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.services import ending
from tests import formats_house
from tests import tender_house as house
from tests.formats_house import FORMATS
from tests.time_stamps import Authority, authority

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tsa(tmp_path: Path, settings: Any) -> Iterator[Authority]:
    with authority(tmp_path) as here:
        settings.TSA_URL, settings.TSA_CA_FILE = here.url, str(here.ca)
        yield here


@pytest.fixture
def closed(officer: Any, sellers: Any) -> Tender:
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    relay.drain()
    tender.refresh_from_db()
    return tender


@pytest.fixture
def called_off(officer: Any, sellers: Any) -> Tender:
    """Ended now, as the authority's clock has it: what is played lies in time to come."""
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    now = utc_now() - load(tender.auction_id).rules.starts_at
    cancel = Cancel("The need is gone.", Officer.BUYER, "o1")
    house.play(tender, [], also=[(now, cancel)], to_end=False)
    relay.drain()
    return tender


def exported(tender: Tender) -> bytes:
    with transaction.atomic(), connection.cursor() as cursor:
        return export_ledger(cursor, key_ring(), tender.auction_id, Viewer(Scope.PUBLIC))


def told_the_head(tender: Tender, readers: Any) -> None:
    """Each has the last entry's hash and its signature, as a notice and by mail."""
    ended = Auction.objects.get(pk=tender.auction_id)
    checkpoint = Checkpoint.objects.filter(auction=ended).order_by("number").last()
    assert checkpoint is not None
    assert bytes(checkpoint.head) == bytes(ended.head_hash)
    for reader in readers:
        notice = Notice.objects.get(recipient_id=reader.user_id, kind="tender.closed")
        text = filled(notice.text, notice.data)
        assert bytes(ended.head_hash).hex() in text
        assert f"entry {ended.head_seq}" in text
        assert bytes(checkpoint.signature).hex() in text
        mail = _compose(
            OutgoingMail.objects.get(key__startswith=notice.key, key__endswith=str(reader.user_id))
        )
        assert bytes(ended.head_hash).hex() in mail.body
        assert bytes(checkpoint.signature).hex() in mail.body
        assert "\n" not in mail.subject
        assert len(mail.subject) < 120


@pytest.mark.parametrize("name", FORMATS)
def test_the_closing_notice_of_every_format_carries_the_head_and_the_signature(
    officer: Any, sellers: Any, name: str
) -> None:
    """To the buyer, to who won and to who did not."""
    offers = ("1200", "1100") if name == "budget" else ("500.00", "540.00")
    tender = formats_house.ended(name, officer, sellers, offers)
    relay.drain()
    told_the_head(tender, (officer, *sellers))


def test_who_was_invited_and_did_nothing_is_told_the_head_too(
    closed: Tender, officer: Any, sellers: Any
) -> None:
    told_the_head(closed, (officer, *sellers))


def test_what_the_notice_told_is_a_checkpoint_that_verify_takes(closed: Tender) -> None:
    closing = anchoring.find_closing_head(closed.auction_id)
    assert closing is not None
    report = verify(exported(closed), checkpoints=[closing.signed])
    assert report.passed
    texts = [each.text for each in report.findings]
    assert "All 1 checkpoints given stand in the export." in texts


def test_it_is_taken_once(closed: Tender) -> None:
    before = Checkpoint.objects.filter(auction_id=closed.auction_id).count()
    first = anchoring.closing_head(closed.auction_id)
    assert anchoring.closing_head(closed.auction_id).told() == first.told()
    assert Checkpoint.objects.filter(auction_id=closed.auction_id).count() == before


@pytest.mark.parametrize("how", ["cancelled", "annulled"])
def test_whoever_stops_an_auction_tells_the_head_too(officer: Any, sellers: Any, how: str) -> None:
    tender = house.published(officer, sellers)
    stop = ending.cancel if how == "cancelled" else ending.annul
    stop(actor=officer, tender_id=tender.pk, reason="The need is gone.")
    relay.drain()
    ended = Auction.objects.get(pk=tender.auction_id)
    notice = Notice.objects.get(recipient_id=sellers[0].user_id, kind=f"tender.{how}")
    assert notice.data["head"] == bytes(ended.head_hash).hex()


def test_without_an_authority_nothing_is_stamped(closed: Tender) -> None:
    assert tasks.stamp_head(str(closed.auction_id)) == "nothing to stamp"
    assert tasks.stamp_waiting() == 0
    assert "timestamps" not in json.loads(exported(closed))


def test_the_head_is_stamped_once_and_stands_in_the_export(closed: Tender, tsa: Authority) -> None:
    assert tasks.stamp_head(str(closed.auction_id)) == "stamped"
    assert tasks.stamp_head(str(closed.auction_id)) == "stamped"
    assert tasks.stamp_waiting() == 0
    assert len(tsa.asked) == 1
    kept = HeadStamp.objects.get(auction_id=closed.auction_id)
    assert bytes(kept.head) == bytes(Auction.objects.get(pk=closed.auction_id).head_hash)
    report = verify(exported(closed), authorities=tsa.ca)
    assert report.passed
    stamped = [each for each in report.findings if each.check == "timestamp"]
    assert [each.level for each in stamped] == [Level.OK, Level.OK]


def test_what_ended_while_the_authority_was_away_is_stamped_later(
    closed: Tender, tsa: Authority, settings: Any
) -> None:
    here, settings.TSA_URL = settings.TSA_URL, "http://127.0.0.1:9/tsr"
    assert tasks.stamp_head(str(closed.auction_id)) == "not stamped"
    assert tasks.stamp_waiting() == 0
    settings.TSA_URL = here
    tsa.answer = b"<html>Sorry</html>"
    assert tasks.stamp_waiting() == 0
    tsa.answer = None
    assert tasks.stamp_waiting() == 1


def test_an_annulment_after_the_stamp_is_stamped_too_also_when_the_authority_was_away(
    closed: Tender, tsa: Authority, officer: Any, settings: Any
) -> None:
    assert tasks.stamp_head(str(closed.auction_id)) == "stamped"
    here, settings.TSA_URL = settings.TSA_URL, "http://127.0.0.1:9/tsr"
    ending.annul(actor=officer, tender_id=closed.pk, reason="A price list was wrong.")
    relay.drain()
    assert tasks.stamp_waiting() == 0
    settings.TSA_URL = here
    assert tasks.stamp_waiting() == 1
    assert tasks.stamp_waiting() == 0
    latest = HeadStamp.objects.filter(auction_id=closed.auction_id).order_by("seq").last()
    assert latest is not None
    closing = anchoring.find_closing_head(closed.auction_id)
    assert closing is not None
    assert latest.seq == closing.seq
    report = verify(exported(closed), authorities=tsa.ca)
    assert report.passed
    stamped = [each.level for each in report.findings if each.check == "timestamp"]
    assert stamped == [Level.OK] * 4


def test_what_never_can_be_stamped_keeps_nothing_else_waiting(
    officer: Any, sellers: Any, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring, "AT_ONCE", 2)
    monkeypatch.setattr(tasks.stamp_head, "delay", lambda _: None)  # the sweep alone
    ended = []
    for _ in range(4):
        tender = house.published(officer, sellers)
        ending.cancel(actor=officer, tender_id=tender.pk, reason="The need is gone.")
        relay.drain()
        ended.append(Auction.objects.get(pk=tender.auction_id))
    tsa.refused = [bytes(each.head_hash) for each in ended[:3]]
    for _ in range(100):  # another two each time; one time in two the fourth is among them
        if anchoring.stamp_waiting():
            break
    assert HeadStamp.objects.get().auction_id == ended[3].pk


def test_while_the_authority_is_away_it_is_not_asked_for_each(
    officer: Any, sellers: Any, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.stamp_head, "delay", lambda _: None)
    tsa.answer = b"<html>Sorry</html>"
    for _ in range(4):
        tender = house.published(officer, sellers)
        ending.cancel(actor=officer, tender_id=tender.pk, reason="The need is gone.")
        relay.drain()
    assert anchoring.stamp_waiting() == 0
    assert len(tsa.asked) == anchoring.AWAY_AFTER
    tsa.answer = None
    assert anchoring.stamp_waiting() == 4


def test_the_answer_to_another_question_is_not_kept(closed: Tender, tsa: Authority) -> None:
    tsa.answer = timestamping.ask(b"something else", url=tsa.url)
    assert tasks.stamp_head(str(closed.auction_id)) == "not stamped"
    assert not HeadStamp.objects.exists()


def test_a_stamp_that_the_authority_named_does_not_vouch_for_is_not_kept(
    closed: Tender, tsa: Authority, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "other").mkdir()
    with authority(tmp_path / "other") as other:
        settings.TSA_CA_FILE = str(other.ca)
    assert tasks.stamp_head(str(closed.auction_id)) == "not stamped"
    assert not HeadStamp.objects.exists()


def test_the_verification_page_shows_both(called_off: Tender, tsa: Authority, sellers: Any) -> None:
    tasks.stamp_head(str(called_off.auction_id))
    page = house.signed_in(sellers[0]).get(f"/auctions/{called_off.auction_id}/verification/")
    text = page.content.decode()
    closing = anchoring.find_closing_head(called_off.auction_id)
    assert closing is not None
    assert closing.signed["signature"] in text
    assert 'id="time-stamp"' in text
    assert tsa.url in text
    assert "Time stamp 1 is signed by the authority given." in text


def test_the_database_keeps_one_stamp_an_entry(closed: Tender, tsa: Authority) -> None:
    tasks.stamp_head(str(closed.auction_id))
    kept = HeadStamp.objects.get()
    with pytest.raises(Exception, match="auctions_headstamp_once"), transaction.atomic():
        HeadStamp.objects.create(
            auction_id=kept.auction_id, seq=kept.seq, head=kept.head, token=b"x",
            authority="a", stamped_at=kept.stamped_at,
        )  # fmt: skip
