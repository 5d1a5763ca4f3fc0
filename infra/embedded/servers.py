"""Both servers of one VAR_DIR, under one lock, with their addresses written down."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from infra.embedded.binaries import Programs, unprivileged_account
from infra.embedded.errors import LaunchError, from_os_error
from infra.embedded.postgres import APPLICATION, OWNER, Postgres
from infra.embedded.processes import Account
from infra.embedded.valkey import Valkey


class Lock:
    """One launcher at a time in a folder; the lock ends with the process, however it ends."""

    def __init__(self, var_dir: Path) -> None:
        self._file = var_dir / "run" / "launcher.lock"
        self._descriptor = -1

    def take(self) -> None:
        """Take the lock, or refuse naming the process that has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 20).decode() or "unknown"
            raise LaunchError(
                f"Another process ({holder}) already runs the servers in "
                f"{self._file.parent.parent}: stop it first, or set another VAR_DIR."
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Servers:
    """PostgreSQL and Valkey below ``var_dir``; use it as a context.

    A server whose address ``environ`` gives (DATABASE_URL, REDIS_URL) is not started.
    Entering starts the others, makes roles and database on first use and writes
    ``run/servers.json``; leaving stops them. Raises LaunchError with one sentence when that
    cannot be. The caller holds the folder's Lock.
    """

    def __init__(self, var_dir: Path, environ: Mapping[str, str], *, durable: bool = True) -> None:
        self.var_dir = var_dir
        self.environ = environ
        self.durable = durable
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._started: list[Postgres | Valkey] = []

    def __enter__(self) -> Servers:
        try:
            self._start()
        except OSError as error:
            self.stop()
            raise from_os_error(error, self.var_dir) from error
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self) -> None:
        account = unprivileged_account()
        logs = self.var_dir / "log"
        for folder in (self.var_dir, logs, self.var_dir / "run"):
            folder.mkdir(parents=True, exist_ok=True)
        programs = Programs(self.environ, self.var_dir / "runtime", account)
        ports = self._ports()
        if not self.environ.get("DATABASE_URL"):
            self.postgres = Postgres(
                home=self._home("postgres", account),
                programs=programs.postgres(),
                log=logs / "postgres.log",
                port=ports["postgres"],
                passwords={role: self._secret(role) for role in ("postgres", OWNER, APPLICATION)},
                account=account,
                durable=self.durable,
            )
            self.postgres.prepare()
            self._begin(self.postgres)
            self.postgres.provide_roles()
        if not self.environ.get("REDIS_URL"):
            self.valkey = Valkey(
                home=self._home("valkey", account),
                program=programs.valkey(),
                log=logs / "valkey.log",
                port=ports["valkey"],
                password=self._secret("valkey"),
                account=account,
            )
            self._begin(self.valkey)
        _write_private(self.var_dir / "run" / "servers.json", json.dumps(self.urls()))

    def _begin(self, server: Postgres | Valkey) -> None:
        self._started.append(server)
        server.start()

    def urls(self) -> dict[str, str]:
        """The addresses of those we started, as run/servers.json keeps them."""
        urls = {}
        if self.postgres:
            urls["database_url"] = self.postgres.url(APPLICATION)
            urls["migrate_database_url"] = self.postgres.url(OWNER)
        if self.valkey:
            urls["redis_url"] = self.valkey.url()
        return urls

    def revive(self) -> list[str]:
        """Start again what has died; the names of those."""
        revived = []
        for server in self._started:
            if not server.running():
                server.start()
                revived.append(type(server).__name__)
        return revived

    def stop(self) -> None:
        """Stop both and forget their addresses."""
        for server in reversed(self._started):
            server.stop()
        self._started.clear()
        (self.var_dir / "run" / "servers.json").unlink(missing_ok=True)

    def _home(self, name: str, account: Account | None) -> Path:
        home = self.var_dir / name
        home.mkdir(mode=0o700, exist_ok=True)
        if account is None:
            return home
        account.own(home)
        reachable = subprocess.run(  # type: ignore[call-overload]
            ["/bin/sh", "-c", 'cd "$0" && test -w .', home],
            capture_output=True,
            cwd="/",
            check=False,
            **account.identity(),
        )
        if reachable.returncode:
            raise LaunchError(
                f"The account {account.name!r}, which PostgreSQL runs as when root starts it, "
                f"cannot reach {home}: set VAR_DIR to a folder it can reach, such as "
                "/var/lib/fairfall, or start as an ordinary user."
            )
        return home

    def _secret(self, name: str) -> str:
        file = self.var_dir / "secret" / name
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            _write_private(file, secrets.token_urlsafe(24))
        text = file.read_text().strip()
        if not text:
            raise LaunchError(f"The secret in {file} is empty: restore it from a backup.")
        return text

    def _ports(self) -> dict[str, int]:
        """The ports of last time where they are still free, so that addresses stay."""
        file = self.var_dir / "run" / "ports.json"
        try:
            kept = json.loads(file.read_text())
        except (OSError, ValueError):
            kept = {}
        ports = {name: _free_port(kept.get(name, 0)) for name in ("postgres", "valkey")}
        _write_private(file, json.dumps(ports))
        return ports


def _free_port(wished: int) -> int:
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LaunchError("There is no free port on 127.0.0.1.")


def _write_private(file: Path, text: str) -> None:
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    half.replace(file)
