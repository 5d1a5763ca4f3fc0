"""Lists for screening over pages and API: uploads, versions, the setting."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from crm_core.access.actor import Actor
from crm_core.screening.models import ListSource, ListVersion, Subject
from crm_core.screening.services import files, imports, policy
from infra.body_limit import BodyLimit
from tests.concurrency.servers import web_processes
from tests.people import api_client
from tests.screening_house import (
    DATA,
    LISTED,
    PERSON,
    administrator,
    entity,
    listed,
    settle,
    text,
    verifier,
)
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_apart")]
API = "/api/v1/screening"


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
