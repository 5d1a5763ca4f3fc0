"""Settings that must not drift."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config import env, websockets


def test_scripts_and_styles_come_from_our_host_only(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy


def test_sockets_accept_our_own_hosts_only() -> None:
    origins = websockets.allowed_origins(["trade.example.com"])
    validator = websockets.OwnOrigin(None, origins)

    assert validator.valid_origin(websockets_origin("https://trade.example.com"))
    assert not validator.valid_origin(websockets_origin("https://evil.example"))
    assert not validator.valid_origin(websockets_origin("null"))
    assert validator.valid_origin(None)


@pytest.mark.parametrize("hosts", [["*"], [], ["trade.example.com", "*"]])
def test_sockets_without_known_hosts_do_not_start(hosts: list[str]) -> None:
    with pytest.raises(Exception, match="ALLOWED_HOSTS"):
        websockets.allowed_origins(hosts)


def websockets_origin(text: str) -> object:
    from urllib.parse import urlparse

    return urlparse(text)


def test_running_servers_are_found_by_every_command(tmp_path: Path) -> None:
    servers = env.servers_file(tmp_path)
    servers.parent.mkdir()
    servers.write_text(
        json.dumps(
            {
                "database_url": "postgresql://app@127.0.0.1:5/fairfall",
                "migrate_database_url": "postgresql://owner@127.0.0.1:5/fairfall",
                "redis_url": "redis://127.0.0.1:6/0",
            }
        )
    )

    found = env.read({"VAR_DIR": str(tmp_path)})

    assert found.database_url == "postgresql://app@127.0.0.1:5/fairfall"
    assert found.migrate_database_url == "postgresql://owner@127.0.0.1:5/fairfall"
    assert found.celery_broker_url == "redis://127.0.0.1:6/0"
    assert found.demo


def test_given_addresses_win_and_turn_the_demo_off(tmp_path: Path) -> None:
    found = env.read(
        {
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": "postgresql://a:p%40ss@db:5433/trade?sslmode=require",
            "EMAIL_URL": "smtps://me:secret@mail.example",
        }
    )

    assert found.migrate_database_url == found.database_url
    assert not found.demo
    parts = env.database_parts(found.database_url)
    assert parts["PASSWORD"] == "p@ss"
    assert parts["OPTIONS"] == {"sslmode": "require"}
    assert env.email_settings(found.email_url)["EMAIL_PORT"] == 465


def test_the_secret_key_is_made_once_and_closed(tmp_path: Path) -> None:
    first = env.read({"VAR_DIR": str(tmp_path)}).secret_key

    assert env.read({"VAR_DIR": str(tmp_path)}).secret_key == first
    assert len(first) >= 50
    assert (tmp_path / "secret" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_sign_in_is_limited_and_has_second_factors() -> None:
    from allauth.account import app_settings

    assert app_settings.RATE_LIMITS["login_failed"]
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
