"""Anybody may download the verifier and the key; nobody needs an account for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from auctions.ledger.packing import verifier_bytes
from auctions.ledger.verifier import read_key
from infra.keys import KeyRing

pytestmark = pytest.mark.django_db


def test_the_verifier(client: Client) -> None:
    response = client.get(reverse("auctions:verifier"))
    assert response.status_code == 200
    assert response.content == verifier_bytes()
    assert "fairfall-verify.pyz" in response["Content-Disposition"]


def test_the_public_key_and_nothing_of_the_private_one(
    client: Client, settings: object, tmp_path: Path
) -> None:
    settings.PLATFORM_KEY_DIR = tmp_path / "keys"  # type: ignore[attr-defined]
    response = client.get(reverse("auctions:platform_key"))
    (tmp_path / "key.pem").write_bytes(response.content)
    assert read_key(str(tmp_path / "key.pem")) == KeyRing(tmp_path / "keys").current().public_key
    assert b"PRIVATE" not in response.content
