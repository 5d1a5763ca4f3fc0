"""Makes the virtual environment, installs what a lock file pins, and becomes that Python.

``environment.py LOCKFILE ARGUMENT...`` runs ``python ARGUMENT...`` in the environment, from the
root of the checkout. Only the standard library is used. A lock file that is installed already
(known by its hash) costs a few milliseconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from infra.embedded.processes import end_with_parent  # noqa: E402  (standard library only)

INCLUDES = {"requirements-dev.txt": ("requirements.txt",)}


class SetupError(Exception):
    """The environment cannot be made; the text is one sentence."""


def main(lock_file: str, *arguments: str) -> None:
    os.chdir(ROOT)
    try:
        python = provide(lock_file)
    except SetupError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"Cannot set up the environment: {error.filename}: {error.strerror}.")
    except KeyboardInterrupt:
        sys.exit(130)
    environ = dict(os.environ, PYTHONUNBUFFERED="1")
    environ.pop("PYTHONHOME", None)
    os.execve(python, [str(python), *arguments], environ)


def provide(lock_file: str) -> Path:
    """The Python of an environment in which everything of ``lock_file`` is installed."""
    wanted = {name: _hash(name) for name in (lock_file, *INCLUDES.get(lock_file, ()))}
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").expanduser().absolute()
    candidates = (ROOT / ".venv", var_dir / "venv")
    for folder in candidates:
        if _installed(folder, wanted):
            return _python(folder)
    for folder in candidates:
        if os.access(folder if folder.exists() else ROOT, os.W_OK) or folder == candidates[-1]:
            _install(folder, lock_file, wanted, var_dir / "log" / "install.log")
            return _python(folder)
    raise AssertionError("unreachable")


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _stamp(folder: Path) -> Path:
    return folder / "installed.json"


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _read_stamp(folder: Path) -> dict[str, str]:
    try:
        found = json.loads(_stamp(folder).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _installed(folder: Path, wanted: dict[str, str]) -> bool:
    kept = _read_stamp(folder)
    return _works(folder) and all(kept.get(name) == value for name, value in wanted.items())


def _works(folder: Path) -> bool:
    python = _python(folder)
    if not os.access(python, os.X_OK):
        return False
    command = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install(folder: Path, lock_file: str, wanted: dict[str, str], log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another start may be installing into it right now
        if _installed(folder, wanted):
            return
        if not _works(folder):
            _create(folder, log)
        print(f"Installing the packages of {lock_file} (a first time takes minutes)", flush=True)
        command = [
            # The lock file is whole, and leaves out what requirements-overrides.txt names.
            *(str(_python(folder)), "-m", "pip", "install", "--require-hashes", "--no-deps"),
            *("--no-input", "--disable-pip-version-check", "-r", str(ROOT / lock_file)),
        ]
        _call(command, log, "The packages could not be installed")
        _stamp(folder).write_text(json.dumps({**_read_stamp(folder), **wanted}))


def _create(folder: Path, log: Path) -> None:
    print(f"Making the virtual environment {folder}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(folder)]
    try:
        _call(command, log, "The virtual environment could not be made")
    except SetupError:
        shutil.rmtree(folder, ignore_errors=True)
        if "ensurepip" in log.read_text(errors="replace"):
            raise SetupError(
                "This Python has no venv: install it (on Debian: apt install python3-venv)."
            ) from None
        raise


def _call(command: list[str], log: Path, failure: str) -> None:
    with open(log, "wb") as output:
        done = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
    if done.returncode == 0:
        return
    lines = log.read_text(errors="replace").splitlines()
    if any("No space left on device" in line for line in lines):
        raise SetupError(f"{failure}: the disk is full.")
    reasons = [line for line in lines if line.startswith("ERROR:")] or lines[-1:] or ["no message"]
    raise SetupError(f"{failure}: {reasons[-1].removeprefix('ERROR: ').rstrip('.')} (see {log}).")


if __name__ == "__main__":
    main(*sys.argv[1:])
