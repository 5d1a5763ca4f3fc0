"""The vocabulary of verification."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """How far the present review of a company has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    PENDING = "pending_second_approval"
    VERIFIED = "verified"
    REJECTED = "rejected"


BUSY = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.PENDING})
"""What was declared is being checked and stays as it is."""
OPEN = BUSY | {CaseState.INFO_REQUESTED}
"""Somebody has to do something; the clock runs, but while the company is asked."""


class FacetState(StrEnum):
    """Where one side of a company stands. ``EXPIRING`` still counts."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REOPENED = "reopened"  # what was checked has changed since


VALID = frozenset({FacetState.VERIFIED, FacetState.EXPIRING})

IDENTITY = "identity"
BANK = "bank"
CATEGORY = "category:"
"""Before a CPV code: a facet is ``identity``, ``bank`` or ``category:14622000-7``."""


class Measure(StrEnum):
    """What stands against a company whatever its facets say."""

    NONE = "none"
    SUSPENDED = "suspended"
    BANNED = "banned"


class Appeal(StrEnum):
    """Whether the company asked for a decision to be looked at again."""

    NONE = "none"
    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"


class Action(StrEnum):
    """What one person proposes and another decides."""

    VERIFY = "verify"
    REJECT = "reject"
    BAN = "ban"
    LIFT = "lift"
    GRANT_APPEAL = "grant_appeal"
    DECLINE_APPEAL = "decline_appeal"


class Risk(StrEnum):
    """How closely a company is watched; the reviewer says it with the proposal."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


RENEWAL_MONTHS = {Risk.HIGH: 12, Risk.MEDIUM: 24, Risk.LOW: 36}


class Reason(StrEnum):
    """Why something is asked for, turned down, or held against a company."""

    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    MISMATCH = "mismatch"  # declared and document differ
    WRONG_DOCUMENT = "wrong_document"
    NOT_REGISTERED = "not_registered"
    OWNERS_UNCLEAR = "owners_unclear"
    NO_AUTHORITY = "no_authority"
    BANK_UNCONFIRMED = "bank_unconfirmed"
    LICENCE_MISSING = "licence_missing"
    DUPLICATE = "duplicate"
    SANCTIONED = "sanctioned"
    FORGED = "forged"
    BREACH = "breach"  # of the platform's rules
    RESOLVED = "resolved"
    OTHER = "other"


class Screening(StrEnum):
    """What screening says about a company and the people it names."""

    NOT_SCREENED = "not_screened"
    OPEN_HITS = "open_hits"
    TRUE_MATCH = "true_match"
    CLEAR = "clear"
