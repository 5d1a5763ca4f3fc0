"""Several currencies and VAT rates from the terms page to the protocol and the verifier."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from auctions.domain.terms import Vat, terms_from_document
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.disclosure import Scope
from auctions.ledger.disclosure import Viewer as Reader
from auctions.ledger.exports import export_ledger
from auctions.ledger.verify import verify
from auctions.realtime.rendering import Renderer
from auctions.selectors import load
from auctions.services.own_bids import workbook
from auctions.services.policies import place_of, surroundings
from infra.keys import key_ring
from kernel.clock import utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.building import build
from marketplace.tenders.models import LotResult
from marketplace.tenders.terms_values import read
from marketplace.tenders.wording import in_words
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MONEY = {
    "currencies": "USD = 0,9; European Central Bank; 2026-11-27\n"
    "100 JPY = 0.6 EUR; ECB; 2026-11-27; 0",
    "vat_rates": "0; 20",
}


@pytest.fixture
def tender(officer, sellers):
    return house.published(officer, sellers[:2], **MONEY)


@pytest.fixture
def accepted(sellers, tender):
    """The first bids in euro and is not registered, the second in dollars with 20 %."""
    for seller, currency, vat in zip(sellers, ("EUR", "USD"), ("0", "20"), strict=False):
        accept(seller, tender, currency=currency, vat_rate=vat)
    return tender


def accept(seller: Any, tender: Any, **prices: str) -> Any:
    body = {
        "version": tender.terms["version"],
        "terms_hash": tender.terms_hash,
        "agreed": True,
        **prices,
    }
    answer = api(seller).post(f"{BASE}{tender.pk}/accept/", body, format="json")
    assert answer.status_code == 201, answer.data
    return answer


def seat(tender: Any, seller: Any) -> str:
    return auctioning.seats(tender)[seller.company_id]


def test_the_terms_hold_what_was_typed(tender) -> None:
    terms = terms_from_document(tender.terms)

    assert terms.currencies == (
        CurrencyRate("USD", 1, Decimal("0.9"), None, "European Central Bank", "2026-11-27"),
        CurrencyRate("JPY", 100, Decimal("0.6"), 0, "ECB", "2026-11-27"),
    )
    assert terms.vat_rates == (Decimal(0), Decimal(20))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"currencies": "USD 0.9"}, "currencies"),
        ({"currencies": "USD = 0.9"}, "currencies"),
        ({"currencies": "USD = x; ECB; today"}, "currencies"),
        ({"currencies": "USD = 0.9; ECB; today; many"}, "currencies"),
        ({"vat_rates": "low; high"}, "vat_rates"),
    ],
)
def test_what_is_not_understood_is_named(typed, field) -> None:
    made, problems = read({"starts_at": "2026-12-01T10:00", **typed})

    assert made == {}
    assert [problem.field for problem in problems] == [field]


def test_a_finding_of_the_rules_stands_beside_its_field(officer, sellers) -> None:
    draft = house.draft(officer, sellers[:1], currencies="EUR = 1; ECB; today", vat_rates="120")
    found = build(draft, now=utc_now())

    assert found.of("currencies")
    assert found.of("vat_rates")


def test_the_terms_page_has_a_row_a_currency(officer, sellers) -> None:
    draft = house.draft(officer, sellers[:1], currencies="USD = 0.9; ECB; today\nnonsense")
    browser = house.signed_in(officer)
    url = f"/tenders/{draft.pk}/terms/"
    page = browser.get(url).content.decode()
    assert 'value="USD"' in page
    assert 'value="nonsense"' in page  # to be corrected in its place
    cells = {
        "units": ["", "100", ""],
        "code": ["USD", "jpy", ""],
        "rate": ["0,9", "0.6", ""],
        "scale": ["", "0", ""],
        "source": ["ECB; at noon", "ECB", ""],
        "date": ["today", "today", ""],
    }
    browser.post(url, {f"currencies__{part}": values for part, values in cells.items()})
    draft.refresh_from_db()
    assert draft.rules["currencies"] == (
        "USD = 0,9; ECB, at noon; today\n100 jpy = 0.6; ECB; today; 0"
    )
    typed = {"currencies": draft.rules["currencies"], "starts_at": "2026-12-01T10:00"}
    made, problems = read(typed)
    assert [each.code for each in made["currencies"]] == ["USD", "JPY"], problems
    page = browser.get(url).content.decode()
    assert 'value="0,9"' in page


@pytest.mark.parametrize(
    ("vat", "said"),
    [(Vat.NET, "Type your price as you invoice it"), (Vat.GROSS, "Type your price without VAT")],
)
def test_the_terms_in_words_say_what_to_type(tender, vat, said) -> None:
    from dataclasses import replace

    terms = replace(terms_from_document(tender.terms), vat=vat)
    text = " ".join(line for section in in_words(terms) for line in section.sentences)

    assert "100 JPY = 0.6 EUR (ECB, 2026-11-27)." in text
    assert said in text
    assert "0 %, 20 %" in text.replace("\xa0", " ")


def test_accepting_may_say_in_which_money_one_bids(sellers, accepted) -> None:
    state = load(accepted.auction_id)
    prices = state.seats[seat(accepted, sellers[1])].prices

    assert prices is not None
    assert (prices.currency, prices.vat) == ("USD", Decimal(20))


def test_what_the_terms_do_not_list_is_refused_with_the_acceptance(sellers, tender) -> None:
    body = {
        "version": 1,
        "terms_hash": tender.terms_hash,
        "agreed": True,
        "currency": "CHF",
        "vat_rate": "20",
    }
    answer = api(sellers[0]).post(f"{BASE}{tender.pk}/accept/", body, format="json")

    assert (answer.status_code, answer.data["code"]) == (422, "auction.currency_not_listed")
    assert load(tender.auction_id).seats[seat(tender, sellers[0])].accepted_version == 0


def test_it_may_be_said_later_on_the_page_and_changed_until_the_first_bid(sellers, tender) -> None:
    house.accept(sellers[0], tender)
    browser = house.signed_in(sellers[0])
    page = browser.get(f"/tenders/{tender.pk}/").content.decode()
    assert 'name="currency"' in page
    assert 'name="vat_rate"' in page
    said = {"currency": "JPY", "vat_rate": "20"}
    assert browser.post(f"/tenders/{tender.pk}/prices/", said).status_code == 302
    page = browser.get(f"/tenders/{tender.pk}/").content.decode()
    assert "You bid in JPY." in page
    assert "Your VAT rate is 20 %." in page
    browser.post(f"/tenders/{tender.pk}/prices/", {**said, "currency": "USD"})
    house.play(tender, [(SECOND, sellers[0], "500")], to_end=False)
    assert 'name="currency"' not in browser.get(f"/tenders/{tender.pk}/").content.decode()
    browser.post(f"/tenders/{tender.pk}/prices/", {**said, "currency": "EUR"})
    prices = load(tender.auction_id).seats[seat(tender, sellers[0])].prices
    assert prices is not None
    assert prices.currency == "USD"


def test_each_is_shown_its_own_money_and_the_buyer_both(officer, sellers, accepted) -> None:
    # 600 dollars with 20 % VAT are 450 euro without it.
    steps = [(SECOND, sellers[0], "460"), (2 * SECOND, sellers[1], "600")]
    house.play(accepted, steps, to_end=False)
    around = surroundings(auctioning.row_of(accepted))
    state = load(accepted.auction_id)

    def lot(viewer: Viewer) -> Any:
        return Renderer(viewer, around).lots(state, None)[0]

    dollar = Viewer(Role.SUPPLIER, seat(accepted, sellers[1]))
    assert lot(dollar).own.best == "600.00"
    assert lot(dollar).own.total == "60000.00"
    info = Renderer(dollar, around).infos(state)[0]
    assert (info.scale, info.ceiling) == (2, "733.33")  # 550 euro without VAT
    buyers = lot(Viewer(Role.BUYER))
    assert buyers.lead == "450.00"
    rows = {row.seat: row for row in buyers.participants}
    row = rows[seat(accepted, sellers[1])]
    assert (row.best, row.currency, row.vat, row.value, row.gap) == (
        "600.00", "USD", "20", "450.00", "0.00",
    )  # fmt: skip
    assert rows[seat(accepted, sellers[0])].gap == "10.00"


@pytest.fixture
def ended(sellers, accepted):
    house.play(accepted, [(SECOND, sellers[0], "460"), (2 * SECOND, sellers[1], "600")])
    return accepted


def test_the_result_the_award_and_the_protocol_carry_the_currency(officer, sellers, ended) -> None:
    result = LotResult.objects.get(lot__tender=ended)
    assert (result.leader_amount, result.leader_currency) == (Decimal(600), "USD")
    award = {"company": str(sellers[1].company_id)}
    answer = api(officer).post(f"{BASE}{ended.pk}/results/1/", award)
    assert answer.status_code == 201, answer.data
    result.refresh_from_db()
    assert (result.awarded_amount, result.awarded_currency) == (Decimal(600), "USD")

    document = house.signed_in(officer).get(f"/tenders/{ended.pk}/protocol.json").json()
    (lot,) = document["lots"]
    first, second = lot["standing"]
    assert (first["price"], first["currency"], first["vat_rate"]) == ("600.00", "USD", "20")
    assert (first["value"], first["value_total"], first["total"]) == (
        "450.00", "45000.00", "60000.00",
    )  # fmt: skip
    assert (second["currency"], second["value"]) == ("EUR", "460.00")
    assert (lot["award"]["price"], lot["award"]["currency"]) == ("600.00", "USD")
    assert lot["award"]["departs"] is False
    assert [each["code"] for each in document["terms"]["currencies"]] == ["USD", "JPY"]
    for path in ("result", "protocol"):
        page = house.signed_in(officer).get(f"/tenders/{ended.pk}/{path}/").content.decode()
        assert "600.00 USD" in page
        assert "Compared, EUR" in page
    with translation.override("en"):
        pdf = house.signed_in(officer).get(f"/tenders/{ended.pk}/protocol.pdf").content
        words = " ".join(
            " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split()
        )
    assert "Frozen rate 1 USD = 0.9 EUR (European Central Bank, 2026-11-27)" in words.replace(
        "\xa0", " "
    )
    assert "450.00" in words


def test_a_supplier_reads_its_own_bids_in_its_own_money(sellers, ended) -> None:
    place = place_of(sellers[1], ended.auction_id)
    sheet = load_workbook(BytesIO(workbook(place, ZoneInfo("UTC")))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]

    titles = next(row for row in cells if "Unit price, USD" in row)
    bid = cells[cells.index(titles) + 1]
    assert bid[titles.index("Unit price, USD")] == 600
    assert bid[titles.index("Lot total, USD")] == 60000
    page = house.signed_in(sellers[1]).get(f"/auctions/{ended.auction_id}/debrief/")
    assert "600.00 USD" in page.content.decode()


def test_the_debrief_names_the_highest_amount_that_would_have_won(officer, sellers) -> None:
    franc = "CHF = 0.93; ECB; today"
    made = house.published(
        officer, sellers[:2], currencies=franc, **{"feedback.lead": True}, disclosure="public"
    )
    for seller, currency in zip(sellers, ("EUR", "CHF"), strict=False):
        accept(seller, made, currency=currency)
    # 100 euro are 107.5268... francs.
    house.play(made, [(SECOND, sellers[1], "110"), (2 * SECOND, sellers[0], "100")])
    answer = api(sellers[1]).get(f"/api/v1/auctions/{made.auction_id}/debrief/").data

    assert (answer["lots"][0]["price"], answer["lots"][0]["needed"]) == ("107.52", "107.52")
    page = house.signed_in(sellers[1]).get(f"/auctions/{made.auction_id}/debrief/")
    assert "107.52" in page.content.decode()


@pytest.mark.parametrize("scope", ["full", "participant"])
def test_the_verifier_decides_it_all_again(sellers, ended, scope) -> None:
    own = seat(ended, sellers[1])
    viewer = Reader(Scope.FULL) if scope == "full" else Reader(Scope.PARTICIPANT, own)
    ring = key_ring()
    with connection.cursor() as cursor:
        content = export_ledger(cursor, ring, ended.auction_id, viewer)
    report = verify(content)

    assert report.passed, report
    if scope == "full":
        (result,) = report.results
        assert (result["seat"], result["price"], result["currency"]) == (own, "600.00", "USD")
