"""Keeps a set of processes alive until asked to stop."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from infra.embedded import processes

LONGEST_PAUSE = 30.0
CALM_AFTER = 60.0
PATIENCE = 6.0


@dataclass(slots=True)
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    log: Path
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    pause: float = 1.0
    failures: int = 0
    # What the kernel sends it when the launcher is killed.
    death_signal: int = SIGTERM

    def start(self) -> None:
        """Start the process; the kernel ends it if we are killed."""
        self.process = processes.start(
            self.command, log=self.log, environ=self.environ, death_signal=self.death_signal
        )
        self.started_at = time.monotonic()

    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children and restarts those that die, with pauses that grow up to half a minute."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self._say = say

    def add(self, child: Child) -> None:
        """Start ``child`` and keep it alive from now on."""
        child.start()
        self.children.append(child)

    def look(self) -> None:
        """Restart what has died and whose pause is over."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_after:
                    child.start()
                continue
            if child.running():
                if child.failures and now - child.started_at > CALM_AFTER:
                    child.failures, child.pause = 0, 1.0
                continue
            code = child.process.returncode
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            self._say(f"{child.name} {how}; again in {child.pause:.0f} s (see {child.log})")
            child.process = None
            child.failures += 1
            child.start_after = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """End all children together: asked first, killed after some seconds."""
        alive = [child.process for child in self.children if child.process and child.running()]
        for process in alive:
            process.send_signal(SIGTERM)
        processes.wait_until(
            lambda: all(process.poll() is not None for process in alive), seconds=PATIENCE
        )
        for process in alive:
            if process.poll() is None:
                process.send_signal(SIGKILL)
                process.wait()
        self.children.clear()
