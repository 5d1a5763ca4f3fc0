"""Verification as it is kept: one file a company, its facets, and entries that only grow."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.ids import new_id


class State(models.TextChoices):
    """The present case, as in ``domain.terms.CaseState``."""

    DRAFT = "draft", _("Being prepared")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    INFO_REQUESTED = "info_requested", _("Company was asked")
    PENDING = "pending_second_approval", _("Waits for second person")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Rejected")


class FacetState(models.TextChoices):
    """A facet, as in ``domain.terms.FacetState``."""

    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    REOPENED = "reopened", _("Changed since")


class Measure(models.TextChoices):
    """What stands against a company."""

    NONE = "none", _("None")
    SUSPENDED = "suspended", _("Suspended")
    BANNED = "banned", _("Banned")


class AppealState(models.TextChoices):
    """An appeal against the last decision."""

    NONE = "none", _("None")
    OPEN = "open", _("Appealed")
    GRANTED = "granted", _("Appeal granted")
    DECLINED = "declined", _("Appeal declined")


class ProposedAction(models.TextChoices):
    """What waits for a second person."""

    VERIFY = "verify", _("Verify")
    REJECT = "reject", _("Reject")
    BAN = "ban", _("Ban")
    LIFT = "lift", _("Lift the measure")
    GRANT_APPEAL = "grant_appeal", _("Grant the appeal")
    DECLINE_APPEAL = "decline_appeal", _("Decline the appeal")


class RiskLevel(models.TextChoices):
    """How closely a company is watched; renewal follows it."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class ReasonCode(models.TextChoices):
    """Why, in a word everybody counts by."""

    UNREADABLE = "unreadable", _("Cannot be read")
    INCOMPLETE = "incomplete", _("Incomplete")
    OUTDATED = "outdated", _("Too old or expired")
    MISMATCH = "mismatch", _("Differs from what was declared")
    WRONG_DOCUMENT = "wrong_document", _("Not the document asked for")
    NOT_REGISTERED = "not_registered", _("Not in the register")
    OWNERS_UNCLEAR = "owners_unclear", _("Owners are not clear")
    NO_AUTHORITY = "no_authority", _("Authority to sign not shown")
    BANK_UNCONFIRMED = "bank_unconfirmed", _("Account not confirmed by the bank")
    LICENCE_MISSING = "licence_missing", _("Licence missing")
    DUPLICATE = "duplicate", _("Company is registered already")
    SANCTIONED = "sanctioned", _("Found on a sanctions list")
    FORGED = "forged", _("Forged or altered")
    BREACH = "breach", _("Breach of the rules")
    RESOLVED = "resolved", _("Resolved")
    OTHER = "other", _("Other")


class EntryAction(models.TextChoices):
    """What an entry of the history tells."""

    TAKEN_OVER = "taken_over", _("Taken over from before")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Withdrawn by the company")
    TAKEN = "taken", _("Taken for review")
    HANDED_OVER = "handed_over", _("Handed over to a colleague")
    INFO_REQUESTED = "info_requested", _("Company was asked")
    ANSWERED = "answered", _("Company answered")
    DOCUMENT_ACCEPTED = "document_accepted", _("Document accepted")
    DOCUMENT_REFUSED = "document_refused", _("Document not accepted")
    PROPOSED = "proposed", _("Proposed")
    SENT_BACK = "sent_back", _("Proposal sent back")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Rejected")
    CHANGED = "changed", _("Company changed what it declared")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    SUSPENDED = "suspended", _("Suspended")
    BANNED = "banned", _("Banned")
    LIFTED = "lifted", _("Measure lifted")
    BAN_ENDED = "ban_ended", _("Ban ended")
    APPEALED = "appealed", _("Appealed")
    APPEAL_GRANTED = "appeal_granted", _("Appeal granted")
    APPEAL_DECLINED = "appeal_declined", _("Appeal declined")


TWO_PERSONS = (
    EntryAction.VERIFIED, EntryAction.REJECTED, EntryAction.BANNED, EntryAction.LIFTED,
    EntryAction.APPEAL_GRANTED, EntryAction.APPEAL_DECLINED,
)  # fmt: skip
"""Decisions that two people stand behind, also for the database."""

_PERSON = {
    "to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+",
    "null": True, "blank": True,
}  # fmt: skip


class VerificationFile(models.Model):
    """A company's verification now. Written by ``verification.services`` only, under its lock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="verification")
    state = models.CharField(_("state"), max_length=24, choices=State.choices, default=State.DRAFT)
    asked = models.JSONField(default=list)
    assignee = models.ForeignKey(**_PERSON)
    risk = models.CharField(
        _("risk"), max_length=8, choices=RiskLevel.choices, default=RiskLevel.MEDIUM
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    asked_at = models.DateTimeField(_("company was asked"), null=True, blank=True)
    asked_for_seconds = models.PositiveIntegerField(default=0)
    proposed_action = models.CharField(
        max_length=16, choices=ProposedAction.choices, blank=True, default=""
    )
    proposed_by = models.ForeignKey(**_PERSON)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_reason = models.CharField(
        max_length=20, choices=ReasonCode.choices, blank=True, default=""
    )
    proposed_note = models.TextField(blank=True, default="")
    proposed_risk = models.CharField(
        max_length=8, choices=RiskLevel.choices, blank=True, default=""
    )
    proposed_until = models.DateTimeField(null=True, blank=True)
    measure = models.CharField(
        _("measure"), max_length=10, choices=Measure.choices, default=Measure.NONE
    )
    measure_reason = models.CharField(
        max_length=20, choices=ReasonCode.choices, blank=True, default=""
    )
    measure_note = models.TextField(blank=True, default="")
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    appeal = models.CharField(
        _("appeal"), max_length=9, choices=AppealState.choices, default=AppealState.NONE
    )
    appeal_text = models.TextField(blank=True, default="")
    judges = models.JSONField(default=list)
    entries_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ("submitted_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="verification_file_state_known"
            ),
            models.CheckConstraint(
                condition=Q(proposed_action="", proposed_by=None)
                | (~Q(proposed_action="") & Q(proposed_by__isnull=False)),
                name="verification_file_proposal_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.PENDING) & Q(proposed_action__in=("verify", "reject")))
                | (~Q(state=State.PENDING) & ~Q(proposed_action__in=("verify", "reject"))),
                name="verification_file_pending_is_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.BANNED) | Q(banned_until__isnull=False),
                name="verification_file_ban_ends",
            ),
        )
        indexes = (models.Index(fields=("state", "submitted_at"), name="verification_file_queue"),)

    def __str__(self) -> str:
        return str(self.company)


class Facet(models.Model):
    """One side of a company: ``identity``, ``bank`` or ``category:`` and a CPV code."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(VerificationFile, on_delete=models.PROTECT, related_name="facets")
    key = models.CharField(max_length=24)
    state = models.CharField(
        max_length=10, choices=FacetState.choices, default=FacetState.UNVERIFIED
    )
    valid_until = models.DateField(_("until"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)

    class Meta:
        verbose_name = _("facet")
        verbose_name_plural = _("facets")
        ordering = ("-key",)
        constraints = (
            models.UniqueConstraint(fields=("file", "key"), name="verification_facet_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("verified", "expiring")) | Q(valid_until__isnull=False),
                name="verification_facet_valid_until",
            ),
        )
        indexes = (
            models.Index(
                fields=("valid_until",),
                condition=Q(state__in=("verified", "expiring")),
                name="verification_facet_due",
            ),
        )

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """What happened, by whom, why, and for decisions what they stood on. Never changed.

    For a decision of two people ``maker`` proposed and ``actor`` decided.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(VerificationFile, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=20, choices=EntryAction.choices)
    actor = models.ForeignKey(**_PERSON)
    maker = models.ForeignKey(**_PERSON)
    reason = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True, default="")
    note = models.TextField(blank=True, default="")
    about = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    evidence = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("entry of a verification")
        verbose_name_plural = _("entries of verifications")
        ordering = ("file", "number")
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="verification_entry_order"),
            models.CheckConstraint(
                condition=Q(action__in=EntryAction.values), name="verification_entry_action_known"
            ),
            models.CheckConstraint(
                condition=~Q(action__in=[each.value for each in TWO_PERSONS])
                | (Q(maker__isnull=False) & Q(actor__isnull=False) & ~Q(maker=F("actor"))),
                name="verification_entry_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=("verified", "rejected", "proposed"))
                | Q(evidence__isnull=False),
                name="verification_entry_evidence",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.number} {self.action}"
