"""What has to be done before the processes may start, and how to know that it was done."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from signal import SIGTERM

from infra.embedded import processes
from infra.embedded.errors import LaunchError, disk_full

SKIPPED = {".venv", "var", "node_modules", "__pycache__"}


class Stamps:
    """Remembers by a fingerprint which steps were done, in ``run/done.json``."""

    def __init__(self, var_dir: Path) -> None:
        self._file = var_dir / "run" / "done.json"

    def done(self, step: str, fingerprint: str) -> bool:
        """Whether ``step`` was done with the same fingerprint."""
        return self._read().get(step) == fingerprint

    def note(self, step: str, fingerprint: str) -> None:
        """Remember that ``step`` is done."""
        half = self._file.with_suffix(".half")
        half.write_text(json.dumps({**self._read(), step: fingerprint}))
        half.replace(self._file)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """A hash of the files' names and contents and of further texts."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        digest.update(f"\0{file}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def migration_files(root: Path) -> list[Path]:
    """Our migrations and the lock file, which stands for those of the packages."""
    return [
        root / "requirements.txt",
        *(file for file in rooms(root, "migrations/*.py")),
    ]


def static_files(root: Path) -> list[Path]:
    """Everything collectstatic would look at in our own folders, and what says how."""
    found = [*(root / "static").rglob("*"), *rooms(root, "static/**/*")]
    rules = [
        root / name for name in ("requirements.txt", "config/settings.py", "ui/staticfiles.py")
    ]
    return [*rules, *(file for file in found if file.is_file())]


def rooms(root: Path, pattern: str) -> list[Path]:
    """Files that match ``pattern`` inside a room: a top folder or one below it."""
    tops = [top for top in root.iterdir() if top.is_dir() and top.name not in SKIPPED]
    tops = [top for top in tops if not top.name.startswith(".")]
    return [file for top in tops for depth in ("", "*/") for file in top.glob(depth + pattern)]


def has_command(root: Path, name: str) -> bool:
    """Whether some room has the management command ``name``."""
    return bool(rooms(root, f"management/commands/{name}.py"))


def compile_translations(locale: Path) -> int:
    """Compile every .po that is newer than its .mo; the number compiled."""
    from ui.i18n import compile_file

    files = locale.glob("*/LC_MESSAGES/django.po")
    return sum(compile_file(po, language=po.parent.parent.name) for po in files)


def manage(root: Path, log: Path, environ: Mapping[str, str], *arguments: str) -> str:
    """Run a management command to its end and return what it printed.

    Raises LaunchError with the last line of its output when it fails.
    """
    done = subprocess.run(
        [sys.executable, str(root / "manage.py"), *arguments],
        cwd=root,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=processes.end_with_parent(SIGTERM),
    )
    with open(log, "a") as stream:
        stream.write(f"$ manage.py {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    if done.returncode:
        output = done.stderr or done.stdout
        if "No space left on device" in output:
            raise disk_full(log.parent.parent)
        last = [line for line in output.splitlines() if line.strip()] or ["no message"]
        raise LaunchError(f"The step '{arguments[0]}' failed: {last[-1].strip()} (see {log}).")
    return done.stdout


def cluster_identity(data: Path) -> str:
    """PostgreSQL's own identifier of a data folder, so that a new folder is migrated anew."""
    with open(data / "global" / "pg_control", "rb") as stream:
        return stream.read(8).hex()


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
