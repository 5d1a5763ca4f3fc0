"""Starting child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """An existing system account that a server runs as, because it refuses to run as root."""

    name: str
    uid: int
    gid: int

    def identity(self) -> dict[str, object]:
        """The identity arguments of subprocess.Popen."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give ``path`` to the account."""
        os.chown(path, self.uid, self.gid)


def end_with_parent(death_signal: int) -> Callable[[], None]:
    """A preexec_fn that has the kernel send ``death_signal`` when the calling thread ends.

    subprocess runs it after the identity has changed, which is needed: setuid clears the wish.
    Elsewhere than on Linux it does nothing.
    """
    parent = os.getpid()

    def ask_kernel() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the wish was made
            os._exit(1)

    return ask_kernel


def start(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: int = signal.SIGTERM,
    account: Account | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, its output appended to ``log``.

    Call it from the main thread: the kernel ties the child's life to the calling thread.
    """
    identity = account.identity() if account else {}
    with open(log, "ab") as output:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environ is None else dict(environ),
            cwd=folder,
            start_new_session=True,
            preexec_fn=end_with_parent(death_signal),  # noqa: PLW1509  (one thread)
            **identity,  # type: ignore[call-overload]
        )


def stop(process: subprocess.Popen[bytes], *signals: int, patience: float = 8.0) -> None:
    """Ask ``process`` to end by each signal in turn, waiting ``patience`` seconds after each;
    the last resort is a kill. Returns when it is gone."""
    for number in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
    process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.03) -> bool:
    """Whether ``condition`` came true within ``seconds``."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(pause)
    return True


def tail(log: Path, size: int, *, since: int = 0) -> str:
    """The last ``size`` bytes of ``log`` after the offset ``since``, as text."""
    try:
        with open(log, "rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            stream.seek(max(since, end - size))
            return stream.read().decode(errors="replace")
    except OSError:
        return ""
