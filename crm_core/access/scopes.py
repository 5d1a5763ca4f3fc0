"""Scopes of API tokens: what of the person's own rights a program gets."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_core.access.capabilities import ROLE_CAPABILITIES, Capability
from crm_core.companies.models import Role

C = Capability


class Scope(models.TextChoices):
    """One part of the work, from the narrowest: a refusal names the first that would do."""

    READ = "read", pgettext_lazy("scope", "Read")
    BID = "bid", pgettext_lazy("scope", "Bid")
    TENDERS = "tenders", pgettext_lazy("scope", "Tenders")
    AUCTIONS = "auctions", pgettext_lazy("scope", "Run auctions")
    CATALOG = "catalog", pgettext_lazy("scope", "Catalog")
    ORDERS = "orders", pgettext_lazy("scope", "Orders")
    SUPPLIERS = "suppliers", pgettext_lazy("scope", "Supplier lists")
    PROFILE = "profile", pgettext_lazy("scope", "Profile and documents")
    COMPANY = "company", pgettext_lazy("scope", "Company and members")
    VERIFICATION = "verification", pgettext_lazy("scope", "Verification of companies")
    SCREENING = "screening", pgettext_lazy("scope", "Screening")
    PLATFORM = "platform", pgettext_lazy("scope", "The platform")
    # Of tokens made before there were scopes. No new token gets it.
    FULL = "full", pgettext_lazy("scope", "Everything the person may do")


DESCRIPTIONS: dict[Scope, Promise] = {
    Scope.READ: _("Look at whatever you may look at, and change nothing but read notices."),
    Scope.BID: _("Answer tenders, accept their terms, ask questions and bid in auctions."),
    Scope.TENDERS: _("Write, publish, award and cancel tenders of your company."),
    Scope.AUCTIONS: _("Pause, extend and end auctions, and decide on withdrawals."),
    Scope.CATALOG: _("Write offers and prices of your company, publish and withdraw them."),
    Scope.ORDERS: _("Fill the cart, order, approve orders and answer them."),
    Scope.SUPPLIERS: _("Read and change lists of suppliers, invite companies onto the platform."),
    Scope.PROFILE: _("Change the supplier profile, upload and delete documents."),
    Scope.COMPANY: _("Change the company's data, invite members, change roles and limits."),
    Scope.VERIFICATION: _("Decide on the verification of companies."),
    Scope.SCREENING: _("Decide on hits, import lists, set the rules of screening."),
    Scope.PLATFORM: _("Administer the platform and read its mailbox."),
    Scope.FULL: _("Whatever your role allows, now and later. Only tokens made earlier have it."),
}

SCOPE_CAPABILITIES: dict[Scope, frozenset[Capability]] = {
    Scope.READ: frozenset({C.TENDER_READ, C.AUCTION_WATCH, C.DOCUMENT_READ, C.SUPPLIER_LIST_READ,
                           C.ACCOUNT_READ, C.PAYMENT_READ, C.SCREENING_READ, C.AUDIT_READ,
                           C.CATALOG_READ, C.ORDER_READ}),
    Scope.BID: frozenset({C.TENDER_READ, C.TENDER_ANSWER, C.AUCTION_WATCH, C.AUCTION_BID}),
    Scope.TENDERS: frozenset({C.TENDER_READ, C.TENDER_EDIT, C.TENDER_PUBLISH, C.TENDER_AWARD}),
    Scope.AUCTIONS: frozenset({C.AUCTION_WATCH, C.AUCTION_RUN, C.AUCTION_ARBITRATE}),
    Scope.CATALOG: frozenset({C.CATALOG_READ, C.OFFER_EDIT, C.OFFER_PUBLISH}),
    Scope.ORDERS: frozenset({C.CATALOG_READ, C.ORDER_READ, C.CART_EDIT, C.ORDER_PLACE,
                             C.ORDER_APPROVE, C.ORDER_ANSWER}),
    Scope.SUPPLIERS: frozenset({C.SUPPLIER_LIST_READ, C.SUPPLIER_LIST_EDIT, C.COMPANY_INVITE}),
    Scope.PROFILE: frozenset({C.SUPPLIER_PROFILE_EDIT, C.DOCUMENT_READ, C.DOCUMENT_EDIT}),
    Scope.COMPANY: frozenset({C.COMPANY_MANAGE}),
    Scope.VERIFICATION: frozenset({C.COMPANY_VERIFY}),
    Scope.SCREENING: frozenset({C.SCREENING_READ, C.SCREENING_DECIDE, C.SCREENING_IMPORT,
                                C.SCREENING_POLICY}),
    Scope.PLATFORM: frozenset({C.PLATFORM_ADMIN, C.MAILBOX_READ}),
    Scope.FULL: frozenset(C),
}  # fmt: skip
"""Who writes may also read what the writing needs."""


def covers(scopes: Collection[str], capability: Capability) -> bool:
    """Whether one of the scopes carries the capability."""
    return any(capability in SCOPE_CAPABILITIES[Scope(each)] for each in scopes)


def scope_for(capability: Capability) -> Scope:
    """The first scope that carries the capability."""
    return next(scope for scope, held in SCOPE_CAPABILITIES.items() if capability in held)


def offered(role: Role) -> list[Scope]:
    """The scopes that a person of this role can use: reading, and each that adds to it."""
    adds = ROLE_CAPABILITIES[role] - SCOPE_CAPABILITIES[Scope.READ]
    return [
        scope
        for scope, held in SCOPE_CAPABILITIES.items()
        if scope is not Scope.FULL and (scope is Scope.READ or held & adds)
    ]
