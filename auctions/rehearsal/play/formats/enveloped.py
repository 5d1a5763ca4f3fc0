"""What bots seal beside their offers, a package or a discount: when, and in which envelope."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from auctions.domain.commands import PlaceSealedPackage
from auctions.domain.rules.packages import purpose
from auctions.rehearsal.play.bots import DONE, Bot, Look, View
from auctions.rehearsal.play.formats.sealed_rounds import until_round
from auctions.rehearsal.play.pace import (
    after_deadline,
    moment,
    until_late,
    until_start,
    waits_for_end,
)
from kernel import sealing


def look_at_all(
    bot: Bot, view: View, chance: random.Random, seal: Callable[[], PlaceSealedPackage | None]
) -> Look:
    """Seal it once, in rounds once a round; a sniper in the last seconds.

    ``view`` is that of any lot it concerns: all lots with packages run and end together.
    """
    lot = view.standing
    if lot.phase == "closed" or lot.own is None:
        return DONE
    if lot.phase in ("waiting", "prebid"):
        return Look(None, until_start(view, chance))
    if lot.phase == "paused":
        return Look(None, moment(chance))
    rounds = lot.rounds
    if lot.phase != "running" or lot.sealed is None:
        return DONE if rounds is None else Look(None, until_round(view, chance))
    if waits_for_end(bot, view):
        return Look(None, until_late(bot, view, chance))
    command = seal()
    return Look(command, None if rounds is None else after_deadline(view, chance))


def in_envelope(
    bot: Bot, view: View, number: int, content: Mapping[str, Any]
) -> PlaceSealedPackage:
    """The content under a package's number, sealed to the keys that the standing shows."""
    keys, rounds = view.standing.sealed, view.standing.rounds
    if keys is None:
        raise ValueError("there is nothing to seal to")
    raw = sealing.seal(
        bytes.fromhex(keys.auditor_key),
        bytes.fromhex(keys.office_key),
        purpose(bot.seat, number),
        json.dumps(content, separators=(",", ":")).encode("ascii"),
        sealing.LONG_TEXT_BYTES,
        secret=sealing.secret_from(f"{bot.seed}|{view.ref}"),
    )
    this = None if rounds is None else rounds.round
    return PlaceSealedPackage(bot.seat, number, raw.hex(), view.ref, this)
