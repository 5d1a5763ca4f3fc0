"""What an export says of itself: by which rules it is to be read, for whom it is, what it opens.

Nothing hashed holds these, so whoever has the platform's key can sign others. None of them may lead
to less being decided again than the export could bear.
"""

from __future__ import annotations

from auctions.domain.machine import RULES_VERSION
from auctions.domain.terms import Disclosure
from auctions.ledger import chain
from auctions.ledger.codec import Opening
from auctions.ledger.exported import Export
from auctions.ledger.places import named
from auctions.ledger.report import Report

FULL, PARTICIPANT, PUBLIC = "full", "participant", "public"


def check_claims(export: Export, report: Report) -> None:
    """Fail what no export of the platform says of itself, and what is closed that it must open."""
    _check_version(export, report)
    _check_scope(export, report)
    _check_opened(export, report)


def _check_version(export: Export, report: Report) -> None:
    """The version of the rules. An ``opened`` entry names none: it is of the first one."""
    version = export.content["rules_version"]
    if type(version) is not int or version != RULES_VERSION:
        why = (
            f"Entry 1: the export says that the auction ran under version {version!r} of the rules."
            f" This verifier knows version {RULES_VERSION} alone, and can decide nothing by others."
        )
        report.fail("replay", why, chain.LEDGER, 1)


def _check_scope(export: Export, report: Report) -> None:
    scope, seat = export.content["scope"], export.content["seat"]
    if scope == PARTICIPANT:
        sound = isinstance(seat, str) and seat != ""
    else:
        sound = scope in (FULL, PUBLIC) and seat is None
    if not sound:
        report.fail("form", f"There is no export of scope {scope!r} for seat {seat!r}.")


def _check_opened(export: Export, report: Report) -> None:
    """A full export opens every entry of both chains, a participant's the terms. Only a public one
    may close the terms, where they keep all to the buyer: and then it opens nothing."""
    ledger, attempts = export.chains[chain.LEDGER], export.chains[chain.ATTEMPTS]
    scope = export.content["scope"]
    if not ledger:
        report.fail("closed", "Entry 1, which holds the terms, is missing.", chain.LEDGER, 1)
    elif scope == FULL:
        _check_all(chain.LEDGER, ledger, report)
        _check_all(chain.ATTEMPTS, attempts, report)
    elif not ledger[0].is_open:
        opened = any(entry.is_open for entry in (*ledger, *attempts))
        if scope != PUBLIC or opened:
            why = f"{named(chain.LEDGER, 1)} is closed: this export must open the terms."
            report.fail("closed", why, chain.LEDGER, 1)


def _check_all(which: str, entries: list[Opening], report: Report) -> None:
    for entry in entries:
        if not entry.is_open:
            why = f"{named(which, entry.seq)} is closed: a full export must open every entry."
            report.fail("closed", why, which, entry.seq)
            return


def is_published(export: Export) -> bool:
    """Whether the terms open every bid to everybody, as far as the export tells them."""
    ledger = export.chains[chain.LEDGER]
    terms = ledger[0].body.get("terms") if ledger and ledger[0].is_open else None
    return isinstance(terms, dict) and terms.get("disclosure") == Disclosure.PUBLIC
