"""What changes about a supplier's profile."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from infra.outbox import emit
from kernel.clock import utc_now
from reference.selectors import category_codes
from suppliers.errors import CategoryUnknown, NotASeller, ProfileInvalid
from suppliers.models import SupplierProfile

MAX_CATEGORIES = 100
MAX_REGIONS = 250


def save_profile(
    *,
    actor: Actor,
    contact_name: str,
    contact_email: str,
    description: str = "",
    regions: Iterable[str] = (),
    categories: Iterable[str] = (),
) -> SupplierProfile:
    """Set the profile of the actor's company. Raises ProfileInvalid, CategoryUnknown, NotASeller.

    ``regions`` are ISO 3166 alpha-2 codes, ``categories`` CPV codes with their check digit.
    """
    actor.require(Capability.SUPPLIER_PROFILE_EDIT)
    address = contact_email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ProfileInvalid(field="contact_email") from error
    if not 0 < len(contact_name.strip()) <= 200:
        raise ProfileInvalid(field="contact_name")
    if len(description) > 2000:
        raise ProfileInvalid(field="description")
    countries = sorted(set(regions))
    if len(countries) > MAX_REGIONS or not all(re.fullmatch("[A-Z]{2}", c) for c in countries):
        raise ProfileInvalid(field="regions")
    codes = set(categories)
    if len(codes) > MAX_CATEGORIES:
        raise ProfileInvalid(field="categories")
    if unknown := codes - category_codes(codes):
        raise CategoryUnknown(field="categories", codes=sorted(unknown))
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=actor.company_id)
        if not company.sells:
            raise NotASeller()
        profile, _created = SupplierProfile.objects.update_or_create(
            company=company,
            defaults={
                "contact_name": contact_name.strip(),
                "contact_email": address,
                "description": description.strip(),
                "regions": countries,
                "updated_at": utc_now(),
            },
        )
        profile.categories.set(codes)
        emit(
            type="supplier.profile_changed",
            subject=company.urn,
            actor=actor.urn,
            parties=[company.urn],
            payload={"company_id": company.pk, "categories": sorted(codes)},
        )
    return profile
