"""What stops a start, said to the person who started it."""

from __future__ import annotations

import errno
import re
from pathlib import Path


class LaunchError(Exception):
    """The start cannot go on; the text is one sentence that says why and what to do."""


def disk_full(folder: Path) -> LaunchError:
    """The refusal for a disk without room."""
    return LaunchError(
        f"The disk that holds {folder} is full: free some space or set VAR_DIR to another disk."
    )


def from_os_error(error: OSError, folder: Path) -> LaunchError:
    """Turn a failed file operation below ``folder`` into one sentence."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(folder)
    place = error.filename or folder
    return LaunchError(f"Cannot use {place}: {error.strerror or error}.")


_NO_SPACE = re.compile(r"No space left on device|Disk quota exceeded", re.IGNORECASE)


def from_output(what: str, output: str, folder: Path, log: Path) -> LaunchError:
    """Turn what a failed server program printed into one sentence."""
    if _NO_SPACE.search(output):
        return disk_full(folder)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error|fatal", line)]
    reason = (telling or lines or ["no message"])[-1].rstrip(".")
    return LaunchError(f"{what} did not start: {reason} (see {log}).")
