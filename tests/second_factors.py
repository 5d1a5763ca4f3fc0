"""Second factors for tests, as the library keeps them."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from crm_core.people.models import User


def app_of(user: User) -> str:
    """An authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def codes_of(user: User) -> list[str]:
    """Recovery codes."""
    return RecoveryCodes.activate(user).get_unused_codes()


def key_of(user: User, name: str = "Blue key") -> Authenticator:
    """A security key, which nobody holds."""
    credential = AttestedCredentialData.create(
        Aaguid(b"\0" * 16), user.pk.bytes, ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    )
    seen = AuthenticatorData.create(b"h" * 32, 0x41, 0, credential)
    attested = AttestationObject.create("none", seen, {})
    client = CollectedClientData.create("webauthn.create", b"c" * 32, "http://localhost")
    kept: dict[str, Any] = {
        "id": websafe_encode(user.pk.bytes), "rawId": websafe_encode(user.pk.bytes),
        "type": "public-key", "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {"attestationObject": websafe_encode(bytes(attested)),
                     "clientDataJSON": websafe_encode(bytes(client))},
    }  # fmt: skip
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": kept}
    )


def just_confirmed(client: Client, user: User) -> None:
    """As after giving the password once more a moment ago."""
    session = client.session
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
