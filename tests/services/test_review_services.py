"""What services decide beside the gate: refusals that come together with a due moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from auctions.domain.refusals import AuctionEnded
from auctions.models import Auction, Seat
from auctions.services import admission
from crm_core.companies.models import Role
from kernel.clock import utc_now
from tests.rooms import company, open_room

pytestmark = pytest.mark.django_db


def test_a_refusal_is_raised_also_where_a_due_moment_was_decided_on_the_way() -> None:
    past = utc_now() - timedelta(hours=1)
    room = open_room(1, starts_at=past, length=timedelta(minutes=10))
    late = company(Role.BIDDER, sells=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auctions_gatelease")

    with pytest.raises(AuctionEnded):
        admission.admit_company(
            actor=room.buyer.actor, auction_id=room.id, company_id=late.company.pk
        )

    assert not Seat.objects.filter(auction=room.id, company=late.company).exists()
    assert Auction.objects.get(pk=room.id).phase == "scheduled"  # all or nothing: the clock closes
