"""A Valkey of our own."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from redis import Redis, RedisError

from infra.embedded import processes
from infra.embedded.errors import from_output
from infra.embedded.processes import Account


class Valkey:
    """One server on 127.0.0.1, behind a password."""

    def __init__(
        self,
        *,
        program: Path,
        home: Path,
        log: Path,
        port: int,
        password: str,
        account: Account | None,
    ) -> None:
        self.program = program
        self.home = home
        self.log = log
        self.port = port
        self.password = password
        self.account = account
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, number: int = 0) -> str:
        """The address of one of its databases."""
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/{number}"

    def start(self, *, patience: float = 15.0) -> None:
        """Start the server and return when it answers."""
        configuration = self._write_configuration()
        offset = self.log.stat().st_size if self.log.exists() else 0
        self.process = processes.start(
            [str(self.program), str(configuration)],
            log=self.log,
            account=self.account,
            folder=self.home,
        )
        processes.wait_until(lambda: not self.running() or self._answers(), seconds=patience)
        if not self.running():
            output = processes.tail(self.log, 4000, since=offset)
            raise from_output("Valkey", output, self.home, self.log)

    def _write_configuration(self) -> Path:
        file = self.home / "valkey.conf"
        file.unlink(missing_ok=True)
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.home}"',
            "dbfilename fairfall.rdb",
            "save 300 1",
            "appendonly no",
            "stop-writes-on-bgsave-error no",
            "maxmemory-policy noeviction",
            "daemonize no",
        )
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write("\n".join(lines) + "\n")
        if self.account:
            self.account.own(file)
        return file

    def _answers(self) -> bool:
        client = Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except (RedisError, OSError):
            return False
        finally:
            client.close()

    def running(self) -> bool:
        """Whether our process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End the server; it saves what it keeps first."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)
