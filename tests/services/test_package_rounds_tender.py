"""A tender by sealed rounds with packages: from the settings to award, protocol and debrief."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from auctions.domain import commands as cmd
from auctions.domain.formats import sealed
from auctions.domain.rules import packages as rule
from auctions.domain.terms import PackageTerms
from auctions.services import sealing as keys
from kernel import sealing
from marketplace.tenders import auctioning, errors
from marketplace.tenders.models import Tender, TenderState
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending, lots, publishing
from marketplace.tenders.terms_values import read
from marketplace.tenders.wording import in_words
from tests import tender_house as house
from tests.domain.packed_rounds_room import only, packed_rounds
from tests.formats_house import MINUTE
from tests.formats_house import ROUND_AUDITOR as AUDITOR
from tests.services.test_sealed_rounds_tender import RULES

pytestmark = pytest.mark.django_db
PACKED = {**RULES, "packages": True, "packages.discounts": True}


def test_the_switch_is_there_and_off_until_it_is_switched_on() -> None:
    typed = {"starts_at": "2026-12-01T10:00", **PACKED, "packages.per_supplier": "3"}
    made, problems = read(typed)
    assert problems == []
    assert made["packages"] == PackageTerms(3, 12, discounts=True)
    assert read({"starts_at": "2026-12-01T10:00", **RULES})[0].get("packages") is None


def test_suppliers_read_of_packages_and_of_the_end_before_accepting() -> None:
    def words(**fields: Any) -> str:
        own = only(stop_unimproved=True, least_active=2, stop_at_reserve=True)
        told = in_words(packed_rounds(own, **fields))
        return " ".join(line for section in told for line in section.sentences)

    told = words()
    assert "all or nothing" in told
    assert "its number is for its lots" in told
    assert "the lots and the number of lots that it names" in told
    assert "and the sum that it names" not in told
    assert "the best choice neither serves more lots nor costs less is the last" in told
    assert "offer, package or discount on any lot is the last" in told
    assert "of others' packages nobody is told" in told
    assert "one discount" not in words(packages=PackageTerms())
    plain = words(packages=None)
    assert "package" not in plain
    assert "is its last" in plain
    assert "the lowest standing offer wins" in plain


class _Maker:
    """Makes the commands of a round."""

    def __init__(self, tender: Tender, offices: list[bytes], round_: int) -> None:
        self._seats = auctioning.seats(tender)
        both = AUDITOR[round_ - 1], offices[round_ - 1]
        self._keys = [sealing.public_key_of(each) for each in both]
        self._round = round_
        self._count = 0

    def offer(self, seller: Any, lot: int, amount: str) -> cmd.PlaceSealedOffer:
        seat = self._seats[seller.company_id]
        text = json.dumps({"amount": amount}).encode()
        made = sealing.seal(*self._keys, sealed.purpose(seat, lot), text)
        return cmd.PlaceSealedOffer(seat, lot, made.hex(), self._ref(), self._round)

    def seal(self, seller: Any, number: int, **content: Any) -> cmd.PlaceSealedPackage:
        seat = self._seats[seller.company_id]
        text = json.dumps(content).encode()
        made = sealing.seal(*self._keys, rule.purpose(seat, number), text, sealing.LONG_TEXT_BYTES)
        return cmd.PlaceSealedPackage(seat, number, made.hex(), self._ref(), self._round)

    def _ref(self) -> str:
        self._count += 1
        return f"r{self._round}.{self._count}"


Play = Callable[[_Maker, Any, Any], list[cmd.Command]]


def first(make: _Maker, one: Any, two: Any) -> list[cmd.Command]:
    """Alpha offers each lot alone, Bravo two of them in a package, for more."""
    alone = [make.offer(one, n, price) for n, price in ((1, "400"), (2, "500"), (3, "450"))]
    return [*alone, make.seal(two, 1, prices={"1": "460", "2": "470"})]


def second(make: _Maker, one: Any, two: Any) -> list[cmd.Command]:
    """Bravo's package wins once it is lowered."""
    return [
        make.seal(two, 1, prices={"1": "430", "2": "420"}),
        make.seal(two, 2, prices={"1": "300", "3": "1000000"}),
        make.seal(two, 0, percent="10", count=3),
    ]


def lowered_in_vain(make: _Maker, one: Any, two: Any) -> list[cmd.Command]:
    """Alpha's offer for lot 1 becomes lower, and what is chosen does not."""
    return [make.offer(one, 1, "390")]


def ended(*plays: Play, **changes: Any) -> tuple[Any, list[Any], Tender]:
    """A tender whose auction ran with these rounds."""
    officer = house.buyer()
    sellers = [house.supplier(name) for name in ("Alpha", "Bravo")]
    tender = house.draft(officer, sellers, **{**PACKED, **changes})
    for _ in range(2):
        lots.add_lot(actor=officer, tender_id=tender.pk, lot=house.lot())
    tender = publishing.publish(actor=officer, tender_id=tender.pk)
    for seller in sellers:
        house.accept(seller, tender)

    offices = [
        bytes.fromhex(key) for key in keys.office_keys(actor=officer, auction_id=tender.auction_id)
    ]
    secrets = [*AUDITOR, (11).to_bytes(32)][: len(offices)]
    public = tuple(sealing.public_key_of(secret).hex() for secret in secrets)
    also: list[Any] = [(-MINUTE, cmd.SetRoundKeys(cmd.KeyHolder.AUDITOR, public))]
    begins = timedelta(0)
    for number, play in enumerate(plays, start=1):
        made = play(_Maker(tender, offices, number), *sellers)
        also += [
            (begins + MINUTE + timedelta(seconds=place), command)
            for place, command in enumerate(made)
        ]
        both = AUDITOR[number - 1].hex(), offices[number - 1].hex()
        also.append((begins + 11 * MINUTE, cmd.HandOverKey(cmd.KeyMeans.PERSON)))
        also.append((begins + 11 * MINUTE, cmd.OpenOffers(*both, cmd.KeyMeans.PLATFORM)))
        begins += 13 * MINUTE
    house.play(tender, [], also=also)
    tender.refresh_from_db()
    return officer, sellers, tender


def test_each_lot_is_awarded_as_found_over_all_rounds_and_a_package_is_not_split_in_silence() -> (
    None
):
    officer, (one, two), tender = ended(first, second)
    results = {lot.number: lot.result for lot in tender.lots.all()}
    assert [(results[n].leader_id, results[n].leader_amount) for n in (1, 2, 3)] == [
        (two.company_id, Decimal(430)), (two.company_id, Decimal(420)),
        (one.company_id, Decimal(450)),
    ]  # fmt: skip
    given = {"actor": officer, "tender_id": tender.pk}
    with pytest.raises(errors.DepartureNeedsReason):
        ending.confirm_result(**given, lot=1, company_id=one.company_id)
    for number, seller in ((1, two), (2, two), (3, one)):
        ending.confirm_result(**given, lot=number, company_id=seller.company_id)
    tender.refresh_from_db()
    assert tender.state == TenderState.AWARDED


def test_each_side_reads_what_it_may() -> None:
    officer, (one, two), tender = ended(first, second)
    whole = protocol_for(officer, tender)
    assert [(each["package"], each["total"], each["won"]) for each in
            whole["allocation"]["packages"]] == [(1, "85000.00", True)]  # fmt: skip
    assert (whole["allocation"]["total"], whole["allocation"]["single_total"]) == (
        "130000.00", "135000.00",
    )  # fmt: skip
    assert [(each["percent"], each["holds"]) for each in whole["allocation"]["discounts"]] == [
        ("10", False)
    ]
    assert [lot["rounds_text"] for lot in whole["lots"]] == ["2: it was the last one"] * 3
    assert protocol_file(officer, tender).content.startswith(b"%PDF")
    loser = protocol_for(one, tender)
    assert loser["allocation"] == {"packages": [], "discounts": []}
    assert not re.search(r'"430[^0-9a-f]', json.dumps(loser))  # an id may begin so
    result = house.signed_in(officer).get(reverse("tenders:result", args=[tender.pk]))
    assert "by package 1" in result.content.decode()

    url = reverse("auctions:debrief", args=[tender.auction_id])
    mine = house.signed_in(two).get(url).content.decode()
    for text in ("Replaced by your better one of a later round.", "Chosen.",
                 "It lies above the ceiling.", "The condition is not met."):  # fmt: skip
        assert text in mine
    theirs = house.signed_in(one).get(url).content.decode()
    assert "A package over several lots won." in theirs
    assert "430.00" not in theirs
    opening = reverse("auctions:opening", args=[tender.auction_id])
    page = house.signed_in(officer).get(opening).content.decode()
    assert page.count("Bravo") >= 4


def test_the_protocol_says_that_no_better_choice_ended_all_lots() -> None:
    def packed_first(make: _Maker, one: Any, two: Any) -> list[cmd.Command]:
        return [*first(make, one, two)[:3], make.seal(two, 1, prices={"1": "410", "2": "420"})]

    officer, _, tender = ended(
        packed_first,
        lowered_in_vain,
        **{"sealed_rounds.rounds": "3", "sealed_rounds.stop_unimproved": True},
    )
    assert [lot["rounds_text"] for lot in protocol_for(officer, tender)["lots"]] == [
        "2: the last one brought no better choice over all lots"
    ] * 3
