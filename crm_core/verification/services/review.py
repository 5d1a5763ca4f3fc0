"""What the operator's people do about a company's verification."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability, roles_with
from crm_core.companies.models import Membership
from crm_core.documents import services as documents
from crm_core.documents.models import DocumentVersion
from crm_core.people.models import User
from crm_core.verification.domain import life, terms
from crm_core.verification.domain.refusals import NotAssignee, ReasonMissing, WrongState
from crm_core.verification.domain.terms import Action, Reason, Risk
from crm_core.verification.errors import ChoiceUnknown, ColleagueUnknown, OwnCompany
from crm_core.verification.models import EntryAction, VerificationFile
from crm_core.verification.services.keeping import Change, changing, gather, snapshot

T = TypeVar("T", Action, Reason, Risk)
LONGEST_NOTE = 4000

_DECIDED = {
    Action.VERIFY: EntryAction.VERIFIED,
    Action.REJECT: EntryAction.REJECTED,
    Action.BAN: EntryAction.BANNED,
    Action.LIFT: EntryAction.LIFTED,
    Action.GRANT_APPEAL: EntryAction.APPEAL_GRANTED,
    Action.DECLINE_APPEAL: EntryAction.APPEAL_DECLINED,
}
_ON_THE_CASE = (Action.VERIFY, Action.REJECT)


def take(*, actor: Actor, company_id: UUID) -> VerificationFile:
    """Become the case's reviewer."""
    _require(actor, company_id)
    with changing(company_id) as change:
        change.now = life.take(change.now, by=actor.user_id)
        change.note(EntryAction.TAKEN, actor_id=actor.user_id)
    return change.row


def hand_over(
    *, actor: Actor, company_id: UUID, colleague_id: UUID, note: str = ""
) -> VerificationFile:
    """Give the case one reviews to a colleague. Raises NotAssignee, ColleagueUnknown."""
    _require(actor, company_id)
    if not colleagues(actor, company_id).filter(pk=colleague_id).exists():
        raise ColleagueUnknown(field="colleague")
    with changing(company_id) as change:
        change.now = life.hand_over(change.now, by=actor.user_id, to=colleague_id)
        change.note(
            EntryAction.HANDED_OVER, actor_id=actor.user_id, note=_note(note),
            about={"to": str(colleague_id)},
        )  # fmt: skip
    return change.row


def colleagues(actor: Actor, company_id: UUID) -> QuerySet[User]:
    """Who else may decide on this company."""
    verifiers = Membership.objects.filter(
        active=True, company__operates=True, role__in=roles_with(Capability.COMPANY_VERIFY)
    )
    theirs = Membership.objects.filter(active=True, company_id=company_id)
    return (
        User.objects.filter(is_active=True, pk__in=verifiers.values("user_id"))
        .exclude(pk=actor.user_id)
        .exclude(pk__in=theirs.values("user_id"))
        .order_by("full_name", "pk")
    )


def request_info(*, actor: Actor, company_id: UUID, reason: str, note: str) -> VerificationFile:
    """Ask the company for more, in words it can act upon."""
    _require(actor, company_id)
    why = _choice(Reason, reason, "reason")
    if not note.strip():
        raise ReasonMissing(field="note")
    with changing(company_id) as change:
        change.now = life.request_info(change.now, by=actor.user_id, reason=why)
        change.note(
            EntryAction.INFO_REQUESTED, actor_id=actor.user_id, reason=reason, note=_note(note)
        )
    return change.row


def decide_document(
    *, actor: Actor, company_id: UUID, version_id: UUID, accept: bool, reason: str = "",
    note: str = "",
) -> DocumentVersion:  # fmt: skip
    """Accept a document or turn it down, as the reviewer of the case."""
    _require(actor, company_id)
    why = None if accept else _choice(Reason, reason, "reason")
    if not accept and why is None:
        raise ReasonMissing(field="reason")
    with changing(company_id) as change:
        if change.now.case is not terms.CaseState.IN_REVIEW:
            raise WrongState(state=change.now.case.value)
        if change.now.assignee != actor.user_id:
            raise NotAssignee()
        version = documents.decide(
            version_id=version_id, company_id=company_id, approve=accept, reason_code=reason,
            note=_note(note),
        )  # fmt: skip
        change.note(
            EntryAction.DOCUMENT_ACCEPTED if accept else EntryAction.DOCUMENT_REFUSED,
            actor_id=actor.user_id, reason="" if accept else reason, note=_note(note),
            about={
                "document": str(version.pk), "kind": version.document.kind,
                "name": version.name, "sha256": version.sha256,
            },
        )  # fmt: skip
    return version


def propose(
    *,
    actor: Actor,
    company_id: UUID,
    action: str,
    reason: str = "",
    note: str = "",
    risk: str = "",
    until: datetime | None = None,
) -> VerificationFile:
    """Put a decision before a second person."""
    _require(actor, company_id)
    wanted = _choice(Action, action, "action")
    if wanted is None:
        raise ChoiceUnknown(field="action")
    with changing(company_id) as change:
        evidence = gather(company_id, change.now.asked, at=change.at)
        change.now = life.propose(
            change.now, action=wanted, by=actor.user_id, evidence=evidence,
            reason=_choice(Reason, reason, "reason"), risk=_choice(Risk, risk, "risk"),
            until=until, at=change.at,
        )  # fmt: skip
        change.row.proposed_note = _note(note)
        change.note(
            EntryAction.PROPOSED, actor_id=actor.user_id, reason=reason, note=_note(note),
            about={"action": wanted.value, "risk": risk, "until": _iso(until)},
            evidence=snapshot(evidence, change.now.asked),
        )  # fmt: skip
    return change.row


def send_back(
    *, actor: Actor, company_id: UUID, reason: str = "", note: str = ""
) -> VerificationFile:
    """Do not be the second person; or take one's own proposal back."""
    _require(actor, company_id)
    with changing(company_id) as change:
        proposal = change.now.proposal
        change.now = life.send_back(
            change.now, by=actor.user_id, reason=_choice(Reason, reason, "reason")
        )
        change.note(
            EntryAction.SENT_BACK, actor_id=actor.user_id, reason=reason, note=_note(note),
            about={"action": proposal.action.value if proposal else ""},
        )  # fmt: skip
    return change.row


def confirm(
    *, actor: Actor, company_id: UUID, note: str = "", seen: int | None = None
) -> VerificationFile:
    """Decide as the second person. Evidence is gathered anew and kept with the decision.

    ``seen`` is how many entries the history had when the person looked: with another number
    WrongState is raised, for what waits may be another proposal.
    """
    _require(actor, company_id)
    with changing(company_id) as change:
        if seen is not None and seen != change.row.entries_count:
            raise WrongState(state=change.now.case.value)
        proposal, asked = change.now.proposal, change.now.asked
        evidence = gather(company_id, asked, at=change.at)
        change.now = life.confirm(change.now, by=actor.user_id, evidence=evidence, at=change.at)
        assert proposal is not None
        _hold_against(change, proposal, change.row.proposed_note)
        change.note(
            _DECIDED[proposal.action], actor_id=actor.user_id, maker_id=proposal.by,
            reason=proposal.reason.value if proposal.reason else "",
            note="\n".join(part for part in (change.row.proposed_note, _note(note)) if part),
            about={
                "facets": sorted(asked) if proposal.action in _ON_THE_CASE else [],
                "risk": proposal.risk.value, "until": _iso(proposal.until),
                "valid_until": _last_day(change, asked),
            },
            evidence=snapshot(evidence, asked),
        )  # fmt: skip
    return change.row


def suspend(*, actor: Actor, company_id: UUID, reason: str, note: str) -> VerificationFile:
    """Stop a company at once, as a precaution; lifting it takes two."""
    _require(actor, company_id)
    if not note.strip():
        raise ReasonMissing(field="note")
    with changing(company_id) as change:
        change.now = life.suspend(
            change.now, by=actor.user_id, reason=_choice(Reason, reason, "reason")
        )
        change.row.measure_reason, change.row.measure_note = reason, _note(note)
        change.note(EntryAction.SUSPENDED, actor_id=actor.user_id, reason=reason, note=_note(note))
    return change.row


def _require(actor: Actor, company_id: UUID) -> None:
    actor.require(Capability.COMPANY_VERIFY)
    # Also through another company of theirs: a person cannot judge whom they act for.
    if Membership.objects.filter(
        user_id=actor.user_id, company_id=company_id, active=True
    ).exists():
        raise OwnCompany()


def _choice(kind: type[T], text: str, field: str) -> T | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise ChoiceUnknown(field=field) from error


def _note(text: str) -> str:
    return text.strip()[:LONGEST_NOTE]


def _hold_against(change: Change, proposal: life.Proposal, note: str) -> None:
    if proposal.action is Action.BAN and proposal.reason is not None:
        change.row.measure_reason, change.row.measure_note = proposal.reason.value, note


def _last_day(change: Change, asked: frozenset[str]) -> str | None:
    days = [facet.valid_until for key, facet in change.now.facets.items() if key in asked]
    return min(day.isoformat() for day in days if day) if any(days) else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
