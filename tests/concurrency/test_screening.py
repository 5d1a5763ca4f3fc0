"""Screening by several at once: one decision, whole versions, everybody screened once in a run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.models import QuerySet

from crm_core.screening import selectors, tasks
from crm_core.screening.errors import HitMovedOn
from crm_core.screening.models import (
    Hit,
    HitDecision,
    ListedEntity,
    ListSource,
    ListVersion,
    Screening,
    ScreeningRun,
    StagedEntity,
)
from crm_core.screening.services import imports, running, runs, subjects
from crm_core.screening.services.decisions import decide
from tests.concurrency.servers import database_url
from tests.people import make_company
from tests.screening_house import VOSTOK, company, entity, listed, only_hit, verifier, write

pytestmark = pytest.mark.django_db(transaction=True)
LISTED = entity("1", VOSTOK, jurisdiction="ru")


@pytest.fixture(autouse=True)
def _nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are begun by the tests themselves."""
    for name in ("go_on", "read_version"):
        monkeypatch.setattr(f"crm_core.screening.tasks.{name}.delay", lambda *_: None)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls gave or raised, each in a thread and a connection of its own."""

    def one(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def decided_at_once(hit: Hit) -> list[Any]:
    meeting = threading.Barrier(2, timeout=20)

    def say(verdict: str) -> HitDecision:
        actor = verifiers[verdict]
        meeting.wait()
        return decide(actor=actor, hit_id=hit.pk, verdict=verdict, reason="Looked at.",
                      evidence_id=hit.evidence_id or 0)  # fmt: skip

    verifiers = {verdict: verifier() for verdict in ("true", "false")}
    return at_once(lambda: say("true"), lambda: say("false"))


def test_two_deciding_at_once_leave_one_decision(tmp_path: Path) -> None:
    listed(tmp_path, LISTED)
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = only_hit(subject)

    answers = decided_at_once(hit)

    assert sorted(type(answer).__name__ for answer in answers) == ["HitDecision", "HitMovedOn"]
    hit.refresh_from_db()
    assert hit.decisions.get() == hit.decision


def test_without_the_row_lock_both_would_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(tmp_path, LISTED)
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = only_hit(subject)
    both_read = threading.Barrier(2, timeout=20)
    create = HitDecision.objects.create

    def meet(**values: Any) -> HitDecision:
        both_read.wait()
        return create(**values)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr(HitDecision.objects, "create", meet)

    answers = decided_at_once(hit)

    assert not [answer for answer in answers if isinstance(answer, HitMovedOn)]
    assert hit.decisions.count() == 2


def decided_while_screened(hit: Hit, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Hit]:
    """What came of deciding once screening had read the hit's decisions and not yet kept it."""
    read, decided = threading.Event(), threading.Event()
    save = Hit.save
    actor = verifier()

    def late(self: Hit, **options: Any) -> None:
        if "update_fields" not in options:  # the screening's
            read.set()
            decided.wait(1.5)  # with the row held, deciding waits for us, and nothing comes
        save(self, **options)

    def say() -> HitDecision:
        assert read.wait(20)
        try:
            return decide(actor=actor, hit_id=hit.pk, verdict="false", reason="Another company.",
                          evidence_id=hit.evidence_id or 0)  # fmt: skip
        finally:
            decided.set()

    monkeypatch.setattr(Hit, "save", late)
    _, answer = at_once(lambda: running.screen(hit.subject_id, cause="asked"), say)
    return answer, Hit.objects.get(pk=hit.pk)


def test_a_decision_made_while_its_subject_is_screened_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(tmp_path, LISTED)
    _, subject = company(legal_name=VOSTOK, country="RU")

    answer, hit = decided_while_screened(only_hit(subject), monkeypatch)

    assert isinstance(answer, HitMovedOn)
    assert (hit.state, hit.decisions.count()) == (Hit.State.OPEN, 0)


def test_without_the_row_lock_a_decision_made_meanwhile_loses_its_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(tmp_path, LISTED)
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = only_hit(subject)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)

    answer, hit = decided_while_screened(hit, monkeypatch)

    assert isinstance(answer, HitDecision)
    assert (hit.state, hit.decision) == (Hit.State.OPEN, None)


def test_two_imports_of_one_list_become_two_versions(tmp_path: Path) -> None:
    files = [
        write(tmp_path, LISTED, *(entity(f"{n}-{k}", f"Made {n} {k}") for k in range(400)),
              name=f"{n}.json")
        for n in range(2)
    ]  # fmt: skip
    ListSource.objects.create(code="made")

    found = at_once(
        *(lambda file=file: imports.import_files(paths=[file], source="made") for file in files)
    )

    assert sorted(version.number for version in found) == [1, 2]
    for version in found:
        assert selectors.entities_of(version).count() == 401
    assert ListedEntity.objects.filter(uid="1").count() == 1
    assert not StagedEntity.objects.exists()


def test_an_import_asked_for_twice_is_read_once(tmp_path: Path) -> None:
    body = write(tmp_path, LISTED, *(entity(str(n), f"Made {n}") for n in range(2, 900)))
    version = imports.upload(
        actor=verifier(), uploads=[SimpleUploadedFile("list.json", body.read_bytes())]
    )

    answers = at_once(*(lambda: imports.read(version.pk) for _ in range(3)))

    assert answers.count(True) == 1
    version.refresh_from_db()
    assert (version.state, version.attempts, version.entities) == ("ready", 1, 899)


def test_an_import_whose_process_is_killed_leaves_nothing_and_is_begun_again(
    tmp_path: Path,
) -> None:
    before = listed(tmp_path, entity("1", "Kept as it was"))
    body = write(tmp_path, *(entity(str(n), f"Made up {n} Trading") for n in range(20_000)))
    version = imports.upload(
        actor=verifier(), uploads=[SimpleUploadedFile("list.json", body.read_bytes())],
        source="made",
    )  # fmt: skip
    code = (
        "import django, uuid; django.setup();"
        "from crm_core.screening.services import imports;"
        f"imports.read(uuid.UUID('{version.pk}'))"
    )
    environ = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(settings.BASE_DIR),
               "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environ)
    until = time.monotonic() + 60
    while not ListVersion.objects.get(pk=version.pk).entries_read:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()

    version.refresh_from_db()
    assert (version.state, version.number) == ("reading", None)
    assert ListSource.objects.get().active == before
    assert ListedEntity.objects.count() == 1
    assert version.pk in imports.unread()
    assert _read_again(version) is True
    version.refresh_from_db()
    assert (version.state, version.attempts, version.entities) == ("ready", 2, 20_000)
    assert not StagedEntity.objects.exists()


def _read_again(version: ListVersion) -> bool:
    """The server notices a killed process's connection within moments."""
    until = time.monotonic() + 20
    while not imports.read(version.pk):
        assert time.monotonic() < until
        time.sleep(0.1)
    return True


def test_everybody_is_screened_once_however_many_work_on_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 3)
    listed(tmp_path, LISTED)
    for number in range(12):
        subjects.company_changed(make_company(legal_name=f"Made {number} AS").pk)
    ScreeningRun.objects.all().delete()
    run = runs.begin(cause=ScreeningRun.Cause.ASKED)

    def work() -> None:
        until = time.monotonic() + 30
        while ScreeningRun.objects.get(pk=run.pk).state != "done":
            assert time.monotonic() < until
            tasks.go_on(str(run.pk))

    answers = at_once(work, work, work)

    assert answers == [None, None, None]
    run.refresh_from_db()
    assert (run.done, run.failed) == (12, 0)
    found = Screening.objects.filter(run=run)
    assert found.count() == found.values("subject").distinct().count() == 12
