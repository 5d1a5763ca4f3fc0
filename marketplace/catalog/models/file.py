"""Pictures and documents of offers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.files.kinds import FileKind
from kernel.clock import utc_now
from kernel.ids import new_id
from marketplace.catalog.models.offer import Offer
from marketplace.catalog.models.product import LANGUAGES


class OfferFileKind(models.TextChoices):
    """What a file of an offer is."""

    IMAGE = "image", _("Picture")
    DATA_SHEET = "data_sheet", _("Data sheet")
    CERTIFICATE = "certificate", _("Certificate")
    SAFETY = "safety", _("Safety data sheet")
    MANUAL = "manual", _("Manual")
    WARRANTY = "warranty", _("Terms of warranty")


class FileLanguage(models.TextChoices):
    """The language in which a document is written."""

    EN = "en", _("English")
    RU = "ru", _("Russian")
    UK = "uk", _("Ukrainian")


class OfferFile(models.Model):
    """A picture or a document of an offer, by ``position`` among all of the offer's files.

    A picture says in one language at least what it shows, a document in which language it is. Of a
    picture two sizes are kept, ``stored_as`` and ``small_as``, both made anew from what was
    uploaded; ``sha256`` is of what was uploaded.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=OfferFileKind.choices)
    language = models.CharField(
        _("language"), max_length=2, choices=FileLanguage.choices, blank=True
    )
    alt_en = models.CharField(_("what it shows, in English"), max_length=200, blank=True)
    alt_ru = models.CharField(_("what it shows, in Russian"), max_length=200, blank=True)
    alt_uk = models.CharField(_("what it shows, in Ukrainian"), max_length=200, blank=True)
    name = models.CharField(_("file"), max_length=160)
    file_kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    small_as = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=utc_now, editable=False)

    class Meta:
        verbose_name = _("file of an offer")
        verbose_name_plural = _("files of offers")
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=OfferFileKind.IMAGE, language="")
                & ~Q(alt_en="", alt_ru="", alt_uk="")
                & ~Q(small_as="")
                | Q(kind__in=[each for each in OfferFileKind.values if each != "image"],
                    language__in=FileLanguage.values, alt_en="", alt_ru="", alt_uk="",
                    small_as=""),
                name="catalog_file_says_what_it_is",
            ),
            models.UniqueConstraint(
                fields=("offer", "kind", "sha256"), name="catalog_file_once"
            ),
            models.UniqueConstraint(
                fields=("offer", "position"), deferrable=Deferrable.DEFERRED,
                name="catalog_file_place_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.kind == OfferFileKind.IMAGE

    @property
    def media(self) -> FileKind:
        """The type of the kept file."""
        return FileKind(self.file_kind)

    @property
    def alt(self) -> str:
        """What a picture shows, in the active language or in the first that there is."""
        first = (get_language() or "en")[:2]
        found = (getattr(self, f"alt_{each}", "") for each in (first, *LANGUAGES))
        return next((each for each in found if each), "")

    @property
    def alt_language(self) -> str:
        """The language of that text, for the page's ``lang``."""
        found = (each for each in LANGUAGES if getattr(self, f"alt_{each}") == self.alt)
        return next(found, "")
