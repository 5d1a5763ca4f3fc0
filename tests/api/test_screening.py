"""Screening over pages and API: what the operator's people see and do, and nobody else."""

from __future__ import annotations

import csv
import http.client
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from crm_core.access.actor import Actor
from crm_core.companies.models import Role
from crm_core.screening.api.urls import urlpatterns as api_urls
from crm_core.screening.models import Hit, ListSource, ListVersion, Subject
from crm_core.screening.services import files, imports, policy, running
from crm_core.screening.services.decisions import decide
from crm_core.screening.urls import urlpatterns as page_urls
from infra.body_limit import BodyLimit
from tests.concurrency.servers import web_processes
from tests.people import api_client, make_actor, make_company
from tests.screening_house import (
    DATA,
    VOSTOK,
    administrator,
    company,
    entity,
    listed,
    only_hit,
    person,
    settle,
    verifier,
)
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Settings) -> None:
    """Uploads lie below VAR_DIR, which all test workers share."""
    settings.VAR_DIR = tmp_path / "var"


LISTED = entity("1", VOSTOK, weakAlias="VTT", jurisdiction="ru", innCode="7799000111")
PERSON = entity("3", "Ivan Probov", schema="Person", birthDate="1968-12-10", nationality="ru")
API = "/api/v1/screening"


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """A company with an open hit, and a director with another."""
    listed(tmp_path, LISTED, PERSON)
    made, subject = company(legal_name=VOSTOK, country="RU")
    person(made.pk, "Iwan Probow", birth="1968")
    return subject


@pytest.fixture
def hit(subject: Subject) -> Hit:
    return only_hit(subject)


def text(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ")


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


def upload(actor: Actor, *names: str, **more: Any) -> Any:
    chosen = [SimpleUploadedFile(name, (DATA / name).read_bytes()) for name in names]
    return signed_in(actor).post("/screening/upload/", {"files": chosen, **more})


def read_all() -> None:
    for version_id in imports.unread():
        imports.read(version_id)
    settle()


def test_an_upload_is_read_in_the_background_and_shown(subject: Subject) -> None:
    actor = verifier()
    answer = upload(actor, "sdn.csv", "alt.csv", "add.csv")

    version = ListVersion.objects.get(source__code="ofac-sdn")
    assert answer.headers["Location"] == f"/screening/versions/{version.pk}/"
    browser = signed_in(actor)
    waiting = text(browser.get(answer.headers["Location"]))
    assert "The files are being read" in waiting
    progress = browser.get(f"{answer.headers['Location']}progress/")
    assert "every 2s" in text(progress)
    assert "HX-Refresh" not in progress.headers
    assert files.paths(version.pk)

    read_all()

    version.refresh_from_db()
    assert (version.state, version.entities, version.faults) == ("ready", 3, 2)
    assert version.imported_by_id == actor.user_id
    assert not files.paths(version.pk)
    done = browser.get(f"{answer.headers['Location']}progress/")
    assert done.headers["HX-Refresh"] == "true"
    page = text(browser.get(answer.headers["Location"]))
    assert "Some rows could not be read." in page
    assert "has another number of columns" in page
    held = text(browser.get("/screening/lists/"))
    assert "held" in held
    browser.post(f"{answer.headers['Location']}activate/", {"reason": "Two broken rows only."})
    assert ListSource.objects.get(code="ofac-sdn").active == version


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"), (b"%PDF-1.7 nothing", "none of those that can be read"),
        (b"\x00\x01\x02\xff" * 50, "none of those that can be read"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><export/>", "document type"),
        (b"PK\x03\x04zipped", "none of those that can be read"),
    ],
)  # fmt: skip
def test_an_upload_that_is_no_list_is_refused_beside_the_field(content: bytes, said: str) -> None:
    browser = signed_in(verifier())
    chosen = SimpleUploadedFile("list.xml", content)

    answer = browser.post("/screening/upload/", {"files": [chosen]})
    read_all()

    version = ListVersion.objects.first()
    page = (
        text(answer) if version is None else text(browser.get(f"/screening/versions/{version.pk}/"))
    )
    assert version is not None or answer.status_code == 422
    assert said in page
    assert not list(files.folder(uuid4()).parent.glob("*/*"))


def test_no_file_at_all_and_a_wrong_code_are_refused() -> None:
    browser = signed_in(verifier())

    assert browser.post("/screening/upload/", {}).status_code == 422
    wrong = upload(verifier(), "un.xml", source="../etc")
    assert wrong.status_code == 422
    assert "Latin letters" in text(wrong)


def test_a_list_s_page_and_its_withdrawal(subject: Subject) -> None:
    admin = administrator()
    browser = signed_in(admin)

    page = text(browser.get("/screening/lists/made/"))
    assert "version 1, 0 days old of 30 allowed" in page
    assert browser.post("/screening/lists/made/", {"max_age_days": "0"}).status_code == 422
    browser.post("/screening/lists/made/", {"max_age_days": "7"})
    assert ListSource.objects.get().max_age_days == 7
    browser.post("/screening/lists/made/withdraw/", {"reason": ""})
    assert ListSource.objects.get().active is not None
    browser.post("/screening/lists/made/withdraw/", {"reason": "No longer needed."})
    assert ListSource.objects.get().active is None
    assert "No longer needed." in text(browser.get("/screening/lists/made/"))


def test_the_setting_is_changed_with_a_reason() -> None:
    browser = signed_in(administrator())

    refused = browser.post("/screening/setting/", {"threshold": "40", "max_age_days": "1",
                                                   "reason": ""})  # fmt: skip
    assert refused.status_code == 422
    given = {"threshold": "90", "max_age_days": "10", "reason": "Fewer hits."}
    page = text(browser.post("/screening/setting/", given, follow=True))
    assert "The setting holds from now on." in page
    assert "Fewer hits." in page
    assert policy.in_force() == policy.Policy(90, 10)


def test_differences_and_a_search_in_a_version(tmp_path: Path) -> None:
    listed(tmp_path, LISTED, PERSON)
    version = listed(tmp_path, LISTED, entity("9", "Newly Listed LLC"))
    browser = signed_in(verifier())

    page = text(browser.get(f"/screening/versions/{version.pk}/"))
    assert "New: 1" in page
    assert "Gone: 1" in page
    assert "Newly Listed LLC" in page
    found = text(browser.get(f"/screening/versions/{version.pk}/", {"search": "no such words"}))
    assert "No entity fits the search." in found


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


def test_lists_over_the_api(subject: Subject, tmp_path: Path) -> None:
    api = api_client(administrator())

    (kept,) = api.get(f"{API}/lists/").json()
    assert (kept["code"], kept["age_days"], kept["limit_days"]) == ("made", 0, 30)
    sent = SimpleUploadedFile("un.xml", (DATA / "un.xml").read_bytes())
    taken = api.post(f"{API}/versions/", {"files": [sent], "hold": True}, format="multipart")
    assert taken.status_code == 202
    read_all()
    version = api.get(f"{API}/versions/{taken.json()['id']}/").json()
    assert (version["state"], version["held_because"], version["active"]) == (
        "ready", "asked", False
    )  # fmt: skip
    assert version["fault_rows"][0]["code"] == "no_name"
    assert len(version["differences"]["new"]) == 2
    activated = api.post(f"{API}/versions/{version['id']}/activation/", {"reason": "Read."})
    assert activated.json()["active"] is True
    twice = api.post(f"{API}/versions/{version['id']}/activation/", {"reason": "Read."})
    assert (twice.status_code, twice.json()["code"]) == (409, "screening.version_active")
    same = SimpleUploadedFile("un.xml", (DATA / "un.xml").read_bytes())
    again = api.post(f"{API}/versions/", {"files": [same]}, format="multipart")
    assert again.json()["code"] == "screening.list_already_imported"
    broken = SimpleUploadedFile("x", b"nothing to see")
    refused = api.post(f"{API}/versions/", {"files": [broken]}, format="multipart")
    assert (refused.status_code, refused.json()["field"]) == (422, "files")
    assert api.get(f"{API}/versions/", {"list": "un"}).json()["count"] == 1
    aged = api.patch(f"{API}/lists/un/", {"max_age_days": 5})
    assert aged.json()["limit_days"] == 5
    gone = api.post(f"{API}/lists/un/withdrawal/", {"reason": "Not needed."})
    assert gone.json()["active"] is None
    held = api.post(f"{API}/lists/un/withdrawal/", {"reason": "Not needed."})
    assert held.json()["code"] == "screening.list_not_active"
    setting = api.put(f"{API}/policy/", {"threshold": 85, "max_age_days": 9, "reason": "So."})
    assert setting.json() == {"threshold": 85, "max_age_days": 9}
    assert api.get(f"{API}/policy/").json() == setting.json()


def test_home_tells_the_operator_of_open_hits(subject: Subject) -> None:
    page = text(signed_in(verifier()).get("/"))

    assert "Screening hits to decide" in page
    assert f"/screening/hits/{only_hit(subject).pk}/" in page
    assert "Screening hits to decide" not in text(signed_in(make_actor(Role.OFFICER)).get("/"))


def test_an_upload_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SCREENING_MAX_FILE_MB", 0)

    answer = upload(verifier(), "un.xml")

    assert answer.status_code == 422
    assert "larger than 0 MB" in text(answer)
    assert not ListVersion.objects.exists()


def test_only_the_upload_of_lists_takes_larger_bodies() -> None:
    """At the door, before anything is kept; Daphne's own door is tried in the test of documents."""

    async def ask(path: str, length: int) -> int:
        told: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            told.append(dict(message))

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def app(_scope: Any, _receive: Any, answer: Any) -> None:
            await answer({"type": "http.response.start", "status": 200, "headers": []})

        scope = {"type": "http", "path": path, "headers": [(b"content-length", b"%d" % length)]}
        await BodyLimit(app, 100, {"/screening/upload/": 1000})(scope, receive, send)
        return int(told[0]["status"])

    assert async_to_sync(ask)("/screening/upload/", 1000) == 200
    assert async_to_sync(ask)("/screening/upload/", 1001) == 413
    assert async_to_sync(ask)("/elsewhere/", 101) == 413
    assert async_to_sync(ask)("/elsewhere/", 100) == 200


@pytest.mark.django_db(transaction=True)
def test_daphne_s_door_lets_a_large_list_in_and_nothing_else() -> None:
    body = b"x" * (settings.LARGEST_BODY + 1024)
    with web_processes(1) as (web,):
        answers = []
        for path in ("/screening/upload/", "/screening/setting/"):
            connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
            head = {"Host": "localhost", "Content-Type": "application/octet-stream"}
            try:
                connection.request("POST", path, body, head)
                answers.append(connection.getresponse().status)
            except ConnectionError:
                answers.append(413)  # told, and the line cut while it was still sending
            connection.close()
    assert answers == [403, 413]  # without a session and its token
