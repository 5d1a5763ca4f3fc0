"""What changes about a person."""

from __future__ import annotations

import secrets
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from crm_core.people.models import NOBODYS_DOMAIN, Language, User
from crm_core.people.sessions import end_sockets
from kernel.clock import utc_now
from kernel.errors import FairfallError


class FullNameMissing(FairfallError):
    """A person needs a name others can read."""

    code = "people.full_name_missing"
    text = "Write your full name."


class TimeZoneUnknown(FairfallError):
    """The time zone is not in the IANA list."""

    code = "people.time_zone_unknown"
    text = "This time zone is not known."


class LanguageUnknown(FairfallError):
    """The interface does not speak this language."""

    code = "people.language_unknown"
    text = "This language is not offered."


def update_preferences(*, user: User, full_name: str, language: str, time_zone: str) -> User:
    """Set how a person is named, written to, and shown times."""
    if not full_name.strip():
        raise FullNameMissing(field="full_name")
    if language not in Language.values:
        raise LanguageUnknown(field="language")
    if time_zone not in available_timezones():
        raise TimeZoneUnknown(field="time_zone")
    user.full_name = " ".join(full_name.split())  # one line: it stands in mails
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["full_name", "language", "time_zone"])
    return user


def deactivate_user(*, user_id: UUID) -> None:
    """Bar a person from everything at once: pages, API, and sockets already open."""
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(is_active=False)
        transaction.on_commit(lambda: end_sockets(user_id, reason="deactivated"))


def reactivate_user(*, user_id: UUID) -> None:
    """Let a deactivated person in again."""
    User.objects.filter(pk=user_id).update(is_active=True)


def address_without_name() -> str:
    """An address that nobody has, for a person whose own is forgotten."""
    return f"{secrets.token_hex(12)}@{NOBODYS_DOMAIN}"


def forget(*, user: User, address: str) -> None:
    """Keep of a person nothing but that there was one; there is no way back."""
    user.full_name, user.email, user.erased_at = "", address, utc_now()
    user.is_active = user.is_staff = user.is_superuser = False
    user.language, user.time_zone, user.last_login = Language.ENGLISH, "UTC", None
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()
