"""Load generators in processes of their own, talked to through a pipe."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from bench.errors import BenchError

# Not fork: a child must inherit neither the database connections nor the threads of this process.
CONTEXT = multiprocessing.get_context("spawn")
PATIENCE = 120.0


class Worker:
    """Runs ``target(pipe, *arguments)`` elsewhere. Use it as a context; leaving ends it."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        self._name = target.__name__
        self._process = CONTEXT.Process(
            target=target, args=(theirs, *arguments), name=self._name, daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pipe.close()
        self._process.join(5 if error is None else 0.1)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()

    def tell(self, message: Any) -> None:
        """Send it a message."""
        self.pipe.send(message)

    def hear(self, seconds: float = PATIENCE) -> Any:
        """Its next message. Raises BenchError when it ended, or said nothing for so long."""
        if not self.pipe.poll(seconds):
            raise BenchError(f"{self._name} said nothing for {seconds:.0f} s")
        try:
            message = self.pipe.recv()
        except EOFError:
            raise BenchError(f"{self._name} ended before it had answered") from None
        if isinstance(message, BenchError):
            raise message
        return message


async def told(pipe: Connection) -> Any:
    """Inside a worker: the next message, without holding up the event loop. Ends the worker when
    nobody is there any more."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(pipe.fileno(), readable.set)
    try:
        while not pipe.poll():
            readable.clear()
            await readable.wait()
    finally:
        loop.remove_reader(pipe.fileno())
    try:
        return pipe.recv()
    except EOFError:
        raise SystemExit(1) from None
