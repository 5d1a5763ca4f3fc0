"""A tender from draft to result, and what each step leaves behind or does not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from auctions.domain.refusals import SeatHasBid, TermsHashDiffers
from auctions.ledger import store
from auctions.models import Auction, LedgerEntry
from auctions.selectors import load
from auctions.services.errors import SeatExists
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role, Standing
from infra.models import OutboxMessage
from marketplace.tenders import auctioning, errors, selectors
from marketplace.tenders.models import Decision, InvitationState, LotOutcome, Tender, TenderState
from marketplace.tenders.services import drafting, ending, invitations, lots, publishing
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_references_count_up_within_a_year(officer):
    first = drafting.create_draft(actor=officer, title="One")
    second = drafting.create_draft(actor=officer, title="Two")

    assert first.reference.endswith("-00001")
    assert second.reference.endswith("-00002")


def test_a_draft_is_saved_with_whatever_was_typed_and_the_problems_are_named(officer):
    tender = drafting.create_draft(actor=officer, title="Steel")
    drafting.set_terms(
        actor=officer, tender_id=tender.pk, rules={"length": "half an hour", "guard.warn": "30"}
    )

    tender.refresh_from_db()
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    fields = {each.field for each in built.problems}

    assert tender.rules["length"] == "half an hour"
    assert {"length", "starts_at", "lots", "invitations"} <= fields


def test_terms_that_leak_are_named_beside_their_field(officer, sellers):
    tender = house.draft(officer, sellers, basis="leader")

    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)

    assert [each.field for each in built.problems] == ["basis"]
    with pytest.raises(errors.TenderIncomplete):
        publishing.publish(actor=officer, tender_id=tender.pk)
    assert not Auction.objects.exists()
    assert not OutboxMessage.objects.filter(type="tender.invited").exists()


def test_a_step_missing_in_the_terms_is_named_once_for_all_lots(officer, sellers):
    tender = house.draft(officer, sellers, **{"step.kind": "absolute"})
    lots.add_lot(actor=officer, tender_id=tender.pk, lot=house.lot("Second"))

    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)

    assert [(each.field, each.lot) for each in built.problems] == [("step.absolute", None)]


def test_publishing_freezes_opens_and_invites(officer, sellers):
    tender = house.published(officer, sellers)

    state = load(tender.auction_id)
    assert tender.state == TenderState.PUBLISHED
    assert tender.terms_hash == state.terms_hash == state.rules.digest()
    assert len(state.seats) == 2
    assert set(tender.invitations.values_list("state", flat=True)) == {InvitationState.INVITED}
    assert OutboxMessage.objects.filter(type="tender.invited").count() == 2
    with pytest.raises(errors.TenderNotDraft):
        lots.add_lot(actor=officer, tender_id=tender.pk, lot=house.lot())
    with pytest.raises(errors.TenderNotDraft):
        drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"length": "5"})


def test_a_reserve_is_sealed_and_leaves_the_tender_at_publication(officer, sellers):
    tender = house.draft(officer, sellers)
    typed = house.lot("Reserved", reserve="512.50")
    made = lots.add_lot(actor=officer, tender_id=tender.pk, lot=typed)
    assert b"512" not in bytes(made.reserve_sealed)

    tender = publishing.publish(actor=officer, tender_id=tender.pk)

    made.refresh_from_db()
    assert made.has_reserve
    assert bytes(made.reserve_sealed) == b""
    assert load(tender.auction_id).rules.lots[1].reserve_commitment
    assert "512.5" not in str(tender.terms)  # three digits alone may stand in any hash


def test_only_an_officer_of_the_buyer_reaches_its_drafts(officer, sellers):
    tender = house.draft(officer, sellers)

    with pytest.raises(errors.TenderNotFound):
        drafting.set_terms(actor=house.buyer("Other AS"), tender_id=tender.pk, rules={})
    with pytest.raises(AccessForbidden):
        drafting.delete_draft(actor=sellers[0], tender_id=tender.pk)
    assert Tender.objects.filter(pk=tender.pk).exists()


def test_an_unverified_company_cannot_be_invited(officer):
    unverified = house.company("New OÜ", sells=True, standing=Standing.DRAFT)
    tender = house.draft(officer)

    with pytest.raises(errors.SupplierUnknown):
        invitations.choose_suppliers(actor=officer, tender_id=tender.pk, companies=[unverified.pk])
    assert not tender.invitations.exists()


def test_terms_are_accepted_by_hash_and_only_when_ticked(officer, sellers):
    tender = house.published(officer, sellers)
    wrong = {"tender_id": tender.pk, "version": 1, "terms_hash": "0" * 64}

    with pytest.raises(errors.AcceptanceNotTicked):
        invitations.accept_terms(actor=sellers[0], **wrong, agreed=False)
    with pytest.raises(TermsHashDiffers):
        invitations.accept_terms(actor=sellers[0], **wrong, agreed=True)
    assert not tender.invitations.filter(state=InvitationState.ACCEPTED).exists()

    house.accept(sellers[0], tender)

    seat = auctioning.seats(tender)[sellers[0].company_id]
    assert load(tender.auction_id).seats[seat].accepted_version == 1
    assert tender.invitations.get(company_id=sellers[0].company_id).state == "accepted"


def test_a_supplier_declines_with_a_reason_and_cannot_come_back(officer, sellers):
    tender = house.published(officer, sellers)

    with pytest.raises(errors.ReasonRequired):
        invitations.decline(actor=sellers[0], tender_id=tender.pk, reason="  ")
    invitations.decline(actor=sellers[0], tender_id=tender.pk, reason="No capacity")

    seat = auctioning.seats(tender)[sellers[0].company_id]
    assert load(tender.auction_id).seats[seat].declined
    with pytest.raises(errors.InvitationEnded):
        house.accept(sellers[0], tender)


def test_late_invitation_gets_a_seat_and_uninviting_takes_it(officer, sellers):
    late = house.supplier("Late OY")
    tender = house.published(officer, sellers)

    invitation = invitations.invite_late(
        actor=officer, tender_id=tender.pk, company_id=late.company_id
    )
    assert invitation.late
    house.accept(late, tender)
    invitations.uninvite(
        actor=officer, tender_id=tender.pk, company_id=late.company_id, reason="Wrong region"
    )

    seat = auctioning.seats(tender)[late.company_id]
    assert load(tender.auction_id).seats[seat].removed
    with pytest.raises(errors.TenderNotFound):
        house.accept(late, tender)


def test_who_was_uninvited_or_declined_is_invited_again_to_a_new_seat(officer, sellers):
    tender = house.published(officer, sellers)
    before = auctioning.seats(tender)
    with pytest.raises(errors.AlreadyInvited):
        invitations.invite_late(
            actor=officer, tender_id=tender.pk, company_id=sellers[0].company_id
        )
    house.accept(sellers[0], tender)
    invitations.uninvite(
        actor=officer, tender_id=tender.pk, company_id=sellers[0].company_id, reason="A mistake"
    )
    invitations.decline(actor=sellers[1], tender_id=tender.pk, reason="No capacity")
    found = selectors.candidates(officer, tender)
    assert {each.company_id for each in sellers} <= set(found.values_list("pk", flat=True))

    for seller in sellers:
        invitations.invite_late(actor=officer, tender_id=tender.pk, company_id=seller.company_id)
        again = tender.invitations.get(company_id=seller.company_id)
        assert (again.state, again.reason, again.answered_at) == ("invited", "", None)
    house.follow(tender)
    assert set(tender.invitations.values_list("state", flat=True)) == {InvitationState.INVITED}
    assert not selectors.candidates(officer, tender).exists()
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])

    after, state = auctioning.seats(tender), load(tender.auction_id)
    assert set(after) == set(before)
    for seller in sellers:
        assert state.seats[before[seller.company_id]].removed
        assert not state.seats[after[seller.company_id]].removed
    assert tender.lots.get().result.leader_id == sellers[1].company_id
    invited = OutboxMessage.objects.filter(type="tender.invited")
    assert invited.count() == 4


def test_a_seat_that_is_still_taken_is_not_given_twice(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    tender.invitations.filter(company_id=sellers[0].company_id).update(
        state=InvitationState.UNINVITED, reason="x"
    )

    with pytest.raises(SeatExists):
        invitations.invite_late(
            actor=officer, tender_id=tender.pk, company_id=sellers[0].company_id
        )
    invitation = tender.invitations.get(company_id=sellers[0].company_id)
    assert invitation.state == InvitationState.UNINVITED


def test_the_winner_is_confirmed_and_written_to_the_ledger(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])

    result = tender.lots.get().result
    assert tender.state == TenderState.CLOSED
    assert (result.leader_id, result.leader_amount) == (sellers[1].company_id, Decimal(530))

    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id
    )

    tender.refresh_from_db()
    assert tender.state == TenderState.AWARDED
    assert LedgerEntry.objects.filter(auction_id=tender.auction_id, kind="award_recorded").exists()
    with pytest.raises(errors.ResultNotReady):
        ending.confirm_result(
            actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[0].company_id, reason="x"
        )


def test_another_rank_needs_a_reason_and_leaves_nothing_without_it(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])
    second = {"actor": officer, "tender_id": tender.pk, "lot": 1,
              "company_id": sellers[0].company_id}  # fmt: skip

    with pytest.raises(errors.DepartureNeedsReason):
        ending.confirm_result(**second)
    assert not LedgerEntry.objects.filter(kind="award_recorded").exists()

    result = ending.confirm_result(**second, reason="The leader withdrew from the market")
    assert result.awarded_amount == Decimal(540)


def test_a_company_without_a_bid_cannot_get_the_lot(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])

    with pytest.raises(errors.AwardeeWithoutBid):
        ending.confirm_result(
            actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id, reason="x"
        )


def test_without_a_bid_the_tender_fails(officer, sellers):
    tender = house.published(officer, sellers)

    house.play(tender, [])

    assert tender.state == TenderState.FAILED
    assert tender.lots.get().result.outcome == LotOutcome.NO_BID


def test_following_the_ledger_twice_changes_nothing(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    facts, lines = OutboxMessage.objects.count(), Decision.objects.count()

    house.follow(tender)

    assert (OutboxMessage.objects.count(), Decision.objects.count()) == (facts, lines)
    assert tender.state == TenderState.CLOSED


def test_who_has_bid_cannot_be_uninvited(officer, sellers):
    tender = house.published(officer, sellers, prebid_opens_at="2020-01-01T00:00:00.000000Z")
    house.accept(sellers[0], tender)
    house.play(tender, [(-MINUTE, sellers[0], "540.00")])
    Tender.objects.filter(pk=tender.pk).update(state=TenderState.PUBLISHED)

    with pytest.raises((SeatHasBid, Exception)) as refused:
        invitations.uninvite(
            actor=officer, tender_id=tender.pk, company_id=sellers[0].company_id, reason="x"
        )
    assert refused.value.code.startswith("auction.")
    assert tender.invitations.get(company_id=sellers[0].company_id).state == "accepted"


def test_cancelling_needs_a_reason_and_ends_the_auction(officer, sellers):
    tender = house.published(officer, sellers)

    with pytest.raises(errors.ReasonRequired):
        ending.cancel(actor=officer, tender_id=tender.pk, reason="")
    ending.cancel(actor=officer, tender_id=tender.pk, reason="Budget withdrawn")

    tender.refresh_from_db()
    assert tender.state == TenderState.CANCELLED
    assert Auction.objects.get(pk=tender.auction_id).phase == "cancelled"
    house.follow(tender)
    assert tender.decisions.filter(kind="cancelled").count() == 1


def test_cancelled_from_the_console_reaches_the_tender(officer, sellers):
    from auctions.services import closing

    tender = house.published(officer, sellers)
    closing.cancel(actor=officer, auction_id=tender.auction_id, reason="From the console", ref="x1")

    house.follow(tender)

    assert (tender.state, tender.state_reason) == (TenderState.CANCELLED, "From the console")


def test_a_copy_starts_anew_with_lots_and_suppliers(officer, sellers):
    tender = house.published(officer, sellers)

    copy = drafting.copy_tender(actor=officer, tender_id=tender.pk)

    assert copy.is_draft
    assert copy.reference != tender.reference
    assert copy.lots.count() == 1
    assert copy.invitations.count() == 2
    assert copy.rules["starts_at"] == ""


def test_lots_keep_their_numbers_gapless(officer):
    tender = drafting.create_draft(actor=officer, title="Steel")
    made = lots.add_lots(
        actor=officer, tender_id=tender.pk,
        lots=lots.lots_from_text("Coil;100;TNE;550\nSheet;20,5;TNE;700;650\nRebar;3;TNE"),
    )  # fmt: skip
    lots.move_lot(actor=officer, tender_id=tender.pk, lot_id=made[2].pk, earlier=True)
    lots.remove_lot(actor=officer, tender_id=tender.pk, lot_id=made[0].pk)

    assert list(tender.lots.values_list("number", "title")) == [(1, "Rebar"), (2, "Sheet")]
    assert tender.lots.get(number=2).quantity == Decimal("20.5")


def test_the_history_cannot_be_rewritten(officer):
    tender = drafting.create_draft(actor=officer, title="Steel")

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(tender=tender).update(reason="another")


def test_requesters_read_and_do_not_edit(sellers):
    requester = house.buyer(role=Role.REQUESTER)

    with pytest.raises(AccessForbidden):
        drafting.create_draft(actor=requester, title="Steel")
    assert not Tender.objects.exists()


def test_the_ledger_continues_after_an_award(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=None, reason="Too dear"
    )

    from django.db import connection

    with connection.cursor() as cursor:
        loaded = store.load_state(cursor, tender.auction_id, rules_version=1)
    assert loaded.state.awards == {1: None}
