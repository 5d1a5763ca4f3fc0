"""Drafts: created, changed, copied, deleted. A draft is always saved, complete or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from auctions.domain.terms import Vat
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.tenders import presets, terms_fields
from marketplace.tenders.errors import FieldWrong
from marketplace.tenders.models import Invitation, InvitationState, LotLine, Tender
from marketplace.tenders.models.decision import DecisionKind
from marketplace.tenders.policies import own_draft, own_tender
from marketplace.tenders.services.record import remember

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 5000
LONGEST_SETTING = 64
LONGEST_TEXT = 4000

_NEXT = """
INSERT INTO tenders_tendercounter AS counter (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""


def create_draft(
    *,
    actor: Actor,
    title: str,
    description: str = "",
    currency: str = "EUR",
    vat: str = Vat.NET.value,
) -> Tender:
    """A new draft of the actor's company, with a reference and the default terms."""
    actor.require(Capability.TENDER_EDIT)
    with transaction.atomic():
        tender = Tender(
            reference=_next_reference(),
            company_id=actor.company_id,
            created_by_id=actor.user_id,
            rules=terms_fields.defaults(),
        )
        _describe(tender, title, description, currency, vat)
        tender.save(force_insert=True)
        remember(tender=tender, kind=DecisionKind.CREATED, actor=actor)
    return tender


def update_draft(
    *,
    actor: Actor,
    tender_id: UUID,
    title: str,
    description: str,
    currency: str,
    vat: str,
) -> Tender:
    """Change what the draft says about itself."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        _describe(tender, title, description, currency, vat)
        tender.updated_at = utc_now()
        tender.save(update_fields=["title", "description", "currency", "vat", "updated_at"])
    return tender


def set_terms(*, actor: Actor, tender_id: UUID, rules: Mapping[str, Any]) -> Tender:
    """Keep settings of the auction as typed; keys left out keep their value.

    What is wrong with them is listed by ``check_for_publication`` and never keeps a draft from
    being saved. Raises FieldWrong for a key that does not exist.
    """
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        kept = terms_fields.typed(tender.rules)
        for key, value in rules.items():
            field = terms_fields.BY_KEY.get(key)
            if field is None:
                raise FieldWrong(field=key, reason=_("unknown setting"))
            if field.kind is terms_fields.Kind.BOOL:
                kept[key] = value in (True, "true", "on", "1")
            else:
                longest = LONGEST_TEXT if field.kind is terms_fields.Kind.TEXT else LONGEST_SETTING
                kept[key] = str("" if value is None else value).strip()[:longest]
        given = {key: kept[key] for key in rules}
        tender.rules = {**terms_fields.turned(tender.rules, kept), **given}
        tender.updated_at = utc_now()
        tender.save(update_fields=["rules", "updated_at"])
    return tender


def take_preset(*, actor: Actor, tender_id: UUID, name: str) -> Tender:
    """Every setting as the preset has it, moments left as they are; an empty name takes it off.

    Raises FieldWrong for a preset that does not exist.
    """
    if not name:
        return set_terms(actor=actor, tender_id=tender_id, rules={"preset": ""})
    choice = presets.BY_NAME.get(name)
    if choice is None:
        raise FieldWrong(field="preset", reason=_("unknown preset"))
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        tender.rules = presets.settings_of(
            choice, terms_fields.defaults(), terms_fields.typed(tender.rules)
        )
        tender.updated_at = utc_now()
        tender.save(update_fields=["rules", "updated_at"])
    return tender


def copy_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """A new draft with the lots, terms and invited suppliers of another of the company's tenders.

    Hidden reserves are copied sealed from a draft only: those of a published tender stay closed.
    The start is left empty.
    """
    actor.require(Capability.TENDER_EDIT)
    with transaction.atomic():
        source = own_tender(actor, tender_id)
        tender = Tender.objects.create(
            reference=_next_reference(),
            company_id=actor.company_id,
            created_by_id=actor.user_id,
            title=source.title,
            description=source.description,
            currency=source.currency,
            vat=source.vat,
            rules={**source.rules, "starts_at": "", "prebid_opens_at": ""},
        )
        for lot in source.lots.order_by("number").prefetch_related("lines"):
            lines = list(lot.lines.all())
            lot.pk = None
            lot.id = type(lot)._meta.pk.get_default()
            lot._state.adding = True
            lot.tender = tender
            if not source.is_draft:
                lot.reserve_sealed = None
            lot.save(force_insert=True)
            for line in lines:
                line.pk, line.lot = new_id(), lot
            LotLine.objects.bulk_create(lines)
        Invitation.objects.bulk_create(
            Invitation(tender=tender, company_id=company_id, added_by_id=actor.user_id)
            for company_id in source.invitations.exclude(
                state=InvitationState.UNINVITED
            ).values_list("company_id", flat=True)
        )
        remember(tender=tender, kind=DecisionKind.COPIED, actor=actor, source=source.reference)
    return tender


def delete_draft(*, actor: Actor, tender_id: UUID) -> None:
    """Remove a draft for good. Its reference is not given out again."""
    with transaction.atomic():
        own_draft(actor, tender_id).delete()


def _describe(tender: Tender, title: str, description: str, currency: str, vat: str) -> None:
    title = title.strip()
    if not title:
        raise FieldWrong(field="title", reason=_("Give the tender a title."))
    if len(title) > LONGEST_TITLE:
        raise FieldWrong(field="title", reason=_("Use a shorter title."))
    if len(description) > LONGEST_DESCRIPTION:
        raise FieldWrong(field="description", reason=_("Use a shorter description."))
    currency = currency.strip().upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise FieldWrong(field="currency", reason=_("Write the currency as three letters."))
    if vat not in [each.value for each in Vat]:
        raise FieldWrong(field="vat", reason=_("Choose net or gross."))
    tender.title = title
    tender.description = description.strip()
    tender.currency = currency
    tender.vat = vat


def _next_reference() -> str:
    year = utc_now().year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [year])
        number = cursor.fetchone()[0]
    return f"T-{year}-{number:05d}"
