"""Who may open which entries once the auction has ended, and the export they get.

Nothing is exported before. After it the chain of leaves is public; which entries are opened
depends on the viewer and on ``disclosure`` in the terms:

==================================================  ====  ===========  ===========  ======  ======
entry                                               full  participant  participant  public  public
disclosure in the terms                             any   public       buyer        public  buyer
==================================================  ====  ===========  ===========  ======  ======
terms, phases, deadlines, levels, pauses, end       yes   yes          yes          yes     --
keys of sealed offers, the private ones too         yes   yes          yes          yes     --
sealed rounds: their start, deadline and end        yes   yes          yes          yes     --
order of turns, stages, offers shown at turns' end  yes   yes          yes          yes     --
own seat: admission, consent, bids, withdrawals     yes   yes          yes          .       .
others' seats: admission, consent, bids, ...        yes   yes          --           yes     --
unit prices of a bid's positions: one's own         yes   yes          yes          .       .
unit prices of a bid's positions: others'           yes   --           --           --      --
message to all                                      yes   yes          yes          yes     --
message from or to oneself                          yes   yes          yes          .       .
message between others                              yes   --           --           --      --
reserve; why no sealed round follows                yes   yes          --           yes     --
how many connections were lost, came back           yes   yes          --           yes     --
a lot's result, an award: one's own, or nobody's    yes   yes          yes          yes     --
a lot's result: another's                           yes   yes          lead shown   yes     --
an award: another's                                 yes   yes          --           yes     --
which offers and packages together serve the lots   yes   yes          --           yes     --
the same after each sealed round                    yes   yes          --           yes     --
refused attempts: one's own                         yes   yes          yes          .       .
refused attempts: others'                           yes   --           --           --      --
==================================================  ====  ===========  ===========  ======  ======

*Full* is for the buyer and the auditor. *lead shown*: where the terms told suppliers the lead.
A kind that is not named here is not opened to anyone but the full viewer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from auctions.domain import money
from auctions.domain.commands import EVERYONE
from auctions.domain.state import AuctionState
from auctions.domain.terms import Disclosure, Terms
from auctions.ledger import chain
from auctions.ledger.codec import Entry, closed_json, opened_json
from auctions.ledger.receipts import EXPORT, Checkpoint, Heads, sign
from kernel.canonical import canonical
from kernel.clock import moment_to_wire
from kernel.errors import FairfallError, Kind
from kernel.signing import Signer


class Scope(StrEnum):
    """For whom an export is made."""

    FULL = "full"  # the buyer, the auditor
    PARTICIPANT = "participant"  # one seat
    PUBLIC = "public"  # anyone


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks; ``seat`` for a participant only."""

    scope: Scope
    seat: str | None = None

    def __post_init__(self) -> None:
        if (self.scope is Scope.PARTICIPANT) != (self.seat is not None):
            raise ValueError("a participant has a seat, nobody else has")


class LedgerNotClosed(FairfallError):
    """Nothing of the ledger is told while the auction is open."""

    code = "ledger.not_closed"
    kind = Kind.CONFLICT
    text = "The ledger can be exported when the auction has ended."


_COMMON = frozenset(
    {
        "opened",
        "prebid_opened",
        "lot_scheduled",
        "lot_started",
        "deadline_moved",
        "hard_stop_announced",
        "ranks_hidden",
        "lot_paused",
        "resume_announced",
        "pause_lifted",
        "lot_resumed",
        "terms_changed",
        "buyer_extended",
        "level_opened",
        "round_ordered",
        "stage_started",
        "turn_ended",
        "closed",
        "cancelled",
        "annulled",
        "sealing_key_set",
        "round_keys_set",
        "sealed_round_started",
        "sealed_round_ended",
        "sealed_round_scheduled",
        "lot_sealed",
        "key_handed_over",
        # The private keys: of what they open a viewer has only what is opened to it.
        "offers_opened",
        "seed_committed",
        "seeds_awaited",
        "seed_missing",
        "seeds_revealed",
        "end_drawn",
        "final_stage_started",
    }
)
_OF_A_SEAT = frozenset(
    {
        "seat_admitted",
        "seat_removed",
        "terms_accepted",
        "bid_placed",
        "automatic_bid_placed",
        "bid_limit_set",
        "bid_limit_ended",
        "bid_limit_opened",
        "level_accepted",
        "dropped_out",
        "withdrawal_requested",
        "withdrawal_decided",
        "surrogate_approved",
        "surrogate_ended",
        "surrogate_bid_placed",
        "unlock_requested",
        "unlock_decided",
        "scoring_set",
        "prices_declared",
        "seat_disqualified",
        "seat_requalified",
        "sealed_offer_placed",
        "sealed_offer_withdrawn",
        "offer_opened",
        "offer_rejected",
        "offer_taken_back",
        "sealed_package_placed",
        "sealed_package_withdrawn",
        "package_opened",
        "discount_opened",
        "package_rejected",
        "bids_voided",
        "finalist_named",
    }
)

# Of others, so to participants only where everything is published.
_OF_ALL = frozenset(
    {
        "reserve_opened",
        "connections_lost",
        "connections_back",
        "choice_found",
        "lots_allocated",
        "rounds_stopped",
    }
)


def opens(viewer: Viewer, terms: Terms, kind: str, body: Mapping[str, Any]) -> bool:
    """Whether the viewer gets this entry of the ledger opened (the table above)."""
    if viewer.scope is Scope.FULL:
        return True
    public = terms.disclosure is Disclosure.PUBLIC
    if viewer.scope is Scope.PUBLIC and not public:
        return False
    if kind in _COMMON:
        return True
    if kind == "message_posted":
        mine = viewer.seat is not None and viewer.seat in (body["sender"], body["to"])
        return mine or body["to"] == EVERYONE
    if kind in _OF_A_SEAT:
        return public or body["seat"] == viewer.seat
    if kind == "bid_lines":  # whatever the terms disclose of the bid itself
        return viewer.seat is not None and body["seat"] == viewer.seat
    if kind in _OF_ALL:
        return public
    if kind in ("lot_closed", "winner_changed"):
        return public or body["seat"] in (None, viewer.seat) or _price_told(terms)
    if kind == "award_recorded":
        return public or body["seat"] in (None, viewer.seat)
    return False


def _price_told(terms: Terms) -> bool:
    """Whether the lead's own price was told. Where offers are scored, or bid in several currencies
    or with several VAT rates, each was told its own."""
    own = terms.scoring is not None or money.asked_for(terms)
    return terms.feedback.lead and not own


def opens_attempt(viewer: Viewer, body: Mapping[str, Any]) -> bool:
    """Whether the viewer gets this entry of the attempts opened."""
    return viewer.scope is Scope.FULL or (viewer.seat is not None and body["party"] == viewer.seat)


def build_export(
    *,
    auction: str,
    state: AuctionState,
    rules_version: int,
    viewer: Viewer,
    entries: Iterable[Entry],
    attempts: Iterable[Entry],
    checkpoints: Iterable[tuple[Checkpoint, dict[str, Any]]],
    public_key: bytes,
    signer: Signer,
    exported_at: datetime,
    timestamps: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The signed export as the bytes of a file; raises LedgerNotClosed.

    ``state`` is what all of ``entries`` evolve to. The file is one canonical JSON object and a
    line feed. Its ``seal`` signs both heads and the hash of everything else.
    """
    if state.terms is None or state.phase.is_open:
        raise LedgerNotClosed()
    terms = state.terms
    heads = _Heads(auction)
    content: dict[str, Any] = {
        "format": chain.FORMAT,
        "auction": auction,
        "rules_version": rules_version,
        "scope": viewer.scope.value,
        "seat": viewer.seat,
        "exported_at": moment_to_wire(exported_at),
        "terms_hash": state.terms_hash,
        "public_key": public_key.hex(),
        "entries": [
            opened_json(entry)
            if opens(viewer, terms, entry.kind, entry.body)
            else closed_json(entry)
            for entry in heads.passing(chain.LEDGER, entries)
        ],
        "attempts": [
            opened_json(entry) if opens_attempt(viewer, entry.body) else closed_json(entry)
            for entry in heads.passing(chain.ATTEMPTS, attempts)
        ],
        "checkpoints": [
            {
                "signed": signed,
                "salt": checkpoint.salt.hex(),
                "heads": checkpoint.heads.document(),
            }
            for checkpoint, signed in checkpoints
        ],
    }
    if timestamps:  # left out where there are none, as in exports from before there were any
        content["timestamps"] = [dict(each) for each in timestamps]
    seal = {
        "type": EXPORT,
        "auction": auction,
        "heads": heads.now().document(),
        "content": hashlib.sha256(canonical(content)).hexdigest(),
    }
    return canonical({**content, "seal": sign(seal, signer)}) + b"\n"


class _Heads:
    """Notes the last entry of each chain while entries pass by."""

    def __init__(self, auction: str) -> None:
        self._at = {
            which: (0, chain.origin(which, auction)) for which in (chain.LEDGER, chain.ATTEMPTS)
        }

    def passing(self, which: str, entries: Iterable[Entry]) -> Iterable[Entry]:
        for entry in entries:
            self._at[which] = (entry.seq, entry.hash)
            yield entry

    def now(self) -> Heads:
        return Heads(*self._at[chain.LEDGER], *self._at[chain.ATTEMPTS])
