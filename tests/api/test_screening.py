"""Hits and companies over pages and API: what the operator's people see and do, and nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import resolve

from crm_core.companies.models import Role
from crm_core.screening.api.urls import urlpatterns as api_urls
from crm_core.screening.models import Hit, ListVersion, Subject
from crm_core.screening.services import policy, running
from crm_core.screening.services.decisions import decide
from crm_core.screening.urls import urlpatterns as page_urls
from tests.people import api_client, make_actor, make_company
from tests.screening_house import (
    LISTED,
    PERSON,
    VOSTOK,
    company,
    entity,
    listed,
    only_hit,
    settle,
    text,
    verifier,
)
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_apart")]


API = "/api/v1/screening"


def paths(hit: Hit) -> list[tuple[str, str]]:
    """Every page and endpoint there is, with a method that it takes."""
    version = ListVersion.objects.get()
    evidence = hit.evidence
    assert evidence is not None
    company_id, code = hit.subject.company_id, version.source.code
    return [
        ("get", "/screening/"), ("get", "/screening/hits.csv"), ("get", "/screening/hits.xlsx"),
        ("get", f"/screening/hits/{hit.pk}/"), ("post", f"/screening/hits/{hit.pk}/"),
        ("get", "/screening/lists/"), ("post", "/screening/upload/"),
        ("get", f"/screening/lists/{code}/"), ("post", f"/screening/lists/{code}/"),
        ("post", f"/screening/lists/{code}/withdraw/"),
        ("get", f"/screening/versions/{version.pk}/"),
        ("get", f"/screening/versions/{version.pk}/progress/"),
        ("post", f"/screening/versions/{version.pk}/activate/"), ("post", "/screening/setting/"),
        ("get", f"/screening/companies/{company_id}/"),
        ("post", f"/screening/companies/{company_id}/now/"),
        ("get", f"/screening/{evidence.screening_id}/"),
        ("get", f"{API}/hits/"), ("get", f"{API}/hits.csv"), ("get", f"{API}/hits.xlsx"),
        ("get", f"{API}/hits/{hit.pk}/"), ("post", f"{API}/hits/{hit.pk}/decisions/"),
        ("get", f"{API}/lists/"), ("patch", f"{API}/lists/{code}/"),
        ("post", f"{API}/lists/{code}/withdrawal/"), ("get", f"{API}/versions/"),
        ("post", f"{API}/versions/"), ("get", f"{API}/versions/{version.pk}/"),
        ("post", f"{API}/versions/{version.pk}/activation/"), ("get", f"{API}/policy/"),
        ("put", f"{API}/policy/"), ("get", f"{API}/runs/"),
        ("get", f"{API}/companies/{company_id}/"),
        ("get", f"{API}/companies/{company_id}/screenings/"),
        ("post", f"{API}/companies/{company_id}/screenings/"),
        ("get", f"{API}/screenings/{evidence.screening_id}/"),
    ]  # fmt: skip


def test_every_address_is_in_the_sweep(hit: Hit) -> None:
    swept = {resolve(path).url_name for _, path in paths(hit)}
    assert swept == {entry.name for entry in (*page_urls, *api_urls)}


@pytest.mark.parametrize("role", [role for role in Role if role not in
                                  (Role.VERIFIER, Role.PLATFORM_ADMIN)])  # fmt: skip
def test_nobody_else_is_told_that_any_of_it_exists(hit: Hit, role: Role) -> None:
    actor = make_actor(role)
    browser, api = signed_in(actor), api_client(actor)

    for method, path in paths(hit):
        client = api if path.startswith("/api/") else browser
        answer = getattr(client, method)(path)
        assert answer.status_code == 404, f"{role} {method} {path}: {answer.status_code}"


def test_the_company_itself_sees_nothing_either(hit: Hit) -> None:
    owner = make_actor(Role.OWNER, company=hit.subject.company)

    for method, path in paths(hit):
        client = api_client(owner) if path.startswith("/api/") else signed_in(owner)
        assert getattr(client, method)(path).status_code == 404


def test_strangers_are_sent_to_sign_in(hit: Hit) -> None:
    for method, path in paths(hit):
        answer = getattr(Client(), method)(path)
        expected = (401, 403) if path.startswith("/api/") else (302,)
        assert answer.status_code in expected, path


def test_what_is_not_there_is_not_found() -> None:
    browser = signed_in(verifier())

    for path in (f"/screening/hits/{uuid4()}/", "/screening/lists/nothing/",
                 f"/screening/versions/{uuid4()}/", f"/screening/companies/{uuid4()}/",
                 f"/screening/{uuid4()}/"):  # fmt: skip
        assert browser.get(path).status_code == 404


def test_a_verifier_does_not_change_the_setting(hit: Hit) -> None:
    actor = verifier()
    given = {"threshold": 90, "max_age_days": 10, "reason": "Stricter."}

    assert signed_in(actor).post("/screening/setting/", given).status_code == 403
    assert api_client(actor).put(f"{API}/policy/", given).status_code == 403
    assert policy.in_force().threshold == 80


def test_the_queue_shows_open_hits_the_longest_waiting_first(subject: Subject) -> None:
    browser = signed_in(verifier())

    page = text(browser.get("/screening/"))

    assert page.index("Iwan Probow") > page.index(VOSTOK)
    assert "1" in page
    people = text(browser.get("/screening/", {"kind": "person"}))
    assert "Iwan Probow" in people
    assert f">{VOSTOK}</a>" not in people
    found = text(browser.get("/screening/", {"search": "probov"}))
    assert "Iwan Probow" in found
    none = text(browser.get("/screening/", {"state": "true"}))
    assert "No hit fits the filter." in none
    assert text(browser.get("/screening/", {"state": "nonsense", "page": "x"}))


def test_the_queue_says_why_nobody_counts_as_screened() -> None:
    assert "No list is active." in text(signed_in(verifier()).get("/screening/"))


def test_lists_of_pages_take_as_many_queries_as_one_row(
    subject: Subject, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = signed_in(verifier())
    browser.get("/screening/")
    for number in range(12):
        company(legal_name=f"{VOSTOK} {number} AS", country="RU")
    assert Hit.objects.count() >= 13

    with django_assert_max_num_queries(16):
        browser.get("/screening/")
    with django_assert_max_num_queries(16):
        browser.get("/screening/hits.csv")
    api = api_client(verifier())
    with django_assert_max_num_queries(8):
        api.get(f"{API}/hits/")


def test_a_hit_s_page_explains_and_takes_the_decision(hit: Hit) -> None:
    browser = signed_in(verifier())
    at = f"/screening/hits/{hit.pk}/"

    page = text(browser.get(at))
    assert "Where the score comes from" in page
    assert '<mark class="fs-mark fs-mark--ok">Vostok</mark>' in page
    assert "A country in common" in page
    assert "7799000111" in page

    nothing = browser.post(at, {"verdict": "false", "reason": " ", "evidence": hit.evidence_id})
    assert nothing.status_code == 422
    running.screen(hit.subject_id, cause="asked")
    given = {"verdict": "false", "reason": "Another company.", "evidence": hit.evidence_id}
    late = browser.post(at, given)
    assert late.status_code == 409
    assert "Look at it again." in text(late)
    assert not hit.decisions.exists()
    hit.refresh_from_db()
    done = browser.post(at, {**given, "evidence": hit.evidence_id}, follow=True)
    assert "The decision is recorded." in text(done)
    assert "Another company." in text(done)
    hit.refresh_from_db()
    assert hit.state == Hit.State.FALSE


def test_marks_survive_names_of_any_script(hit: Hit, tmp_path: Path) -> None:
    listed(tmp_path, LISTED, PERSON, entity("5", "<b>Öüß</b> 株式会社テスト Trading"), source="b")
    _, odd = company(legal_name="<b>Öüß</b> 株式会社テスト Trading", country="JP")

    page = text(signed_in(verifier()).get(f"/screening/hits/{only_hit(odd).pk}/"))

    assert "<b>" not in page.partition("<main")[2]


def test_the_company_s_history_and_a_snapshot(subject: Subject) -> None:
    browser = signed_in(verifier())
    at = f"/screening/companies/{subject.company_id}/"

    page = text(browser.get(at))
    assert "Hits are open" in page
    assert "Iwan Probow" in page
    assert "Director" in page
    before = subject.screenings.count()
    browser.post(f"{at}now/")
    settle()
    assert subject.screenings.count() == before + 1
    latest = subject.screenings.first()
    assert latest is not None
    snapshot = text(browser.get(f"/screening/{latest.pk}/"))
    assert "version 1" in snapshot
    assert VOSTOK in snapshot


def test_a_company_never_compared_reads_not_screened(tmp_path: Path) -> None:
    listed(tmp_path, LISTED)
    made = make_company(legal_name="Fresh AS")

    page = text(signed_in(verifier()).get(f"/screening/companies/{made.pk}/"))

    assert "Not screened" in page
    assert "It was not compared with the lists yet." in page


@pytest.mark.parametrize("prefix", ["/screening", API])
def test_hits_are_exported_as_csv_and_xlsx(subject: Subject, prefix: str) -> None:
    actor = verifier()
    client = api_client(actor) if prefix == API else signed_in(actor)
    hit = only_hit(subject)
    decide(actor=actor, hit_id=hit.pk, verdict="false", reason="=HYPERLINK(1)",
           evidence_id=hit.evidence_id or 0)  # fmt: skip

    body = client.get(f"{prefix}/hits.csv", {"state": "all"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert [row[4] for row in rows[1:]] == [VOSTOK, "Ivan Probov"]
    assert rows[1][-1] == "'=HYPERLINK(1)"
    answer = client.get(f"{prefix}/hits.xlsx", {"state": "all"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert sheet["H2"].value == hit.score
    assert sheet["M2"].value == "=HYPERLINK(1)"
    assert sheet["M2"].data_type == "s"
    narrowed = client.get(f"{prefix}/hits.csv", {"kind": "person"}).content.decode("utf-8-sig")
    assert len(narrowed.splitlines()) == 2


def test_the_same_over_the_api(subject: Subject) -> None:
    actor = verifier()
    api = api_client(actor)

    found = api.get(f"{API}/hits/").json()
    assert found["count"] == 2
    first = found["results"][0]
    whole = api.get(f"{API}/hits/{first['id']}/").json()
    assert whole["explanation"]["score"] == first["score"]
    assert whole["entity"]["uid"] == "1"
    assert whole["list"] == "made"
    late = api.post(f"{API}/hits/{first['id']}/decisions/",
                    {"verdict": "false", "reason": "No.", "evidence": 0})  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (409, "screening.hit_moved_on")
    assert api.post(f"{API}/hits/{first['id']}/decisions/", {}).status_code == 422
    given = {"verdict": "true", "reason": "It is they.", "evidence": first["evidence"]}
    head = {"HTTP_IDEMPOTENCY_KEY": "once"}
    done = api.post(f"{API}/hits/{first['id']}/decisions/", given, **head)
    again = api.post(f"{API}/hits/{first['id']}/decisions/", given, **head)
    assert (done.status_code, again.json()) == (201, done.json())
    standing = api.get(f"{API}/companies/{subject.company_id}/").json()
    assert (standing["standing"], standing["true_hits"]) == ("true_match", 1)
    assert len(standing["subjects"]) == 2
    history = api.get(f"{API}/companies/{subject.company_id}/screenings/").json()
    assert history["count"] == subject.screenings.count() + 1
    snapshot = api.get(f"{API}/screenings/{history['results'][0]['id']}/").json()
    assert snapshot["lists"][0]["source"] == "made"
    asked = api.post(f"{API}/companies/{subject.company_id}/screenings/")
    assert asked.status_code == 202
    assert api.get(f"{API}/runs/").json()["count"] >= 1


def test_home_tells_the_operator_of_open_hits(subject: Subject) -> None:
    page = text(signed_in(verifier()).get("/"))

    assert "Screening hits to decide" in page
    assert f"/screening/hits/{only_hit(subject).pk}/" in page
    assert "Screening hits to decide" not in text(signed_in(make_actor(Role.OFFICER)).get("/"))
