"""What the sign-in library and Django tell only by signals, handed on to the services."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth

from crm_core.people import open_sessions
from crm_core.people.models import User
from crm_core.people.origin import origin_of
from crm_core.people.security import Kind, note
from crm_core.people.sessions import end_sockets, session_hash


def connect() -> None:
    """Called once at start."""
    for signal, receiver in (
        (auth.user_logged_in, signed_in),
        (auth.user_login_failed, sign_in_failed),
        (auth.user_logged_out, signed_out),
        (account.password_changed, password_changed),
        (account.password_reset, password_changed),
        (account.password_set, password_changed),
        (account.email_changed, email_changed),
        (mfa.authenticator_added, factor_added),
        (mfa.authenticator_removed, factor_removed),
        (mfa.authenticator_reset, codes_made),
        (mfa.authentication_failed, factor_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"people.{receiver.__name__}")


def signed_in(request: Any, user: Any, **_rest: Any) -> None:
    """By whichever way: password, passkey, one click."""
    note(user.pk, Kind.SIGNED_IN, origin=origin_of(request))
    if getattr(request, "session", None) is not None:
        open_sessions.seen(request, user.pk)


def sign_in_failed(credentials: Any, request: Any = None, **_rest: Any) -> None:
    """Where the address is somebody's; others have no log."""
    email = credentials.get("email") or credentials.get("username") or ""
    user = User.objects.filter(email=str(email).strip().lower()).first()
    if user is not None:
        note(user.pk, Kind.SIGN_IN_FAILED, origin=origin_of(request))


def signed_out(request: Any, user: Any, **_rest: Any) -> None:
    """Sign-out happens in allauth and the admin site; this signal is where both pass."""
    session = getattr(request, "session", None)
    if user is None or session is None:
        return
    end_sockets(user.pk, reason="signed_out", session=session_hash(session.session_key))
    note(user.pk, Kind.SIGNED_OUT, origin=origin_of(request))


def password_changed(request: Any, user: Any, **_rest: Any) -> None:
    """Whoever knew the old one is put out everywhere else."""
    note(user.pk, Kind.PASSWORD_CHANGED, origin=origin_of(request))
    _end_others(request, user)


def email_changed(request: Any, user: Any, to_email_address: Any, **_rest: Any) -> None:
    """The address one signs in by."""
    note(user.pk, Kind.EMAIL_CHANGED, origin=origin_of(request), what=to_email_address.email)


def factor_added(request: Any, user: Any, authenticator: Any, **_rest: Any) -> None:
    """A session that was opened without it must not profit from it."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        codes_made(request, user)
        return
    note(user.pk, Kind.FACTOR_ADDED, origin=origin_of(request), what=str(authenticator))
    _end_others(request, user)


def factor_removed(request: Any, user: Any, authenticator: Any, **_rest: Any) -> None:
    """The recovery codes go along with the last one and are not named."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        note(user.pk, Kind.FACTOR_REMOVED, origin=origin_of(request), what=str(authenticator))


def codes_made(request: Any, user: Any, **_rest: Any) -> None:
    """The old ones stop working."""
    note(user.pk, Kind.CODES_MADE, origin=origin_of(request))


def factor_failed(request: Any, user: Any, **_rest: Any) -> None:
    """Somebody knew the password."""
    note(user.pk, Kind.FACTOR_FAILED, origin=origin_of(request))


def _end_others(request: Any, user: Any) -> None:
    session = getattr(request, "session", None)
    keep = None if session is None else session.session_key
    open_sessions.end_others(user_id=user.pk, keep=keep, origin=origin_of(request))
