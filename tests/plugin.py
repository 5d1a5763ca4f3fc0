"""Starts the servers the tests need, before Django's settings are read.

pytest-django reads the settings while the first conftest is loaded, so this is a plugin
(``-p tests.plugin`` in pyproject.toml), not a conftest. The servers live below
``VAR_DIR/tests`` (VAR_DIR: the one given, else ``var``) and are shared by all xdist workers.
With DATABASE_URL and REDIS_URL given, those servers are used: the role of DATABASE_URL must be
allowed to create databases.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
LONGEST = "test_every_page.py"
NO_BROWSER = "no Chromium found (install it, or set CHROMIUM to its path)"

settings.register_profile("dev", deadline=None)
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Point the process at servers, starting them in the first process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _set_up_surroundings()
    _separate(worker)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def _set_up_surroundings() -> None:
    os.environ["TESTING"] = "1"
    os.environ.setdefault("DEMO", "0")
    # Its own tests name the roles again; elsewhere everybody acts without setting one up first.
    os.environ["SECOND_FACTOR_ROLES"] = "none"
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute() / "tests"
    os.environ["VAR_DIR"] = str(var_dir)
    if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
        _start_servers(var_dir)
    os.environ["TESTS_REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0]


def _start_servers(var_dir: Path) -> None:
    from infra.embedded.errors import LaunchError
    from infra.embedded.servers import Lock, Servers

    lock = Lock(var_dir)
    servers = Servers(var_dir, os.environ, durable=False)
    try:
        lock.take()
        servers.__enter__()
    except LaunchError as error:
        pytest.exit(str(error), returncode=3)
    atexit.register(servers.stop)
    # Tests create databases and act as the owner; SET ROLE fairfall_app shows the other side.
    os.environ.setdefault("DATABASE_URL", servers.urls()["migrate_database_url"])
    os.environ.setdefault("REDIS_URL", servers.urls()["redis_url"])


def _separate(worker: str | None) -> None:
    """Give each worker a Valkey database and a key prefix of its own, and empty the database."""
    from redis import Redis

    number = 1 + int(worker.removeprefix("gw")) if worker else 1
    url = f"{os.environ['TESTS_REDIS_URL']}/{number}"
    if not urlsplit(url).hostname:
        pytest.exit(f"REDIS_URL {url!r} names no host.", returncode=3)
    os.environ["REDIS_URL"] = url
    os.environ["KEY_PREFIX"] = f"fairfall-test-{worker or 'main'}"
    client = Redis.from_url(url, socket_timeout=5)
    client.flushdb()
    client.close()


def pytest_report_header() -> list[str]:
    """Say which servers are used, without their passwords."""
    database = urlsplit(os.environ["DATABASE_URL"])
    return [f"servers: PostgreSQL {database.hostname}:{database.port}, {sys.platform}"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need Chromium: without one they are skipped, and in CI that is a failure.

    The longest test begins first: at the end the other worker would wait for it alone.
    """
    from tests.browser import find_chromium

    items.sort(key=lambda item: item.path.name != LONGEST)
    browser_tests = [item for item in items if "e2e" in item.path.parts]
    for item in browser_tests:
        item.add_marker(pytest.mark.e2e)
    if not browser_tests or find_chromium() is not None:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"{len(browser_tests)} browser tests and no Chromium: install it.")
    for item in browser_tests:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that browser tests did not run."""
    left_out = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_BROWSER in str(report.longrepr)
    ]
    if left_out:
        terminalreporter.write_line("")
        terminalreporter.write_line(
            f"!!! {len(left_out)} BROWSER TESTS DID NOT RUN: {NO_BROWSER} !!!", red=True, bold=True
        )
