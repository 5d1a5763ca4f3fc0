"""Screening: what a person decides, how long that holds, and who is screened when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role
from crm_core.notifications.models import Notice
from crm_core.screening.errors import (
    HitMovedOn,
    PolicyInvalid,
    ScreeningReasonMissing,
    SubjectInvalid,
    VerdictInvalid,
)
from crm_core.screening.models import (
    Hit,
    HitEvidence,
    ListSource,
    Screening,
    ScreeningRun,
    Subject,
)
from crm_core.screening.services import activation, policy, running, runs, subjects
from crm_core.screening.services.decisions import decide
from crm_core.screening.standing import Standing, company_standing
from infra import relay
from infra.models import OutboxMessage
from infra.outbox import emit
from kernel.clock import utc_now
from tests.people import make_actor, make_company
from tests.screening_house import (
    IN_FULL,
    LISTED,
    OTHER,
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

pytestmark = pytest.mark.django_db


def test_a_snapshot_says_with_which_versions_it_was_compared(lists: Path) -> None:
    _, subject = company(legal_name=VOSTOK, country="RU")

    kept = subject.latest
    assert kept is not None
    assert (kept.outcome, kept.hits, kept.threshold) == ("hits", 1, 80)
    assert [(each["source"], each["number"]) for each in kept.lists] == [("made", 1)]
    assert len(kept.lists[0]["sha256"]) == 64
    assert kept.compared_with["names"][0] == {"text": VOSTOK, "label": "legal"}


def test_without_a_list_nobody_counts_as_screened() -> None:
    made, subject = company(legal_name=VOSTOK)

    assert subject.latest is not None
    assert subject.latest.outcome == Screening.Outcome.NOT_SCREENED
    standing = company_standing(made.pk)
    assert standing.standing is Standing.NOT_SCREENED
    assert [each["code"] for each in standing.reasons] == ["no_list"]


def test_an_old_list_does_not_count_though_nothing_happens(lists: Path) -> None:
    made, _ = company(legal_name="Baltic Meadow Steel AS")
    assert company_standing(made.pk).standing is Standing.CLEAR

    with time_machine.travel(utc_now() + timedelta(days=31), tick=False):
        standing = company_standing(made.pk)

    assert standing.standing is Standing.NOT_SCREENED
    assert standing.reasons == ({"code": "list_old", "source": "made", "days": 31, "limit": 30},)


def test_a_list_may_have_an_age_of_its_own(lists: Path) -> None:
    made, _ = company(legal_name="Baltic Meadow Steel AS")
    actor = administrator()
    policy.set_list_age(actor=actor, source_id=_source().pk, max_age_days=60)

    with time_machine.travel(utc_now() + timedelta(days=31), tick=False):
        assert company_standing(made.pk).standing is Standing.CLEAR
    with pytest.raises(PolicyInvalid):
        policy.set_list_age(actor=actor, source_id=_source().pk, max_age_days=0)


def _source() -> ListSource:
    return ListSource.objects.get()


def test_a_decision_is_a_person_s_with_a_reason_and_stays(lists: Path) -> None:
    made, subject = company(legal_name=VOSTOK, country="RU")
    actor, hit = verifier(), only_hit(subject)
    evidence = hit.evidence_id or 0
    assert company_standing(made.pk).standing is Standing.OPEN_HITS

    with pytest.raises(ScreeningReasonMissing):
        decide(actor=actor, hit_id=hit.pk, verdict="false", reason=" ", evidence_id=evidence)
    with pytest.raises(VerdictInvalid):
        decide(actor=actor, hit_id=hit.pk, verdict="maybe", reason="Hm.", evidence_id=evidence)
    with pytest.raises(AccessForbidden):
        decide(actor=make_actor(Role.OFFICER), hit_id=hit.pk, verdict="false", reason="Ours.",
               evidence_id=evidence)  # fmt: skip
    first = decide(actor=actor, hit_id=hit.pk, verdict="false", reason="Another company.",
                   evidence_id=evidence)  # fmt: skip
    assert company_standing(made.pk).standing is Standing.CLEAR
    again = {"actor": actor, "hit_id": hit.pk, "verdict": "true", "reason": "It is they.",
             "evidence_id": evidence}  # fmt: skip
    with pytest.raises(HitMovedOn):
        decide(**again)
    decide(**again, decision_id=first.pk)

    hit.refresh_from_db()
    assert hit.state == Hit.State.TRUE
    assert [each.reason for each in hit.decisions.all()] == ["It is they.", "Another company."]
    assert company_standing(made.pk).standing is Standing.TRUE_MATCH
    for table, key in (("hitdecision", first.pk), ("hitevidence", evidence)):
        change = f"UPDATE screening_{table} SET compared = 'other' WHERE id = %s"
        with pytest.raises(DatabaseError, match="only be added to"), transaction.atomic():
            connection.cursor().execute(change, [key])
    assert OutboxMessage.objects.filter(type="screening.hit_decided").count() == 2


def test_a_decision_on_other_evidence_than_the_latest_is_refused(lists: Path) -> None:
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = only_hit(subject)
    seen = hit.evidence_id or 0
    running.screen(subject.pk, cause="asked")

    with pytest.raises(HitMovedOn):
        decide(actor=verifier(), hit_id=hit.pk, verdict="false", reason="No.", evidence_id=seen)

    assert not hit.decisions.exists()


def decided(subject: Subject) -> Hit:
    hit = only_hit(subject)
    decide(actor=verifier(), hit_id=hit.pk, verdict="false", reason="Another company.",
           evidence_id=hit.evidence_id or 0)  # fmt: skip
    return hit


def test_a_decision_holds_in_later_versions_of_the_list(lists: Path) -> None:
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = decided(subject)

    listed(lists, {**LISTED, "properties": {**LISTED["properties"], "notes": ["New note."]}},
           IN_FULL)  # fmt: skip

    hit.refresh_from_db()
    assert hit.state == Hit.State.FALSE
    assert hit.evidences.count() == 2
    assert hit.evidence is not None
    assert hit.evidence.entity.details["remarks"] == ["New note."]


@pytest.mark.parametrize("changed", ["listed", "subject"])
def test_a_decision_ends_when_what_was_compared_changes(lists: Path, changed: str) -> None:
    made, subject = company(legal_name=VOSTOK, country="RU")
    hit = decided(subject)

    if changed == "listed":
        alias = {**LISTED["properties"], "alias": ["Vostok Probe"]}
        listed(lists, {**LISTED, "properties": alias}, IN_FULL)
    else:
        made.latin_name = "Vostok Testing Trading Company"
        made.save(update_fields=["latin_name"])
        subjects.company_changed(made.pk)
        settle()

    hit.refresh_from_db()
    assert hit.state == Hit.State.OPEN
    assert hit.decision is None
    assert hit.decisions.count() == 1


def test_who_is_no_longer_listed_is_gone_and_comes_back_decided(lists: Path) -> None:
    _, subject = company(legal_name=VOSTOK, country="RU")
    hit = decided(subject)

    listed(lists, IN_FULL, OTHER)
    hit.refresh_from_db()
    assert hit.state == Hit.State.GONE
    with pytest.raises(HitMovedOn):
        decide(actor=verifier(), hit_id=hit.pk, verdict="true", reason="Late.",
               evidence_id=hit.evidence_id or 0)  # fmt: skip
    listed(lists, LISTED, IN_FULL, OTHER, entity("7", "Another Testing LLC"))

    hit.refresh_from_db()
    assert hit.state == Hit.State.FALSE


def test_withdrawing_the_only_list_leaves_hits_as_they_are(lists: Path) -> None:
    made, subject = company(legal_name=VOSTOK, country="RU")

    activation.withdraw(actor=verifier(), source_id=_source().pk, reason="Not ours to use.")
    settle()

    assert only_hit(subject).state == Hit.State.OPEN
    assert company_standing(made.pk).standing is Standing.NOT_SCREENED


def test_a_new_and_a_changed_company_are_screened_through_the_outbox(lists: Path) -> None:
    made = make_company(legal_name=VOSTOK, country="RU")
    relay.drain()
    settle()
    subject = Subject.objects.get(urn=made.urn)
    assert only_hit(subject).state == Hit.State.OPEN

    made.legal_name = made.latin_name = "Baltic Meadow Steel AS"
    made.save(update_fields=["legal_name", "latin_name"])
    emit(type="company.changed", subject=made.urn, payload={"company_id": made.pk})
    relay.drain()
    settle()

    assert only_hit(subject).state == Hit.State.GONE
    assert subject.screenings.count() == 2


def test_an_event_delivered_twice_screens_once(lists: Path) -> None:
    made, subject = company(legal_name=VOSTOK)

    subjects.company_changed(made.pk)
    settle()

    assert subject.screenings.count() == 1


def test_a_new_threshold_has_everybody_screened_anew(lists: Path) -> None:
    _, subject = company(legal_name="Vostok Testing Mining AS", country="RU")
    assert not subject.hits.exists()
    actor = administrator()

    with pytest.raises(AccessForbidden):
        policy.set_policy(actor=verifier(), threshold=60, max_age_days=30, reason="Wider.")
    policy.set_policy(actor=actor, threshold=50, max_age_days=30, reason="Wider.")
    settle()

    hit = only_hit(subject)
    assert 50 <= hit.score < 80
    for threshold, days in ((49, 30), (101, 30), (80, 0), (80, 4000)):
        with pytest.raises(PolicyInvalid):
            policy.set_policy(actor=actor, threshold=threshold, max_age_days=days, reason="No.")


def test_a_run_goes_through_everybody_in_chunks_and_from_where_it_stopped(
    lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    monkeypatch.setattr("crm_core.screening.tasks.go_on.delay", lambda _run_id: None)
    for number in range(5):
        made = make_company(legal_name=f"Meadow {number} AS")
        subjects.company_changed(made.pk)
        settle()
    run = runs.begin(cause=ScreeningRun.Cause.ASKED)
    assert run.total == 5

    assert running.go_on(run.pk) is True
    run.refresh_from_db()
    assert (run.state, run.done) == ("running", 2)
    ScreeningRun.objects.filter(pk=run.pk).update(heard_at=utc_now() - timedelta(minutes=3))
    assert run.pk in runs.silent()
    while running.go_on(run.pk):
        pass

    run.refresh_from_db()
    assert (run.state, run.done, run.failed) == ("done", 5, 0)
    assert Screening.objects.filter(run=run).values("subject").distinct().count() == 5
    assert running.go_on(run.pk) is False


def test_one_subject_that_fails_does_not_stop_the_others(
    lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = company(legal_name="Meadow AS")
    _, second = company(legal_name="Dairy AS")
    real = running.screen

    def screen(subject_id, **options):  # type: ignore[no-untyped-def]
        if subject_id == first.pk:
            raise ValueError("cannot be compared")
        return real(subject_id, **options)

    monkeypatch.setattr(running, "screen", screen)
    run = runs.begin(cause=ScreeningRun.Cause.ASKED)
    while running.go_on(run.pk):
        pass

    run.refresh_from_db()
    assert (run.done, run.failed, run.state) == (2, 1, "done")
    assert second.screenings.filter(run=run).exists()


def test_a_later_run_of_all_makes_the_earlier_needless(lists: Path) -> None:
    first = runs.begin(cause=ScreeningRun.Cause.ASKED)
    second = runs.begin(cause=ScreeningRun.Cause.ASKED)

    first.refresh_from_db()
    assert first.state == "superseded"
    assert running.go_on(first.pk) is False
    assert running.go_on(second.pk) is False


def test_those_who_decide_are_told_once_of_new_hits(lists: Path) -> None:
    actor = verifier()
    outsider = make_actor(Role.OFFICER)
    company(legal_name=VOSTOK, country="RU")
    company(legal_name="Baltic Meadow Steel AS")

    notices = Notice.objects.filter(kind="screening.hits")
    assert [each.recipient_id for each in notices] == [actor.user_id]
    assert not Notice.objects.filter(recipient_id=outsider.user_id).exists()


def test_a_person_is_taken_over_changed_and_left(lists: Path) -> None:
    made = make_company()
    subject = person(made.pk, "Ivan Smirnov")
    assert not subject.hits.exists()

    assert person(made.pk, "Ivan Smirnov", "Ivan Probov") == subject
    assert only_hit(subject).state == Hit.State.OPEN
    subjects.stop_watching(subject.urn)
    assert company_standing(made.pk).open_hits == 0
    assert HitEvidence.objects.filter(hit__subject=subject).exists()

    for wrong in ({"names": [" "]}, {"names": ["A B"], "countries": ["Russia"]},
                  {"names": ["A B"], "birth": "yesterday"}):  # fmt: skip
        with pytest.raises(SubjectInvalid):
            subjects.watch_person(urn="urn:test:2", company_id=made.pk, capacity="owner", **wrong)  # type: ignore[arg-type]


def test_no_hit_is_an_automatic_refusal(lists: Path) -> None:
    made, _ = company(legal_name=VOSTOK, country="RU")
    before = made.standing

    made.refresh_from_db()

    assert made.standing == before
    assert not OutboxMessage.objects.filter(type="company.standing_changed").exists()
