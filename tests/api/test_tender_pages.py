"""The pages of the tender room: what each side sees, and what it never sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kernel.clock import utc_now
from marketplace.tenders.models import Tender, TenderState
from marketplace.tenders.services import drafting, ending, lots, publishing
from reference.models import Currency, Unit
from tests import tender_house as house
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def _shared_lists() -> None:
    Currency.objects.create(code="EUR", digits=2, name_en="Euro")
    Unit.objects.create(code="TNE", symbol_en="t", name_en="tonne")


@pytest.fixture
def ended(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])
    return tender


def page(client: Client, name: str, tender: Tender, *more: object):
    return client.get(reverse(f"tenders:{name}", args=[tender.pk, *more]))


@pytest.mark.usefixtures("_shared_lists")
def test_the_way_from_new_to_published_by_forms_alone(officer, sellers):
    client = signed_in(officer)
    posted = client.post(
        reverse("tenders:create"),
        {"title": "Steel", "description": "", "currency": "EUR", "vat": "net"},
    )
    tender = Tender.objects.get()
    assert posted["Location"] == reverse("tenders:edit", args=[tender.pk])
    lot = {"title": "Coil", "quantity": "1 850", "unit": "TNE", "scale": "2", "ceiling": "560,00"}
    assert client.post(reverse("tenders:lot-add", args=[tender.pk]), lot).status_code == 302
    assert page(client, "edit", tender).status_code == 200
    html = page(client, "publish", tender).content.decode()
    assert "id_starts_at" in html
    terms = page(client, "terms", tender).context["form"].initial
    client.post(
        reverse("tenders:terms", args=[tender.pk]),
        {**_posted(terms), "length": "20", "starts_at": "2036-01-01T10:00"},
    )
    client.post(
        reverse("tenders:invite", args=[tender.pk]),
        {"company": [str(each.company_id) for each in sellers]},
    )

    client.post(reverse("tenders:publish", args=[tender.pk]))

    tender.refresh_from_db()
    assert tender.state == TenderState.PUBLISHED
    assert tender.terms["length"] == 20 * 60 * 1_000_000
    assert page(client, "detail", tender).status_code == 200


def _posted(initial):
    return {key: ("on" if value is True else value) for key, value in initial.items()
            if value is not False}  # fmt: skip


@pytest.mark.usefixtures("_shared_lists")
def test_a_wrong_amount_is_told_beside_its_field(officer):
    tender = house.draft(officer)
    answer = signed_in(officer).post(
        reverse("tenders:lot-add", args=[tender.pk]),
        {"title": "Coil", "unit": "TNE", "scale": "2", "ceiling": "5.001"},
    )

    assert answer.status_code == 422
    assert "ceiling" in answer.context["lot_form"].errors
    assert tender.lots.count() == 1


def test_the_preview_follows_a_changed_setting(officer, sellers):
    tender = house.draft(officer, sellers)
    client = signed_in(officer)
    initial = page(client, "terms", tender).context["form"].initial

    answer = client.post(
        reverse("tenders:terms", args=[tender.pk]),
        {**_posted(initial), "basis": "leader"},
        headers={"HX-Request": "true"},
    )

    assert "terms-preview" in answer.content.decode()
    assert answer.context["problems"]
    tender.refresh_from_db()
    assert tender.rules["basis"] == "leader"


def test_an_uninvited_company_cannot_tell_the_tender_exists(officer, sellers):
    tender = house.published(officer, sellers[:1])

    assert page(signed_in(sellers[1]), "detail", tender).status_code == 404
    assert page(signed_in(house.buyer("Other AS")), "detail", tender).status_code == 404


def test_a_supplier_never_reads_reserve_baseline_target_or_rivals(officer, sellers):
    tender = house.draft(officer, sellers)
    secret = house.lot("Sheet", reserve="511.11", baseline="522.22", target="499.99")
    lots.add_lot(actor=officer, tender_id=tender.pk, lot=secret)
    publishing.publish(actor=officer, tender_id=tender.pk)

    html = page(signed_in(sellers[0]), "detail", tender).content.decode()

    assert "Sheet" in html
    for hidden in ("511.11", "522.22", "499.99", "Nordwerk"):
        assert hidden not in html


def test_accepting_asks_for_the_box_and_the_hash_shown(officer, sellers):
    tender = house.published(officer, sellers)
    client = signed_in(sellers[0])
    form = {"version": "1", "terms_hash": tender.terms_hash}
    accept = reverse("tenders:accept", args=[tender.pk])

    client.post(accept, form)
    assert tender.invitations.get(company_id=sellers[0].company_id).state == "invited"
    client.post(accept, {**form, "agreed": "on"})

    assert tender.invitations.get(company_id=sellers[0].company_id).state == "accepted"


def test_the_buyer_confirms_on_the_result_page(officer, sellers, ended):
    client = signed_in(officer)
    html = page(client, "result", ended).content.decode()
    assert "Nordwerk Stahl GmbH" in html

    client.post(
        reverse("tenders:confirm", args=[ended.pk, 1]), {"company": str(sellers[1].company_id)}
    )

    ended.refresh_from_db()
    assert ended.state == TenderState.AWARDED
    assert page(client, "protocol", ended).status_code == 200


def test_a_suppliers_protocol_holds_its_own_side_only(officer, sellers, ended):
    ending.confirm_result(
        actor=officer, tender_id=ended.pk, lot=1, company_id=sellers[1].company_id
    )
    loser = page(signed_in(sellers[0]), "protocol-json", ended).json()
    winner = page(signed_in(sellers[1]), "protocol-json", ended).json()

    assert [row["price"] for row in loser["lots"][0]["standing"]] == ["540.00"]
    assert [each["name"] for each in loser["participants"]] == ["Baltmet AS"]
    assert "530.00" not in str(loser["lots"])  # three digits alone may stand in any moment
    assert "Nordwerk" not in str(loser)
    assert winner["lots"][0]["award"]["to_you"] is True
    assert winner["lots"][0]["award"]["price"] == "530.00"
    assert loser["ledger"]["head"] == winner["ledger"]["head"]


def test_public_terms_show_the_protocol_to_everyone_who_took_part(officer, sellers):
    tender = house.published(officer, sellers, disclosure="public")
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[1], "530.00")])

    document = page(signed_in(sellers[0]), "protocol-json", tender).json()

    assert document["lots"][0]["standing"][0]["name"] == "Nordwerk Stahl GmbH"
    assert document["lots"][0]["bidders"] == 1


def test_a_lone_bid_is_not_told_to_who_may_not_know(officer, sellers):
    tender = house.published(officer, sellers)
    house.accept(sellers[1], tender)
    house.play(tender, [(MINUTE, sellers[1], "530.00")])

    own = page(signed_in(sellers[1]), "protocol-json", tender).json()
    buyers = page(signed_in(officer), "protocol-json", tender).json()

    assert "One supplier" not in own["lots"][0]["outcome_text"]
    assert "One supplier" in buyers["lots"][0]["outcome_text"]


def test_lists_cost_the_same_whatever_their_length(officer, sellers, django_assert_max_num_queries):
    for _number in range(6):
        house.published(officer, sellers)
    for actor, most in ((officer, 16), (sellers[0], 16)):
        client = signed_in(actor)
        client.get(reverse("tenders:list"))
        with django_assert_max_num_queries(most):
            client.get(reverse("tenders:list"))


def test_home_shows_what_needs_each_side(officer, sellers, ended):
    house.draft(officer)
    later = house.published(officer, sellers)

    buyer = signed_in(officer).get("/").content.decode()
    seller = signed_in(sellers[0]).get("/").content.decode()

    assert reverse("tenders:result", args=[ended.pk]) in buyer
    assert reverse("tenders:detail", args=[later.pk]) in seller


def test_the_calendar_entry_is_folded_and_escaped(officer, sellers):
    tender = house.draft(officer, sellers)
    Tender.objects.filter(pk=tender.pk).update(title="Coil, plate; " + "ö" * 60)
    publishing.publish(actor=officer, tender_id=tender.pk)

    body = page(signed_in(sellers[0]), "calendar", tender).content

    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"Coil\\, plate\\;" in body
    assert body.startswith(b"BEGIN:VCALENDAR")


def test_what_suppliers_will_read_is_shown_before_the_start_is_chosen(officer, sellers):
    tender = house.draft(officer, sellers, **{"feedback.lead": True})
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": ""})
    client = signed_in(officer)

    shown = page(client, "terms", tender).content.decode()

    assert "What you will see" in shown
    assert "Fill this in." in shown
    client.post(reverse("tenders:publish", args=[tender.pk]))
    tender.refresh_from_db()
    assert tender.state == TenderState.DRAFT


def test_a_preset_brings_its_settings_and_a_format_takes_it_off(officer, sellers):
    client, tender = signed_in(officer), house.draft(officer, sellers)
    address = reverse("tenders:format", args=[tender.pk])
    starts_at = tender.rules["starts_at"]

    assert client.post(address, {"preset": "prozorro"}).status_code == 302
    tender.refresh_from_db()
    assert (tender.rules["format"], tender.rules["blind"]) == ("turns", True)
    assert tender.rules["starts_at"] == starts_at
    shown = page(client, "terms", tender).content.decode()
    assert "922-VIII" in shown
    assert 'name="turns__rounds"' in shown
    assert 'name="soft_close__window"' not in shown

    client.post(address, {"format": "english"})
    tender.refresh_from_db()
    assert (tender.rules["format"], tender.rules["preset"]) == ("english", "")

    client.post(address, {"preset": "no such"})
    client.post(address, {"format": "no such"})
    tender.refresh_from_db()
    assert (tender.rules["format"], tender.rules["preset"]) != ("no such", "no such")


def test_the_brazilian_preset_may_be_published_as_it_begins(officer, sellers):
    starts_at = (utc_now() + timedelta(days=2)).isoformat()
    tender = house.draft(officer, sellers, starts_at=starts_at)
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="brazil_open")
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert list(built.problems) == []


def test_the_georgian_preset_asks_for_initial_bids_and_then_may_be_published(officer, sellers):
    starts_at = (utc_now() + timedelta(days=2)).isoformat()
    tender = house.draft(officer, sellers, starts_at=starts_at)
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="georgia")
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert {problem.field for problem in built.problems} == {"prebid_opens_at"}

    opens = (utc_now() + timedelta(minutes=30)).isoformat()
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"prebid_opens_at": opens})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert list(built.problems) == []


def test_the_directives_two_working_days_keep_a_tender_from_being_published(officer, sellers):
    tender = house.draft(officer, sellers)
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="eu_2014_24")
    soon = (utc_now() + timedelta(hours=20)).isoformat()
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": soon})

    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)

    assert any("working days" in str(each.message) for each in built.of("starts_at"))


@pytest.mark.parametrize(
    ("chosen", "opened"), [("english", False), ("vickrey", True), ("no such", True)]
)
def test_what_is_for_experts_is_folded_away_until_it_matters(officer, sellers, chosen, opened):
    tender = house.draft(officer, sellers, format=chosen)
    shown = page(signed_in(officer), "terms", tender).content.decode()
    _, _, picker = shown.partition('id="id_format"')
    menu, _, rest = picker.partition("<details")
    fold, _, _ = rest.partition("</details>")
    assert 'value="vickrey"' not in menu
    assert 'value="sealed"' in menu
    assert ('value="vickrey"' in fold, 'value="sealed"' in fold) == (True, False)
    assert fold.partition(">")[0].endswith(" open") is opened
