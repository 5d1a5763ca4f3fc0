"""The process that decides apart from this one: started early, greeted, ended.

Imports no model, so that it is started before Django has loaded them here: both processes load at
the same time, and the first page comes sooner.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from django.conf import settings

log = logging.getLogger(__name__)

COMMAND = "auctiondecider"
LINKS = 4  # one for each gate thread
ENDS_WITHIN = 10.0
GREETING = b"are you there?"  # is given back

_mutex = threading.Lock()
_the_one: DecidingProcess | None = None


def deciding_process() -> DecidingProcess:
    """The one of this process, started on first use. From any thread."""
    global _the_one
    with _mutex:
        if _the_one is None:
            _the_one = DecidingProcess(LINKS)
        _the_one.start()
        return _the_one


def end_deciding() -> None:
    """Let it finish what it does, and end; the next use starts another."""
    global _the_one
    with _mutex:
        ended, _the_one = _the_one, None
    if ended is not None:
        ended.close()


class DecidingProcess:
    """The other process, for all gate threads of this one. Safe for any thread."""

    def __init__(self, links: int) -> None:
        self._mutex = threading.Lock()
        self._number = links
        self._sockets: list[socket.socket] = []
        self._links: list[Connection] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._greeted = False

    def start(self) -> None:
        """Have it started, if it is not running."""
        self.link(0)

    def ready(self) -> bool:
        """Whether it has come up and takes batches; started if it is not running. At once."""
        greeting = self.link(self._number)
        with self._mutex, suppress(OSError, EOFError):
            if not self._greeted and greeting.poll(0):
                self._greeted = greeting.recv_bytes() == GREETING
        return self._greeted

    def link(self, number: int) -> Connection:
        """The connection of one gate thread, to a process that was alive a moment ago."""
        with self._mutex:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._links[number]

    def lost(self, link: Connection) -> None:
        """That connection is of no use any more: end the process it belongs to."""
        with self._mutex:
            if link in self._links:
                log.error("the deciding process is lost; another is started")
                self._end(at_once=True)

    def close(self) -> None:
        """Let it finish what it does, and end."""
        with self._mutex:
            self._end(at_once=False)

    def _start(self) -> None:
        self._end(at_once=True)
        pairs = [socket.socketpair() for _ in range(self._number + 1)]  # the last is for greeting
        theirs = [their.fileno() for _, their in pairs]
        self._process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), COMMAND, *map(str, theirs)],
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
        )
        for _, their in pairs:
            their.close()
        self._sockets = [ours for ours, _ in pairs]
        self._links = [Connection(os.dup(ours.fileno())) for ours, _ in pairs]
        self._greeted = False
        self._links[-1].send_bytes(GREETING)

    def _end(self, *, at_once: bool) -> None:
        # Not closed here, where a gate thread may still listen: shut down, which it hears, as does
        # the other process. That is also how it learns of this one's end, however it comes.
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets, self._links = [], []
        process, self._process = self._process, None
        if process is None:
            return
        if at_once:
            process.kill()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
