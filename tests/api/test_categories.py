"""Pages and API of categories: the tree, the search, what goods are described by."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.companies.models import Role
from crm_core.people.models import User
from reference import attributes
from reference.attributes import AttributeInput
from reference.models import Attribute, Category, CategoryMapping
from tests.category_house import DIVISION, OWN, STEEL, lists
from tests.people import api_client, make_actor

pytestmark = pytest.mark.django_db
WIDTH = {"key": "width", "kind": "number", "unit": "mmt", "name_en": "Width", "name_ru": "Ширина",
         "decimals": "1", "lowest": "0,5", "required": "on"}  # fmt: skip


@pytest.fixture(autouse=True)
def _lists() -> None:
    lists()


def browser(role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make_actor(role).user_id))
    return client


def text(response):
    return response.content.decode()


def test_everybody_walks_the_tree_and_searches_it(django_assert_max_num_queries):
    client = browser(Role.BIDDER)
    page = text(client.get(reverse("categories")))
    assert "5 categories" in page
    assert "ECLASS" not in page  # nothing of it was imported, and only the operator could

    client.get(reverse("taxonomy", args=["cpv"]))
    with django_assert_max_num_queries(12):
        top = client.get(reverse("taxonomy", args=["cpv"]))
    assert "14000000-1" in text(top)
    found = client.get(reverse("taxonomy", args=["cpv"]), {"q": "сталь"})
    assert STEEL in text(found)
    assert client.get(reverse("taxonomy", args=["none"])).status_code == 404

    with django_assert_max_num_queries(14):
        page = client.get(reverse("category", args=[STEEL]))
    assert page.context["above"][0].pk == DIVISION
    assert client.get(reverse("category", args=["00000000-0"])).status_code == 404


def test_more_attributes_and_more_children_cost_no_more_queries(django_assert_num_queries):
    client = browser(Role.BIDDER)
    address = reverse("category", args=[DIVISION])

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    attributes.add_attribute(
        category=DIVISION, given=AttributeInput(key="a", kind="text", name_en="A")
    )
    before = queries()
    for key in ("b", "c", "d"):
        attributes.add_attribute(
            category=DIVISION,
            given=AttributeInput(key=key, kind="number", unit="KGM", name_en=key),
        )
    assert queries() == before


def test_the_operator_adds_changes_and_retires_an_attribute():
    client = browser(Role.PLATFORM_ADMIN)
    address = reverse("attribute-add", args=[STEEL])
    refused = client.post(address, {**WIDTH, "unit": ""})
    assert refused.status_code == 422
    assert "A number needs a unit" in text(refused)
    assert not Attribute.objects.exists()

    assert client.post(address, WIDTH).status_code == 302
    made = Attribute.objects.get()
    assert (made.unit_id, str(made.lowest.normalize()), made.required) == ("MMT", "0.5", True)
    assert client.post(address, WIDTH).status_code == 409

    change = reverse("attribute", args=[made.pk])
    assert 'value="0.5"' in text(client.get(change))
    assert client.post(change, {"name_en": "Breadth", "decimals": "2"}).status_code == 302
    made.refresh_from_db()
    assert (made.name_en, made.decimals, made.lowest, made.key) == ("Breadth", 2, None, "width")

    client.post(reverse("attribute-retire", args=[made.pk]))
    page = reverse("category", args=[STEEL])
    assert "Breadth" in text(client.get(page))
    assert "Breadth" not in text(browser(Role.BIDDER).get(page))
    client.post(reverse("attribute-retire", args=[made.pk]), {"back": "1"})
    assert "Breadth" in text(browser(Role.BIDDER).get(page))


def test_choices_are_typed_one_a_line():
    client = browser(Role.PLATFORM_ADMIN)
    address = reverse("attribute-add", args=[STEEL])
    grade = {"key": "grade", "kind": "choice", "name_en": "Grade"}
    wrong = client.post(address, {**grade, "choices": "s235 | S235\ns355"})
    assert wrong.status_code == 422
    assert "Line 2" in text(wrong)
    right = client.post(address, {**grade, "choices": "s235 | S235 | С235\n\ns355|S355"})
    assert right.status_code == 302
    made = Attribute.objects.get()
    assert list(made.choices.values_list("value", "name_ru")) == [("s235", "С235"), ("s355", "")]
    assert "s235 | S235 | С235" in text(client.get(reverse("attribute", args=[made.pk])))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CATALOG_MANAGER, Role.VERIFIER])
def test_nobody_else_changes_an_attribute(role):
    made = attributes.add_attribute(
        category=STEEL, given=AttributeInput(key="a", kind="text", name_en="A")
    )
    client = browser(role)
    assert client.post(reverse("attribute-add", args=[STEEL]), WIDTH).status_code == 403
    assert client.post(reverse("attribute", args=[made.pk]), {"name_en": "B"}).status_code == 403
    assert client.post(reverse("attribute-retire", args=[made.pk])).status_code == 403
    assert list(Attribute.objects.values_list("name_en", "retired")) == [("A", False)]


def test_a_program_reads_taxonomies_and_attributes():
    Category.objects.create(code="own:1", level=1, name_en="Steel, own")
    attributes.add_attribute(
        category=DIVISION,
        given=AttributeInput(key="mass", kind="number", unit="KGM", name_en="Mass", name_uk="Маса"),
    )
    client = api_client(make_actor(Role.BIDDER))
    found = client.get("/api/v1/categories/", {"taxonomy": "own"}).json()["results"]
    assert [(each["code"], each["taxonomy"], each["notation"]) for each in found] == [
        ("own:1", "own", "1")
    ]
    found = client.get(
        f"/api/v1/categories/{STEEL}/attributes/", headers={"Accept-Language": "uk"}
    ).json()
    assert found == [
        {"key": "mass", "name": "Маса", "kind": "number", "unit": "KGM", "decimals": 0,
         "lowest": None, "highest": None, "required": False, "choices": [], "category": DIVISION,
         "inherited": True},
    ]  # fmt: skip
    missing = client.get("/api/v1/categories/00000000-0/attributes/")
    assert (missing.status_code, missing.json()["code"]) == (404, "reference.category_not_found")


def upload(text: str) -> dict[str, object]:
    return {"taxonomy": "own", "file": SimpleUploadedFile("own.csv", text.encode())}


def test_the_operator_looks_at_a_file_and_then_applies_it(documents_apart):
    client = browser(Role.PLATFORM_ADMIN)
    imports = reverse("taxonomy-imports")
    wrong = client.post(imports, upload(OWN + "x;nothing;X;;\n"), follow=True)
    assert "the category above is not in the file" in text(wrong)
    address = wrong.redirect_chain[-1][0]
    refused = client.post(f"{address}apply/", follow=True)
    assert "nothing is applied until none is" in text(refused)
    assert not Category.objects.filter(taxonomy="own").exists()

    page = client.post(imports, upload(OWN), follow=True)
    assert "steel.plate" in text(page)
    assert not Category.objects.filter(taxonomy="own").exists()
    applied = client.post(f"{page.redirect_chain[-1][0]}apply/")
    assert applied["Location"] == reverse("taxonomy", args=["own"])
    assert Category.objects.filter(taxonomy="own").count() == 3
    again = client.post(imports, upload(OWN), follow=True)
    assert "already what this file says" in text(again)

    headings = client.post(imports, upload("a;b\n1;2\n"))
    assert headings.status_code == 422
    assert "lacks the headings" in text(headings)
    assert client.post(imports, {"taxonomy": "cpv"}).status_code == 422
    assert text(client.get(imports)).count("own.csv") == 3
    officer = browser(Role.OFFICER)
    assert officer.post(imports, upload(OWN)).status_code == 403
    assert officer.post(f"{address}apply/").status_code == 403


def test_pairs_are_brought_in_and_shown_from_both_sides():
    client = browser(Role.PLATFORM_ADMIN)
    Category.objects.create(code="own:steel", level=1, name_en="Own steel")

    def send(text: str, **more: object) -> object:
        file = SimpleUploadedFile("pairs.csv", text.encode())
        form = {"source": "cpv", "target": "own", "file": file, **more}
        return client.post(reverse("mappings-import"), form)

    pairs = f"from;to;relation\n{STEEL};steel;narrower\n"
    assert "Nothing has changed yet" in text(send(pairs))
    assert not CategoryMapping.objects.exists()
    wrong = send(pairs + "x;y;exact\n", apply="on")
    assert wrong.status_code == 422
    assert "there is no such category" in text(wrong)
    assert send(pairs, target="cpv", apply="on").status_code == 422
    assert not CategoryMapping.objects.exists()
    assert send(pairs, apply="on").status_code == 200
    assert CategoryMapping.objects.count() == 1

    reader = browser(Role.BIDDER)
    steel, own = (
        text(reader.get(reverse("category", args=[code]))) for code in (STEEL, "own:steel")
    )
    assert "Own steel" in steel
    assert "narrower" in steel
    assert "broader" in own
    assert "Own steel" in text(reader.get(reverse("mappings")))
    assert "Own steel" not in text(reader.get(reverse("mappings"), {"q": "wood"}))
    refused = reader.post(reverse("mappings-import"), {})
    assert refused.status_code == 403

    found = api_client(make_actor(Role.BIDDER)).get("/api/v1/categories/own:steel/mappings/")
    assert [(each["code"], each["relation"]) for each in found.json()] == [(STEEL, "broader")]


def test_a_page_of_pairs_costs_as_many_queries_as_one_pair(django_assert_max_num_queries):
    for number in range(60):
        code = f"own:{number}"
        Category.objects.create(code=code, level=1, name_en=code)
        CategoryMapping.objects.create(source_id=STEEL, target_id=code, relation="narrower")
    client = browser(Role.BIDDER)
    client.get(reverse("mappings"))
    with django_assert_max_num_queries(10):
        assert "own:49" in text(client.get(reverse("mappings")))
    with django_assert_max_num_queries(15):
        client.get(reverse("category", args=[STEEL]))
