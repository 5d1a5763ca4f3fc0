"""``bin/bench auctions``, ``screening``, ``catalog``: figures, beside floors of the same run."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

# Load generators import this module again: what needs Django is imported in main.
from bench import catalog, screening
from bench.catalog import KEYS as CATALOG_KEYS
from bench.errors import BenchError
from bench.house import LONGEST_COMMIT_DELAY_MS, ROOT, House
from bench.parts import PARTS
from bench.report import KEYS, check, table, write
from bench.screening import KEYS as SCREENING_KEYS
from bench.sizes import FULL, SMOKE
from infra.embedded.errors import LaunchError

SCREENING, CATALOG = "screening", "catalog"
_KEYS = {SCREENING: SCREENING_KEYS, CATALOG: CATALOG_KEYS}


class StopAsked(BaseException):
    """Ctrl-C, or a signal."""


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was measured and the figures can be true."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_stop)
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute() / "bench"
    began = time.monotonic()
    try:
        with House(var_dir, commit_delay_ms=options.commit_delay_ms) as house:
            figures = _measured(
                options, house, lambda text: say(f"{time.monotonic() - began:4.0f} s  {text}")
            )
        say(table(figures, judged=not options.smoke))
        say(f"Measured in {time.monotonic() - began:.0f} s.")
        if options.json:
            write(figures, options.json)
        check(figures, () if options.only else _KEYS.get(options.what, KEYS))
    except StopAsked:
        say("Stopped.")
        return 130
    except (BenchError, LaunchError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


def _measured(
    options: argparse.Namespace, house: House, tell: Callable[[str], None]
) -> dict[str, float]:
    sizes = SMOKE if options.smoke else FULL
    if options.what == SCREENING:
        return screening.measure(house, sizes, tell)
    if options.what == CATALOG:
        return catalog.measure(house, sizes, tell)
    from bench.measuring import Measuring

    measuring = Measuring(house, sizes)
    measuring.run(options.only or PARTS, tell)
    return measuring.figures


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


def _ask_stop(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise StopAsked


def _delay(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed) <= LONGEST_COMMIT_DELAY_MS):
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {LONGEST_COMMIT_DELAY_MS}")
    return int(typed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure Fairfall.")
    parser.add_argument("what", choices=("auctions", SCREENING, CATALOG), help="what to measure")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure only this part of the auctions"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--commit-delay-ms",
        type=_delay,
        default=0,
        metavar="N",
        help="have every commit, the floor's too, take so much longer, as on a slower disk",
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="everything very small: it works, the figures say nothing",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
