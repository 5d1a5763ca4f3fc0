"""What a person may do: capabilities, and the roles that carry them."""

from __future__ import annotations

from enum import StrEnum

from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Role, Standing


class Capability(StrEnum):
    """One thing an actor may do. Services ask for a capability, never for a role."""

    TENDER_READ = "tender.read"
    TENDER_EDIT = "tender.edit"
    TENDER_PUBLISH = "tender.publish"
    TENDER_AWARD = "tender.award"
    TENDER_ANSWER = "tender.answer"  # supplier: accept, decline, ask, offer
    PAYMENT_READ = "payment.read"  # to which accounts the winners are paid
    AUCTION_RUN = "auction.run"  # pause, resume, extend, cancel, message
    AUCTION_BID = "auction.bid"
    AUCTION_WATCH = "auction.watch"
    AUCTION_ARBITRATE = "auction.arbitrate"  # the operator's neutral person
    CATALOG_READ = "catalog.read"  # offers of all, with the prices for one's own company
    OFFER_EDIT = "offer.edit"  # one's own offers and their prices
    OFFER_PUBLISH = "offer.publish"
    CART_EDIT = "cart.edit"  # fill a cart, and ask for it to be approved
    ORDER_READ = "order.read"  # of one's own company, as buyer or supplier
    ORDER_PLACE = "order.place"  # bind the company to take and pay
    ORDER_APPROVE = "order.approve"  # what somebody else wants to order
    ORDER_ANSWER = "order.answer"  # supplier: acknowledge, accept, offer other values, reject
    COMPANY_MANAGE = "company.manage"
    DOCUMENT_READ = "document.read"  # of one's own company
    DOCUMENT_EDIT = "document.edit"
    SUPPLIER_LIST_READ = "supplier_list.read"
    SUPPLIER_LIST_EDIT = "supplier_list.edit"
    SUPPLIER_PROFILE_EDIT = "supplier_profile.edit"
    ACCOUNT_READ = "account.read"  # what happened with partners
    COMPANY_INVITE = "company.invite"  # one that is not on the platform yet
    COMPANY_VERIFY = "company.verify"
    SCREENING_READ = "screening.read"  # lists, hits, what was found about whom
    SCREENING_DECIDE = "screening.decide"  # say whether a hit is a match
    SCREENING_IMPORT = "screening.import"  # versions of lists: import, activate, withdraw
    SCREENING_POLICY = "screening.policy"  # lowest score of a hit, oldest list allowed
    AUDIT_READ = "audit.read"
    MAILBOX_READ = "mailbox.read"  # every mail of the demonstration's mailbox
    PLATFORM_ADMIN = "platform.admin"


C = Capability

_BUYING = {C.TENDER_READ, C.TENDER_EDIT, C.TENDER_PUBLISH, C.TENDER_AWARD, C.AUCTION_RUN,
           C.AUCTION_WATCH, C.PAYMENT_READ, C.SUPPLIER_LIST_READ, C.SUPPLIER_LIST_EDIT,
           C.ACCOUNT_READ, C.COMPANY_INVITE, C.CATALOG_READ, C.CART_EDIT, C.ORDER_READ,
           C.ORDER_PLACE}  # fmt: skip
_SCREENING = {C.SCREENING_READ, C.SCREENING_DECIDE, C.SCREENING_IMPORT}
_SELLING = {C.TENDER_READ, C.TENDER_ANSWER, C.AUCTION_BID, C.AUCTION_WATCH, C.ACCOUNT_READ,
            C.CATALOG_READ, C.ORDER_READ, C.ORDER_ANSWER}  # fmt: skip

ROLE_CAPABILITIES: dict[Role, frozenset[Capability]] = {
    # An owner of a company that buys does not run its tenders: that is the officer's work.
    Role.OWNER: frozenset({C.COMPANY_MANAGE, C.SUPPLIER_PROFILE_EDIT, C.SUPPLIER_LIST_READ,
                           C.TENDER_READ, C.AUCTION_WATCH, C.ACCOUNT_READ, C.DOCUMENT_READ,
                           C.DOCUMENT_EDIT, C.CATALOG_READ, C.ORDER_READ}),
    Role.REQUESTER: frozenset({C.TENDER_READ, C.SUPPLIER_LIST_READ, C.CATALOG_READ, C.CART_EDIT,
                               C.ORDER_READ, C.ORDER_PLACE}),
    Role.OFFICER: frozenset(_BUYING),
    Role.APPROVER: frozenset({C.TENDER_READ, C.AUCTION_WATCH, C.SUPPLIER_LIST_READ,
                              C.ACCOUNT_READ, C.CATALOG_READ, C.ORDER_READ, C.ORDER_APPROVE}),
    Role.CATALOG_MANAGER: frozenset({C.SUPPLIER_PROFILE_EDIT, C.CATALOG_READ, C.OFFER_EDIT,
                                     C.OFFER_PUBLISH, C.ORDER_READ}),
    Role.BIDDER: frozenset(_SELLING | {C.SUPPLIER_PROFILE_EDIT}),
    Role.SIGNATORY: frozenset({C.TENDER_READ, C.AUCTION_WATCH, C.DOCUMENT_READ}),
    Role.FINANCE: frozenset({C.TENDER_READ, C.PAYMENT_READ, C.ORDER_READ}),
    Role.AUDITOR: frozenset({C.TENDER_READ, C.AUCTION_WATCH, C.AUDIT_READ, C.DOCUMENT_READ,
                             C.CATALOG_READ, C.ORDER_READ}),
    Role.VERIFIER: frozenset(_SCREENING | {C.COMPANY_VERIFY}),
    Role.ARBITER: frozenset({C.AUCTION_ARBITRATE, C.AUCTION_WATCH, C.AUDIT_READ}),
    Role.PLATFORM_ADMIN: frozenset(_SCREENING | {C.PLATFORM_ADMIN, C.COMPANY_MANAGE,
                                                 C.COMPANY_VERIFY, C.MAILBOX_READ, C.AUDIT_READ,
                                                 C.ACCOUNT_READ, C.SCREENING_POLICY,
                                                 C.COMPANY_INVITE}),
}  # fmt: skip
"""A role's capabilities. Neither verifier nor administrator can reach a sealed bid."""

GATE_OF = {
    C.TENDER_PUBLISH: Gate.PUBLISH, C.TENDER_AWARD: Gate.ORDER, C.AUCTION_RUN: Gate.PUBLISH,
    C.COMPANY_INVITE: Gate.PUBLISH,
    C.AUCTION_BID: Gate.BID, C.TENDER_ANSWER: Gate.BID, C.PAYMENT_READ: Gate.PAYMENT_DATA,
    C.OFFER_PUBLISH: Gate.OFFER,
    C.ORDER_PLACE: Gate.ORDER, C.ORDER_APPROVE: Gate.ORDER, C.ORDER_ANSWER: Gate.ORDER,
}  # fmt: skip
"""Which gate stands before a capability: ``crm_core.companies.gates`` says who may pass."""

NEEDS_VERIFIED = frozenset(GATE_OF)
"""What a company may do only with a standing."""

NEEDS_NOT_SUSPENDED = frozenset({C.TENDER_EDIT, C.SUPPLIER_LIST_EDIT, C.SUPPLIER_PROFILE_EDIT,
                                 C.OFFER_EDIT, C.CART_EDIT})  # fmt: skip
"""What an unverified company may prepare, and a suspended one may not."""


def role_has(role: str, capability: Capability) -> bool:
    """Whether a role carries a capability, whatever the company's standing."""
    return capability in ROLE_CAPABILITIES[Role(role)]


def roles_with(capability: Capability) -> list[Role]:
    """The roles that carry a capability."""
    return [role for role, held in ROLE_CAPABILITIES.items() if capability in held]


def standing_allows(standing: str, capability: Capability) -> bool:
    """Whether a company of this standing may do this at all."""
    gate = GATE_OF.get(capability)
    if gate is not None:
        return standing in standings_for(gate)
    return standing != Standing.SUSPENDED or capability not in NEEDS_NOT_SUSPENDED
