"""Documents over HTTP: API and pages, and what a browser may do with a file."""

from __future__ import annotations

import http.client
import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm_core.access.actor import Actor
from crm_core.companies.models import Company, Role
from crm_core.documents.models import DocumentVersion
from crm_core.documents.services import submit_drafts
from tests import files_made as made
from tests.concurrency.servers import web_processes
from tests.people import api_client, make_actor
from tests.tender_house import signed_in

DOCUMENTS = "/api/v1/documents/"


@pytest.fixture
def owner(db: None) -> Actor:
    return make_actor(Role.OWNER)


def file(content: bytes | None = None, name: str = "extract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.pdf() if content is None else content)


def post(actor: Actor, **fields: object):
    body = {"kind": "registry_extract", "file": file(), **fields}
    return api_client(actor).post(DOCUMENTS, body, format="multipart")


def test_upload_list_read_delete(owner, django_assert_num_queries):
    answer = post(owner, issuer="Register", issued_on="2026-10-01")
    assert answer.status_code == 201, answer.json()
    version = answer.json()
    assert version["media_type"] == "application/pdf"
    assert version["issued_on"] == "2026-10-01"
    assert "stored_as" not in version

    client = api_client(owner)
    with django_assert_num_queries(6):
        found = client.get(DOCUMENTS).json()
    assert found["results"][0]["versions"][0] == version
    again = post(owner, file=file(made.pdf("2")), document=found["results"][0]["id"])
    assert again.json()["number"] == 2
    address = f"{DOCUMENTS}{again.json()['id']}/"
    assert client.get(address).json()["state"] == "draft"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"file": file(b"")}, 422, "files.empty"),
        ({"file": file(b"<svg onload='x()'/>", "logo.svg")}, 422, "files.type_not_allowed"),
        ({"file": file(name="a.exe.pdf")}, 422, "files.double_extension"),
        ({"file": file(made.picture() + b"<script>")}, 422, "files.extension_mismatch"),
        ({"file": file(made.picture() + b"<script>", "a.png")}, 422, "files.ambiguous"),
        ({"kind": "passport"}, 422, "request.invalid"),
        ({"expires_on": "2020-01-01"}, 422, "documents.expired"),
        ({"issuer": "a\0b"}, 422, "request.invalid"),
        ({"document": str(uuid4())}, 404, "documents.not_found"),
    ],
)
def test_what_is_refused_says_why(owner, fields, status, code):
    answer = post(owner, **fields)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DocumentVersion.objects.exists()


def named(name: str) -> dict[str, object]:
    """A form as a program may send it: no library of ours cuts the name."""
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n'
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    )
    body = parts.encode() + made.pdf() + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/a.pdf", "/etc/passwd.pdf", "..\\a.pdf", "&#47;a.pdf", "a\u202efdp.pdf"],
)
def test_a_name_that_is_a_path_or_a_disguise_is_refused(owner, name):
    answer = api_client(owner).generic("POST", DOCUMENTS, **named(name))
    assert (answer.status_code, answer.json()["code"]) == (422, "files.name_unsafe")

    page = signed_in(owner).generic("POST", "/company/documents/", **named(name))
    assert page.status_code == 422
    assert "holds a path or invisible characters" in page.content.decode()
    assert not DocumentVersion.objects.exists()


def test_a_plain_name_sent_the_same_way_is_kept(owner):
    answer = api_client(owner).generic("POST", DOCUMENTS, **named("Väljavõte 1.pdf"))
    assert (answer.status_code, answer.json()["name"]) == (201, "Väljavõte 1.pdf")
    page = signed_in(owner).generic("POST", "/company/documents/", **named("Väljavõte 2.pdf"))
    assert page.status_code == 302


def test_strangers_are_not_told_that_it_exists(owner):
    version = post(owner).json()["id"]
    stranger, verifier = make_actor(Role.OWNER), make_actor(Role.VERIFIER)
    bidder = make_actor(Role.BIDDER, Company.objects.get(pk=owner.company_id))

    for actor in (stranger, verifier, bidder):
        client, page = api_client(actor), signed_in(actor)
        for address in (f"{DOCUMENTS}{version}/", f"{DOCUMENTS}{version}/content/"):
            assert client.get(address).status_code == 404
        assert page.get(f"/documents/{version}/").status_code == 404
    assert api_client(stranger).delete(f"{DOCUMENTS}{version}/").status_code == 404
    assert signed_in(stranger).post(f"/company/documents/{version}/delete/").status_code == 404
    assert api_client(bidder).get(DOCUMENTS).status_code == 403
    assert api_client(verifier).get(DOCUMENTS).status_code == 403
    assert post(bidder).status_code == 403

    submit_drafts(company_id=owner.company_id)
    assert api_client(verifier).get(f"{DOCUMENTS}{version}/content/").status_code == 200


def test_a_browser_can_do_nothing_with_a_file_but_show_it(owner):
    pdf = post(owner).json()["id"]
    png = post(owner, file=file(made.picture(), "a.png")).json()["id"]
    docx = post(owner, file=file(made.docx(), "статут.docx")).json()["id"]
    page = signed_in(owner)

    shown = page.get(f"/documents/{pdf}/")
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert "script-src" not in shown["Content-Security-Policy"]
    assert shown["Cache-Control"] == "private, no-store"
    assert "attachment" in page.get(f"/documents/{pdf}/?download=1")["Content-Disposition"]
    assert page.get(f"/documents/{png}/")["Content-Security-Policy"].endswith("sandbox")
    loaded = page.get(f"/documents/{docx}/")
    assert loaded["Content-Disposition"].startswith("attachment")
    assert loaded["Content-Security-Policy"].endswith("sandbox")
    content = api_client(owner).get(f"{DOCUMENTS}{pdf}/content/")
    assert content["Content-Disposition"].startswith("attachment")


def test_the_page_adds_refuses_beside_the_field_and_deletes(owner):
    page = signed_in(owner)
    refused = page.post("/company/documents/", {"kind": "other", "file": file(b"junk")})
    assert refused.status_code == 422
    assert "This is no file we can take" in refused.content.decode()
    assert page.post("/company/documents/", {"kind": "other"}).status_code == 422

    added = page.post("/company/documents/", {"kind": "other", "file": file()}, follow=True)
    assert "The document was added." in added.content.decode()
    version = DocumentVersion.objects.get()
    assert version.name in added.content.decode()
    page.post(f"/company/documents/{version.pk}/delete/")
    assert not DocumentVersion.objects.exists()


def test_reading_alone_shows_no_form(owner):
    signatory = make_actor(Role.SIGNATORY, Company.objects.get(pk=owner.company_id))

    page = signed_in(signatory).get("/company/documents/")
    assert "data-upload" not in page.content.decode()
    answer = signed_in(signatory).post("/company/documents/", {"kind": "other", "file": file()})
    assert answer.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_gigabyte_is_refused_at_its_first_bytes():
    with web_processes(1) as (web,):
        for headers, chunked in (({"Content-Length": str(1 << 30)}, False), ({}, True)):
            connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
            connection.putrequest("POST", DOCUMENTS)
            connection.putheader("Host", "localhost")
            if chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            sent = 0
            piece = b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n" if chunked else b"x" * 4096
            try:
                while sent < (64 << 20 if chunked else 4096):
                    connection.send(piece)
                    sent += len(piece)
            except OSError:
                pass  # it was told, and the line was closed
            try:
                answer = connection.getresponse()
            except ConnectionError:
                assert chunked, "a sender that goes on may see the line cut before the answer"
            else:
                assert answer.status == 413
                assert json.loads(answer.read())["code"] == "request.too_large"
            assert sent < 40 << 20
            connection.close()
        # The process goes on, and an upload within the limit passes.
        web.wait_until_ready(5)
