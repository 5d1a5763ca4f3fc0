"""What a company does about its own verification."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.companies.profile import declared
from crm_core.documents.services import submit_drafts
from crm_core.verification.domain import life, terms
from crm_core.verification.domain.refusals import ReasonMissing
from crm_core.verification.domain.requirements import first_facets
from crm_core.verification.errors import CaseNotFound, FacetUnknown
from crm_core.verification.models import EntryAction, VerificationFile
from crm_core.verification.services.keeping import Change, changing, declared_for, gather, snapshot
from reference.selectors import category_codes


def submit(*, actor: Actor, asked: Iterable[str] | None = None) -> VerificationFile:
    """Hand in the company's case, its drafts with it.

    ``asked`` names facets; left out, identity (and bank of a seller) unless they stand. Raises
    EvidenceMissing with what is lacking, WrongState, NothingAsked, IdentityFirst, FacetUnknown.
    """
    actor.require(Capability.COMPANY_MANAGE)
    with changing(actor.company_id) as change:
        wanted = _wanted(change, asked)
        evidence = gather(actor.company_id, wanted, at=change.at)
        change.now = life.submit(change.now, asked=wanted, evidence=evidence)
        submit_drafts(company_id=actor.company_id)
        _note_handed_in(change, EntryAction.SUBMITTED, actor.user_id)
    return change.row


def answer(*, actor: Actor, note: str = "") -> VerificationFile:
    """Hand in what the reviewer asked for."""
    actor.require(Capability.COMPANY_MANAGE)
    with changing(actor.company_id) as change:
        evidence = gather(actor.company_id, change.now.asked, at=change.at)
        change.now = life.answer(change.now, evidence=evidence)
        submit_drafts(company_id=actor.company_id)
        _note_handed_in(change, EntryAction.ANSWERED, actor.user_id, note)
    return change.row


def withdraw(*, actor: Actor) -> VerificationFile:
    """Take the case back before anybody decides."""
    actor.require(Capability.COMPANY_MANAGE)
    with changing(actor.company_id) as change:
        change.now = life.withdraw(change.now)
        change.note(EntryAction.WITHDRAWN, actor_id=actor.user_id)
    return change.row


def appeal(*, actor: Actor, text: str) -> VerificationFile:
    """Ask for the decision against the company to be looked at again."""
    actor.require(Capability.COMPANY_MANAGE)
    if not text.strip():
        raise ReasonMissing(field="text")
    with changing(actor.company_id) as change:
        change.now = life.appeal(change.now)
        change.row.appeal_text = text.strip()
        change.note(EntryAction.APPEALED, actor_id=actor.user_id, note=text)
    return change.row


def standing_facets(company_id: UUID) -> frozenset[str]:
    """What a company is asked to have verified at first."""
    if not Company.objects.filter(pk=company_id).exists():
        raise CaseNotFound()
    return first_facets(declared_for(declared(company_id)))


def _wanted(change: Change, asked: Iterable[str] | None) -> frozenset[str]:
    if asked is not None:
        wanted = frozenset(asked)
        others = wanted - {terms.IDENTITY, terms.BANK}
        codes = {key.removeprefix(terms.CATEGORY) for key in others}
        if not all(key.startswith(terms.CATEGORY) for key in others):
            raise FacetUnknown(field="asked")
        if category_codes(codes) != codes:
            raise FacetUnknown(field="asked")
        return wanted
    if change.row.state in (terms.CaseState.REJECTED, terms.CaseState.DRAFT) and change.now.asked:
        return change.now.asked
    first = standing_facets(change.row.company_id)
    standing = {
        key for key, facet in change.now.facets.items() if facet.state is terms.FacetState.VERIFIED
    }
    lapsed = {key for key in change.now.facets if key not in standing}
    return (first | lapsed) - standing


def _note_handed_in(change: Change, action: EntryAction, user_id: UUID, note: str = "") -> None:
    """With the papers as they are after the drafts became submitted."""
    asked = change.now.asked
    evidence = gather(change.row.company_id, asked, at=change.at)
    change.note(
        action, actor_id=user_id, note=note, about={"facets": sorted(asked)},
        evidence=snapshot(evidence, asked),
    )  # fmt: skip
