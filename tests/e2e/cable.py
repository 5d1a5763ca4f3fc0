"""A cable between some browsers and the site, which a test can cut: nobody says good-bye."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed is reset, as where a line is dead
PART = 65_536


class Cable:
    """Carries bytes both ways; ``address`` is the site's, seen through it."""

    def __init__(self, site: str) -> None:
        target = urlsplit(site)
        self._target = target.hostname or "", target.port or 80
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._whole = True
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Every connection is gone, and no new one comes about."""
        with self._lock:
            self._whole = False
            for end in self._ends:
                _reset(end)
            self._ends.clear()

    def mend(self) -> None:
        """New connections come about again."""
        self._whole = True

    def close(self) -> None:
        self.cut()
        with suppress(OSError):  # wakes the thread that waits for a connection
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._join(near)

    def _join(self, near: socket.socket) -> None:
        with self._lock:
            if not self._whole:
                _reset(near)
                return
            far = socket.create_connection(self._target)
            self._ends |= {near, far}
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while part := one.recv(PART):
                other.sendall(part)
            other.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def cable(site: str) -> Iterator[Cable]:
    """A cable to the site, whole."""
    made = Cable(site)
    try:
        yield made
    finally:
        made.close()
