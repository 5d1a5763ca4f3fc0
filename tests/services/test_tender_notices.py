"""Who is told when a tender moves on, through the relay as it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from auctions.services.admission import accept_terms
from crm_core.notifications.models import Notice, OutgoingMail
from infra import relay
from marketplace.tenders.models import InvitationState
from marketplace.tenders.services import invitations
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told(actor, kind: str) -> int:
    return Notice.objects.filter(recipient_id=actor.user_id, kind=kind).count()


def test_the_invited_are_told_in_the_application_and_by_mail_once(officer, sellers):
    house.published(officer, sellers[:1])

    relay.drain()
    relay.drain()

    assert told(sellers[0], "tender.invited") == 1
    assert told(sellers[1], "tender.invited") == 0
    assert OutgoingMail.objects.filter(key__endswith=str(sellers[0].user_id)).count() >= 1


def test_a_decline_reaches_the_buyer_alone(officer, sellers):
    tender = house.published(officer, sellers)
    invitations.decline(actor=sellers[0], tender_id=tender.pk, reason="No capacity")

    relay.drain()

    assert told(officer, "tender.declined") == 1
    assert told(sellers[1], "tender.declined") == 0


def test_the_close_reaches_both_sides_through_the_relay(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00")])

    relay.drain()

    assert told(officer, "tender.closed") == 1
    assert told(sellers[0], "tender.closed") == 1


def test_terms_accepted_in_the_live_room_reach_the_invitation(officer, sellers):
    tender = house.published(officer, sellers)
    with transaction.atomic():
        accept_terms(
            actor=sellers[0], auction_id=tender.auction_id, version=1,
            terms_hash=tender.terms_hash, ref="live-1",
        )  # fmt: skip

    relay.drain()

    invitation = tender.invitations.get(company_id=sellers[0].company_id)
    assert invitation.state == InvitationState.ACCEPTED
    assert tender.decisions.filter(kind="accepted").count() == 1
