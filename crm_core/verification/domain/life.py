"""The life of a company's verification: every action a function from state to state.

A function returns the new state or raises a refusal; it knows who acts and when, because it is
told. Whatever the order of actions, a facet becomes valid only in :func:`confirm`: by a second
person, on evidence without blockers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from crm_core.verification.domain.evidence import Blocker, Evidence, to_submit, to_verify
from crm_core.verification.domain.refusals import (
    AlreadyMeasured,
    BanEndMissing,
    CaseBusy,
    EvidenceMissing,
    IdentityFirst,
    JudgeInOwnCause,
    NoProposal,
    NotAssignee,
    NothingAsked,
    NothingToAppeal,
    ProposalWaits,
    ReasonMissing,
    SamePerson,
    WrongState,
)
from crm_core.verification.domain.terms import (
    BUSY,
    IDENTITY,
    OPEN,
    RENEWAL_MONTHS,
    VALID,
    Action,
    Appeal,
    CaseState,
    FacetState,
    Measure,
    Reason,
    Risk,
)

WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Facet:
    """One side of a company; ``valid_until`` is the last day of what was verified."""

    state: FacetState = FacetState.UNVERIFIED
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits for a second person."""

    action: Action
    by: UUID
    reason: Reason | None = None
    risk: Risk = Risk.MEDIUM
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Everything the rules know of one company.

    ``asked`` are the facets of the present case. ``judges`` took part in the last decision
    against the company, which an appeal is about.
    """

    case: CaseState = CaseState.DRAFT
    facets: Mapping[str, Facet] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    assignee: UUID | None = None
    risk: Risk = Risk.MEDIUM
    proposal: Proposal | None = None
    measure: Measure = Measure.NONE
    banned_until: datetime | None = None
    appeal: Appeal = Appeal.NONE
    judges: frozenset[UUID] = frozenset()

    @property
    def is_verified(self) -> bool:
        """Whether the company may trade: its identity stands and nothing stands against it."""
        identity = self.facets.get(IDENTITY)
        return self.measure is Measure.NONE and identity is not None and identity.state in VALID


# The company's side ---------------------------------------------------------------------------


def submit(file: File, *, asked: Iterable[str], evidence: Evidence) -> File:
    """Hand in a case about these facets. ``evidence`` is about them."""
    if file.case in BUSY or file.case is CaseState.INFO_REQUESTED:
        raise WrongState(state=file.case.value)
    wanted = frozenset(asked)
    if not wanted:
        raise NothingAsked(field="asked")
    identity = file.facets.get(IDENTITY, Facet())
    if IDENTITY not in wanted and identity.state not in VALID:
        raise IdentityFirst(field="asked")
    _require_none(to_submit(evidence))
    return replace(file, case=CaseState.SUBMITTED, asked=wanted, assignee=None)


def answer(file: File, *, evidence: Evidence) -> File:
    """Hand in what was asked for; the reviewer goes on."""
    _require_case(file, CaseState.INFO_REQUESTED)
    _require_none(to_submit(evidence))
    return replace(file, case=CaseState.IN_REVIEW)


def withdraw(file: File) -> File:
    """Take a case back that is not decided on by anybody yet."""
    _require_case(file, CaseState.SUBMITTED, CaseState.INFO_REQUESTED)
    return replace(file, case=CaseState.DRAFT, assignee=None)


def change(file: File, *, facets: Iterable[str]) -> File:
    """What was declared changed: its facets are open again, the others stay as they are."""
    if file.case in BUSY:
        raise CaseBusy()
    opened = {
        key: replace(facet, state=FacetState.REOPENED)
        for key in facets
        if (facet := file.facets.get(key)) is not None and facet.state is not FacetState.UNVERIFIED
    }
    return replace(file, facets={**file.facets, **opened})


def appeal(file: File) -> File:
    """Ask for the last decision against the company to be looked at again; once for each."""
    against = file.measure is not Measure.NONE or file.case is CaseState.REJECTED
    if not against or file.appeal is not Appeal.NONE:
        raise NothingToAppeal()
    return replace(file, appeal=Appeal.OPEN)


# The operator's side --------------------------------------------------------------------------


def take(file: File, *, by: UUID) -> File:
    """Become the reviewer, of a case nobody reviews or in another's stead."""
    _require_case(file, CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.INFO_REQUESTED)
    case = CaseState.IN_REVIEW if file.case is CaseState.SUBMITTED else file.case
    return replace(file, case=case, assignee=by)


def hand_over(file: File, *, by: UUID, to: UUID) -> File:
    """Give the case one reviews to a colleague."""
    _require_case(file, CaseState.IN_REVIEW, CaseState.INFO_REQUESTED)
    if file.assignee != by:
        raise NotAssignee()
    return replace(file, assignee=to)


def request_info(file: File, *, by: UUID, reason: Reason | None) -> File:
    """Ask the company for more."""
    _require_reviewer(file, by)
    if reason is None:
        raise ReasonMissing(field="reason")
    return replace(file, case=CaseState.INFO_REQUESTED)


def propose(
    file: File,
    *,
    action: Action,
    by: UUID,
    evidence: Evidence | None = None,
    reason: Reason | None = None,
    risk: Risk | None = None,
    until: datetime | None = None,
    at: datetime,
) -> File:
    """Put a decision before a second person."""
    if file.proposal is not None:
        raise ProposalWaits()
    if action in (Action.VERIFY, Action.REJECT):
        _require_reviewer(file, by)
    proposal = Proposal(action, by, reason, risk or file.risk, until)
    _require_possible(file, proposal, evidence, at)
    if action in (Action.GRANT_APPEAL, Action.DECLINE_APPEAL) and by in file.judges:
        raise JudgeInOwnCause()
    case = CaseState.PENDING if action in (Action.VERIFY, Action.REJECT) else file.case
    return replace(file, case=case, proposal=proposal)


def send_back(file: File, *, by: UUID, reason: Reason | None) -> File:
    """Decline to be the second person, or take one's own proposal back."""
    proposal = _waiting(file)
    if reason is None and by != proposal.by:
        raise ReasonMissing(field="reason")
    case = CaseState.IN_REVIEW if file.case is CaseState.PENDING else file.case
    return replace(file, case=case, proposal=None)


def confirm(file: File, *, by: UUID, evidence: Evidence | None = None, at: datetime) -> File:
    """Decide, as the second person, on what waits. Evidence is looked at as it is now."""
    proposal = _waiting(file)
    if by == proposal.by:
        raise SamePerson()
    action = proposal.action
    _require_possible(file, proposal, evidence, at)
    decided = replace(file, proposal=None)
    both = frozenset({by, proposal.by})
    if action is Action.VERIFY:
        assert evidence is not None
        return _verified(decided, proposal, evidence)
    if action is Action.REJECT:
        return replace(
            decided, case=CaseState.REJECTED, assignee=None, appeal=Appeal.NONE, judges=both
        )
    if action is Action.BAN:
        return replace(
            decided, measure=Measure.BANNED, banned_until=proposal.until, appeal=Appeal.NONE,
            judges=both,
        )  # fmt: skip
    if action is Action.LIFT:
        return replace(decided, measure=Measure.NONE, banned_until=None, appeal=Appeal.NONE)
    if action is Action.DECLINE_APPEAL:
        return replace(decided, appeal=Appeal.DECLINED)
    if file.measure is not Measure.NONE:
        return replace(decided, appeal=Appeal.GRANTED, measure=Measure.NONE, banned_until=None)
    return replace(decided, appeal=Appeal.GRANTED, case=CaseState.SUBMITTED, assignee=None)


def suspend(file: File, *, by: UUID, reason: Reason | None) -> File:
    """Stop a company at once: a precaution one person may take. Lifting it takes two."""
    if file.measure is not Measure.NONE:
        raise AlreadyMeasured(measure=file.measure.value)
    if reason is None:
        raise ReasonMissing(field="reason")
    return replace(file, measure=Measure.SUSPENDED, appeal=Appeal.NONE, judges=frozenset({by}))


def tick(file: File, *, at: datetime) -> File:
    """What time does: facets expire, with a warning before; a ban ends."""
    today = at.date()
    facets = {key: _aged(facet, today) for key, facet in file.facets.items()}
    file = replace(file, facets=facets)
    ends = file.banned_until if file.measure is Measure.BANNED else None
    if ends is not None and ends <= at:
        return replace(file, measure=Measure.NONE, banned_until=None, appeal=Appeal.NONE)
    return file


# Inside ---------------------------------------------------------------------------------------


def _verified(file: File, proposal: Proposal, evidence: Evidence) -> File:
    last = valid_until(proposal.risk, evidence)
    made = {key: Facet(FacetState.VERIFIED, last) for key in file.asked}
    return replace(
        file,
        case=CaseState.VERIFIED,
        facets={**file.facets, **made},
        asked=frozenset(),
        assignee=None,
        risk=proposal.risk,
        appeal=Appeal.NONE if file.measure is Measure.NONE else file.appeal,
    )


def valid_until(risk: Risk, evidence: Evidence) -> date:
    """The last day: 12, 24 or 36 months on, or that of the first paper to expire before."""
    months = evidence.today.month - 1 + RENEWAL_MONTHS[risk]
    year, month = evidence.today.year + months // 12, months % 12 + 1
    day = min(evidence.today.day, _days(year, month))
    papers = [evidence.paper(each, ("approved",)) for each in evidence.owed]
    ends = [each.expires_on for each in papers if each is not None and each.expires_on is not None]
    return min([date(year, month, day), *ends])


def _days(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _aged(facet: Facet, today: date) -> Facet:
    if facet.state not in VALID or facet.valid_until is None:
        return facet
    if facet.valid_until < today:
        return replace(facet, state=FacetState.EXPIRED)
    near = facet.valid_until - today <= WARN_BEFORE
    return replace(facet, state=FacetState.EXPIRING if near else FacetState.VERIFIED)


def _require_possible(
    file: File, proposal: Proposal, evidence: Evidence | None, at: datetime
) -> None:
    """What must hold both when a decision is proposed and when it is made."""
    action = proposal.action
    if action is Action.VERIFY:
        if evidence is None:
            raise EvidenceMissing(blockers=[])
        _require_none(to_verify(evidence))
        return
    if proposal.reason is None:
        raise ReasonMissing(field="reason")
    if action is Action.BAN:
        if file.measure is Measure.BANNED:
            raise AlreadyMeasured(measure=file.measure.value)
        if proposal.until is None or proposal.until <= at:
            raise BanEndMissing(field="until")
    elif action is Action.LIFT and file.measure is Measure.NONE:
        raise AlreadyMeasured(measure=file.measure.value)
    elif action in (Action.GRANT_APPEAL, Action.DECLINE_APPEAL) and file.appeal is not Appeal.OPEN:
        raise NothingToAppeal()


def _require_case(file: File, *states: CaseState) -> None:
    if file.case not in states:
        raise WrongState(state=file.case.value)


def _require_reviewer(file: File, by: UUID) -> None:
    _require_case(file, CaseState.IN_REVIEW)
    if file.assignee != by:
        raise NotAssignee()


def _require_none(blockers: list[Blocker]) -> None:
    if blockers:
        raise EvidenceMissing(blockers=[str(each) for each in blockers])


def _waiting(file: File) -> Proposal:
    if file.proposal is None:
        raise NoProposal()
    return file.proposal


def is_open(file: File) -> bool:
    """Whether somebody has to do something about the case."""
    return file.case in OPEN
