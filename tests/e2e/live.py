"""The real site for browser tests: web process and auction clock against the test database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.accessibility import violations
from tests.rooms import Room, Supplier

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 40.0
PICTURES = os.environ.get("PICTURES", "")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(given: dict[str, str]) -> dict[str, str]:
    database = connection.settings_dict
    user, password = quote(database["USER"] or ""), quote(database["PASSWORD"] or "")
    host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
    url = f"postgresql://{user}:{password}@{host}:{port}/{database['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_POOL_SIZE": "10", **given}  # fmt: skip


@contextmanager
def site(**given: str) -> Iterator[str]:
    """Start Daphne and the clock; gives the site's address and stops both.

    ``given`` are further settings of the environment, as ``DEMO="1"``.
    """
    port = _free_port()
    environment = _environment(given)
    log_path = Path(settings.VAR_DIR) / f"e2e-{port}.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("wb") as log:
        started = [
            subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=log, stderr=log)
            for arguments in (
                [sys.executable, "-m", "infra.sockets.daphne", "-b", "127.0.0.1", "-p", str(port),
                 "asgi:application"],
                [sys.executable, "manage.py", "auctionclock"],
            )
        ]  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, started[0], log_path)
            yield address
        finally:
            for process in started:
                process.terminate()
            for process in started:
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(5)
    log_path.unlink(missing_ok=True)


def _wait_for(address: str, process: subprocess.Popen[bytes], log_path: Path) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the site did not start:\n{log_path.read_text(errors='replace')}")


DRAWN_LATE = "preloaded using link preload but not used within"


class Visitor:
    """One person's browser in one auction; ``complaints`` holds errors of scripts and policy."""

    def __init__(self, browser: Browser, address: str, person: Supplier, **options: object) -> None:
        self.address = address
        self.complaints: list[str] = []
        client = Client()
        client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        self.context: BrowserContext = browser.new_context(
            viewport=options.pop("viewport", {"width": 1440, "height": 900}), **options
        )
        self.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": address}]
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, line: object) -> None:
        kind, text = line.type, line.text  # type: ignore[attr-defined]
        # The browser itself reports a socket that a test has cut, forms sent back as 422, and how
        # long a busy machine took to draw.
        expected = ("WebSocket", "ERR_", "status of 422", DRAWN_LATE)
        if kind in ("error", "warning") and not any(each in text for each in expected):
            self.complaints.append(text)

    def enter(self, room: Room, page: str = "") -> Page:
        """Open the auction's page and wait until it is live."""
        self.page.goto(f"{self.address}/auctions/{room.id}/{page}")
        self.page.locator("#conn[data-state=live]").wait_for()
        self.page.locator("#room").wait_for()
        return self.page


def accept_terms(page: Page) -> None:
    """As a supplier: accept the terms by the banner."""
    page.locator("#terms-accept").click()
    page.locator("#terms-banner").wait_for(state="hidden")


def bid(page: Page, amount: str, *, retype: bool = False) -> None:
    """As a supplier: type, review, retype where asked, confirm."""
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    if retype:
        page.fill("#retype", amount)
    page.locator("#review-confirm").click()


def picture(page: Page, name: str) -> None:
    """Kept under that name where the environment names a folder for pictures."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def assert_accessible(page: Page, name: str) -> None:
    """axe finds nothing, in either theme; ``name`` is told where it does."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(150)
        picture(page, f"{name}-{theme}")
        assert violations(page) == [], (name, theme)
    page.emulate_media(color_scheme="light")
