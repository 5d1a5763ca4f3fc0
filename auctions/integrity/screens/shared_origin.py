"""One address or one device for several participants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auctions.integrity.screens.facts import Finding, Kind, Origin
from kernel.clock import moment_to_wire


def shared_origin(origins: Sequence[Origin]) -> Iterator[Finding]:
    """Seats whose connections came from the same address, or the same browser.

    No statistic: equality of keyed hashes. The sign is the first of the checklist in OECD,
    *Guidelines for Fighting Bid Rigging in Public Procurement* (2012), "Detecting bid rigging",
    section on documents: bids that come from one place or one machine.
    False positives: companies behind one provider's or office park's address (carrier-grade NAT,
    a VPN), a shared adviser. A shared device is rarer and says more.
    """
    for what in ("device", "address"):
        groups: dict[str, list[Origin]] = {}
        for origin in origins:
            value = getattr(origin, what)
            if value:
                groups.setdefault(value, []).append(origin)
        for value in sorted(groups):
            rows = groups[value]
            seats = sorted({row.seat for row in rows})
            if len(seats) < 2:
                continue
            facts = [
                {
                    "seat": seat,
                    "first": moment_to_wire(min(row.first for row in rows if row.seat == seat)),
                    "last": moment_to_wire(max(row.last for row in rows if row.seat == seat)),
                    "connections": sum(row.seat == seat for row in rows),
                }
                for seat in seats
            ]
            yield Finding(Kind.SHARED_ORIGIN, 0, tuple(seats), {"what": what, "rows": facts})
