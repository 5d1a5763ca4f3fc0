"""The life of a verification: whatever anybody does in whatever order, two people stand behind it.

The machine below plays people, papers and screening at random. It keeps its own account of the
world and judges by that account, not by the rules' own words.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from crm_core.verification.domain import life
from crm_core.verification.domain.evidence import Evidence, Paper, to_submit, to_verify
from crm_core.verification.domain.life import Facet, File
from crm_core.verification.domain.refusals import (
    CaseBusy,
    EvidenceMissing,
    IdentityFirst,
    JudgeInOwnCause,
    NothingAsked,
    NothingToAppeal,
    SamePerson,
    WrongState,
)
from crm_core.verification.domain.requirements import Declared, owed, required
from crm_core.verification.domain.terms import (
    BANK,
    IDENTITY,
    VALID,
    Action,
    Appeal,
    CaseState,
    FacetState,
    Measure,
    Reason,
    Risk,
    Screening,
)
from kernel.errors import FairfallError

PEOPLE = [UUID(int=number) for number in range(1, 5)]
FACETS = (IDENTITY, BANK, "category:14622000-7")
DECLARED = Declared(country="DE", buys=False, sells=True, has_vat=True)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANYBODY = st.sampled_from(PEOPLE)
SPOILT: list[object] = [
    None, "profile", "old", "expired", "gone", "draft", "submitted", "rejected", *Screening,
]  # fmt: skip


@dataclass
class World:
    """What is so, whatever the rules think: papers by key, screening, the profile."""

    papers: dict[str, Paper] = field(default_factory=dict)
    screening: Screening = Screening.NOT_SCREENED
    missing: frozenset[str] = frozenset()
    now: datetime = START

    def evidence(self, facets: frozenset[str]) -> Evidence:
        return Evidence(
            today=self.now.date(), owed=owed(facets, DECLARED),
            papers=tuple(self.papers.values()), screening=self.screening,
            missing_fields=self.missing,
        )  # fmt: skip


class Verification(RuleBasedStateMachine):
    """Companies, reviewers and time, at random."""

    def __init__(self) -> None:
        super().__init__()
        self.file = File()
        self.world = World()
        self.maker: UUID | None = None
        self.proven: set[str] = set()

    def attempt(self, step: str, **given: object) -> bool:
        """Do it if the rules let us; whether they did."""
        with suppress(FairfallError):
            self.file = getattr(life, step)(self.file, **given)
            return True
        return False

    @rule(key=st.sampled_from([each.key for each in owed(FACETS, DECLARED)]),
          state=st.sampled_from(["draft", "submitted", "approved", "rejected", "gone"]),
          age=st.sampled_from([0, 30, 200]), left=st.sampled_from([None, 5, 400, -3]))  # fmt: skip
    def paper(self, key: str, state: str, age: int, left: int | None) -> None:
        today = self.world.now.date()
        if state == "gone":
            self.world.papers.pop(key, None)
            return
        ends = None if left is None else today + timedelta(days=left)
        self.world.papers[key] = Paper(key, state, "0" * 64, key, "", today - timedelta(days=age),
                                       ends)  # fmt: skip

    @rule(state=st.sampled_from(["draft", "approved"]))
    def all_papers(self, state: str) -> None:
        for each in owed(FACETS, DECLARED):
            self.paper(each.key, state, 0, 400)

    @rule(screening=st.sampled_from(Screening), missing=st.sampled_from([(), (), ("owners",)]))
    def world_turns(self, screening: Screening, missing: tuple[str, ...]) -> None:
        self.world.screening, self.world.missing = screening, frozenset(missing)

    @rule(days=st.sampled_from([1, 40, 400]))
    def time_passes(self, days: int) -> None:
        self.world.now += timedelta(days=days)
        self.attempt("tick", at=self.world.now)
        for key, facet in self.file.facets.items():
            if facet.state not in VALID:
                self.proven.discard(key)

    @rule(asked=st.sets(st.sampled_from(FACETS)))
    def submits(self, asked: set[str]) -> None:
        self.attempt("submit", asked=asked, evidence=self.world.evidence(frozenset(asked)))

    @rule()
    def answers_or_withdraws(self) -> None:
        if not self.attempt("answer", evidence=self.world.evidence(self.file.asked)):
            self.attempt("withdraw")

    @rule(facets=st.sets(st.sampled_from(FACETS)))
    def changes(self, facets: set[str]) -> None:
        if self.attempt("change", facets=facets):
            self.proven -= facets

    @rule()
    def appeals(self) -> None:
        self.attempt("appeal")

    @rule(by=ANYBODY)
    def takes(self, by: UUID) -> None:
        self.attempt("take", by=by)

    @rule(by=ANYBODY, to=ANYBODY)
    def hands_over(self, by: UUID, to: UUID) -> None:
        if self.attempt("hand_over", by=by, to=to):
            assert self.file.assignee == to

    @rule(by=ANYBODY, reason=st.sampled_from([None, *Reason]))
    def asks(self, by: UUID, reason: Reason | None) -> None:
        self.attempt("request_info", by=by, reason=reason)

    @rule(by=ANYBODY, action=st.sampled_from(Action), reason=st.sampled_from([None, *Reason]),
          risk=st.sampled_from(Risk), days=st.sampled_from([None, -1, 30]))  # fmt: skip
    def proposes(
        self, by: UUID, action: Action, reason: Reason | None, risk: Risk, days: int | None
    ) -> None:
        until = None if days is None else self.world.now + timedelta(days=days)
        evidence = self.world.evidence(self.file.asked)
        if self.attempt("propose", action=action, by=by, reason=reason, risk=risk, until=until,
                        at=self.world.now, evidence=evidence):  # fmt: skip
            self.maker = by

    @rule(by=ANYBODY, other=ANYBODY, late=st.booleans(), spoilt=st.sampled_from(SPOILT),
          key=st.sampled_from([each.key for each in owed(FACETS, DECLARED)]),
          asked=st.sets(st.sampled_from(FACETS)).map(lambda more: {IDENTITY, *more}))  # fmt: skip
    def everything_goes_well_but_for_one_thing(
        self, *, by: UUID, other: UUID, late: bool, spoilt: object, key: str, asked: set[str]
    ) -> None:
        """The whole way; something turns before the proposal or before the second person."""
        self.all_papers("approved")
        self.world_turns(Screening.CLEAR, ())
        self.submits(asked)
        self.attempt("take", by=by)
        if not late:
            self.spoil(spoilt, key)
        self.proposes(by, Action.VERIFY, None, Risk.LOW, None)
        if late:
            self.spoil(spoilt, key)
        if self.file.proposal is not None:
            self.confirms(other)

    def spoil(self, how: object, key: str) -> None:
        if isinstance(how, Screening):
            self.world.screening = how
        elif how == "profile":
            self.world.missing = frozenset({"owners"})
        elif how == "old":
            self.paper(key, "approved", 200, None)
        elif how == "expired":
            self.paper(key, "approved", 0, -1)
        elif isinstance(how, str):
            self.paper(key, how, 0, None)

    @rule(by=ANYBODY)
    def assignee_proposes_to_verify(self, by: UUID) -> None:
        self.attempt("take", by=by)
        self.proposes(by, Action.VERIFY, None, Risk.LOW, None)

    @precondition(lambda self: self.file.proposal is not None)
    @rule(by=ANYBODY)
    def confirms(self, by: UUID) -> None:
        action, asked = self.file.proposal.action, self.file.asked  # type: ignore[union-attr]
        evidence = self.world.evidence(asked)
        if not self.attempt("confirm", by=by, evidence=evidence, at=self.world.now):
            return
        assert by != self.maker, "one person decided"
        if action is Action.VERIFY:
            self.judge(asked)
            self.proven |= asked

    def judge(self, asked: frozenset[str]) -> None:
        """By the machine's own account of the world."""
        today = self.world.now.date()
        for facet in asked:
            for paper in required(facet, DECLARED):
                there = self.world.papers.get(paper.key)
                assert there is not None, f"verified without {paper.key}"
                assert there.state == "approved"
                assert there.expires_on is None or there.expires_on >= today
                if paper.kind in ("registry_extract", "address_proof"):
                    assert there.issued_on is not None
                    assert (today - there.issued_on).days <= 92
        assert self.world.screening is Screening.CLEAR, "verified with an unresolved hit"
        assert not self.world.missing

    @rule(by=ANYBODY, reason=st.sampled_from([None, *Reason]))
    def sends_back(self, by: UUID, reason: Reason | None) -> None:
        self.attempt("send_back", by=by, reason=reason)

    @rule(by=ANYBODY)
    def suspends(self, by: UUID) -> None:
        self.attempt("suspend", by=by, reason=Reason.BREACH)

    @invariant()
    def only_what_was_proven_stands(self) -> None:
        valid = {key for key, facet in self.file.facets.items() if facet.state in VALID}
        assert valid <= self.proven

    @invariant()
    def the_pieces_fit(self) -> None:
        waits = self.file.proposal is not None and self.file.proposal.action in (
            Action.VERIFY, Action.REJECT,
        )  # fmt: skip
        assert (self.file.case is CaseState.PENDING) == waits
        if self.file.is_verified:
            assert self.file.measure is Measure.NONE
            assert IDENTITY in self.proven
        if self.file.measure is Measure.BANNED:
            assert self.file.banned_until is not None
            assert len(self.file.judges) == 2


TestVerification = Verification.TestCase
TestVerification.settings = settings(stateful_step_count=60)


# The way of one company, step by step ---------------------------------------------------------

MAKER, CHECKER, THIRD, _ = PEOPLE


def sound() -> World:
    world = World(screening=Screening.CLEAR)
    for each in owed(FACETS, DECLARED):
        world.papers[each.key] = Paper(each.key, "approved", "0" * 64, each.key,
                                       issued_on=START.date(), expires_on=None)  # fmt: skip
    return world


def proposed(
    world: World, asked: tuple[str, ...] = (IDENTITY, BANK), risk: Risk = Risk.LOW
) -> File:
    evidence = world.evidence(frozenset(asked))
    file = life.submit(File(), asked=asked, evidence=evidence)
    file = life.take(file, by=MAKER)
    return life.propose(
        file, action=Action.VERIFY, by=MAKER, evidence=evidence, risk=risk, at=world.now
    )


def verified(world: World, risk: Risk = Risk.LOW) -> File:
    file = proposed(world, risk=risk)
    return life.confirm(file, by=CHECKER, evidence=world.evidence(file.asked), at=world.now)


def test_two_people_and_evidence_verify() -> None:
    world = sound()
    file = proposed(world)
    with pytest.raises(SamePerson):
        life.confirm(file, by=MAKER, evidence=world.evidence(file.asked), at=world.now)
    done = life.confirm(file, by=CHECKER, evidence=world.evidence(file.asked), at=world.now)

    assert done.is_verified
    assert done.facets == {
        key: Facet(FacetState.VERIFIED, date(2029, 11, 2)) for key in (IDENTITY, BANK)
    }


@pytest.mark.parametrize(("risk", "year"), [(Risk.HIGH, 2027), (Risk.MEDIUM, 2028)])
def test_renewal_follows_risk_and_the_first_paper_that_expires(risk: Risk, year: int) -> None:
    assert verified(sound(), risk).facets[IDENTITY].valid_until == date(year, 11, 2)
    world = sound()
    world.papers["articles"] = Paper("articles", "approved", "0", "a", expires_on=date(2027, 1, 9))
    assert verified(world, risk).facets[IDENTITY].valid_until == date(2027, 1, 9)


def test_evidence_is_looked_at_again_by_the_second_person() -> None:
    world = sound()
    file = proposed(world)
    world.screening = Screening.OPEN_HITS
    with pytest.raises(EvidenceMissing) as refused:
        life.confirm(file, by=CHECKER, evidence=world.evidence(file.asked), at=world.now)
    assert refused.value.data["blockers"] == ["screening_open"]


def test_not_screened_blocks_unless_the_operator_does_without() -> None:
    world = sound()
    world.screening = Screening.NOT_SCREENED
    evidence = world.evidence(frozenset({IDENTITY}))
    assert [each.code for each in to_verify(evidence)] == ["not_screened"]

    assert to_verify(replace(evidence, screening_required=False)) == []
    match = replace(evidence, screening_required=False, screening=Screening.TRUE_MATCH)
    assert [each.code for each in to_verify(match)] == ["screening_match"]


def test_a_paper_handed_in_anew_is_decided_on_although_an_older_one_was_accepted() -> None:
    world = sound()
    world.papers["again"] = replace(world.papers["articles"], state="submitted")
    found = to_verify(world.evidence(frozenset({IDENTITY})))
    assert [str(each) for each in found] == ["document_undecided articles"]


@pytest.mark.parametrize("state", ["rejected", "replaced", "draft"])
def test_a_paper_that_was_turned_down_replaced_or_never_sent_verifies_nothing(state: str) -> None:
    world = sound()
    articles = world.papers["articles"]
    world.papers["articles"] = replace(articles, state=state)
    evidence = world.evidence(frozenset({IDENTITY}))
    assert [str(each) for each in to_verify(evidence)] == ["document_missing articles"]
    if state == "rejected":
        assert [str(each) for each in to_submit(evidence)] == ["document_missing articles"]

    world.papers["articles"] = articles
    file = proposed(world)
    world.papers["articles"] = replace(articles, state=state)
    with pytest.raises(EvidenceMissing):
        life.confirm(file, by=CHECKER, evidence=world.evidence(file.asked), at=world.now)


def test_what_keeps_a_company_from_handing_in() -> None:
    world = World(missing=frozenset({"owners"}))
    world.papers["articles"] = Paper("articles", "draft", "0", "a", infected=True)
    world.papers["registry_extract"] = Paper("registry_extract", "draft", "0", "r")
    yesterday = START.date() - timedelta(days=1)
    world.papers["vat_certificate"] = Paper(
        "vat_certificate", "draft", "0", "v", expires_on=yesterday
    )
    found = {str(each) for each in to_submit(world.evidence(frozenset({IDENTITY})))}

    assert found == {
        "field_missing owners", "document_infected articles", "document_too_old registry_extract",
        "document_expired vat_certificate", "document_missing address_proof",
        "document_missing ownership_chart", "document_missing signatory_power",
    }  # fmt: skip


def test_a_change_opens_its_facet_alone_and_never_under_the_reviewer() -> None:
    world = sound()
    file = life.change(verified(world), facets=[BANK])
    assert file.facets[BANK].state is FacetState.REOPENED
    assert file.is_verified, "who the company is did not change"
    assert not life.change(file, facets=[IDENTITY]).is_verified
    with pytest.raises(CaseBusy):
        life.change(proposed(world), facets=[BANK])


def test_identity_comes_first() -> None:
    world = sound()
    with pytest.raises(IdentityFirst):
        life.submit(File(), asked=[BANK], evidence=world.evidence(frozenset({BANK})))
    with pytest.raises(NothingAsked):
        life.submit(File(), asked=[], evidence=world.evidence(frozenset()))
    again = life.submit(verified(world), asked=[BANK], evidence=world.evidence(frozenset({BANK})))
    assert again.is_verified, "the rest stands while one facet is looked at"


def test_facets_expire_apart_with_a_warning() -> None:
    world = sound()
    file = verified(world)
    early = replace_facet(file, BANK, date(2027, 1, 31))
    warned = life.tick(early, at=datetime(2027, 1, 10, tzinfo=UTC))
    assert [warned.facets[key].state for key in (IDENTITY, BANK)] == ["verified", "expiring"]
    last = life.tick(warned, at=datetime(2027, 1, 31, 23, tzinfo=UTC))
    assert last.facets[BANK].state is FacetState.EXPIRING
    after = life.tick(last, at=datetime(2027, 2, 1, tzinfo=UTC))
    assert after.facets[BANK].state is FacetState.EXPIRED
    assert after.is_verified
    assert not life.tick(after, at=datetime(2030, 1, 1, tzinfo=UTC)).is_verified


def replace_facet(file: File, key: str, last: date) -> File:
    return replace(file, facets={**file.facets, key: Facet(FacetState.VERIFIED, last)})


def test_a_ban_takes_two_ends_by_itself_and_is_appealed_once() -> None:
    world = sound()
    file = verified(world)
    until = world.now + timedelta(days=90)
    file = life.propose(file, action=Action.BAN, by=MAKER, reason=Reason.FORGED, until=until,
                        at=world.now)  # fmt: skip
    assert file.is_verified, "a proposal is no decision"
    banned = life.confirm(file, by=CHECKER, at=world.now)
    assert not banned.is_verified
    assert life.tick(banned, at=until).is_verified

    appealed = life.appeal(banned)
    with pytest.raises(NothingToAppeal):
        life.appeal(appealed)
    for judge in (MAKER, CHECKER):
        with pytest.raises(JudgeInOwnCause):
            life.propose(appealed, action=Action.GRANT_APPEAL, by=judge, reason=Reason.RESOLVED,
                         at=world.now)  # fmt: skip
    file = life.propose(appealed, action=Action.GRANT_APPEAL, by=THIRD, reason=Reason.RESOLVED,
                        at=world.now)  # fmt: skip
    granted = life.confirm(file, by=MAKER, at=world.now)
    assert granted.is_verified
    assert granted.appeal is Appeal.GRANTED


def test_a_suspension_is_at_once_and_lifting_it_takes_two() -> None:
    world = sound()
    file = life.suspend(verified(world), by=MAKER, reason=Reason.BREACH)
    assert not file.is_verified
    file = life.propose(file, action=Action.LIFT, by=MAKER, reason=Reason.RESOLVED, at=world.now)
    with pytest.raises(SamePerson):
        life.confirm(file, by=MAKER, at=world.now)
    assert life.confirm(file, by=CHECKER, at=world.now).is_verified


def test_a_rejection_that_is_appealed_with_success_is_reviewed_again() -> None:
    world = sound()
    file = life.take(
        life.submit(File(), asked=[IDENTITY], evidence=world.evidence(frozenset({IDENTITY}))),
        by=MAKER,
    )
    file = life.propose(file, action=Action.REJECT, by=MAKER, reason=Reason.MISMATCH, at=world.now)
    rejected = life.confirm(file, by=CHECKER, at=world.now)
    assert rejected.case is CaseState.REJECTED
    file = life.propose(life.appeal(rejected), action=Action.GRANT_APPEAL, by=THIRD,
                        reason=Reason.OTHER, at=world.now)  # fmt: skip
    again = life.confirm(file, by=CHECKER, at=world.now)
    assert (again.case, again.asked) == (CaseState.SUBMITTED, frozenset({IDENTITY}))
    with pytest.raises(WrongState):
        life.submit(again, asked=[IDENTITY], evidence=world.evidence(frozenset({IDENTITY})))
