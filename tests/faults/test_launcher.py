"""bin/run when things go wrong: one sentence, no half-started rest, nothing lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from infra.embedded import postgres as embedded_postgres
from infra.embedded.errors import LaunchError
from infra.embedded.servers import Servers
from tests.faults.launcher import (
    ROOT,
    Running,
    environment,
    eventually,
    left_running,
    refused,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts and changes accounts")


def assert_one_sentence(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """It failed and said why in one line."""
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(".")
    for part in parts:
        assert part in lines[0]


@pytest.mark.slow
def test_a_killed_launcher_leaves_nothing_running_and_the_next_start_is_quick(
    var_dir: Path,
) -> None:
    first = Running(var_dir)
    assert first.says("is ready after"), first.told()
    assert first.status("/readyz") == 200

    second = refused(var_dir)
    assert_one_sentence(second, "already runs the servers", str(first.process.pid))
    assert first.status("/readyz") == 200

    found = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=ROOT,
        env=environment(var_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr

    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert eventually(lambda: not left_running(var_dir), 15), left_running(var_dir)

    began = time.monotonic()
    third = Running(var_dir)
    assert third.says("is ready after"), third.told()
    assert third.status("/healthz") == 200
    assert time.monotonic() - began < 10
    assert not any("database up to date" in line for line in third.lines)

    os.kill(third.child("daphne"), signal.SIGKILL)
    assert third.says("web was ended by signal 9")
    assert eventually(lambda: third.status("/healthz") == 200, 20)

    os.kill(third.child("postgres"), signal.SIGKILL)
    assert third.says("Postgres had ended and runs again")
    assert eventually(lambda: third.status("/readyz") == 200, 20)

    began = time.monotonic()
    third.process.send_signal(signal.SIGTERM)
    assert third.process.wait(20) == 0
    assert time.monotonic() - began < 10
    assert third.says("Stopped.")
    assert left_running(var_dir) == []


def test_a_taken_port_is_named(var_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = refused(var_dir, "--port", str(port))

    assert_one_sentence(done, f"Port {port}", "--port")
    assert left_running(var_dir) == []


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("mysql://127.0.0.1/fairfall", 2, "DATABASE_URL must begin with"),
        ("postgresql://127.0.0.1:many/fairfall", 2, "DATABASE_URL is not a valid URL"),
        ("postgresql://127.0.0.1:5432", 2, "names no database"),
        ("postgresql://me:hunter2@127.0.0.1:1/fairfall", 1, "Connection refused"),
    ],
)
def test_a_wrong_database_url_is_explained_without_its_password(
    var_dir: Path, url: str, code: int, says: str
) -> None:
    done = refused(var_dir, DATABASE_URL=url)

    assert done.returncode == code
    assert_one_sentence(done, "DATABASE_URL", says)
    assert "hunter2" not in done.stderr + done.stdout
    assert left_running(var_dir) == []


def test_a_wrong_password_for_a_real_database_is_explained(var_dir: Path) -> None:
    here = os.environ["DATABASE_URL"].rpartition("@")[2]

    done = refused(var_dir, DATABASE_URL=f"postgresql://fairfall_owner:wrong@{here}")

    assert_one_sentence(done, "DATABASE_URL", "password authentication failed")


def test_a_wrong_flag_and_a_star_host_are_refused(var_dir: Path) -> None:
    assert_one_sentence(refused(var_dir, DEBUG="perhaps"), "DEBUG must be on or off")
    assert_one_sentence(refused(var_dir, ALLOWED_HOSTS="*"), "ALLOWED_HOSTS must list")


def test_a_management_command_says_the_same(var_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment(var_dir, REDIS_URL="http://127.0.0.1"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert_one_sentence(done, "REDIS_URL must begin with")


@pytest.fixture
def tiny_disk(var_dir: Path) -> Iterator[Path]:
    """A disk of 24 MB mounted at the folder: less than a data folder needs."""
    var_dir.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", var_dir],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"this machine lets nobody mount: {mounted.stderr.strip()}")
    yield var_dir
    subprocess.run(["umount", var_dir], check=True)


@as_root
def test_a_full_disk_is_named(tiny_disk: Path) -> None:
    done = refused(tiny_disk)

    assert_one_sentence(done, "full", str(tiny_disk))
    assert left_running(tiny_disk) == []


@as_root
def test_a_disk_that_fills_while_data_is_made_leaves_no_half_made_folder(
    tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "ROOM_NEEDED", 0)

    with pytest.raises(LaunchError, match="is full"), Servers(tiny_disk, {}):
        pass

    assert list((tiny_disk / "postgres").iterdir()) == []
    assert left_running(tiny_disk) == []


def test_a_half_made_data_folder_is_made_again(var_dir: Path) -> None:
    half = var_dir / "postgres" / ".new-crashed" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with Servers(var_dir, {}) as servers:
        assert servers.postgres is not None
        with psycopg.connect(servers.urls()["database_url"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert [entry.name for entry in (var_dir / "postgres").iterdir()] == ["data"]


def test_data_of_another_major_version_is_left_alone(var_dir: Path) -> None:
    data = var_dir / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")

    with (
        pytest.raises(LaunchError, match=r"written by PostgreSQL 15.*dump it"),
        Servers(var_dir, {}),
    ):
        pass

    assert (data / "PG_VERSION").read_text() == "15\n"


def test_a_killed_database_comes_back_with_every_committed_row(var_dir: Path) -> None:
    with ExitStack() as resources:
        servers = resources.enter_context(Servers(var_dir, {}))
        database = servers.postgres
        assert database is not None
        assert database.process is not None
        url = servers.urls()["migrate_database_url"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number integer)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 500)")

        database.process.kill()
        database.process.wait()
        assert servers.revive() == ["Postgres"]

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (500,)
            assert servers.revive() == []


def test_the_application_role_cannot_undo_what_the_owner_revoked(var_dir: Path) -> None:
    with Servers(var_dir, {}) as servers:
        urls = servers.urls()
        with psycopg.connect(urls["migrate_database_url"], autocommit=True) as owner:
            owner.execute("CREATE TABLE ledger (seq integer)")
            owner.execute("REVOKE UPDATE, DELETE, TRUNCATE ON ledger FROM PUBLIC, fairfall_app")
        with psycopg.connect(urls["database_url"], autocommit=True) as application:
            application.execute("INSERT INTO ledger VALUES (1)")
            for attempt in (
                "UPDATE ledger SET seq = 2",
                "DELETE FROM ledger",
                "TRUNCATE ledger",
                "DROP TABLE ledger",
                "ALTER TABLE ledger ADD COLUMN more integer",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    application.execute(attempt)
            application.execute("GRANT UPDATE ON ledger TO fairfall_app")  # only a warning
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute("UPDATE ledger SET seq = 2")


@as_root
def test_a_folder_the_server_account_cannot_reach_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    done = refused(closed / "var")

    assert_one_sentence(done, "cannot reach", "VAR_DIR")
    assert left_running(closed) == []
