"""Screening: who is found, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_core.screening.models import (
    Hit,
    Subject,
)
from crm_core.screening.services import policy
from tests.people import make_company
from tests.screening_house import (
    VOSTOK,
    administrator,
    company,
    only_hit,
    person,
)

pytestmark = pytest.mark.django_db


def best(subject: Subject) -> int:
    return max((hit.score for hit in subject.hits.all()), default=0)


@pytest.mark.parametrize(
    ("name", "country", "least", "most"),
    [
        (VOSTOK, "RU", 100, 100),
        (VOSTOK, "EE", 90, 95),
        ("Trading Company Vostok Testing Ltd", "RU", 90, 100),
        ("OOO Восток Тестинг Трейдинг Компани", "RU", 80, 100),
        ("Vostock Testing Trading Co. Ltd.", "RU", 85, 100),
        ("Vostok-Testing Trading Company LLC", "RU", 90, 100),
        ("Baltic Meadow Steel AS", "RU", 0, 0),
        ("Trading Company Limited", "RU", 0, 0),
    ],
)
def test_a_name_is_found_however_it_is_written(
    lists: Path, name: str, country: str, least: int, most: int
) -> None:
    _, subject = company(legal_name=name, country=country)

    assert least <= best(subject) <= most


def test_the_latin_name_is_compared_as_well(lists: Path) -> None:
    _, subject = company(legal_name="Quite Another AS", latin_name=VOSTOK, country="RU")

    hit = only_hit(subject)
    assert hit.evidence is not None
    assert hit.evidence.explanation["subject_label"] == "latin"


def test_the_same_registration_number_is_a_hit_under_any_name(lists: Path) -> None:
    _, subject = company(
        legal_name="Quite Another AS", country="RU", registry_scheme="RU-INN",
        registry_value="77 99-000111",
    )  # fmt: skip

    hit = only_hit(subject)
    assert hit.score == 95
    assert hit.evidence is not None
    last = hit.evidence.explanation["modifiers"][-1]
    assert (last["what"], last["listed"]) == ("number_same", ["7799000111"])


def test_a_weak_alias_counts_less(lists: Path) -> None:
    _, subject = company(legal_name="VTT", country="RU")

    hit = only_hit(subject)
    assert hit.evidence is not None
    told = hit.evidence.explanation
    assert (told["listed_use"], told["name_score"], hit.score) == ("weak", 100, 94)


@pytest.mark.parametrize(
    ("birth", "countries", "score"),
    [("1968-12-10", ["RU"], 100), ("1968", ["RU"], 100), ("1990-01-01", ["RU"], 79),
     ("", [], 100), ("", ["FR"], 92)],
)  # fmt: skip
def test_births_and_countries_speak_for_and_against(
    lists: Path, birth: str, countries: list[str], score: int
) -> None:
    policy.set_policy(actor=administrator(), threshold=70, max_age_days=30, reason="Wider.")
    made = make_company()
    subject = person(made.pk, "Иван Пробов", countries=countries, birth=birth)

    assert best(subject) == score


@pytest.mark.parametrize(
    "name", ["Probov Ivan", "Iwan PROBOFF", "I. S. Probov", "Ivan Probow", "Ivan Propov"]
)
def test_a_person_is_found_in_any_order_and_spelling(lists: Path, name: str) -> None:
    made = make_company()
    subject = person(made.pk, name, birth="1968-12-10")

    assert best(subject) >= 80


def test_a_common_given_name_is_no_hit(lists: Path) -> None:
    made = make_company()
    subject = person(made.pk, "Ivan Smirnov")

    assert not subject.hits.exists()


def test_the_score_is_explained_part_by_part(lists: Path) -> None:
    _, subject = company(legal_name="Vostock Testing Trading Co. Ltd.", country="EE")

    hit = only_hit(subject)
    assert hit.evidence is not None
    told = hit.evidence.explanation
    assert (told["listed_name"], told["listed_use"]) == (VOSTOK, "primary")
    how = {" ".join(pair["subject"]): pair["how"] for pair in told["pairs"]}
    assert how["testing"] == "same"
    assert how["vostock"] in ("alike", "sound")
    assert how["ltd"] == "legal"
    assert sum(pair["weight"] for pair in told["pairs"]) in range(97, 104)
    points = sum(float(pair["points"]) for pair in told["pairs"])
    assert abs(points - told["name_score"]) <= 1
    effects = {each["what"]: each["effect"] for each in told["modifiers"]}
    assert effects == {"country_other": -8}
    assert told["name_score"] - 8 == told["score"] == hit.score
    assert hit.state == Hit.State.OPEN
