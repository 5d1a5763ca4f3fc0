"""The servers and processes that are measured: our own, for this run alone."""

from __future__ import annotations

import http.client
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.errors import BenchError
from infra.embedded import processes
from infra.embedded.servers import Lock, Servers

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "TESTING")
LONGEST_COMMIT_DELAY_MS = 100  # PostgreSQL's own limit
DAPHNE, UVICORN = "daphne", "uvicorn"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Web:
    """One web process."""

    kind: str
    port: int
    process: subprocess.Popen[bytes]

    def address(self, auction: object) -> str:
        """Where an auction's socket is."""
        return f"ws://127.0.0.1:{self.port}/ws/auctions/{auction}/"

    def cpu_seconds(self) -> float:
        """Processor time used so far, user and system, by it and its decider (Linux)."""
        pid = self.process.pid
        found = {str(pid)}
        for children in Path(f"/proc/{pid}/task").glob("*/children"):  # of each thread its own
            with suppress(OSError):
                found.update(children.read_text().split())
        return sum(map(_cpu_seconds, found))


def _cpu_seconds(pid: str) -> float:
    """Of all threads, user and system; 0 for a process that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


class House:
    """PostgreSQL (with fsync, as in production) and Valkey below ``var_dir``, migrated and empty.

    With ``commit_delay_ms`` every commit waits so long before its record goes to the disk.

    Use it as a context: on entering Django is set up in this process; leaving stops everything and
    removes the data, and keeps the logs.
    """

    def __init__(self, var_dir: Path, *, commit_delay_ms: int = 0) -> None:
        self.var_dir = var_dir
        self._commit_delay_ms = commit_delay_ms
        self.owner_url = ""  # of the database, for tables of the benchmark itself
        self._logs = var_dir / "log"
        self._resources = ExitStack()

    def __enter__(self) -> House:
        try:
            self._start()
        except BaseException:
            self._resources.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def _start(self) -> None:
        _allow_many_sockets()
        lock = Lock(self.var_dir)
        lock.take()
        self._resources.callback(lock.release)
        for name in OURS:
            os.environ.pop(name, None)
        self._forget_data()
        self._resources.callback(self._forget_data)
        servers = self._resources.enter_context(Servers(self.var_dir, os.environ))
        _configure(servers, self._commit_delay_ms)
        urls = servers.urls()
        self.owner_url = urls["migrate_database_url"]
        os.environ.update(
            VAR_DIR=str(self.var_dir),
            DATABASE_URL=urls["database_url"],
            REDIS_URL=urls["redis_url"],
            DEMO="0",
            SECOND_FACTOR_ROLES="none",  # the cast is not measured at setting one up
            DJANGO_SETTINGS_MODULE="config.settings",
            PYTHONUNBUFFERED="1",
        )
        self._manage("migrate", "--noinput", "--verbosity", "0", DATABASE_URL=self.owner_url)
        import django

        django.setup()

    def _forget_data(self) -> None:
        for name in ("postgres", "valkey"):
            shutil.rmtree(self.var_dir / name, ignore_errors=True)

    def _manage(self, *arguments: str, **changes: str) -> None:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env={**os.environ, **changes},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"manage.py {arguments[0]} failed: {done.stderr.strip()[-500:]}")

    def collect_static(self) -> None:
        """The files that pages name by their contents, as before a start in production."""
        self._manage("collectstatic", "--noinput", "--verbosity", "0")

    @contextmanager
    def web(self, kind: str) -> Iterator[Web]:
        """One web process of that kind, ready for requests; stopped afterwards."""
        port = _free_port()
        process = self._process(f"web-{kind}", *_COMMANDS[kind](port), GATE_PROCESS="1")
        try:
            if not processes.wait_until(lambda: _ready(port) or _gone(process), seconds=60):
                raise BenchError(f"{kind} does not answer (see {self._logs})")
            if _gone(process):
                raise BenchError(f"{kind} ended (see {self._logs})")
            yield Web(kind, port, process)
        finally:
            processes.stop(process, signal.SIGTERM)

    @contextmanager
    def clocks(self, number: int) -> Iterator[None]:
        """So many auction clocks."""
        started = [
            self._process(f"clock-{n}", str(ROOT / "manage.py"), "auctionclock")
            for n in range(number)
        ]
        try:
            yield
        finally:
            for process in started:
                processes.stop(process, signal.SIGTERM)

    def _process(self, name: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
        return processes.start(
            [sys.executable, *arguments],
            log=self._logs / f"{name}.log",
            environ={**os.environ, **more},
            folder=ROOT,
        )


def _daphne(port: int) -> tuple[str, ...]:
    """As bin/run starts it."""
    return (
        *("-m", "infra.sockets.daphne", "--bind", "127.0.0.1", "--port", str(port)),
        *("--verbosity", "0", "--no-server-name", "asgi:application"),
    )


def _uvicorn(port: int) -> tuple[str, ...]:
    """On the same event loop as everything else here."""
    return (
        *("-m", "uvicorn", "asgi:application", "--host", "127.0.0.1", "--port", str(port)),
        *("--loop", "asyncio", "--ws", "infra.sockets.uvicorn:FrameProtocol", "--lifespan", "off"),
        *("--ws-per-message-deflate", "false", "--log-level", "warning", "--no-access-log"),
    )


_COMMANDS = {DAPHNE: _daphne, UVICORN: _uvicorn}


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _configure(servers: Servers, commit_delay_ms: int) -> None:
    """Have PostgreSQL remember when each transaction was committed: latencies begin there. And
    have it wait before it writes a commit out, also where no other transaction is open."""
    own = servers.postgres
    if own is None:
        raise BenchError("the benchmark needs a PostgreSQL of its own")
    with psycopg.connect(own.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        connection.execute("ALTER SYSTEM SET commit_siblings = 0")
        connection.execute(f"ALTER SYSTEM SET commit_delay = {commit_delay_ms * 1000}")
    own.stop()
    own.start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _gone(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def _ready(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", "/readyz")
        return client.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
