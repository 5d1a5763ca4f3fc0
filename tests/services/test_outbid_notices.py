"""Outbid: who is told, who is not, and how often; through the relay as it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.core.mail import EmailMessage
from django.utils.translation import override

from auctions import notices, outbid
from auctions.domain.commands import Command, DecideWithdrawal, Officer, Withdraw
from auctions.domain.terms import Feedback, SoftClose
from auctions.realtime.messages import Ack
from auctions.realtime.presence import Presence, Seen
from auctions.services import admission, closing, deciding
from crm_core.companies.models import Membership, Role
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.notifications.tasks import deliver_mail
from crm_core.notifications.texts import filled
from crm_core.people.models import User
from infra import relay
from kernel.clock import utc_now
from tests.rooms import Room, Supplier, open_room

pytestmark = pytest.mark.django_db
LEAD_ONLY = Feedback(rank=False, lead=True, lead_min_bidders=1)
NEITHER = Feedback(rank=False, lead=False)


def running(suppliers: int = 2, **changes: object) -> Room:
    """A room that runs since a second ago; everybody accepted its terms."""
    room = open_room(suppliers, starts_at=utc_now() - timedelta(seconds=1), **changes)
    for supplier in room.suppliers:
        admission.accept_terms(
            actor=supplier.actor, auction_id=room.id, version=1,
            terms_hash=room.terms.digest(), ref="accept",
        )  # fmt: skip
    return room


def bids(room: Room, *placed: tuple[Supplier, str]) -> None:
    """Let these bids be accepted, one after the other."""
    for supplier, amount in placed:
        decide(room, room.bid(supplier, amount), supplier)


def decide(room: Room, command: Command, by: Supplier | None = None) -> None:
    party = room.officer if by is None else by.party
    ruling = deciding.decide_now(auction_id=room.id, command=command, party=party)
    assert isinstance(ruling.answers[0][1], Ack)


def told(supplier: Supplier) -> list[tuple[str, dict[str, object]]]:
    """Text and data of the notices to the supplier's person."""
    found = Notice.objects.filter(recipient=supplier.user, kind=notices.KIND)
    return list(found.order_by("created_at").values_list("text", "data"))


def mails(supplier: Supplier) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=supplier.user.email))


def connected(room: Room, supplier: Supplier, at: datetime) -> None:
    """The supplier has a socket open, as a web process tells the others."""
    presence = Presence()
    presence.enter(room.id, supplier.seat, object(), Seen(), at)

    async def tell() -> None:
        await presence.write(at)
        await presence.close()

    async_to_sync(tell)()


def test_who_loses_the_lead_is_told_its_rank_in_the_application_and_by_mail() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))

    relay.drain()
    relay.drain()

    assert told(first) == [
        (notices.RANK_LOST, {"lot": 1, "reference": "T-2026-1", "rank": 2}),
    ]
    notice = Notice.objects.get(recipient=first.user)
    assert notice.company_id == first.company.pk
    assert notice.link == f"/auctions/{room.id}/"
    assert [mail.context["text"] for mail in mails(first)] == [notices.RANK_LOST]
    assert told(second) == []
    assert mails(second) == []


def test_every_rank_that_falls_is_told_but_none_that_does_not() -> None:
    room = running(3)
    one, two, three = room.suppliers
    bids(room, (one, "900.00"), (two, "950.00"), (three, "920.00"))

    relay.drain()

    assert told(one) == []
    assert [data["rank"] for _text, data in told(two)] == [3]
    assert told(three) == []


def test_where_the_lead_alone_is_shown_the_rank_is_not_told() -> None:
    room = running(3, feedback=LEAD_ONLY)
    one, two, three = room.suppliers
    bids(room, (one, "900.00"), (two, "890.00"), (three, "895.00"))

    relay.drain()

    assert told(one) == [(notices.LEAD_LOST, {"lot": 1, "reference": "T-2026-1", "rank": 0})]
    assert told(two) == []
    assert told(three) == []


def test_where_rank_and_lead_are_hidden_nobody_is_told() -> None:
    room = running(feedback=NEITHER)
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))

    relay.drain()

    assert told(first) == []
    assert mails(first) == []


def test_in_the_last_minutes_without_ranks_nobody_is_told() -> None:
    room = running(
        length=timedelta(minutes=10),
        soft_close=SoftClose(window=timedelta(0)),
        feedback=Feedback(rank=True, hide_ranks_last=timedelta(minutes=9, seconds=59)),
    )
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))
    assert "ranks_hidden" in room.kinds()

    relay.drain()

    assert told(first) == []


def test_somebody_with_the_auction_open_is_not_told() -> None:
    room = running(3)
    one, two, three = room.suppliers
    connected(room, one, utc_now())
    connected(room, two, utc_now() - timedelta(minutes=1))
    bids(room, (one, "900.00"), (two, "890.00"), (three, "880.00"))

    relay.drain()

    assert told(one) == []
    assert mails(one) == []
    assert len(told(two)) == 1


def test_once_in_ten_minutes_however_often_it_is_outbid() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))
    relay.drain()
    bids(room, (first, "880.00"), (second, "870.00"))
    relay.drain()
    assert len(told(first)) == len(mails(first)) == 1

    Notice.objects.filter(recipient=first.user).update(
        created_at=utc_now() - notices.QUIET - timedelta(seconds=1)
    )
    bids(room, (first, "860.00"), (second, "850.00"))
    relay.drain()

    assert len(told(first)) == len(mails(first)) == 2


def test_who_leads_again_before_the_delivery_is_not_told() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"), (first, "880.00"))

    relay.drain()

    assert told(first) == []
    assert len(told(second)) == 1


def test_an_approved_withdrawal_tells_its_supplier_where_it_stands() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (second, "900.00"), (first, "920.00"), (first, "890.00"))
    relay.drain()
    Notice.objects.all().delete()
    decide(room, Withdraw(seat=first.seat, lot=1, ref="w"), first)
    decide(
        room,
        DecideWithdrawal(lot=1, approve=True, reason="a slip", by=Officer.BUYER, ref="d"),
    )

    relay.drain()

    assert [data["rank"] for _text, data in told(first)] == [2]
    assert told(second) == []


def test_nothing_is_told_once_the_auction_has_ended() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))
    closing.cancel(actor=room.buyer.actor, auction_id=room.id, reason="Gone", ref="c")

    relay.drain()

    assert told(first) == []


def test_a_late_delivery_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"))
    later = utc_now() + notices.LATE + timedelta(seconds=1)
    monkeypatch.setattr(notices, "utc_now", lambda: later)

    relay.drain()

    assert told(first) == []


def test_only_those_who_may_bid_for_the_company_are_told() -> None:
    room = running()
    first, second = room.suppliers
    onlooker = User.objects.create_user("onlooker@example.org", full_name="Onlooker")
    Membership.objects.create(user=onlooker, company=first.company, role=Role.FINANCE)
    bids(room, (first, "900.00"), (second, "890.00"))

    relay.drain()

    assert len(told(first)) == 1
    assert not Notice.objects.filter(recipient=onlooker).exists()


def test_the_mail_is_in_the_readers_language_and_tells_no_price_and_no_name(
    mailoutbox: list[EmailMessage],
) -> None:
    room = running()
    first, second = room.suppliers
    User.objects.filter(pk=first.user.pk).update(language="uk")
    bids(room, (first, "900.00"), (second, "890.00"))
    relay.drain()

    [mail] = mails(first)
    assert deliver_mail(str(mail.pk))

    [sent] = mailoutbox
    assert sent.to == [first.user.email]
    with override("uk"):
        expected = filled(notices.RANK_LOST, {"lot": 1, "reference": "T-2026-1", "rank": 2})
    assert sent.subject == expected
    assert "Доброго дня" in sent.body
    assert f"/auctions/{room.id}/" in sent.body
    for secret in ("890", "900", second.company.legal_name, second.seat):
        assert secret not in sent.subject + sent.body


def test_the_state_before_an_entry_is_found_from_whatever_is_known() -> None:
    room = running()
    first, second = room.suppliers
    bids(room, (first, "900.00"), (second, "890.00"), (first, "880.00"))
    numbers = [entry.seq for entry in room.entries() if entry.kind == "bid_placed"]
    states = outbid.States()

    def leads(seqs: Sequence[int]) -> list[tuple[int, Decimal | None]]:
        found = []
        for seq in seqs:
            before, after = states.around(room.id, seq, room.auction.rules_version)
            assert (before.seq, after.seq) == (seq - 1, seq)
            offer = after.state.lots[1].seats[first.seat].best
            found.append((after.evolved, offer.amount if offer else None))
        return found

    forward = leads(numbers)
    again = leads(numbers[:1])

    assert [amount for _steps, amount in forward] == [
        Decimal("900.00"), Decimal("900.00"), Decimal("880.00"),
    ]  # fmt: skip
    assert [steps for steps, _amount in forward] == [1, 1, 1]
    assert again[0][1] == Decimal("900.00")
