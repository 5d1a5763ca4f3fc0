"""Real web processes on the test's database, to be talked to and to be killed."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from django.conf import settings
from django.db import connection

Server = Literal["daphne", "uvicorn", "plain daphne", "plain uvicorn", "compressing uvicorn"]
"""Those that are plain know nothing of ours: they take messages, and no frames."""


@dataclass(slots=True)
class WebProcess:
    """One server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def wait_until_ready(self, seconds: float = 40) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                client.request("GET", "/readyz", headers={"Host": "localhost"})
                if client.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                client.close()
            time.sleep(0.1)
        raise AssertionError(f"the web process on port {self.port} does not answer")


def database_url() -> str:
    """The address of the test database."""
    parts = connection.settings_dict
    account = f"{quote(parts['USER'])}:{quote(parts['PASSWORD'])}"
    return f"postgresql://{account}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _command(server: Server, application: str, port: int) -> list[str]:
    if server.endswith("daphne"):
        module = "daphne" if server == "plain daphne" else "infra.sockets.daphne"
        return ["-m", module, application, "-b", "127.0.0.1", "-p", str(port), "-v", "0",
                "--ping-interval", "2"]  # fmt: skip
    protocol = "infra.sockets.uvicorn:FrameProtocol"
    return [
        *("-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)),
        *("--ws", "websockets-sansio" if server == "plain uvicorn" else protocol),
        *("--ws-per-message-deflate", "true" if server == "compressing uvicorn" else "false"),
        *("--ws-ping-interval", "2", "--loop", "asyncio", "--lifespan", "off"),
        *("--log-level", "warning", "--no-access-log"),
    ]


@contextmanager
def web_processes(
    count: int,
    application: str = "asgi:application",
    *,
    server: Server = "daphne",
    options: Sequence[str] = (),
    **more: str,
) -> Iterator[list[WebProcess]]:
    """So many web processes on this test's database; none is left afterwards.

    ``options`` are added to their command, ``more`` to their environment.
    """
    environ = {
        **os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(settings.BASE_DIR),
        "GATE_PROCESS": "1", **more,
    }  # fmt: skip
    started: list[WebProcess] = []
    try:
        for _ in range(count):
            port = free_port()
            command = [sys.executable, *_command(server, application, port), *options]
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environ)
            started.append(WebProcess(port, process))
        for each in started:
            each.wait_until_ready()
        yield started
    finally:
        for each in started:
            if each.process.poll() is None:
                each.process.terminate()
        for each in started:
            try:
                each.process.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()
