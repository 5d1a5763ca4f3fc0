"""Every check of the project, one after the other; all run, and the failed ones are named.

``bin/test``                  everything
``bin/test --quick``          lint, types, contracts and the tests that need no page: some minutes
``bin/test -k receipt -x``    other arguments go to pytest, after the lints

The virtual environment is the running Python's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
PYTHON = sys.executable
QUICK_TESTS = ("tests/domain", "tests/architecture", "tests/properties")


@dataclass(frozen=True, slots=True)
class Check:
    """One command and whether the quick run has it."""

    name: str
    command: tuple[str, ...]
    quick: bool = True


def checks(root: Path) -> list[Check]:
    """The checks before the tests, in the order they run."""
    templates = [
        str(folder.relative_to(root))
        for pattern in ("*/templates", "*/*/templates")
        for folder in sorted(root.glob(pattern))
        if ".venv" not in folder.parts and "var" not in folder.parts
    ]
    lint_templates = Check("templates", (str(PROGRAMS / "djlint"), "--quiet", "--lint", *templates))
    return [
        Check("ruff", (str(PROGRAMS / "ruff"), "check", "--quiet", ".")),
        Check("format", (str(PROGRAMS / "ruff"), "format", "--quiet", "--check", ".")),
        Check("types", (str(PROGRAMS / "mypy"), "--no-error-summary")),
        Check("contracts", (str(PROGRAMS / "lint-imports"),)),
        *([lint_templates] if templates else []),
        Check("migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"), False),
        Check("translations", (PYTHON, "manage.py", "messages", "--check"), False),
        Check("generated files", (PYTHON, "bin/generated.py", "check"), False),
        Check(
            "benchmark",
            (PYTHON, "-m", "bench", "auctions", "--smoke", "--commit-delay-ms", "1"),
            False,
        ),
        Check("benchmark of screening", (PYTHON, "-m", "bench", "screening", "--smoke"), False),
    ]


def tests(arguments: list[str], *, quick: bool) -> Check:
    """The run of pytest."""
    command = [PYTHON, "-m", "pytest"]
    if not any(argument.startswith(("-n", "--numprocesses")) for argument in arguments):
        command += ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    if quick:
        command += [name for name in QUICK_TESTS if (ROOT / name).is_dir()]
    return Check("tests", (*command, *arguments))


def run(check: Check) -> bool:
    """Whether the command succeeded; its output is shown only when it did not, tests' always."""
    print(f"== {check.name}", flush=True)
    began = time.monotonic()
    streaming = check.name == "tests"
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        stdout=None if streaming else subprocess.PIPE,
        stderr=None if streaming else subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    if not good and done.stdout:
        print(done.stdout.rstrip())
    print(f"   {'ok' if good else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return good


def main() -> int:
    """0 when every check passed."""
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    arguments = [argument for argument in arguments if argument != "--quick"]
    os.environ["TESTING"] = "1"
    os.environ.setdefault("DEMO", "0")
    os.environ.setdefault("HYPOTHESIS_PROFILE", "quick" if quick else "ci")
    (ROOT / "var").mkdir(exist_ok=True)
    planned = [check for check in checks(ROOT) if check.quick or not quick]
    failed = [check.name for check in planned if not run(check)]
    if not run(tests(arguments, quick=quick)):
        failed.append("tests")
    if failed:
        print(f"FAILED: {', '.join(failed)}", flush=True)
        return 1
    print("All checks passed.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
