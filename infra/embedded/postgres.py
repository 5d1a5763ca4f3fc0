"""A PostgreSQL of our own: its data folder, its roles, its process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from infra.embedded import processes
from infra.embedded.binaries import major_version
from infra.embedded.errors import LaunchError, disk_full, from_output
from infra.embedded.processes import Account

OWNER = "fairfall_owner"
APPLICATION = "fairfall_app"
DATABASE = "fairfall"
ROOM_NEEDED = 96 * 1024 * 1024
_HALF_MADE = ".new-"


class Postgres:
    """One server on 127.0.0.1. ``durable=False`` (tests) trades safety on power loss for speed."""

    def __init__(
        self,
        *,
        programs: Path,
        home: Path,
        log: Path,
        port: int,
        passwords: dict[str, str],
        account: Account | None,
        durable: bool = True,
    ) -> None:
        self.programs = programs
        self.home = home
        self.data = home / "data"
        self.log = log
        self.port = port
        self.passwords = passwords
        self.account = account
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address a role connects by."""
        return f"postgresql://{role}:{quote(self.passwords[role])}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder on first use; refuse one of another major version."""
        for half in self.home.glob(f"{_HALF_MADE}*"):
            shutil.rmtree(half)
        kept = self.data / "PG_VERSION"
        if kept.is_file():
            have, need = kept.read_text().strip(), major_version(self.programs)
            if have != need:
                raise LaunchError(
                    f"The data in {self.data} was written by PostgreSQL {have} and this is "
                    f"PostgreSQL {need}: dump it with version {have} and restore it, or set "
                    "POSTGRES_BIN."
                )
            return
        if self.data.exists():
            raise LaunchError(
                f"The folder {self.data} holds no PostgreSQL data: move it away and start again."
            )
        if shutil.disk_usage(self.home).free < ROOM_NEEDED:
            raise disk_full(self.home)
        self._initialise()

    def _initialise(self) -> None:
        half = Path(tempfile.mkdtemp(prefix=_HALF_MADE, dir=self.home))
        password = half / "password"
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(self.passwords["postgres"])
        if self.account:
            self.account.own(half)
            self.account.own(password)
        identity = self.account.identity() if self.account else {}
        command = [
            *(str(self.programs / "initdb"), "-D", str(half / "data"), "-U", "postgres"),
            *("-E", "UTF8", "--auth=scram-sha-256", "--pwfile", str(password)),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
        ]
        done = subprocess.run(  # type: ignore[call-overload]
            command,
            cwd=half,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=processes.end_with_parent(signal.SIGTERM),
            **identity,
        )
        if done.returncode:
            shutil.rmtree(half, ignore_errors=True)
            self.log.write_text(done.stdout + done.stderr)
            raise from_output("PostgreSQL", done.stdout + done.stderr, self.home, self.log)
        (half / "data").rename(self.data)
        shutil.rmtree(half)

    def start(self, *, patience: float = 30.0) -> None:
        """Start the server and return when it answers.

        A predecessor that was killed may still be going down (its lock file, its shared memory):
        then the start is tried again until ``patience`` seconds have passed.
        """
        limit = time.monotonic() + patience
        while True:
            offset = self.log.stat().st_size if self.log.exists() else 0
            self.process = processes.start(
                self._command(),
                log=self.log,
                death_signal=signal.SIGINT,
                account=self.account,
                folder=self.data,
            )
            if self._answers(limit):
                return
            processes.stop(self.process, signal.SIGINT, signal.SIGQUIT)
            output = processes.tail(self.log, 8000, since=offset)
            passing = "shared memory block" in output or "lock file" in output
            if not passing or time.monotonic() > limit:
                raise from_output("PostgreSQL", output, self.home, self.log)
            time.sleep(0.3)

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            "cluster_name": "fairfall",
        }
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        settings = [part for pair in options.items() for part in ("-c", "=".join(pair))]
        program = str(self.programs / "postgres")
        return [program, "-D", str(self.data), "-p", str(self.port), *settings]

    def _answers(self, limit: float) -> bool:
        while time.monotonic() < limit and self.running():
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise LaunchError(
                        f"The password kept for the data in {self.data} does not fit: restore "
                        f"{self.home.parent / 'secret'} or move the data folder away."
                    ) from None
                time.sleep(0.03)
            else:
                return True
        return False

    def running(self) -> bool:
        """Whether our process is alive."""
        return self.process is not None and self.process.poll() is None

    def provide_roles(self) -> None:
        """Make the owner, the application's role and the database, as far as they are missing.

        The application may read and write the owner's tables by default privileges, and owns
        none: what migrations revoke from it (the ledger) it cannot give back to itself.
        """
        with self._administer("postgres") as cursor:
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                        sql.SQL(verb),
                        sql.Identifier(role),
                        sql.SQL(rights),
                        sql.Literal(self.passwords[role]),
                    )
                )
            cursor.execute(f"GRANT {APPLICATION} TO {OWNER}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            present = cursor.fetchone() is not None
        if present:
            return
        # Default privileges belong to a database; those of template1 are copied into new ones.
        with self._administer("template1") as cursor:
            for rights, kind in (
                ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
                ("USAGE, SELECT, UPDATE", "SEQUENCES"),
            ):
                cursor.execute(
                    sql.SQL(
                        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} "
                        f"GRANT {rights} ON {kind} TO {APPLICATION}"
                    )
                )
        with self._administer("postgres") as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _administer(self, database: str) -> _Administration:
        return _Administration(self.url("postgres", database))

    def stop(self) -> None:
        """End the server: quickly first, at once if it does not."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, signal.SIGQUIT)


class _Administration:
    """A cursor of the superuser in autocommit, closed with its connection."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def __enter__(self) -> psycopg.Cursor[tuple[object, ...]]:
        return self._connection.cursor()

    def __exit__(self, *_: object) -> None:
        self._connection.close()
