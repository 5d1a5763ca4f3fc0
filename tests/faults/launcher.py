"""Runs bin/run for real, in a folder of its own, and looks at what it leaves behind."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVEN_BY_TESTS = (
    "DATABASE_URL",
    "MIGRATE_DATABASE_URL",
    "REDIS_URL",
    "TESTS_REDIS_URL",
    "CELERY_BROKER_URL",
    "KEY_PREFIX",
    "TESTING",
    "DJANGO_SETTINGS_MODULE",
)


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    """The surroundings of a person who has set nothing but VAR_DIR and ``more``."""
    kept = {key: value for key, value in os.environ.items() if key not in GIVEN_BY_TESTS}
    return {**kept, "VAR_DIR": str(var_dir), "DEMO": "0", **more}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refused(var_dir: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run bin/run to its end; for starts that must not succeed."""
    return subprocess.run(
        [ROOT / "bin" / "run", "--port", str(free_port()), *arguments],
        env=environment(var_dir, **environ),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def left_running(var_dir: Path) -> list[str]:
    """The processes that were started for ``var_dir`` and are still there."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            command = (process / "cmdline").read_bytes()
            belongs = (
                str(var_dir).encode() in command
                or f"VAR_DIR={var_dir}\0".encode() in (process / "environ").read_bytes()
                or str((process / "cwd").readlink()).startswith(str(var_dir))
            )
        except OSError:
            continue
        if belongs:
            found.append(command.replace(b"\0", b" ").decode())
    return found


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether ``condition`` came true within ``seconds``."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


class Running:
    """bin/run in the background, its lines collected."""

    def __init__(self, var_dir: Path, **environ: str) -> None:
        self.port = free_port()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [ROOT / "bin" / "run", "--port", str(self.port)],
            env=environment(var_dir, **environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def says(self, part: str, seconds: float = 90) -> bool:
        """Whether a line with ``part`` was printed within ``seconds``."""
        eventually(
            lambda: any(part in line for line in self.lines) or self.process.poll() is not None,
            seconds,
        )
        self._reader.join(0.2)
        return any(part in line for line in self.lines)

    def status(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def child(self, part: str) -> int:
        """The process id of the child whose command line holds ``part``."""
        for process in Path(f"/proc/{self.process.pid}/task/{self.process.pid}").glob("children"):
            for number in process.read_text().split():
                if part in Path(f"/proc/{number}/cmdline").read_text().replace("\0", " "):
                    return int(number)
        raise AssertionError(f"no child with {part!r}")
