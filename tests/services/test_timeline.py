"""What trade writes to the timelines of accounts: each side in its own words, nothing secret."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auctions.domain.commands import DecideWithdrawal, Officer, Withdraw
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from crm_core.timeline import rebuild, selectors
from crm_core.timeline.errors import AccountNotFound
from crm_core.timeline.models import Account, Interaction, OpenedSeal
from crm_core.timeline.wording import lines
from infra import relay
from infra.models import RelayOffset
from marketplace.tenders import auctioning
from marketplace.tenders.services import ending, invitations, lots, publishing
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def operator():
    return house.person(house.company("Fairfall Operations OÜ", operates=True), Role.PLATFORM_ADMIN)


def account_of(owner, partner) -> Account:
    return Account.objects.get(owner_id=owner.company_id, partner_id=partner.company_id)


def told(owner, partner) -> list[str]:
    """The timeline as read, the oldest first."""
    account = account_of(owner, partner)
    shown = lines(selectors.timeline(account), account.partner)
    return [line.text.replace("\u00a0", " ") for line in reversed(shown)]


def facts_of(owner):
    found = Interaction.objects.filter(account__owner=owner.company_id)
    return found.values_list("facts", flat=True)


def kinds(owner, partner) -> list[str]:
    told = selectors.timeline(account_of(owner, partner))
    return [each.kind for each in reversed(told)]


def whole_life(officer, sellers, **rules):
    tender = house.published(officer, sellers, **rules)
    for seller in sellers:
        invitations.mark_seen(actor=seller, tender_id=tender.pk)
        house.accept(seller, tender)
    house.play(
        tender,
        [
            (MINUTE, sellers[0], "540.00"),
            (2 * MINUTE, sellers[1], "530.00"),
            (3 * MINUTE, sellers[0], "520.00"),
            (4 * MINUTE, sellers[1], "510.00"),
            (29 * MINUTE, sellers[1], "500.00"),
        ],
    )
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id
    )
    relay.drain()
    tender.refresh_from_db()
    return tender


def test_a_tender_is_told_to_both_sides_each_in_its_own_words(officer, sellers, operator):
    tender = whole_life(officer, sellers)
    ref = tender.reference

    assert kinds(officer, sellers[0]) == [
        "invited", "seen", "accepted", "bid", "outbid", "extended", "lost",
    ]  # fmt: skip
    buyer = told(officer, sellers[0])
    assert buyer[0] == f"You invited Baltmet AS to {ref}: Steel coil."
    assert buyer[1] == f"Baltmet AS opened the invitation to {ref}."
    assert buyer[2] == f"Baltmet AS accepted version 1 of the terms of {ref}."
    assert buyer[3] == f"Baltmet AS placed 2 bids on lot 1 of {ref}, the best 520.00 EUR."
    assert buyer[4] == f"Baltmet AS was outbid 2 times on lot 1 of {ref}; its rank was then 2."
    assert buyer[6] == f"Baltmet AS lost lot 1 of {ref} by price: 520.00 EUR, rank 2, +4.00 %."

    loser = told(sellers[0], officer)
    assert loser[0] == f"Põhja Energia AS invited you to {ref}: Steel coil."
    assert loser[3] == f"You placed 2 bids on lot 1 of {ref}, the best 520.00 EUR."
    assert loser[4] == f"You were outbid 2 times on lot 1 of {ref}; your rank was then 2."
    assert loser[6] == f"You lost lot 1 of {ref} at 520.00 EUR, rank 2."

    winner = told(sellers[1], officer)
    assert winner[-1] == f"You won lot 1 of {ref} at 500.00 EUR."
    assert told(officer, sellers[1])[-1] == (
        f"You awarded lot 1 of {ref} to Nordwerk Stahl GmbH at 500.00 EUR."
    )
    seen_by_operator = told(operator, sellers[0])
    assert f"Baltmet AS was invited to {ref} by Põhja Energia AS." in seen_by_operator
    assert f"Baltmet AS placed 2 bids on lot 1 of {ref}." in seen_by_operator


def test_no_side_keeps_what_it_may_not_know(officer, sellers, operator):
    whole_life(officer, sellers)

    kept = str(list(facts_of(sellers[0])))
    # The rival is nowhere, neither by name nor by what it bid.
    assert str(sellers[1].company_id) not in kept
    assert not re.search(r"'5[013]0\.00'", kept)
    assert not re.search(r"'\d+\.\d\d'", str(list(facts_of(operator))))


def test_where_ranks_are_hidden_a_supplier_is_not_told_that_it_was_outbid(officer, sellers):
    whole_life(officer, sellers, **{"feedback.rank": False, "feedback.lead": False})

    assert "outbid" not in kinds(sellers[0], officer)
    assert "outbid" in kinds(officer, sellers[0])
    assert "rank" not in told(sellers[0], officer)[-1]


def test_a_blind_buyer_and_the_operator_learn_of_bids_when_the_last_lot_closed(
    officer, sellers, operator
):
    tender = house.published(officer, sellers, blind=True)
    for seller in sellers:
        house.accept(seller, tender)
    bids = [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")]
    house.play(tender, bids, to_end=False)
    relay.drain()

    assert kinds(officer, sellers[0]) == ["invited"]
    assert "bid" not in kinds(operator, sellers[0])
    assert kinds(sellers[0], officer)[-2:] == ["bid", "outbid"]
    assert "bid" not in selectors.figures(account_of(officer, sellers[0]))
    assert selectors.accounts(officer).get(partner=sellers[0].company_id).count == 1

    house.play(tender, [])
    relay.drain()

    assert kinds(officer, sellers[0]) == ["invited", "accepted", "bid", "outbid"]
    assert "bid" in kinds(operator, sellers[0])


def test_a_blind_buyer_of_a_cancelled_auction_learns_nothing_of_bids(officer, sellers):
    tender = house.published(officer, sellers, blind=True)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")], to_end=False)
    ending.cancel(actor=officer, tender_id=tender.pk, reason="The project was given up.")
    relay.drain()

    assert kinds(officer, sellers[0]) == ["invited"]
    assert kinds(sellers[0], officer)[-1] == "cancelled"
    assert not OpenedSeal.objects.exists()


def test_bursts_merge_and_pauses_between_them_part_them(officer, sellers):
    tender = house.published(officer, sellers[:1])
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[0], "530.00")],
               to_end=False)  # fmt: skip
    relay.drain()
    Interaction.objects.filter(kind="bid").update(
        began_at=F("began_at") - 11 * MINUTE, last_at=F("last_at") - 11 * MINUTE
    )
    house.play(tender, [(3 * MINUTE, sellers[0], "520.00")])
    relay.drain()

    times = selectors.timeline(account_of(officer, sellers[0]), kind="bid")
    assert [each.times for each in reversed(times)] == [2, 1]
    assert selectors.figures(account_of(officer, sellers[0]))["bid"] == 3


def test_a_decline_is_told_with_its_reason(officer, sellers, operator):
    tender = house.published(officer, sellers)
    invitations.decline(actor=sellers[1], tender_id=tender.pk, reason="No capacity")
    relay.drain()
    ref = tender.reference

    assert told(officer, sellers[1])[-1] == f"Nordwerk Stahl GmbH declined {ref}: No capacity"
    assert told(sellers[1], officer)[-1] == f"You declined {ref}: No capacity"
    assert told(operator, sellers[1])[-1] == f"Nordwerk Stahl GmbH declined {ref}."


def test_a_bid_taken_back_is_told(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    seat = auctioning.seats(tender)[sellers[0].company_id]
    house.play(
        tender,
        [(MINUTE, sellers[0], "540.00")],
        also=[
            (MINUTE + timedelta(seconds=5), Withdraw(seat=seat, lot=1, ref="w")),
            (
                MINUTE + timedelta(seconds=9),
                DecideWithdrawal(lot=1, approve=True, reason="A slip", by=Officer.BUYER, ref="d"),
            ),
        ],
    )
    relay.drain()
    ref = tender.reference

    assert told(officer, sellers[0])[-1] == f"Baltmet AS took a bid on lot 1 of {ref} back."
    assert told(sellers[0], officer)[-1] == f"You took a bid on lot 1 of {ref} back."


def test_a_reserve_that_was_not_met_ends_it_for_every_bidder(officer, sellers):
    tender = house.draft(officer, sellers[:1])
    lots.update_lot(
        actor=officer,
        tender_id=tender.pk,
        lot_id=tender.lots.get().pk,
        lot=house.lot(reserve="400.00"),
    )
    tender = publishing.publish(actor=officer, tender_id=tender.pk)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    relay.drain()
    ref = tender.reference

    assert told(officer, sellers[0])[-1] == (
        f"Lot 1 of {ref} closed without a result; Baltmet AS had bid 540.00 EUR."
    )
    assert told(sellers[0], officer)[-1] == (
        f"Lot 1 of {ref} closed without a result; you had bid 540.00 EUR."
    )


def test_falls_that_a_supplier_may_not_see_are_not_counted_for_it(officer):
    sellers = [house.supplier(f"Supplier {number}") for number in range(3)]
    tender = house.published(officer, sellers, **{"feedback.hide_ranks_last": "5"})
    for seller in sellers:
        house.accept(seller, tender)
    bids = [(MINUTE, sellers[0], "540.00"), (24 * MINUTE, sellers[1], "530.00")]
    house.play(tender, bids, to_end=False)
    relay.drain()
    shown = told(sellers[0], officer)
    mine = selectors.timeline(account_of(sellers[0], officer), kind="outbid").get()

    house.play(tender, [(26 * MINUTE, sellers[2], "520.00")], to_end=False)
    relay.drain()

    assert told(sellers[0], officer) == shown
    again = selectors.timeline(account_of(sellers[0], officer), kind="outbid").get()
    assert (again.last_at, again.times) == (mine.last_at, mine.times)
    assert "outbid 2 times" in told(officer, sellers[0])[-1]


def test_an_id_does_not_tell_the_number_of_its_entry(officer, sellers, settings):
    tender = whole_life(officer, sellers)
    stream = f"urn:fairfall:auction:{tender.auction_id}"
    ids = set(Interaction.objects.filter(stream=stream).values_list("pk", flat=True))

    settings.SECRET_KEY = "another secret"
    rebuild.rebuild(stream)

    others = set(Interaction.objects.filter(stream=stream).values_list("pk", flat=True))
    assert len(others) == len(ids)
    assert not ids & others


def test_one_event_costs_the_same_for_two_seats_and_for_twelve(officer):
    def cost_of_a_bid(count: int) -> int:
        sellers = [house.supplier(f"Supplier {count} {number}") for number in range(count)]
        tender = house.published(officer, sellers)
        for seller in sellers:
            house.accept(seller, tender)
        bids = [
            (timedelta(seconds=1 + number), seller, f"{540 - number}.00")
            for number, seller in enumerate(sellers)
        ]
        house.play(tender, bids, to_end=False)
        relay.drain()
        house.play(tender, [(29 * MINUTE, sellers[0], "480.00")], to_end=False)
        with CaptureQueriesContext(connection) as queries:
            relay.deliver(
                relay.switchboard.subscriptions["timeline.auction"],
                f"urn:fairfall:auction:{tender.auction_id}",
            )
        return len(queries)

    assert cost_of_a_bid(12) <= cost_of_a_bid(2) <= 40  # two events: the bid, the extension


def test_a_buyer_that_operates_the_platform_is_told_once(officer, sellers):
    Company.objects.filter(pk=officer.company_id).update(operates=True)
    house.published(officer, sellers)
    relay.drain()

    assert kinds(officer, sellers[0]) == ["invited"]
    assert not RelayOffset.objects.exclude(last_error="").exists()


def everything() -> list[tuple]:
    return [
        *Interaction.objects.order_by("id").values_list(),
        *OpenedSeal.objects.order_by("name").values_list(),
    ]


def test_a_rebuilt_timeline_is_the_same(officer, sellers, operator):
    whole_life(officer, sellers)
    before = everything()
    assert len(before) > 20
    Interaction.objects.filter(kind="bid").delete()
    Interaction.objects.filter(kind="invited").update(times=7)
    OpenedSeal.objects.all().delete()

    done = [rebuild.rebuild(stream) for stream in rebuild.streams()]

    assert sum(each.events for each in done) > 10
    assert not [each.failed for each in done if each.failed]
    assert everything() == before


def test_a_rebuild_tells_nothing_the_relay_has_not_delivered(officer, sellers):
    tender = house.published(officer, sellers)
    relay.drain()
    house.accept(sellers[0], tender)

    for stream in rebuild.streams():
        rebuild.rebuild(stream)
    assert kinds(officer, sellers[0]) == ["invited"]

    relay.drain()
    assert kinds(officer, sellers[0]) == ["invited", "accepted"]


def test_a_fact_delivered_by_hand_later_finds_its_place(officer, sellers):
    tender = whole_life(officer, sellers)
    before = everything()
    subject = f"urn:fairfall:auction:{tender.auction_id}"
    source = relay.switchboard.sources["auctions"]
    early = next(e for e in source.read(subject, 0, 100) if e.type == "auction.bid_placed")
    Interaction.objects.filter(kind="bid", stream=subject).update(times=1)

    with transaction.atomic():
        relay.switchboard.subscriptions["timeline.auction"].handler()(early)

    assert everything() == before
    assert RelayOffset.objects.filter(handler="timeline.auction", subject=subject).exists()


def test_another_company_finds_no_account(officer, sellers):
    whole_life(officer, sellers)
    with pytest.raises(AccountNotFound):
        selectors.account(sellers[0], account_of(officer, sellers[0]).pk)


def test_only_the_first_look_counts_as_seen(officer, sellers):
    tender = house.published(officer, sellers)
    client = Client()
    client.force_login(User.objects.get(pk=sellers[0].user_id))
    for _ in range(2):
        assert client.get(f"/tenders/{tender.pk}/").status_code == 200
    relay.drain()

    assert kinds(officer, sellers[0]).count("seen") == 1
    assert "seen" not in kinds(officer, sellers[1])
