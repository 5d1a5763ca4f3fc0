"""API of supplier profiles, supplier lists and the shared lists."""

from __future__ import annotations

import pytest

from buyers.selectors import suppliers_to_invite
from crm_core.companies.models import Role, Standing
from crm_core.companies.services import set_standing
from reference.loading import level_of, load_all
from reference.models import Category, Currency, Unit
from suppliers.selectors import invitation_contacts, suppliers_of
from tests.people import api_client, make_actor, make_company

pytestmark = pytest.mark.django_db

LISTS = "/api/v1/supplier-lists/"
PROFILE = "/api/v1/supplier-profile/"


def code(response):
    return (response.status_code, response.json()["code"])


@pytest.fixture
def steel():
    division = Category.objects.create(code="14000000-1", level=2, name_en="Mining, metals")
    return Category.objects.create(
        code="14622000-7", level=5, parent=division, name_en="Steel", name_uk="Сталь"
    )


def profile(**fields):
    return {
        "contact_name": "Andres Tamm",
        "contact_email": "Andres@baltmet.example",
        "description": "Steel",
        "regions": ["EE", "LV"],
        "categories": ["14622000-7"],
        **fields,
    }


def test_the_shipped_lists_load_once_and_can_be_searched():
    first = load_all()
    assert first["categories"] == Category.objects.count() == 9458
    assert first["units"] == Unit.objects.count()
    assert load_all() == {"currencies": 0, "units": 0, "categories": 0}

    steel = Category.objects.get(code="14622000-7")
    assert (steel.level, steel.parent.level < 5) == (5, True)
    roots = Category.objects.filter(parent=None).exclude(level=2)
    assert [each.code for each in roots] == ["99999999-9"]  # "not in other sections"
    assert Currency.objects.get(code="JPY").digits == 0
    assert Currency.objects.get(code="KWD").digits == 3

    client = api_client(make_actor(Role.BIDDER))
    found = client.get(
        "/api/v1/categories/", {"search": "сталь"}, headers={"Accept-Language": "uk"}
    )
    assert "14622000-7" in [each["code"] for each in found.json()["results"]]
    units = client.get("/api/v1/units/", {"search": "TNE"}, headers={"Accept-Language": "ru"})
    assert units.json()["results"] == [{"code": "TNE", "symbol": "т", "name": "тонна"}]


@pytest.mark.parametrize(
    ("cpv", "level"), [("14000000-1", 2), ("14600000-7", 3), ("14622000-7", 5), ("30000000-9", 2)]
)
def test_levels_of_codes(cpv, level):
    assert level_of(cpv) == level


def test_a_profile_is_kept_by_those_who_may(steel):
    bidder = make_actor(Role.BIDDER)
    client = api_client(bidder)
    assert code(client.get(PROFILE)) == (404, "suppliers.profile_not_found")

    saved = client.put(PROFILE, profile())
    assert saved.status_code == 200
    assert saved.json()["contact_email"] == "andres@baltmet.example"
    assert client.get(PROFILE).json()["categories"] == ["14622000-7"]
    assert invitation_contacts([bidder.company_id]) == {
        bidder.company_id: ("Andres Tamm", "andres@baltmet.example")
    }

    unknown = client.put(PROFILE, profile(categories=["99999999-9"]))
    assert code(unknown) == (422, "suppliers.category_unknown")
    assert client.get(PROFILE).json()["categories"] == ["14622000-7"]

    officer = api_client(make_actor(Role.OFFICER))
    assert code(officer.put(PROFILE, profile())) == (403, "access.forbidden")
    assert officer.get(f"/api/v1/suppliers/{bidder.company_id}/profile/").status_code == 200


def test_a_company_that_does_not_sell_has_no_profile(steel):
    bidder = make_actor(Role.BIDDER, make_company(sells=False))
    assert code(api_client(bidder).put(PROFILE, profile())) == (403, "suppliers.not_a_seller")


def test_suppliers_are_found_by_category_above_and_country(steel):
    narrow, broad = make_actor(Role.BIDDER), make_actor(Role.BIDDER)
    api_client(narrow).put(PROFILE, profile())
    api_client(broad).put(PROFILE, profile(categories=["14000000-1"], regions=[]))

    both = {narrow.company_id, broad.company_id}
    assert {each.pk for each in suppliers_of(["14622000-7"])} == both
    assert {each.pk for each in suppliers_of(["14622000-7"], country="LV")} == both
    assert {each.pk for each in suppliers_of(["14622000-7"], country="ES")} == {broad.company_id}
    assert {each.pk for each in suppliers_of(["14000000-1"])} == {broad.company_id}

    set_standing(company_id=broad.company_id, standing=Standing.SUSPENDED)
    assert not suppliers_of(["14000000-1"]).exists()


def test_a_list_is_made_filled_renamed_and_deleted(django_assert_num_queries):
    officer = make_actor(Role.OFFICER)
    client = api_client(officer)
    made = client.post(LISTS, {"name": "  Structural   steel "}).json()
    assert made["name"] == "Structural steel"
    assert code(client.post(LISTS, {"name": "STRUCTURAL STEEL"})) == (409, "buyers.list_name_taken")

    entries = f"{LISTS}{made['id']}/entries/"
    sellers = [make_company() for _ in range(3)]
    for seller in sellers:
        for _again in range(2):
            assert client.post(entries, {"supplier": str(seller.pk)}).status_code == 201
    with django_assert_num_queries(6):  # session, user, actor, list, count, rows
        assert client.get(entries).json()["count"] == 3

    refusals = {
        str(officer.company_id): "buyers.own_company",
        str(make_company(sells=False).pk): "buyers.supplier_unknown",
        str(make_company(standing="draft").pk): "buyers.supplier_unknown",
    }
    for supplier, expected in refusals.items():
        assert code(client.post(entries, {"supplier": supplier})) == (422, expected)

    set_standing(company_id=sellers[0].pk, standing=Standing.SUSPENDED)
    invited = suppliers_to_invite(officer, made["id"])
    assert {each.pk for each in invited} == {sellers[1].pk, sellers[2].pk}

    one = f"{entries}{sellers[1].pk}/"
    assert client.delete(one).status_code == 204
    assert code(client.delete(one)) == (404, "buyers.entry_not_found")
    renamed = client.patch(f"{LISTS}{made['id']}/", {"name": "Steel"}).json()
    assert (renamed["name"], renamed["suppliers"]) == ("Steel", 2)
    assert client.delete(f"{LISTS}{made['id']}/").status_code == 204
    assert client.get(LISTS).json()["count"] == 0


def test_another_companys_list_is_not_found():
    made = api_client(make_actor(Role.OFFICER)).post(LISTS, {"name": "Ours"}).json()
    rival = api_client(make_actor(Role.OFFICER))
    path = f"{LISTS}{made['id']}/"

    answers = [
        rival.get(path),
        rival.patch(path, {"name": "Theirs"}),
        rival.delete(path),
        rival.get(f"{path}entries/"),
        rival.post(f"{path}entries/", {"supplier": str(make_company().pk)}),
        rival.delete(f"{path}entries/{make_company().pk}/"),
    ]
    assert {code(answer) for answer in answers} == {(404, "buyers.list_not_found")}
    assert rival.get(LISTS).json()["count"] == 0


@pytest.mark.parametrize(
    ("role", "reads", "edits"),
    [
        (Role.OFFICER, 200, 201),
        (Role.REQUESTER, 200, 403),
        (Role.OWNER, 200, 403),
        (Role.BIDDER, 403, 403),
        (Role.FINANCE, 403, 403),
    ],
)
def test_lists_by_role(role, reads, edits):
    client = api_client(make_actor(role))
    assert client.get(LISTS).status_code == reads
    assert client.post(LISTS, {"name": "Steel"}).status_code == edits


def test_lists_are_listed_with_a_constant_number_of_queries(django_assert_num_queries):
    client = api_client(make_actor(Role.OFFICER))
    for number in range(4):
        client.post(LISTS, {"name": f"List {number}"})
        with django_assert_num_queries(5):
            client.get(LISTS)
