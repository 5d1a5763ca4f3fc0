"""Documents and their versions. A version that was submitted never changes and never goes."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from infra.files.kinds import TRAITS, FileKind
from kernel.clock import utc_now
from kernel.ids import new_id


class DocumentKind(models.TextChoices):
    """What a document proves."""

    REGISTRY_EXTRACT = "registry_extract", _("Extract from the register")
    ADDRESS_PROOF = "address_proof", _("Proof of address")
    ARTICLES = "articles", _("Articles of association")
    OWNERSHIP_CHART = "ownership_chart", _("Chart of owners")
    SIGNATORY_POWER = "signatory_power", _("Power to sign")
    VAT_CERTIFICATE = "vat_certificate", _("Certificate of VAT registration")
    BANK_LETTER = "bank_letter", _("Letter of the bank")
    LICENCE = "licence", _("Licence or certificate")
    OTHER = "other", _("Other")


class VersionState(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("To be checked")
    APPROVED = "approved", _("Accepted")
    REJECTED = "rejected", _("Not accepted")
    REPLACED = "replaced", _("Replaced by a later version")


class Scan(models.TextChoices):
    """What the virus scanner said."""

    NOT_SCANNED = "not_scanned", _("Not scanned for viruses")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("Infected")


class Document(models.Model):
    """One paper of a company, whatever its versions; ``category`` is a CPV code for a licence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    category = models.CharField(_("category"), max_length=10, blank=True)
    created_at = models.DateTimeField(_("created"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("kind", "created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="documents_document_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(category="") | Q(kind=DocumentKind.LICENCE),
                name="documents_document_category_of_licence",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class DocumentVersion(models.Model):
    """A file as it was uploaded, and what became of it.

    A trigger keeps all but state and scan as they are, and lets drafts alone be deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("file"), max_length=160)
    file_kind = models.CharField(_("type"), max_length=8, choices=[(k, k) for k in FileKind])
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200, unique=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    reference = models.CharField(_("number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=utc_now, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    reason_note = models.TextField(_("note"), blank=True)
    scan = models.CharField(
        _("virus scan"), max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED
    )
    scanned_at = models.DateTimeField(_("scanned"), null=True, blank=True)
    scan_signature = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ("document", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("document", "number"), name="documents_version_number_once"
            ),
            models.UniqueConstraint(
                fields=("document",), condition=Q(state="draft"), name="documents_version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="documents_version_state_known"
            ),
            models.CheckConstraint(
                condition=Q(scan__in=Scan.values), name="documents_version_scan_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="documents_version_has_bytes"),
            models.CheckConstraint(
                condition=Q(issued_on=None)
                | Q(expires_on=None)
                | Q(expires_on__gte=models.F("issued_on")),
                name="documents_version_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reason_code=""),
                name="documents_version_rejected_with_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=("uploaded_at",),
                condition=Q(scan="not_scanned"),
                name="documents_version_to_scan",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def media_type(self) -> str:
        """The type it is sent with."""
        return TRAITS[FileKind(self.file_kind)].media_type

    @property
    def is_shown(self) -> bool:
        """Whether a browser may show it within the site."""
        return TRAITS[FileKind(self.file_kind)].shown and self.scan != Scan.INFECTED

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as an image."""
        return self.file_kind in (FileKind.PNG, FileKind.JPEG)

    def is_expired(self, on: date) -> bool:
        """Whether its last day lies before ``on``."""
        return self.expires_on is not None and self.expires_on < on
