"""Accounts of invited people: the link came by mail, so the address is theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccountExists, PasswordWeak
from crm_core.people.models import Language, User
from crm_core.people.services import FullNameMissing


def has_account(email: str) -> bool:
    """Whether the address is an account's: then its owner signs in."""
    return User.objects.filter(email=email).exists()


def new_person(*, email: str, full_name: str, password: str, language: str) -> User:
    """An account with a confirmed address, within the caller's transaction. Raises FullNameMissing,
    PasswordWeak, AccountExists."""
    if not full_name.strip():
        raise FullNameMissing(field="full_name")
    person = User(email=email, full_name=" ".join(full_name.split())[:200])
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordWeak(field="password", why=" ".join(error.messages)) from error
    spoken = language if language in Language.values else Language.ENGLISH
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, full_name=person.full_name, language=spoken
            )
    except IntegrityError as error:
        raise AccountExists() from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
