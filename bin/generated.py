"""Files that are written by the code and committed, so that a change of a contract is seen.

``generated.py write``   write them all
``generated.py check``   fail when one differs from what the code says now

A new one is a line in ``FILES``: its path and the management command that prints it.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES: dict[str, tuple[str, ...]] = {
    "docs/api/asyncapi.yaml": ("asyncapi",),
    "docs/api/openapi.yaml": ("spectacular", "--validate"),
    "docs/auctions/terms.md": ("termstable",),
    "docs/errors.md": ("errorcatalog",),
    "docs/visibility.md": ("visibilitytable",),
}


def produce(command: tuple[str, ...]) -> str:
    """What the command prints; it must succeed and may warn of nothing."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def main() -> int:
    """0 when written, or when nothing differs."""
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in {"write", "check"}:
        print(__doc__, file=sys.stderr)
        return 2
    differing = 0
    for name, command in FILES.items():
        file = ROOT / name
        fresh = produce(command)
        if action == "write":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fresh)
            continue
        kept = file.read_text() if file.exists() else ""
        if kept != fresh:
            differing += 1
            lines = difflib.unified_diff(kept.splitlines(), fresh.splitlines(), name, "now", n=1)
            print("\n".join(list(lines)[:40]))
    if differing:
        print("Run bin/generated.py write and look at what changed.")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
