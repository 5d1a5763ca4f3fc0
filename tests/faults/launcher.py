"""Runs bin/run for real, in a folder of its own, and looks at what it leaves behind."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


def free_ports(count: int) -> int:
    """The first of so many consecutive ports nobody listens on now."""
    while True:
        first = free_port()
        try:
            for number in range(1, count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", first + number))
        except (OSError, OverflowError):
            continue
        return first


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

    def __init__(self, var_dir: Path, *, web_processes: int = 1, **environ: str) -> None:
        self.port = free_ports(web_processes)
        self.ports = [self.port + number for number in range(web_processes)]
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [
                *(ROOT / "bin" / "run", "--port", str(self.port)),
                *("--web-processes", str(web_processes)),
            ],
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

    def told(self) -> str:
        """The last lines it printed."""
        return "\n".join(self.lines[-30:])

    def status(self, path: str, port: int | None = None) -> int:
        """The status of a page (of the first web process); 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def child(self, part: str) -> int:
        """The process id of the child whose command line holds ``part``."""
        found = self.find(part)
        assert found is not None, f"no child with {part!r}"
        return found

    def find(self, part: str) -> int | None:
        """As ``child``; None where there is none now."""
        return next(iter(self.find_all(part)), None)

    def find_all(self, part: str, of: int | None = None) -> list[int]:
        """The process ids of all children whose command line holds ``part``, oldest first.

        ``of``: not the launcher's, but those of that child.
        """
        parent = self.process.pid if of is None else of
        found = []
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            for number in children.read_text().split():
                try:
                    command = Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ")
                except OSError:
                    continue
                if part in command:
                    found.append(int(number))
        return sorted(found)

    def kill(self, part: str) -> int:
        """Kill -9 that child; its process id."""
        number = self.child(part)
        os.kill(number, signal.SIGKILL)
        return number

    def peaks(self, part: str) -> list[int]:
        """The most memory that each such child ever held, in kilobytes."""
        found = []
        for number in self.find_all(part):
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            found += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
        return found

    def comes_back(self, part: str, instead_of: int, seconds: float = 30) -> bool:
        """Whether the child runs again as another process, and the site is ready."""
        return eventually(
            lambda: self.find(part) not in (None, instead_of), seconds
        ) and eventually(
            lambda: all(self.status("/readyz", port) == 200 for port in self.ports), 30
        )


@contextmanager
def launched(*, web_processes: int, **environ: str) -> Iterator[tuple[Running, Path]]:
    """A site that is ready, and its folder; afterwards nothing of it is left running."""
    folder = Path(tempfile.mkdtemp(prefix="fairfall-"))
    folder.chmod(0o755)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        running = Running(folder / "var", web_processes=web_processes, **environ)
        ending.callback(_stop, running, folder / "var")
        assert running.says("Ctrl-C stops everything", 240), running.told()
        yield running, folder / "var"


def _stop(running: Running, var_dir: Path) -> None:
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(30)
    assert left_running(var_dir) == []
