"""Documents: kept in versions that stay, seen by few, never given out when infected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate

from crm_core.access.actor import Actor
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Company, Role
from crm_core.documents import services, tasks
from crm_core.documents.errors import (
    DocumentContentLost,
    DocumentDatesReversed,
    DocumentExpired,
    DocumentFieldInvalid,
    DocumentInfected,
    DocumentIssuedLater,
    DocumentNotDraft,
    DocumentNotFound,
    DocumentNotScanned,
    DocumentsTooMany,
    DocumentUnchanged,
)
from crm_core.documents.models import Document, DocumentVersion, Scan, VersionState
from crm_core.documents.selectors import own_documents, version_for, versions_of
from infra.files.errors import FileEmpty, FileMissing
from kernel.errors import FairfallError
from tests import files_made as made
from tests.files_made import Upload
from tests.people import make_actor
from tests.services.test_files import Clamd

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    options = {**settings.STORAGES["documents"]["OPTIONS"], "location": tmp_path / "vault"}
    settings.STORAGES = {
        **settings.STORAGES, "documents": {**settings.STORAGES["documents"], "OPTIONS": options},
    }  # fmt: skip


@pytest.fixture
def owner() -> Actor:
    return make_actor(Role.OWNER)


def add(actor: Actor, content: bytes | None = None, **fields: object) -> DocumentVersion:
    given = {"kind": "registry_extract", "name": "extract.pdf", **fields}
    return services.upload(actor=actor, file=Upload(content or made.pdf()), **given)


def kept_files() -> list[Path]:
    root = Path(storages["documents"].location)
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []


def test_a_file_is_kept_under_a_random_name_that_only_we_can_read(owner):
    content = made.pdf()
    version = add(owner, content, issuer=" Register ", issued_on=localdate())

    (file,) = kept_files()
    assert file.read_bytes() == content
    assert "extract" not in str(file.relative_to(storages["documents"].location))
    assert file.stat().st_mode & 0o077 == 0
    assert (version.number, version.state, version.scan) == (1, "draft", "not_scanned")
    assert version.issuer == "Register"
    again, opened = services.content_for(actor=owner, version_id=version.pk)
    with opened:
        assert (again, opened.read()) == (version, content)


def test_nothing_is_kept_of_what_is_refused(owner):
    today = localdate()
    day = timedelta(days=1)
    for error, fields in [
        (DocumentFieldInvalid, {"kind": "passport"}),
        (DocumentFieldInvalid, {"category": "14622000-7"}),
        (DocumentFieldInvalid, {"issuer": "x" * 201}),
        (DocumentFieldInvalid, {"reference": "x" * 101}),
        (DocumentIssuedLater, {"issued_on": today + day}),
        (DocumentDatesReversed, {"issued_on": today, "expires_on": today - day}),
        (DocumentExpired, {"expires_on": today - day}),
        (DocumentNotFound, {"document_id": uuid4()}),
    ]:
        with pytest.raises(error):
            add(owner, **fields)
    with pytest.raises(FileMissing):
        services.upload(actor=owner, kind="other", name="a.pdf", file=None)
    with pytest.raises(FileEmpty):
        services.upload(actor=owner, kind="other", name="a.pdf", file=Upload(b""))

    assert not DocumentVersion.objects.exists()
    assert not Document.objects.exists()
    assert kept_files() == []


def test_versions_follow_each_other_and_a_draft_gives_way(owner):
    first = add(owner)
    with pytest.raises(DocumentUnchanged):
        services.upload(
            actor=owner, kind="registry_extract", name="same.pdf",
            file=Upload(services.content_for(actor=owner, version_id=first.pk)[1].read()),
            document_id=first.document_id,
        )  # fmt: skip
    second = add(owner, made.pdf("Second"), document_id=first.document_id)

    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("replaced", "draft", 2)

    services.submit_drafts(company_id=owner.company_id)
    third = add(owner, made.pdf("Third"), document_id=first.document_id)
    services.submit_drafts(company_id=owner.company_id)
    second.refresh_from_db()
    assert second.state == "replaced", "what waited gives way to what was handed in later"
    services.decide(version_id=third.pk, company_id=owner.company_id, approve=True)
    fourth = add(owner, made.pdf("Fourth"), document_id=first.document_id)
    services.submit_drafts(company_id=owner.company_id)
    assert {each.pk: each.state for each in versions_of(owner.company_id)}[third.pk] == "approved"
    services.decide(version_id=fourth.pk, company_id=owner.company_id, approve=True)
    third.refresh_from_db()
    assert third.state == "replaced"


def test_a_draft_can_be_deleted_and_nothing_else(owner, django_capture_on_commit_callbacks):
    draft = add(owner)
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_draft(actor=owner, version_id=draft.pk)
    assert kept_files() == []
    assert not Document.objects.exists()

    version = add(owner)
    services.submit_drafts(company_id=owner.company_id)
    with pytest.raises(DocumentNotDraft):
        services.delete_draft(actor=owner, version_id=version.pk)
    with pytest.raises(DocumentNotFound):
        services.delete_draft(actor=make_actor(Role.OWNER), version_id=version.pk)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents_documentversion SET sha256 = repeat('0', 64)",
        "UPDATE documents_documentversion SET expires_on = '2030-01-01'",
        "UPDATE documents_documentversion SET stored_as = 'elsewhere'",
        "UPDATE documents_documentversion SET state = 'draft'",
        "DELETE FROM documents_documentversion",
    ],
)
def test_the_database_keeps_what_was_submitted(owner, change):
    add(owner)
    services.submit_drafts(company_id=owner.company_id)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_documentversion SET state = 'approved'")


def test_a_document_is_turned_down_with_a_reason_once(owner):
    version = add(owner)
    with pytest.raises(DocumentNotFound):
        services.decide(version_id=version.pk, company_id=owner.company_id, approve=True)
    services.submit_drafts(company_id=owner.company_id)
    with pytest.raises(DocumentFieldInvalid):
        services.decide(version_id=version.pk, company_id=owner.company_id, approve=False)
    with pytest.raises(DocumentNotFound):
        services.decide(version_id=version.pk, company_id=uuid4(), approve=True)
    services.decide(
        version_id=version.pk, company_id=owner.company_id, approve=False,
        reason_code="unreadable", note="Page 2",
    )  # fmt: skip
    with pytest.raises(DocumentNotFound):
        services.decide(version_id=version.pk, company_id=owner.company_id, approve=True)


def test_who_sees_a_document(owner):
    version = add(owner)
    company = Company.objects.get(pk=owner.company_id)
    verifier, stranger = make_actor(Role.VERIFIER), make_actor(Role.OWNER)
    signatory, bidder = make_actor(Role.SIGNATORY, company), make_actor(Role.BIDDER, company)

    def sees(actor: Actor) -> bool:
        try:
            version_for(actor, version.pk)
        except DocumentNotFound:
            return False
        return True

    assert [sees(each) for each in (owner, signatory, bidder, stranger, verifier)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    services.submit_drafts(company_id=owner.company_id)
    assert [sees(each) for each in (owner, signatory, bidder, stranger, verifier)] == [
        True, True, False, False, True,
    ]  # fmt: skip
    with pytest.raises(AccessForbidden):
        own_documents(bidder)
    with pytest.raises(AccessForbidden):
        add(signatory)


def test_a_draft_that_was_replaced_is_never_shown_to_the_operator(owner):
    first = add(owner)
    add(owner, made.pdf("Second"), document_id=first.document_id)
    services.submit_drafts(company_id=owner.company_id)

    with pytest.raises(DocumentNotFound):
        version_for(make_actor(Role.VERIFIER), first.pk)


def test_the_limit_counts_all_versions(owner, settings):
    settings.DOCUMENTS_PER_COMPANY = 2
    first = add(owner)
    add(owner, made.pdf("2"), document_id=first.document_id)

    with pytest.raises(DocumentsTooMany) as refused:
        add(owner, made.pdf("3"))
    assert refused.value.data == {"limit": 2}
    assert len(kept_files()) == 2


def test_the_list_takes_two_queries(owner, django_assert_num_queries):
    for number in range(5):
        add(owner, made.pdf(str(number)))

    with django_assert_num_queries(2):
        assert [len(each.versions.all()) for each in own_documents(owner)] == [1] * 5


def test_scanned_by_clamd_and_never_served_when_infected(owner, settings):
    version, eicar = add(owner), add(owner, made.pdf("EICAR"), kind="other", name="bad.pdf")
    assert tasks.scan_version(str(version.pk)) == "no scanner"

    server = Clamd()
    settings.CLAMD_URL = server.url
    assert tasks.scan_version(str(version.pk)) == "clean"
    DocumentVersion.objects.get(pk=version.pk, scan=Scan.CLEAN, scanned_at__isnull=False)
    assert tasks.scan_version(str(version.pk)) == "nothing to scan"
    server.close()

    finding = Clamd(b"stream: Eicar-Signature FOUND")
    settings.CLAMD_URL = finding.url
    assert tasks.scan_waiting() == 1
    finding.close()
    with pytest.raises(DocumentInfected) as refused:
        services.content_for(actor=owner, version_id=eicar.pk)
    assert refused.value.data == {"signature": "Eicar-Signature"}
    with pytest.raises(DocumentInfected):
        services.submit_drafts(company_id=owner.company_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentVersion.objects.filter(pk=eicar.pk).update(scan=Scan.CLEAN)


def test_a_scanner_that_is_away_leaves_the_file_unscanned_for_the_next_sweep(owner, settings):
    version = add(owner)
    settings.CLAMD_URL = "tcp://127.0.0.1:1"

    assert tasks.scan_version(str(version.pk)) == "not scanned"
    assert DocumentVersion.objects.get().scan == Scan.NOT_SCANNED
    services.content_for(actor=owner, version_id=version.pk)[1].close()
    settings.REQUIRE_SCAN = True
    with pytest.raises(DocumentNotScanned):
        services.content_for(actor=owner, version_id=version.pk)


def test_bytes_that_changed_in_the_storage_are_not_given_out(owner):
    version = add(owner)
    (file,) = kept_files()
    file.write_bytes(file.read_bytes().replace(b"Extract", b"Extrakt") + b" ")
    with pytest.raises(DocumentContentLost):
        services.content_for(actor=owner, version_id=version.pk)
    file.unlink()
    with pytest.raises(DocumentContentLost):
        services.content_for(actor=owner, version_id=version.pk)


def test_a_failure_after_keeping_leaves_no_file(owner, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(DocumentVersion.objects, "create", fail)
    with pytest.raises(RuntimeError):
        add(owner)
    assert kept_files() == []


def test_every_state_has_a_word():
    assert all(state.label for state in VersionState)
    assert all(isinstance(each.text, str) for each in FairfallError.__subclasses__())
