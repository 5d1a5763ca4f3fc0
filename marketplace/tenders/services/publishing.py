"""Publication: everything is checked, frozen, and told to the suppliers in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from auctions.domain.terms import Format, Terms
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.errors import LimitNeedsCeiling
from crm_core.companies.limits import check_limit
from kernel.clock import moment_to_wire, utc_now
from kernel.decimals import line_total
from marketplace.tenders import auctioning
from marketplace.tenders.building import Built, build, reserves_of
from marketplace.tenders.errors import TenderIncomplete, TenderNotDraft
from marketplace.tenders.models import InvitationState, Tender, TenderState
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services.record import remember, tell


def check_for_publication(*, actor: Actor, tender_id: UUID) -> Built:
    """What the terms would be, and what keeps the draft from being published. Changes nothing."""
    tender = own_tender(actor, tender_id)
    if not tender.is_draft:
        raise TenderNotDraft()
    return build(tender, now=utc_now())


def publish(*, actor: Actor, tender_id: UUID, is_demo: bool = False) -> Tender:
    """Freeze lots and terms, open the auction and invite, all or nothing.

    Raises TenderNotDraft, TenderIncomplete with every problem that is left, or what says that the
    total is above the actor's limit.
    """
    with transaction.atomic():
        tender = own_tender(actor, tender_id, Capability.TENDER_PUBLISH, lock=True)
        if not tender.is_draft:
            raise TenderNotDraft()
        now = utc_now()
        built = build(tender, now=now)
        if built.problems or built.terms is None:
            raise TenderIncomplete(built.problems)
        if actor.limit is not None:
            reserves = reserves_of(list(tender.lots.all()))
            check_limit(actor.limit, _highest_total(built.terms, reserves), tender.currency)
        invitations = list(
            tender.invitations.filter(state=InvitationState.PLANNED).select_for_update()
        )
        companies = [invitation.company_id for invitation in invitations]
        opened = auctioning.open_for(
            actor=actor,
            tender=tender,
            terms=built.terms,
            reserves=reserves_of(list(tender.lots.all())),
            companies=companies,
            is_demo=is_demo,
        )
        tender.auction_id = opened.auction_id
        tender.terms = opened.terms.document()
        tender.terms_hash = opened.digest
        tender.starts_at = opened.terms.starts_at
        tender.state = TenderState.PUBLISHED
        tender.published_at = now
        tender.updated_at = now
        tender.save()
        tender.invitations.filter(state=InvitationState.PLANNED).update(
            state=InvitationState.INVITED, invited_at=now
        )
        # The auction keeps the reserves now, committed in its terms; nobody needs a second copy.
        tender.lots.filter(reserve_sealed__isnull=False).update(reserve_sealed=b"")
        remember(
            tender=tender, kind=DecisionKind.PUBLISHED, actor=actor,
            terms_hash=tender.terms_hash, suppliers=len(companies),
        )  # fmt: skip
        tell(
            tender=tender, type="tender.published", actor=actor, companies=companies,
            starts_at=moment_to_wire(opened.terms.starts_at),
            auction_id=opened.auction_id,
        )  # fmt: skip
        for company_id in companies:
            tell(
                tender=tender, type="tender.invited", actor=actor, companies=[company_id],
                starts_at=moment_to_wire(opened.terms.starts_at), late=False,
            )  # fmt: skip
    return tender


def _highest_total(terms: Terms, reserves: Mapping[int, Decimal]) -> Decimal:
    """What the tender costs at most. Raises LimitNeedsCeiling where a lot has no ceiling.

    A budget is what is paid. Where prices move by levels, nobody pays more than the start of a
    falling price, or than the reserve of a rising one.
    """
    total = Decimal(0)
    for lot in terms.lots:
        if lot.budget is not None:
            total += lot.budget
            continue
        most = {
            Format.DUTCH: reserves.get(lot.number),
            Format.JAPANESE: lot.start,
        }.get(terms.format, lot.ceiling)
        if most is None:
            raise LimitNeedsCeiling(lot=lot.number)
        total += line_total(lot.quantity, most, max(2, lot.scale))
    return total
