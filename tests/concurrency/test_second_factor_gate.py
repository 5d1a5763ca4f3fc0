"""The gate asks, inside its transaction, for the second factor that a role needs."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from auctions.realtime.messages import Ack, Refused
from tests import second_factors
from tests.concurrency.test_gate import NewGate, running

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_bid_counts_once_the_factor_is_gone(new_gate: NewGate, settings: Settings) -> None:
    gate = new_gate()
    room = running(gate)
    bidder = room.suppliers[0]
    settings.SECOND_FACTOR_ROLES = frozenset({"bidder"})

    refused = room.place(gate, bidder, "990.00", ref="one")
    second_factors.app_of(bidder.user)
    taken = room.place(gate, bidder, "990.00", ref="two")
    Authenticator.objects.all().delete()
    again = room.place(gate, bidder, "980.00", ref="three")

    assert isinstance(refused, Refused)
    assert refused.code == "gate.not_allowed"
    assert isinstance(taken, Ack)
    assert isinstance(again, Refused)
    assert room.kinds().count("bid_placed") == 1
