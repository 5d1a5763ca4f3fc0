"""What a company declares about itself. Verification says whether it is so."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum import iban

from crm_core.companies.models.company import Company
from kernel.clock import utc_now
from kernel.ids import new_id

COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z")


class SigningBasis(models.TextChoices):
    """By what right somebody signs for a company."""

    ARTICLES = "articles", _("Articles of association")
    REGISTER = "register", _("Entry in the register")
    POWER = "power", _("Power of attorney")
    RESOLUTION = "resolution", _("Resolution of the owners")


class AddressKind(models.TextChoices):
    """What an address is for."""

    REGISTERED = "registered", _("Registered address")
    ACTUAL = "actual", _("Where the work is done")


class Capacity(models.TextChoices):
    """What a person is in a company."""

    DIRECTOR = "director", _("Director")
    OWNER = "owner", _("Owner of 25 % or more")


class Profile(models.Model):
    """The rest of the declared facts, one row a company."""

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, related_name="profile", primary_key=True
    )
    legal_form = models.CharField(_("legal form"), max_length=80, blank=True)
    signatory_name = models.CharField(_("who signs"), max_length=200, blank=True)
    signatory_position = models.CharField(_("position"), max_length=120, blank=True)
    signatory_basis = models.CharField(
        _("basis of authority"), max_length=12, choices=SigningBasis.choices, blank=True
    )
    no_owner = models.BooleanField(_("nobody owns 25 % or more"), default=False)
    saved_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.company)


class Identifier(models.Model):
    """A number of a scheme of ``crm_core.companies.identifiers``, in compact form."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(_("kind of number"), max_length=40)
    value = models.CharField(_("number"), max_length=60)

    class Meta:
        verbose_name = _("number of a company")
        verbose_name_plural = _("numbers of companies")
        ordering = ("scheme", "value")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "scheme"), name="companies_identifier_one_a_scheme"
            ),
            models.UniqueConstraint(
                fields=("scheme", "value"), name="companies_identifier_one_company"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Address(models.Model):
    """Where a company is registered, and where it works if that is elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=12, choices=AddressKind.choices)
    street = models.CharField(_("street and house"), max_length=250)
    city = models.CharField(_("city"), max_length=120)
    region = models.CharField(_("region"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ("-kind",)
        constraints = (
            models.UniqueConstraint(fields=("company", "kind"), name="companies_address_one"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="companies_address_country_iso"
            ),
        )

    def __str__(self) -> str:
        return ", ".join(
            part for part in (self.street, self.postal_code, self.city, self.region, self.country)
            if part
        )  # fmt: skip


class Activity(models.Model):
    """What a company does, by NACE Rev. 2 (``24.10``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="activities")
    code = models.CharField(_("NACE code"), max_length=8)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("company", "code"), name="companies_activity_once"),
        )

    def __str__(self) -> str:
        return self.code


class Person(models.Model):
    """A director, or an owner of a quarter or more; an owner may be a company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="people")
    capacity = models.CharField(_("capacity"), max_length=10, choices=Capacity.choices)
    name = models.CharField(_("name"), max_length=250)
    latin_name = models.CharField(_("name in Latin letters"), max_length=250, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    share = models.DecimalField(
        _("share, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("director or owner")
        verbose_name_plural = _("directors and owners")
        ordering = ("capacity", "-share", "name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(capacity="director", share=None)
                | Q(capacity="owner", share__gte=25, share__lte=100),
                name="companies_person_share_of_owner",
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="companies_person_country_iso"
            ),
        )

    def __str__(self) -> str:
        return self.name


class BankAccount(models.Model):
    """An account the company may be paid to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="bank_accounts")
    number = models.CharField(_("IBAN or account number"), max_length=40)
    is_iban = models.BooleanField(default=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bank_name = models.CharField(_("bank"), max_length=200)
    holder = models.CharField(_("account holder"), max_length=250)
    currency = models.CharField(_("currency"), max_length=3)
    country = models.CharField(_("country of the bank"), max_length=2, validators=[COUNTRY])

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("company", "number"), name="companies_account_once"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="companies_account_country_iso"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def shown(self) -> str:
        """The number as people read it: an IBAN in fours."""
        return str(iban.format(self.number)) if self.is_iban else self.number
