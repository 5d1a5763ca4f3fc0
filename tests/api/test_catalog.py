"""The catalog's pages and API: what is typed stays, refusals stand beside their field, and a buyer
is told its price and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from crm_core.companies.models import Role, Standing
from crm_core.companies.services import set_standing
from marketplace.catalog.models import CustomerGroup, Offer, OfferState, Price
from marketplace.catalog.services import groups
from tests import catalog_house as house
from tests.people import api_client, make_actor, make_company, make_token, token_client
from tests.search_house import relayed
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
TYPED = {
    "name_en": "Hexagon nut", "sku": "N-16", "unit": "BX", "content_unit": "C62",
    "content_quantity": "100", "pack_level": "inner", "min_order": "2", "increment": "2",
    "lead_time_days": "5", "valid_until": "2031-01-31", "territory": ["EE", "LV"],
}  # fmt: skip


@pytest.fixture
def manager():
    return house.manager()


@pytest.fixture
def buyer():
    return house.buyer()


def page(actor, name, /, *ids, **query):
    return signed_in(actor).get(reverse(f"catalog:{name}", args=ids), query)


def send(actor, name, /, *ids, **typed):
    return signed_in(actor).post(reverse(f"catalog:{name}", args=ids), typed)


def test_an_offer_is_written_priced_published_and_bought_from_the_pages(manager, buyer):
    answer = send(manager, "create", **TYPED)
    offer = Offer.objects.get()
    assert answer.url == reverse("catalog:own-offer", args=[offer.pk])
    assert (offer.content_quantity, offer.territory) == (100, ["EE", "LV"])
    assert offer.valid_until.isoformat() == "2031-02-01T00:00:00+00:00"
    assert "No price yet" in page(manager, "own-offer", offer.pk).content.decode()

    send(manager, "price-add", offer.pk, amount="12,50", currency="EUR", scope="public")
    send(manager, "price-add", offer.pk, amount="11", currency="EUR", scope="public", least="10")
    send(manager, "publish", offer.pk)

    offer.refresh_from_db()
    assert offer.state == OfferState.ACTIVE
    shown = page(buyer, "offer", offer.pk, quantity="10").content.decode()
    assert "11.00\xa0EUR" in shown
    assert "110.00\xa0EUR" in shown
    assert "It is the price for everybody" in shown
    assert "The other&#x27;s band fits this quantity more closely." in shown
    relayed()
    assert "N-16" in page(buyer, "browse", q="nut").content.decode()


def test_what_was_typed_stays_and_the_error_stands_beside_its_field(manager):
    answer = send(manager, "create", **{**TYPED, "gtin": "4006381333932", "name_uk": "Гайка"})
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert "This is no GTIN" in shown.partition('id="id_gtin_error"')[2][:400]
    for kept in (
        'value="Гайка"',
        'value="N-16"',
        'value="2031-01-31"',
        '<option value="LV" selected',
    ):
        assert kept in shown
    assert not Offer.objects.exists()


def test_the_form_of_an_offer_shows_it_and_saving_it_unchanged_changes_nothing(manager):
    send(manager, "create", **{**TYPED, "category": "44531400-5", "gtin": house.GTIN})
    offer = Offer.objects.get()
    form = page(manager, "edit", offer.pk).context["form"]
    before = Offer.objects.values().get()

    send(manager, "edit", offer.pk, **{k: "" if v is None else v for k, v in form.initial.items()})

    after = Offer.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"updated_at", "valid_from"}  # the moment becomes the beginning of its day
    assert after["valid_from"].date() == before["valid_from"].date()


def test_a_price_refused_keeps_what_was_typed(manager):
    offer = house.draft(manager)
    answer = send(
        manager,
        "price-add",
        offer.pk,
        amount="7.5",
        currency="EUR",
        scope="contract",
        contract="C-9",
    )
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert "Choose a verified company" in shown.partition('id="id_customer_error"')[2][:400]
    assert 'value="C-9"' in shown
    assert 'value="7.5"' in shown
    assert not Price.objects.exists()


def test_an_unverified_company_is_told_what_is_missing_instead_of_a_button():
    manager = make_actor(Role.CATALOG_MANAGER, make_company(standing=Standing.DRAFT, buys=False))
    offer = house.draft(manager)
    shown = page(manager, "own-offer", offer.pk).content.decode()

    assert "Offers are published by a verified company." in shown
    assert reverse("catalog:publish", args=[offer.pk]) not in shown
    assert send(manager, "publish", offer.pk).status_code == 403


def test_withdrawing_is_undone_with_one_button(manager):
    offer = house.active(manager)
    client = signed_in(manager)
    client.post(reverse("catalog:withdraw", args=[offer.pk]))
    back = reverse("catalog:put-back", args=[offer.pk])
    assert back in page(manager, "own-offer", offer.pk).content.decode()

    client.post(back)

    assert Offer.objects.get().state == OfferState.ACTIVE


@pytest.mark.parametrize("quantity", ["", "abc", "0", "-1", "1e400", "1.0000001"])
def test_a_quantity_that_is_none_is_told_beside_it(manager, buyer, quantity):
    offer = house.active(manager)
    answer = page(buyer, "offer", offer.pk, quantity=quantity)
    assert answer.status_code == 422
    assert 'id="id_quantity_error"' in answer.content.decode()


def test_a_quantity_that_cannot_be_ordered_is_priced_and_the_nearest_offered(manager, buyer):
    offer = house.active(manager, min_order=Decimal(20), increment=Decimal(10))
    shown = page(buyer, "offer", offer.pk, quantity="25").content.decode()
    assert "It is ordered in multiples of 10" in shown
    assert "?quantity=30&amp;currency=EUR" in shown


def test_a_buyer_is_not_told_the_names_of_groups_nor_prices_of_others(manager, buyer):
    offer = house.active(manager)
    secret = groups.create_group(actor=manager, name="Loyal and small")
    house.price(manager, offer, "10.01", scope="group", group=secret.pk)
    groups.add_customer(actor=manager, group_id=secret.pk, company_id=buyer.company_id)
    other = house.buyer()
    house.price(manager, offer, "9.99", scope="customer", customer=other.company_id)

    mine = page(buyer, "offer", offer.pk).content.decode()
    theirs = page(other, "offer", offer.pk).content.decode()

    assert "Price of your customer group: 10.01" in mine
    assert "Loyal" not in mine
    assert "9.99" not in mine
    assert "10.01" not in theirs


def test_groups_are_filled_and_emptied_on_their_page(manager, buyer):
    made = send(manager, "groups", name="Baltic")
    group = CustomerGroup.objects.get()
    assert made.url == reverse("catalog:group", args=[group.pk])
    name = buyer.company_name
    assert name in page(manager, "group", group.pk, q=name).content.decode()

    send(manager, "group-add", group.pk, company=str(buyer.company_id))
    assert group.members.count() == 1
    send(manager, "group-remove", group.pk, company=str(buyer.company_id))
    assert group.members.count() == 0
    again = send(manager, "groups", name="baltic")
    assert "You have a customer group of this name." in again.content.decode()


def test_the_list_is_narrowed_and_cut_into_pages_and_says_what_is_empty(manager):
    assert "No offer yet" in page(manager, "own").content.decode()
    for number in range(26):
        house.draft(manager, sku=f"S-{number:02}", gtin="")
    assert len(page(manager, "own").context["rows"]) == 25
    assert len(page(manager, "own", page="2").context["rows"]) == 1
    assert [offer.sku for offer, _ in page(manager, "own", q="s-07").context["rows"]] == ["S-07"]
    assert "No offer fits these filters." in page(manager, "own", state="active").content.decode()


def test_pages_take_the_same_queries_however_many_offers(
    manager, buyer, django_assert_max_num_queries
):
    for number in range(12):
        house.active(manager, sku=f"S-{number}", gtin="")
    browsing, own = signed_in(buyer), signed_in(manager)
    with django_assert_max_num_queries(14):
        assert browsing.get(reverse("catalog:browse")).status_code == 200
    with django_assert_max_num_queries(12):
        assert own.get(reverse("catalog:own")).status_code == 200


def test_the_whole_way_over_the_api(manager, buyer):
    supplier, client = api_client(manager), api_client(buyer)
    body = {"sku": "N-1", "min_order": "5", "increment": "5",
            "product": {"name_uk": "Гайка", "gtin": house.GTIN}}  # fmt: skip
    made = supplier.post("/api/v1/catalog/own-offers/", body)
    assert made.status_code == 201
    own = f"/api/v1/catalog/own-offers/{made.data['id']}/"
    assert made.data["product"]["gtin"] == "04006381333931"
    assert supplier.post(f"{own}publish/").data["code"] == "catalog.offer_unpriced"

    public = supplier.post(f"{own}prices/", {"amount": "2.50", "currency": "EUR"})
    contract = {"amount": "2.10", "currency": "EUR", "scope": "contract", "contract": "C-1",
                "customer": str(buyer.company_id), "least": "100"}  # fmt: skip
    assert supplier.post(f"{own}prices/", contract).status_code == 201
    assert supplier.post(f"{own}publish/").data["state"] == "active"

    found = client.get("/api/v1/catalog/offers/", {"search": "гайка"}).data["results"]
    assert [each["id"] for each in found] == [made.data["id"]]
    price = f"/api/v1/catalog/offers/{made.data['id']}/price/"
    answer = client.get(price, {"quantity": "102"}).data
    assert (answer["amount"], answer["total"]) == ("2.100000", "214.200000")
    assert answer["rule"]["scope"] == "contract"
    assert answer["rule"]["contract"] == "C-1"
    assert (answer["fault"], answer["nearest"]) == ("no_multiple", "105.000000")
    assert [(each["why"], each["price"]["id"]) for each in answer["others"]] == [
        ("nearer_scope", public.data["id"])
    ]
    assert [each["least"] for each in answer["ladder"]] == ["0.000000", "100.000000"]

    ended = supplier.post(f"/api/v1/catalog/prices/{public.data['id']}/end/")
    assert ended.data["valid_until"] is not None
    assert client.get(price, {"quantity": "5"}).data["why"] == "below_band"
    history = supplier.get(f"{own}price-history/").data["results"]
    assert [each["kind"] for each in history] == ["ended", "added", "added"]
    assert supplier.put(own, {**body, "min_order": "10"}).data["min_order"] == "10.000000"
    assert supplier.post(f"{own}withdraw/").data["state"] == "withdrawn"
    assert client.get(price).data["code"] == "catalog.offer_not_found"
    assert supplier.post(f"{own}put-back/").data["state"] == "active"


def test_problems_name_the_field_and_the_reason(manager, buyer):
    offer = house.active(manager)
    supplier, client = api_client(manager), api_client(buyer)
    wrong = supplier.post(
        "/api/v1/catalog/own-offers/", {"sku": "2", "product": {"name_en": "x", "gtin": "12"}}
    )
    assert (wrong.status_code, wrong.data["code"], wrong.data["field"]) == (
        422, "catalog.field_wrong", "gtin",
    )  # fmt: skip
    taken = supplier.post(
        "/api/v1/catalog/own-offers/", {"sku": "hx-16", "product": {"name_en": "x"}}
    )
    assert (taken.status_code, taken.data["code"]) == (409, "catalog.sku_taken")
    price = f"/api/v1/catalog/offers/{offer.pk}/price/"
    for query in ({"quantity": "0"}, {"quantity": "x"}, {"currency": "euro"}, {"territory": "E"}):
        assert client.get(price, query).status_code == 422, query
    assert client.get(price, {"currency": "USD"}).data["why"] == "currency"


def test_members_of_a_group_over_the_api(manager, buyer):
    client = api_client(manager)
    group = client.post("/api/v1/catalog/customer-groups/", {"name": "Baltic"}).data["id"]
    members = f"/api/v1/catalog/customer-groups/{group}/members/"
    company = str(buyer.company_id)
    assert client.post(members, {"company": company}).status_code == 201
    assert [str(each["company"]) for each in client.get(members).data["results"]] == [company]
    assert client.delete(members).status_code == 422
    assert client.delete(f"{members}?company={company}").status_code == 204
    assert client.get(members).data["count"] == 0


def test_a_token_needs_the_catalogs_scope_to_write(manager):
    client = token_client(manager)
    body = {"sku": "T-1", "product": {"name_en": "Nut"}}
    assert client.post("/api/v1/catalog/own-offers/", body).status_code == 201

    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(manager, 'read')[1]}")
    refused = client.post("/api/v1/catalog/own-offers/", {**body, "sku": "T-2"})
    assert (refused.status_code, refused.data["code"]) == (403, "access.scope_missing")
    assert refused.data["data"]["scope"] == "catalog"
    assert client.get("/api/v1/catalog/own-offers/").data["count"] == 1


def test_a_request_repeated_with_its_key_makes_one_offer(manager):
    client = api_client(manager)
    body = {"sku": "K-1", "product": {"name_en": "Nut"}}
    answers = [
        client.post("/api/v1/catalog/own-offers/", body, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert answers[0].data["id"] == answers[1].data["id"]
    assert Offer.objects.count() == 1


def test_a_suspended_supplier_is_gone_from_the_api_too(manager, buyer):
    offer = house.active(manager)
    set_standing(company_id=manager.company_id, standing=Standing.SUSPENDED)
    client = api_client(buyer)
    assert client.get("/api/v1/catalog/offers/").data["count"] == 0
    assert client.get(f"/api/v1/catalog/offers/{offer.pk}/").status_code == 404
    offers_of_nobody = Offer.objects.filter(state=OfferState.ACTIVE)
    assert offers_of_nobody.get() == offer  # only hidden: it comes back with the standing


def test_what_did_not_change_is_not_sent_again(manager, buyer):
    offer = house.active(manager)
    for client, name in (
        (api_client(manager), "api-own-offer"),
        (api_client(buyer), "api-catalog-offer"),
    ):
        address = reverse(name, args=[offer.pk])
        first = client.get(address)
        again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    house.change(manager, offer, lead_time_days=9)
    assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    listed = api_client(buyer).get(reverse("api-catalog-offers"))
    assert (
        api_client(buyer)
        .get(reverse("api-catalog-offers"), HTTP_IF_NONE_MATCH=f'"other", W/{listed["ETag"]}')
        .status_code
        == 304
    )


def test_an_offer_that_was_not_read_is_not_overwritten(manager):
    offer, client = house.active(manager), api_client(manager)
    address = reverse("api-own-offer", args=[offer.pk])
    read = client.get(address)["ETag"]
    typed = {"sku": "HX-17", "product": {"name_en": "Hexagon bolt", "gtin": house.GTIN}}
    house.change(manager, offer, lead_time_days=9)

    refused = client.put(address, typed, "json", HTTP_IF_MATCH=read)
    assert (refused.status_code, refused.json()["code"]) == (412, "request.precondition_failed")
    offer.refresh_from_db()
    assert (offer.sku, offer.lead_time_days) == ("HX-16", 9)

    read = client.get(address)["ETag"]
    assert client.put(address, typed, "json", HTTP_IF_MATCH=read).status_code == 200
    assert client.put(address, typed, "json", HTTP_IF_MATCH="*").status_code == 200
