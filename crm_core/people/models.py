"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kernel.clock import utc_now
from kernel.ids import new_id

AGENT_LENGTH = 300
NOBODYS_DOMAIN = "erased.invalid"


class Language(models.TextChoices):
    """The languages of the interface and of outgoing mail."""

    ENGLISH = "en", _("English")
    RUSSIAN = "ru", _("Russian")
    UKRAINIAN = "uk", _("Ukrainian")


class UserManager(BaseUserManager["User"]):
    """Addresses are kept in lower case, so one mailbox is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved user; without a password the account cannot sign in by password."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may enter the admin site."""
        return self.create_user(
            email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What a person may do comes from memberships in companies, not from here.

    ``is_staff`` and the permission tables serve Django's admin site only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the admin site"), default=False)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=utc_now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("full_name", "email")
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="people_user_email_lower_case"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="people_user_email_present"),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(full_name="", is_active=False, email__endswith=f"@{NOBODYS_DOMAIN}"),
                name="people_user_erased_has_no_name",
            ),
        )

    def __str__(self) -> str:
        return str(_("Erased person")) if self.erased_at else self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ", 1)[0] if self.full_name else self.email


class OpenSession(models.Model):
    """Where and when a browser session of a person was opened, and when it was last used.

    The session itself is Django's; a row whose session is gone counts for nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=AGENT_LENGTH, blank=True)
    opened_at = models.DateTimeField(default=utc_now, editable=False)
    last_seen_at = models.DateTimeField(default=utc_now)
    last_ip = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        ordering = ("-last_seen_at", "id")
        indexes = (models.Index(fields=("user", "-last_seen_at"), name="people_session_of_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.opened_at:%Y-%m-%d %H:%M}"


class SecurityEvent(models.Model):
    """What happened to the safety of an account, for the person to read. Only added to."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Wrong password")
        FACTOR_FAILED = "factor_failed", _("Wrong code or key at the second factor")
        SIGNED_OUT = "signed_out", _("Signed out")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        CODES_MADE = "codes_made", _("New recovery codes made")
        TOKEN_CREATED = "token_created", _("API token created")
        TOKEN_RENAMED = "token_renamed", _("API token renamed")
        TOKEN_REVOKED = "token_revoked", _("API token revoked")
        SESSION_ENDED = "session_ended", _("Session ended from another device")
        OTHERS_ENDED = "others_ended", _("All other sessions ended")
        JOINED = "joined", _("Joined a company")
        ROLE_CHANGED = "role_changed", _("Role changed")
        LEFT = "left", _("Left a company")
        ERASURE_ASKED = "erasure_asked", _("Erasure of the account asked for")
        ERASURE_WITHDRAWN = "erasure_withdrawn", _("Erasure withdrawn")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="security_events")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=utc_now, editable=False)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=AGENT_LENGTH, blank=True)
    what = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=80, null=True, unique=True)  # of the fact; told once

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("user", "-at", "-id"), name="people_security_of_user"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "signed_in", "sign_in_failed", "factor_failed", "signed_out",
                        "password_changed", "email_changed", "factor_added", "factor_removed",
                        "codes_made", "token_created", "token_renamed", "token_revoked",
                        "session_ended", "others_ended", "joined", "role_changed", "left",
                        "erasure_asked", "erasure_withdrawn",
                    )
                ),
                name="people_security_kind_known",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
