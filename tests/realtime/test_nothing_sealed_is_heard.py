"""Sealed offers, limits and reserves through the socket: nobody in the room hears of them, and no
logger, table or queue holds them, whatever the client sends and however the server fails."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.formats import sealed
from auctions.domain.rules import packages
from auctions.domain.terms import (
    AutomaticBids,
    DutchTerms,
    Feedback,
    Format,
    LotTerms,
    OpenClosedTerms,
    PackageTerms,
    SealedRoundsTerms,
    SealedTerms,
    SoftClose,
    Withdrawal,
)
from auctions.selectors import load
from auctions.services import sealing as keys
from auctions.services import seeds
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from infra import relay
from kernel import random_end, sealing
from kernel.clock import utc_now
from tests.made_up_time import decided_at
from tests.realtime.conftest import in_database
from tests.rooms import Room, Supplier, company
from tests.secrecy import kept
from tests.secrecy.heard import everything_logged
from tests.secrecy.spelled import Hidden, Secret, numbers
from tests.services.test_sealed_offers import WRAPPED
from tests.services.test_sealed_round_offers import due_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
AUDITOR = [number.to_bytes(32, "little") for number in (81, 82)]
SEED = random_end.auditor_seed(AUDITOR[0])
NUMBERS = numbers("heard")
LOTS = tuple(
    LotTerms(number=number, title="Rebar", quantity=Decimal(1), unit="TNE", scale=6,
             ceiling=Decimal("950000"))
    for number in (1, 2)
)  # fmt: skip
AT_ONCE: dict[str, Any] = {"soft_close": SoftClose(window=timedelta(0), reset=timedelta(0))}
ROUNDS = SealedRoundsTerms(rounds=2, least_active=0, stop_unimproved=False)
PACKED: dict[str, Any] = {"lots": LOTS, "packages": PackageTerms(discounts=True)}
OF_FORMAT: dict[Format, dict[str, Any]] = {
    Format.SEALED: {**PACKED, "sealed": SealedTerms()},
    Format.VICKREY: {**PACKED, "sealed": SealedTerms()},
    Format.SEALED_ROUNDS: {**PACKED, "sealed_rounds": ROUNDS},
    Format.OPEN_CLOSED: {
        "lots": LOTS[:1], "open_closed": OpenClosedTerms(), "withdrawal": Withdrawal(allowed=False),
    },
}  # fmt: skip


def secret(name: str) -> Secret:
    return Secret(name, next(NUMBERS))


def colleague(of: Supplier, role: Role) -> Supplier:
    user = User.objects.create_user(f"{role.value}@{of.company.pk}.test", full_name="A colleague")
    Membership.objects.create(user=user, company=of.company, role=role)
    return replace(of, user=user)


async def listening(opened: Any, room: Room) -> dict[str, Any]:
    """A socket of everybody who may be in the room."""
    people = {
        "owner": room.suppliers[0],
        "rival": room.suppliers[1],
        "officer": room.buyer,
        "auditor": await in_database(colleague)(room.buyer, Role.AUDITOR),
        "neutral": await in_database(company)(Role.ARBITER, operates=True),
        "admin": await in_database(company)(Role.PLATFORM_ADMIN, operates=True),
    }
    return {name: await opened.client(room, person) for name, person in people.items()}


async def heard(clients: dict[str, Any]) -> dict[str, str]:
    """All that each was told so far: greeting, standings, events, answers, a snapshot."""
    await asyncio.sleep(1.2)  # what waits to be told, and the pause before another snapshot
    for client in clients.values():
        await client.send(type="need_snapshot")
    for client in clients.values():
        client.kept.append(await client.until("snapshot"))
    return {name: json.dumps([client.welcome, *client.kept]) for name, client in clients.items()}


def leaks(hidden: Hidden, told: dict[str, str]) -> dict[str, set[str]]:
    """Who was told what."""
    found = {name: hidden.told_by(text) for name, text in told.items()}
    return {name: secrets for name, secrets in found.items() if secrets}


async def test_a_limit_and_a_reserve_are_heard_by_nobody_else(opened: Any) -> None:
    limit, refused, mistyped, reserve = (
        secret(name) for name in ("limit", "refused limit", "mistyped", "reserve")
    )
    hidden = Hidden([limit, refused, mistyped, reserve])
    assert refused.amount < 940_000
    with everything_logged() as logged:
        room = await opened(
            2, reserve=str(reserve), lots=LOTS[:1], automatic_bids=AutomaticBids(changes=1)
        )
        await asyncio.sleep(0.6)
        clients = await listening(opened, room)
        owner = clients["owner"]
        await owner.send(type="bid", ref="b", lot=1, amount="940000", retyped="940000")
        await owner.until("ack", ref="b")
        await owner.send(type="set_limit", ref="l", lot=1, amount=str(limit))
        ack = await owner.until("ack", ref="l")
        await owner.send(type="set_limit", ref="again", lot=1, amount=str(refused))
        assert (await owner.until("refused", ref="again"))["code"] == "auction.limits_used_up"
        for wrong in (f"{mistyped}0", f"{mistyped}x", float(str(mistyped)), [str(mistyped)]):
            await owner.send(type="set_limit", ref="w", lot=1, amount=wrong)
            assert str(mistyped) not in str(await owner.until("refused"))
        await owner.send_text(f'{{"type":"set_limit","ref":"t","lot":1,"amount":"{mistyped}')
        assert str(mistyped) not in str(await owner.until("refused"))
        told = await heard(clients)
        await in_database(relay.drain)()
    assert hidden.told_by(json.dumps(ack)) == set()
    assert hidden.told_by(told.pop("owner")) == {"limit"}, "its own limit is known to it"
    assert leaks(hidden, told) == {}
    assert "940000" in told["officer"], "what is no secret is heard"
    said = logged.text.getvalue()
    assert "INSERT INTO" in said
    assert hidden.told_by(said) == set()
    assert hidden.told_by(await in_database(kept.dump)()) == set()
    assert hidden.told_by(kept.valkey()) == set()


@pytest.mark.parametrize("kind", OF_FORMAT)
async def test_a_sealed_offer_is_heard_by_nobody_before_the_opening(
    opened: Any, kind: Format
) -> None:
    """With a random end it is the offer of the final stage."""
    first, second, price, discount, reserve = (
        secret(f"{kind} {name}") for name in ("replaced", "offer", "package", "discount", "reserve")
    )
    hidden, final = Hidden([first, second, price, discount, reserve]), kind is Format.OPEN_CLOSED
    rules = {**OF_FORMAT[kind], **AT_ONCE}
    if final:  # both seeds are fixed before the start
        rules |= {"reserve": str(reserve), "starts_at": utc_now() + timedelta(minutes=10)}
    with everything_logged() as logged:
        room = await opened(2, format=kind, **rules)
        keeper = await in_database(_with_keys)(room)
        await (in_database(_to_the_final_stage)(room, keeper) if final else asyncio.sleep(0.6))
        clients = await listening(opened, room)
        owner, seat = clients["owner"], room.suppliers[0].seat
        sent = [
            await in_database(_offer)(room, seat, str(first)),
            await in_database(_offer)(room, seat, str(second)),
        ]
        if not final:
            prices = {"1": str(price), "2": "9"}
            sent += [
                await in_database(_package)(room, seat, 1, prices=prices),
                await in_database(_package)(room, seat, 0, percent="3", sum=str(discount)),
            ]
        for ref, what in enumerate(sent):
            await owner.send(ref=f"{ref}", **what)
            await owner.until("ack", ref=f"{ref}")
            await owner.send(ref=f"x{ref}", **{**what, "envelope": what["envelope"][:-2]})
            await owner.until("refused", ref=f"x{ref}")
        await owner.send_text(json.dumps({"ref": "t", **what})[:-1])
        await owner.until("refused")
        before = await heard(clients)
        await in_database(_past_the_deadline)(room, keeper)
        sealed_ = await heard(clients)
        await in_database(relay.drain)()
    for told in (before, sealed_):
        assert leaks(hidden, told) == {}
    assert hidden.told_by(logged.text.getvalue()) == set()
    assert "INSERT INTO" in logged.text.getvalue()
    assert hidden.told_by(await in_database(kept.dump)()) == set()
    assert hidden.told_by(kept.valkey()) == set()

    await in_database(_opened)(room)
    opened_ = {name: hidden.told_by(text) for name, text in (await heard(clients)).items()}
    offers = {second.name} if final else {second.name, price.name}
    assert offers <= opened_["owner"], "after the opening it is heard"
    assert offers | ({reserve.name} if final else set()) <= opened_["officer"]
    assert opened_["rival"] == set()


async def test_where_a_dutch_clock_ends_is_heard_by_nobody_before_it_stops(opened: Any) -> None:
    reserve = secret("reserve of a clock")
    hidden = Hidden([reserve])
    clock = replace(LOTS[0], ceiling=None, start=Decimal("400000"))
    with everything_logged() as logged:
        room = await opened(
            2, reserve=str(reserve), format=Format.DUTCH, lots=(clock,),
            dutch=DutchTerms(tick=timedelta(seconds=3)), feedback=Feedback(rank=False),
            withdrawal=Withdrawal(allowed=False), **AT_ONCE,
        )  # fmt: skip
        await asyncio.sleep(0.6)
        clients = await listening(opened, room)
        owner = clients["owner"]
        await owner.send(type="accept", ref="early", lot=1, level=500)
        await owner.until("refused", ref="early")
        await asyncio.sleep(3)
        # What was due before a command is decided before it: the next level.
        await owner.send(type="bid", ref="bid", lot=1, amount="700000", retyped="700000")
        await owner.until("refused", ref="bid")
        told = await heard(clients)
        await in_database(relay.drain)()
    assert leaks(hidden, told) == {}
    level = clients["officer"].kept[-1]["lots"][0]["level"]
    assert level["number"] >= 1, "the clock went on"
    assert level["price"] in told["rival"], "and its prices are heard"
    assert "INSERT INTO" in logged.text.getvalue()
    assert hidden.told_by(logged.text.getvalue()) == set()
    assert hidden.told_by(await in_database(kept.dump)()) == set()
    assert hidden.told_by(kept.valkey()) == set()

    await owner.send(type="accept", ref="taken", lot=1, level=0)
    await owner.until("ack", ref="taken")
    await owner.send(type="accept", ref="after", lot=1, level=0)  # the stopped clock's end is due
    await owner.until("refused", ref="after")
    opened_ = {name: hidden.told_by(text) for name, text in (await heard(clients)).items()}
    assert opened_["officer"] == {reserve.name}, "once it stopped it is heard"
    assert opened_["owner"] == opened_["rival"] == set()


def _with_keys(room: Room) -> Supplier:
    keeper = company(Role.ARBITER, operates=True)
    given: dict[str, Any] = {"actor": keeper.actor, "auction_id": room.id}
    public = [sealing.public_key_of(each).hex() for each in AUDITOR]
    if room.terms.sealed_rounds is None:
        ends_by_chance = room.terms.open_closed is not None
        bound = random_end.commitment(SEED) if ends_by_chance else ""
        keys.set_auditor_key(**given, public_key=public[0], wrapped=WRAPPED, commitment=bound)
    else:
        keys.set_round_keys(**given, keys=[keys.MadeKey(each, WRAPPED) for each in public])
    return keeper


def _to_the_final_stage(room: Room, keeper: Supplier) -> None:
    """Both bid in the open, at made-up moments; the seeds are opened now."""
    due_now(room)
    ends = load(room.id).lots[1].random_end
    assert ends is not None
    for each, amount in zip(room.suppliers, ("930000", "920000"), strict=True):
        decided_at(room.id, room.bid(each, amount), ends.begins)
    due_now(room)
    seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=SEED.hex())


def _sealed(room: Room, purpose: bytes, content: dict[str, Any], size: int) -> dict[str, Any]:
    public = load(room.id).sealing
    assert public is not None
    both = bytes.fromhex(public.auditor), bytes.fromhex(public.office)
    envelope = sealing.seal(*both, purpose, json.dumps(content).encode(), size).hex()
    return {"envelope": envelope, **({"round": public.round} if public.round else {})}


def _offer(room: Room, seat: str, amount: str) -> dict[str, Any]:
    made = _sealed(room, sealed.purpose(seat, 1), {"amount": amount}, sealing.TEXT_BYTES)
    return {"type": "sealed_offer", "lot": 1, **made}


def _package(room: Room, seat: str, number: int, **content: Any) -> dict[str, Any]:
    purpose = packages.purpose(seat, number)
    made = _sealed(room, purpose, content, sealing.LONG_TEXT_BYTES)
    return {"type": "sealed_package", "package": number, **made}


def _past_the_deadline(room: Room, keeper: Supplier) -> None:
    due_now(room)
    keys.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR[0].hex(), by_sheet=False)


def _opened(room: Room) -> None:
    keys.open_offers(actor=room.buyer.actor, auction_id=room.id)
