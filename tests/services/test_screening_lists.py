"""Versions of lists: imported whole or not at all, compared with the one before, activated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from crm_core.companies.models import Role
from crm_core.screening import selectors
from crm_core.screening.errors import (
    ListAlreadyImported,
    ListFileRefused,
    ListFileTooLarge,
    ScreeningReasonMissing,
    VersionActive,
    VersionNotReady,
)
from crm_core.screening.models import (
    ListActivation,
    ListedEntity,
    ListSource,
    ListVersion,
    ScreeningRun,
    StagedEntity,
    Term,
)
from crm_core.screening.services import activation, imports, staging
from crm_core.screening.services.policy import set_policy
from tests.people import make_actor
from tests.screening_house import DATA, entity, listed, verifier, write

pytestmark = pytest.mark.django_db

ALPHA = entity("1", "Alpha Testing LLC", country="ru")
BETA = entity("2", "Beta Testing LLC", country="by")
GAMMA = entity("3", "Gamma Testing LLC", country="cu")


def uids(version: ListVersion) -> set[str]:
    return set(selectors.entities_of(version).values_list("uid", flat=True))


def test_versions_are_kept_and_tell_what_changed(tmp_path: Path) -> None:
    first = listed(tmp_path, ALPHA, BETA)
    moved = entity("2", "Beta Testing LLC", country="kz")
    second = listed(tmp_path, moved, GAMMA)

    assert (first.number, second.number) == (1, 2)
    assert (second.new, second.changed, second.gone) == (1, 1, 1)
    assert (uids(first), uids(second)) == ({"1", "2"}, {"2", "3"})
    assert selectors.entities_of(first).get(uid="2").countries == ["BY"]
    assert selectors.entities_of(second).get(uid="2").countries == ["KZ"]
    found = selectors.differences(second)
    assert {key: [each.uid for each in rows] for key, rows in found.items()} == {
        "new": ["3"], "changed": ["2"], "gone": ["1"]
    }  # fmt: skip
    source = ListSource.objects.get(code="made")
    assert source.active == second
    assert list(source.activations.values_list("version", flat=True)) == [second.pk, first.pk]


def test_what_stays_the_same_is_one_row(tmp_path: Path) -> None:
    listed(tmp_path, ALPHA, BETA)
    listed(tmp_path, ALPHA, BETA, GAMMA)

    assert ListedEntity.objects.count() == 3
    assert Term.objects.get(term="testing").count == 3


def test_a_version_records_file_hash_day_person_and_counts() -> None:
    actor = verifier()

    version = imports.import_files(paths=[DATA / "sdn.xml"], user_id=actor.user_id)

    assert version.source.code == "ofac-sdn"
    assert len(version.sha256) == 64
    assert version.files[0]["name"] == "sdn.xml"
    assert str(version.published_on) == "2026-11-20"
    assert version.imported_by_id == actor.user_id
    assert (version.entities, version.names, version.faults) == (2, 6, 1)
    assert [fault.code for fault in version.fault_rows.all()] == ["no_id"]


def test_ofac_s_set_is_one_version_whatever_the_order() -> None:
    paths = [DATA / name for name in ("alt.csv", "sdn.csv", "add.csv")]
    version = imports.import_files(paths=paths)

    assert version.entities == 3
    with pytest.raises(ListAlreadyImported):
        imports.import_files(paths=list(reversed(paths)))


def test_the_same_file_is_no_further_version(tmp_path: Path) -> None:
    listed(tmp_path, ALPHA)

    with pytest.raises(ListAlreadyImported) as refusal:
        listed(tmp_path, ALPHA)

    assert refusal.value.data == {"number": 1}


@pytest.mark.parametrize(
    ("entities", "days_old", "held"),
    [
        ([ALPHA, {"id": "9"}], 0, "faults"),
        ([ALPHA], 0, "shrunk"),
        ([ALPHA, BETA, GAMMA], 3, "older"),
    ],
)
def test_what_is_odd_waits_for_a_person(
    tmp_path: Path, entities: list[dict[str, Any]], days_old: int, held: str
) -> None:
    before = listed(tmp_path, ALPHA, BETA, entity("4", "Delta Testing LLC"))

    version = listed(tmp_path, *entities, days_old=days_old)

    assert version.held_because == held
    assert ListSource.objects.get().active == before


def test_a_held_version_is_activated_with_a_reason_and_an_older_one_again(tmp_path: Path) -> None:
    actor = verifier()
    first = listed(tmp_path, ALPHA, BETA)
    second = listed(tmp_path, GAMMA, activate=False)
    assert second.held_because == "asked"

    with pytest.raises(ScreeningReasonMissing):
        activation.activate(actor=actor, version_id=second.pk, reason=" ")
    activation.activate(actor=actor, version_id=second.pk, reason="Looked at.")
    with pytest.raises(VersionActive):
        activation.activate(actor=actor, version_id=second.pk, reason="Again.")
    activation.activate(actor=actor, version_id=first.pk, reason="The second was wrong.")

    source = ListSource.objects.get()
    assert source.active == first
    assert uids(first) == {"1", "2"}
    third = listed(tmp_path, ALPHA, GAMMA)
    assert (third.number, third.new, third.changed, third.gone) == (3, 1, 0, 0)
    assert [each.reason for each in source.activations.all()[:3]] == [
        "", "The second was wrong.", "Looked at."
    ]  # fmt: skip


def test_a_list_is_withdrawn_with_a_reason(tmp_path: Path) -> None:
    actor = verifier()
    version = listed(tmp_path, ALPHA)

    activation.withdraw(actor=actor, source_id=version.source_id, reason="No longer asked for.")

    assert ListSource.objects.get().active is None
    assert ListActivation.objects.first().version is None  # type: ignore[union-attr]


def test_every_activation_has_everybody_screened_anew(tmp_path: Path) -> None:
    listed(tmp_path, ALPHA)

    assert ScreeningRun.objects.filter(cause="list", company=None).count() == 1


@pytest.mark.parametrize("moment", ["stage", "merge"])
def test_an_aborted_import_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before = listed(tmp_path, ALPHA, BETA)
    real = staging.stage

    def breaks(*args: Any) -> Any:
        if moment == "stage":
            yield next(iter(real(*args)))
        raise RuntimeError("the machine stumbles")

    def merge_breaks(*args: Any) -> Any:
        with transaction.atomic():
            real_merge(*args)
            raise RuntimeError("the machine stumbles")

    real_merge = staging.merge
    if moment == "stage":
        monkeypatch.setattr(staging, "stage", breaks)
    else:
        monkeypatch.setattr(staging, "merge", merge_breaks)

    with pytest.raises(ListFileRefused):
        listed(tmp_path, GAMMA, BETA)

    failed = ListVersion.objects.exclude(pk=before.pk).get()
    assert (failed.state, failed.failure, failed.number) == ("failed", "internal", None)
    assert not StagedEntity.objects.exists()
    assert ListSource.objects.get().active == before
    assert (uids(before), ListedEntity.objects.count()) == ({"1", "2"}, 2)
    monkeypatch.undo()
    assert listed(tmp_path, GAMMA, BETA).number == 2


def test_an_interrupted_import_is_begun_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    version = listed(tmp_path, ALPHA)
    waiting = ListVersion.objects.create(
        source=version.source, state="reading", format="ftm", sha256="0" * 64, size=1,
        attempts=imports.MAX_ATTEMPTS,
    )  # fmt: skip
    assert waiting.pk in imports.unread()

    assert imports.read(waiting.pk) is False

    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure) == ("failed", "interrupted")
    assert waiting.pk not in imports.unread()


def test_a_file_of_unreadable_rows_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "FAULTS_ALLOWED", 2)
    file = write(tmp_path, ALPHA)
    file.write_text(file.read_text() + "nonsense\n" * 5)

    with pytest.raises(ListFileRefused) as refusal:
        imports.import_files(paths=[file])

    assert refusal.value.data["why"] == "too_many_faults"


def test_an_entity_that_comes_twice_counts_once(tmp_path: Path) -> None:
    version = listed(tmp_path, ALPHA, BETA, {**BETA, "properties": {"name": ["Beta Twice"]}})

    assert (version.entities, version.faults) == (2, 1)
    assert version.fault_rows.get().code == "duplicate"
    assert selectors.entities_of(version).get(uid="2").caption == "Beta Testing LLC"


def test_files_too_large_are_refused(tmp_path: Path, settings: Any) -> None:
    settings.SCREENING_MAX_FILE_MB = 0

    with pytest.raises(ListFileTooLarge):
        listed(tmp_path, ALPHA)


def test_only_a_version_read_to_its_end_becomes_active(tmp_path: Path) -> None:
    with pytest.raises(ListFileRefused):
        listed(tmp_path)
    broken = tmp_path / "broken.xml"
    broken.write_text("<export><sanctionEntity logicalId='1'><subjectType code='person'/>")
    with pytest.raises(ListFileRefused):
        imports.import_files(paths=[broken])

    failed = ListVersion.objects.get()
    with pytest.raises(VersionNotReady):
        activation.activate(actor=verifier(), version_id=failed.pk, reason="Anyway.")


def test_texts_that_postgresql_cannot_keep_are_mended(tmp_path: Path) -> None:
    version = listed(tmp_path, entity("1", "Null\u0000Byte  Trading\u200b LLC"))

    assert selectors.entities_of(version).get().caption == "Null Byte Trading LLC"


def test_the_command_says_what_came_of_it(tmp_path: Path, capsys: Any) -> None:
    call_command("import_list", str(DATA / "un.xml"), "--hold")

    said = capsys.readouterr().out
    assert "un, version 1" in said
    assert "2 entities, 7 names, 1 unreadable rows; 2 new, 0 changed, 0 gone" in said
    assert "9005" in said
    assert "Not active" in said
    with pytest.raises(CommandError, match="version 1 of this list already"):
        call_command("import_list", str(DATA / "un.xml"))
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_list", str(tmp_path / "nowhere.xml"))
    with pytest.raises(CommandError, match="Nobody"):
        call_command("import_list", str(DATA / "un.xml"), "--by", "nobody@company.example")


def test_a_refused_file_names_its_reason() -> None:
    with pytest.raises(ListFileRefused) as refusal:
        imports.import_files(paths=[Path(__file__)])

    assert "none of those that can be read" in refusal.value.message
    assert refusal.value.field == "files"


@pytest.mark.parametrize("table", ["listactivation", "screeningpolicy"])
def test_history_is_only_added_to(tmp_path: Path, table: str) -> None:
    listed(tmp_path, ALPHA)
    set_policy(actor=make_actor(Role.PLATFORM_ADMIN), threshold=85, max_age_days=9, reason="Why.")
    for change in (f"UPDATE screening_{table} SET reason = 'other'",
                   f"DELETE FROM screening_{table}"):  # fmt: skip
        with pytest.raises(DatabaseError, match="only be added to"), transaction.atomic():
            connection.cursor().execute(change)


def test_the_reader_gives_up_at_a_file_refused_half_way(tmp_path: Path) -> None:
    file = tmp_path / "half.xml"
    whole = (DATA / "eu.xml").read_text()
    file.write_text(whole[: whole.index("<citizenship")])

    with pytest.raises(ListFileRefused) as refusal:
        imports.import_files(paths=[file])

    assert refusal.value.data["why"] == "xml_malformed"
    assert not ListedEntity.objects.exists()
