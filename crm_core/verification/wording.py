"""What codes of verification mean, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crm_core.documents.models import DocumentKind
from crm_core.verification.domain.requirements import Required
from crm_core.verification.domain.terms import BANK, CATEGORY, IDENTITY

Text = str | Promise

FIELDS: Mapping[str, Text] = {
    "legal_form": _("Legal form"),
    "register": _("Number in the register"),
    "registered_address": _("Registered address"),
    "activities": _("Activities by NACE"),
    "directors": _("At least one director"),
    "owners": _("Owners of 25 % or more, or that there is none"),
    "signatory": _("Who signs, and by what right"),
    "accounts": _("A bank account"),
}
"""What a profile may lack."""

FAULTS: Mapping[str, Text] = {
    "document_missing": _("not there"),
    "document_undecided": _("not decided on yet"),
    "document_infected": _("infected with a virus"),
    "document_expired": _("expired"),
    "document_too_old": _("too old, or without its date of issue"),
}
OTHERS: Mapping[str, Text] = {
    "screening_match": _("Screening found a true match with a sanctions list."),
    "screening_open": _("A hit of screening is not decided on yet."),
    "not_screened": _("The company does not count as screened."),
}
ABOUT_PAPERS: Mapping[str, Text] = {
    "registry_extract": _("An extract from the register of companies, as the register gives it."),
    "address_proof": _("A bill, a lease or a letter of an authority with the registered address."),
    "articles": _("The articles of association in force."),
    "ownership_chart": _("Who owns the company, up to the people behind it, with shares."),
    "signatory_power": _("A power of attorney or a resolution that lets the signatory sign."),
    "vat_certificate": _("The certificate of registration for VAT."),
    "bank_letter": _("A letter of the bank that the account is the company's."),
    "licence": _("The licence or certificate that this category of goods asks for."),
    "other": _("Anything else that helps to decide."),
}


def facet_name(key: str) -> str:
    """One side of a company."""
    if key == IDENTITY:
        return gettext("Identity")
    if key == BANK:
        return gettext("Bank account")
    return gettext("Category %(code)s") % {"code": key.removeprefix(CATEGORY)}


def facet_names(keys: object) -> str:
    """Several, the identity first."""
    found = keys if isinstance(keys, list | tuple | set | frozenset) else ()
    return ", ".join(facet_name(str(key)) for key in sorted(found, key=lambda key: key != IDENTITY))


def paper_name(key: str) -> str:
    """A document by ``kind`` or ``kind:category``."""
    kind, _colon, category = key.partition(":")
    name = str(DocumentKind(kind).label) if kind in DocumentKind.values else kind
    return f"{name}, {category}" if category else name


def blocker(text: str) -> str:
    """A :class:`domain.evidence.Blocker`, given as ``code about``, as a sentence or its part."""
    code, _space, about = text.partition(" ")
    if code == "field_missing":
        return gettext("Profile: %(what)s") % {"what": FIELDS.get(about, about)}
    if code in FAULTS:
        return f"{paper_name(about)}: {FAULTS[code]}"
    return str(OTHERS.get(code, code))


def freshness(required: Required) -> str:
    """How old a document may be."""
    if required.freshness is None:
        return ""
    months = round(required.freshness / timedelta(days=30.5))
    return ngettext(
        "Issued within the last %(n)s month.", "Issued within the last %(n)s months.", months
    ) % {"n": months}
