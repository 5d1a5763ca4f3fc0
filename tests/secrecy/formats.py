"""A tender of every format, each with something hidden in it that the site itself must keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.domain.refusals import SeedsNotDue
from auctions.domain.terms import Format
from auctions.ledger.limits import limit_command
from infra.keys import key_ring
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.services import scoring
from tests.secrecy.case import CEILING, Case, Parties

PACKED = {"packages": True, "packages.discounts": True}
ROUNDS = {"format": "sealed_rounds", "sealed_rounds.rounds": "3", "sealed_rounds.least_active": "1",
          "sealed_rounds.stop_unimproved": False}  # fmt: skip


def a_draft(case: Case) -> None:
    """With a hidden reserve, which the officers who may change it read there."""
    case.draft({"reserve": case.secret("reserve", case.parties.officer)})


def english(case: Case) -> None:
    """A secret limit, a hidden reserve, and values of the scoring."""
    parties = case.parties
    case.draft(
        {"reserve": case.secret("reserve")}, format="english", automatic_bids=True,
        **{"scoring.method": "landed", "scoring.criteria": "Freight"},
    )  # fmt: skip
    case.rehearse()
    case.publish()
    for of, who in ((parties.owner, "owner"), (parties.rival, "rival")):
        freight = case.secret(f"freight of the {who}", of, parties.officer)
        given = {"actor": parties.officer, "tender_id": case.tender.pk}
        scoring.set_values(**given, company_id=of.company_id, lot=1, values=[freight])
    case.begin()
    case.bid(parties.rival, "949000")
    case.bid(parties.owner, "940000")
    case.place(
        limit_command(
            key_ring(), auction_id=case.tender.auction_id, seat=case.seat(parties.owner), lot=1,
            amount=Decimal(case.secret("limit", parties.owner)), ref=case.ref(), retyped=None,
        )
    )  # fmt: skip


def turns(case: Case) -> None:
    """A hidden reserve."""
    opens = moment_to_wire(utc_now() + timedelta(minutes=30))
    _reserved(case, format="turns", prebid_opens_at=opens)


def japanese(case: Case) -> None:
    """A hidden reserve, below the first level."""
    _reserved(case, {"start": "940000"}, format="japanese")


def dutch(case: Case) -> None:
    """Where the clock ends: the hidden reserve."""
    _reserved(case, {"start": "400000"}, format="dutch")


def budget(case: Case) -> None:
    """The least quantity that is taken."""
    _reserved(case, {"budget": "100000", "floor": "1", "ceiling": ""}, format="budget")


def _reserved(case: Case, lot: dict[str, str] | None = None, **rules: object) -> None:
    case.draft({"reserve": case.secret("reserve"), **(lot or {})}, **rules)
    if rules["format"] in ("dutch", "budget"):
        case.rehearse()
    case.publish()
    case.begin()


def sealed(case: Case) -> None:
    """Before the deadline: offers of both, one replaced, a package, a discount, a reserve."""
    _offered(case, format="sealed")


def vickrey(case: Case) -> None:
    """The same past the deadline, when the auditor's key was handed over."""
    _offered(case, format="vickrey")
    case.hand_over()


def first_round(case: Case) -> None:
    """The same in the first of several rounds."""
    _offered(case, **ROUNDS)


def _offered(case: Case, **rules: object) -> None:
    case.draft({"reserve": case.secret("reserve")}, {}, **rules, **PACKED)
    if rules["format"] == "sealed":
        case.rehearse()
    case.publish()
    case.begin()
    case.offer(case.parties.owner, amount=case.secret("replaced"))
    case.offer(case.parties.owner, amount=case.secret("offer"))
    _packed(case)


def _packed(case: Case, below: str = CEILING) -> None:
    """A discount on a sum, where the format has such ones, says it."""
    prices = {number: case.secret(f"package, lot {number}") for number in ("1", "2")}
    case.package(case.parties.owner, 1, prices=prices)
    in_rounds = case.state.rules.sealed_rounds is not None
    on = {"count": 2} if in_rounds else {"sum": case.secret("discount")}
    case.package(case.parties.owner, 0, percent="3", **on)
    case.offer(case.parties.rival, 1, amount=case.secret("offer of the rival", below=below))


def sealed_positions(case: Case) -> None:
    """Unit prices, past the deadline, when the auditor's key was handed over."""
    case.draft(format="sealed")
    case.positions("Bolt", "Nut")
    case.publish()
    case.begin()
    case.offer(case.parties.owner, lines=_prices(case))
    case.hand_over()


def _prices(case: Case) -> list[str]:
    """Their total is no secret by itself: it has a digit more."""
    return [case.secret(of) for of in ("bolt", "nut")]


def second_round(case: Case) -> None:
    """Of the first round the buyer and its supplier know, of the second one nobody; the auditor's
    key was handed over."""
    rival, officer = case.parties.rival, case.parties.officer
    case.draft({}, {}, **ROUNDS, **PACKED)
    case.publish()
    case.begin()
    case.offer(case.parties.owner, amount="920000")
    opened = case.secret("offer of the rival, opened", rival, officer)
    case.offer(rival, amount=opened)
    case.hand_over()
    case.open()
    case.due()
    case.offer(case.parties.owner, amount=case.secret("offer"))
    _packed(case, below=opened)
    case.hand_over()


def second_round_positions(case: Case) -> None:
    """Unit prices of a second round, before its deadline."""
    case.draft(**ROUNDS)
    case.positions("Bolt", "Nut")
    case.publish()
    case.begin()
    case.offer(case.parties.owner, lines=["900000", "930000"])
    case.hand_over()
    case.open()
    case.due()
    case.offer(case.parties.owner, lines=_prices(case))


def open_window(case: Case) -> None:
    """A hidden reserve, and both seeds while the window runs in which the end lies: the auditor's
    was handed in too early."""
    _bid_openly(case, **{"open_closed.final": "0"})
    ends = case.state.lots[1].random_end
    assert ends is not None
    case.clock = ends.begins
    case.bid(case.parties.owner, "910000")
    with pytest.raises(SeedsNotDue):
        case.hand_in_seed()


def final_stage(case: Case) -> None:
    """Final sealed offers after a random end, before their deadline, and a hidden reserve."""
    parties = case.parties
    _bid_openly(case)
    case.open_seeds()
    case.offer(parties.owner, amount=case.secret("final offer"))
    case.offer(parties.rival, amount=case.secret("final offer of the rival"))


def _bid_openly(case: Case, **rules: object) -> None:
    """In the open phase before a random end."""
    case.draft({"reserve": case.secret("reserve")}, format="open_closed", **rules)
    case.publish()
    case.begin()
    case.bid(case.parties.owner, "930000")
    case.bid(case.parties.rival, "920000")


CASES: dict[str, Callable[[Case], None]] = {
    each.__name__: each
    for each in (
        sealed, a_draft, english, turns, japanese, dutch, budget, vickrey, sealed_positions,
        first_round, second_round, second_round_positions, open_window,
        final_stage,
    )
}  # fmt: skip


def made(name: str, parties: Parties) -> Case:
    """The case of that name, as far as it is to go."""
    case = Case(name, parties)
    CASES[name](case)
    return case


def formats(cases: list[Case]) -> set[Format]:
    """Those of the auctions among them."""
    return {each.state.rules.format for each in cases if each.auction_id is not None}
