"""The gate asks, inside its transaction, what the API token of a bid may still do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from auctions.domain.commands import Pause, PlaceBid
from auctions.realtime.authority import Authority
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import Party
from crm_core.access.keys import revoke_token
from crm_core.access.models import ApiToken
from tests.concurrency.test_gate import NewGate, running
from tests.people import expire, make_token
from tests.rooms import PATIENCE, Room, Supplier

pytestmark = pytest.mark.django_db(transaction=True)


def by(person: Supplier, token: ApiToken) -> Party:
    return replace(person.party, token_id=token.pk)


def bid(gate: Gate, room: Room, party: Party, amount: str) -> str:
    """``ack``, or the code of the refusal."""
    command = PlaceBid(
        seat=party.key, lot=1, amount=Decimal(amount), ref=room.ref(), retyped=Decimal(amount)
    )
    answer = gate.submit(command, auction_id=room.id, party=party).result(PATIENCE)
    assert isinstance(answer, Ack | Refused)
    return "ack" if isinstance(answer, Ack) else answer.code


def test_a_bid_counts_while_its_token_works_and_may_bid(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    one, other = room.suppliers
    bidding, reading = (make_token(one.actor, scope)[0] for scope in ("bid", "read"))
    theirs, revoked = make_token(other.actor, "bid")[0], make_token(one.actor, "bid")[0]
    revoke_token(actor=one.actor, token_id=revoked.pk)

    assert bid(gate, room, by(one, bidding), "990.00") == "ack"
    assert bid(gate, room, by(one, reading), "980.00") == "access.scope_missing"
    assert bid(gate, room, by(one, theirs), "980.00") == "gate.not_allowed", "of somebody else"
    assert bid(gate, room, by(one, revoked), "980.00") == "gate.not_allowed"
    expire(bidding)
    assert bid(gate, room, by(one, bidding), "980.00") == "access.token_expired"
    ApiToken.objects.filter(pk=reading.pk).update(scopes=["full"])
    assert bid(gate, room, by(one, reading), "980.00") == "ack"

    assert room.kinds().count("bid_placed") == 2


def test_the_buyers_commands_need_the_scope_to_run_auctions(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    reading, running_it = (make_token(room.buyer.actor, each)[0] for each in ("read", "auctions"))

    def pause(token: ApiToken) -> Ack | Refused:
        party = replace(room.officer, token_id=token.pk)
        assert party.officer is not None
        command = Pause(by=party.officer, reason="Look.", ref=room.ref())
        answer = gate.submit(command, auction_id=room.id, party=party).result(PATIENCE)
        assert isinstance(answer, Ack | Refused)
        return answer

    refused = pause(reading)
    assert isinstance(refused, Refused)
    assert refused.code == "access.scope_missing"
    assert isinstance(pause(running_it), Ack)


def test_tokens_cost_the_gate_no_query(new_gate: NewGate) -> None:
    gate = new_gate()
    room = running(gate)
    person = room.suppliers[0]
    token, _ = make_token(person.actor, "bid")

    counts = []
    for party in (person.party, by(person, token)):
        with CaptureQueriesContext(connection) as seen, connection.cursor() as cursor:
            assert Authority(cursor, room.id, [party]).allows(party)
        counts.append(len(seen))
    assert counts == [1, 1]
