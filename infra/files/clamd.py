"""Asking clamd whether a file is infected, by its own protocol (clamd(8), INSTREAM).

The client packages for it are old or asynchronous; the exchange is a dozen lines.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

SCHEMES = {"tcp", "unix"}
_STEP = 64 * 1024
_LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """clamd could not be asked or did not say; the file is not scanned."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What clamd found; ``signature`` is empty for a clean file."""

    signature: str = ""

    @property
    def clean(self) -> bool:
        return not self.signature


def scan(file: IO[bytes], *, url: str, timeout: float = 60.0) -> Verdict:
    """Send ``file`` to the clamd at ``tcp://host:port`` or ``unix:///path``. Raises ScannerAway."""
    try:
        with _connect(url, timeout) as connection:
            connection.sendall(b"zINSTREAM\0")
            while step := file.read(_STEP):
                connection.sendall(struct.pack(">I", len(step)) + step)
            connection.sendall(struct.pack(">I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    return _verdict(answer)


def _connect(url: str, timeout: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout)


def _answer(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < _LONGEST_ANSWER:
        step = connection.recv(_LONGEST_ANSWER)
        if not step:
            break
        received += step
    return received.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """``stream: OK``, ``stream: NAME FOUND``, ``… ERROR`` (its size limit among others)."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND")[:200])
    raise ScannerAway(said or "no answer")
