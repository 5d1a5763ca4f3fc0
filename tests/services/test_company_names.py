"""Companies are found by name in whatever letters, and before a second one is made."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm_core.access import registration
from crm_core.access.errors import CompanyAlike, CompanyNotFound
from crm_core.companies.errors import AlreadyMember, CompanyTaken, NameNotLatin
from crm_core.companies.finding import Why, alike
from crm_core.companies.models import Company, Membership, NameIndex, Role, Standing
from crm_core.companies.profile import save_identity, save_people
from crm_core.companies.selectors import directory
from crm_core.companies.services import create_company
from crm_core.notifications.models import Notice
from crm_core.people.models import User
from infra import relay
from infra.models import OutboxMessage
from kernel.errors import FairfallError
from tests.people import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [each.legal_name for each in directory(search=words)]


@pytest.mark.parametrize(
    "words",
    ["Будпостач", "будпостач тов", "Budpostach", "budpost", "BUDPOSTACH LLC", "32855961"],
)
def test_a_company_is_found_in_its_own_letters_and_in_latin_ones(words: str) -> None:
    make_company(legal_name="ТОВ «Будпостач»", latin_name="Budpostach LLC", country="UA",
                 registry_scheme="UA-EDR", registry_value="32855961")  # fmt: skip
    make_company(legal_name="Võru Teras OÜ")

    assert found(words) == ["ТОВ «Будпостач»"]


def test_one_that_gave_no_latin_name_is_found_in_latin_letters_too() -> None:
    make_company(legal_name="ООО Северсталь Трейд", country="KZ", registry_scheme="KZ-OTHER",
                 registry_value="1234567")  # fmt: skip

    assert found("Severstal") == ["ООО Северсталь Трейд"]
    assert found("Северсталь Treid") == ["ООО Северсталь Трейд"]
    assert found("severstal nothing") == []


@pytest.mark.parametrize("words", ["«»", "%", "'", "—", "\\", "  "])
def test_what_has_no_letters_finds_nothing_it_should_not(words: str) -> None:
    make_company(legal_name="Võru Teras OÜ")

    assert found(words) == (["Võru Teras OÜ"] if not words.strip() else [])


def test_a_changed_name_is_what_a_company_is_found_by() -> None:
    company = make_company(legal_name="Vana Nimi OÜ", reference="company-1")
    save_identity(company_id=company.pk, legal_name="Uus Nimi OÜ", addresses={}, numbers={})

    assert found("uus") == ["Uus Nimi OÜ"]
    assert found("vana") == []


SAME = [
    ("Nordwerk Stahl GmbH", "Nordwerk Stahl G.m.b.H."),
    ("Nordwerk Stahl GmbH", "Stahl Nordwerk"),
    ("Nordwerk Stahl GmbH", "Nordwerkstahl GmbH"),
    ("Nordwerk Stahl GmbH", "Nordwrek Stahl GmbH"),
    ("ТОВ «Будпостач»", "Budpostach LLC"),
    ("ТОВ «Будпостач»", "Товариство з обмеженою відповідальністю Будпостач"),
    ("ООО Северсталь", "Severstal LLC"),
    ("Ferrum Trade Sp. z o.o.", "Ferrum-Trade Spółka"),
]
DIFFERENT = [
    ("Nordwerk Stahl GmbH", "Südwerk Stahl GmbH"),
    ("Nordwerk Stahl GmbH", "Nordwerk Logistik GmbH"),
    ("Nordwerk Stahl GmbH", "GmbH"),
    ("Nordwerk Stahl GmbH", "Stahl GmbH"),
    ("ТОВ «Будпостач»", "ТОВ «Метпостач»"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_writings_of_a_name_are_alike(one: str, other: str) -> None:
    first = make_company(legal_name=one, country="DE", registry_scheme="", registry_value="")

    (hit,) = alike(legal_name=other, country="DE")

    assert (hit.company, hit.why) == (first, Why.NAME)
    assert alike(legal_name=other, country="PL") == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_companies_are_not(one: str, other: str) -> None:
    make_company(legal_name=one, country="DE", registry_scheme="", registry_value="")

    assert alike(legal_name=other, country="DE") == []


def test_the_same_number_in_another_writing_is_the_same_company() -> None:
    first = make_company(country="DE", registry_scheme="DE-OTHER", registry_value="HRB 12345")
    make_company(legal_name="Some GmbH", country="DE", registry_scheme="", registry_value="")

    (hit,) = alike(legal_name="Quite Another GmbH", country="DE", number="hrb-12345")

    assert (hit.company, hit.why, hit.score) == (first, Why.NUMBER, 100)


def test_the_operator_itself_is_nobodys_double() -> None:
    make_company(legal_name="Fairfall Operations", country="EE", operates=True)

    assert alike(legal_name="Fairfall Operations", country="EE") == []


def test_companies_of_before_are_found_as_well() -> None:
    company = make_company(legal_name="ТОВ «Будпостач»", country="UA")
    NameIndex.objects.all().delete()

    migration = import_module("crm_core.companies.migrations.0005_found_by_name")
    migration.index_all(apps, None)

    assert NameIndex.objects.get().company_id == company.pk
    assert found("budpostach") == ["ТОВ «Будпостач»"]


# Registering -------------------------------------------------------------------------------------

GIVEN = {"legal_name": "Nordwerk Stahl", "country": "DE", "sells": True}


def test_a_second_one_is_made_only_by_saying_that_it_is_another() -> None:
    registration.register_company(user=make_user(), **GIVEN)
    person = make_user()

    with pytest.raises(CompanyAlike):
        registration.register_company(user=person, **{**GIVEN, "legal_name": "Nordwerk-Stahl GmbH"})
    assert Company.objects.count() == 1
    registration.register_company(user=person, is_another=True, **GIVEN)
    assert Company.objects.count() == 2


def test_a_number_that_is_taken_cannot_be_talked_away() -> None:
    numbered = {**GIVEN, "country": "EE", "registry_scheme": "EE-RIK", "registry_value": "10060701"}
    registration.register_company(user=make_user(), **numbered)

    for is_another in (False, True):
        with pytest.raises(CompanyTaken):
            registration.register_company(user=make_user(), is_another=is_another, **numbered)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", ["on", "off"], ids=["locked", "negative control"])
def test_of_two_at_once_one_is_made(monkeypatch: pytest.MonkeyPatch, lock: str) -> None:
    """The second is asked whether it is another, however close it comes."""
    if lock == "off":
        monkeypatch.setattr(registration, "_one_at_a_time", lambda country: None)
    both_looked = threading.Barrier(2)
    looked = registration.companies_alike

    def slowly(**given: object) -> list:
        found = looked(**given)
        try:
            both_looked.wait(1)
        except threading.BrokenBarrierError:
            pass  # the other waits for the lock
        return found

    monkeypatch.setattr(registration, "companies_alike", slowly)
    people = [make_user(), make_user()]
    said: list[FairfallError | None] = []

    def register(person: User) -> None:
        try:
            registration.register_company(user=person, **GIVEN)
            said.append(None)
        except FairfallError as error:
            said.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    made = Company.objects.filter(country="DE").count()
    if lock == "on":
        assert made == 1
        assert sorted(type(each).__name__ for each in said) == ["CompanyAlike", "NoneType"]
    else:
        assert made == 2


def test_the_page_shows_who_is_here_already_and_keeps_what_was_typed() -> None:
    registration.register_company(user=make_user(), **GIVEN)
    other = make_company(legal_name="Nordwerk Stahl", country="PL")
    client = Client()
    client.force_login(make_user())
    typed = {"legal_name": "NORDWERK STAHL GmbH", "country": "DE", "sells": "on"}

    page = client.post(reverse("company-register"), typed)

    assert page.status_code == 409
    text = page.content.decode()
    assert "Is it yours?" in text
    assert 'value="NORDWERK STAHL GmbH"' in text
    assert reverse("company-ask", args=[Company.objects.get(country="DE").pk]) in text
    assert reverse("company-ask", args=[other.pk]) not in text
    assert (
        client.post(reverse("company-register"), {**typed, "is_another": "on"}).status_code == 302
    )


def test_owners_are_told_once_a_day_who_asks_to_be_let_in() -> None:
    owner = make_actor(Role.OWNER)
    make_actor(Role.BIDDER, company=Company.objects.get(pk=owner.company_id))
    person = make_user(full_name="Liis Kask")
    client = Client()
    client.force_login(person)
    ask = reverse("company-ask", args=[owner.company_id])

    assert client.get(ask).status_code == 405
    assert client.post(ask).status_code == client.post(ask).status_code == 302
    relay.drain()

    (notice,) = Notice.objects.filter(kind="company.join_asked")
    assert (notice.recipient_id, notice.company_id) == (owner.user_id, owner.company_id)
    assert notice.data["email"] == person.email


def test_members_and_strangers_companies_are_not_asked() -> None:
    owner = make_actor(Role.OWNER)
    operator = make_actor(Role.PLATFORM_ADMIN)
    person = User.objects.get(pk=owner.user_id)

    with pytest.raises(AlreadyMember):
        registration.ask_to_join(user=person, company_id=owner.company_id)
    with pytest.raises(CompanyNotFound):
        registration.ask_to_join(user=person, company_id=operator.company_id)
    assert not OutboxMessage.objects.filter(type="company.join_asked").exists()
    assert Membership.objects.count() == 2
    assert Company.objects.exclude(standing=Standing.VERIFIED).count() == 0


@pytest.mark.parametrize("name", ["ТОВ Будпостач", "Вuyer LLC", "Αλφα"])
def test_a_name_in_latin_letters_has_no_others_not_even_lookalikes(name: str) -> None:
    with pytest.raises(NameNotLatin) as refused:
        create_company(legal_name="ТОВ Будпостач", latin_name=name, country="UA", buys=True)
    assert refused.value.field == "latin_name"
    assert not Company.objects.exists()


def test_marks_numbers_and_signs_are_no_foreign_letters() -> None:
    name = "Żółć & Søn №5 „Āboliņš“ (Çelik) S.p.A."
    made = create_company(legal_name="ТОВ", latin_name=name, country="UA", buys=True)
    assert made.latin_name == name


def test_in_the_profile_the_name_that_stood_in_for_it_may_stay_and_no_other_come() -> None:
    made = create_company(legal_name="ТОВ Будпостач", country="UA", buys=True)
    given: dict[str, Any] = {"addresses": {}, "numbers": {}, "company_id": made.pk}
    save_identity(legal_name=made.legal_name, latin_name=made.latin_name, **given)
    with pytest.raises(NameNotLatin):
        save_identity(legal_name=made.legal_name, latin_name="ТОВ Інше", **given)
    person = {
        "capacity": "director",
        "name": "Олена Коваль",
        "latin_name": "Олена",
        "country": "UA",
    }
    with pytest.raises(NameNotLatin) as refused:
        save_people(company_id=made.pk, people=[person])
    assert refused.value.field == "people.0.latin_name"
