"""``python -m tests.faults.inside``: a program inside an installation that a launcher runs.

It reads requests from its standard input, ``{"do": name, …}`` one a line, does them by the
product's own use cases on the launcher's servers, and prints ``{"done": …}`` one a line.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django_celery_beat.models import IntervalSchedule, PeriodicTask  # noqa: E402

from auctions.domain.terms import LotTerms, SoftClose  # noqa: E402
from auctions.ledger import chain, store  # noqa: E402
from auctions.ledger.disclosure import Scope, Viewer  # noqa: E402
from auctions.ledger.exports import export_ledger  # noqa: E402
from auctions.ledger.report import Level  # noqa: E402
from auctions.ledger.verify import verify  # noqa: E402
from auctions.models import Auction, CommandOutcome  # noqa: E402
from auctions.selectors import load  # noqa: E402
from auctions.services import closing  # noqa: E402
from config.demo import live  # noqa: E402
from crm_core.companies.models import Role  # noqa: E402
from crm_core.companies.services import add_member  # noqa: E402
from crm_core.notifications.models import MailboxMessage, Notice, OutgoingMail  # noqa: E402
from crm_core.notifications.services import send_mail  # noqa: E402
from crm_core.people.models import User  # noqa: E402
from infra.keys import KeyRing  # noqa: E402
from kernel.clock import moment_to_wire, utc_now  # noqa: E402
from tests.faults import format_rooms, tellings  # noqa: E402
from tests.people import make_token  # noqa: E402
from tests.rooms import Room, company, open_room  # noqa: E402

SWEEP = "sweep every second"
_rooms: dict[str, Room] = {}


def open_auction(suppliers: int, seconds: float, starts_in: float) -> dict[str, Any]:
    """An auction of one lot, with API tokens of its buyer and its suppliers."""
    room = open_room(
        suppliers,
        lots=(LotTerms(number=1, title="Rebar", quantity=Decimal(100), unit="TNE",
                       ceiling=Decimal("1000000.00")),),
        starts_at=utc_now() + timedelta(seconds=starts_in),
        length=timedelta(seconds=seconds),
        soft_close=SoftClose(window=timedelta(seconds=1), reset=timedelta(seconds=1)),
    )  # fmt: skip
    _rooms[str(room.id)] = room
    return {
        "auction": str(room.id),
        "deadline": moment_to_wire(room.terms.starts_at + room.terms.length),
        "buyer": make_token(room.buyer.actor, name="faults")[1],
        "suppliers": [
            {"seat": each.seat, "token": make_token(each.actor, name="faults")[1]}
            for each in room.suppliers
        ],
    }


def ledger(auction: str) -> list[dict[str, Any]]:
    """Every entry; each is checked to be bound to its content and to the one before it."""
    with connection.cursor() as cursor:
        entries = store.read_after(cursor, _id(auction), 0, 1_000_000)
    previous = chain.origin(chain.LEDGER, auction)
    for number, entry in enumerate(entries, 1):
        sealed = chain.envelope(auction, number, entry.recorded_at, entry.kind, entry.body_json)
        assert entry.seq == number
        assert entry.leaf == chain.leaf(entry.salt, sealed)
        assert entry.hash == chain.link(previous, entry.leaf)
        previous = entry.hash
    return [
        {"seq": entry.seq, "kind": entry.kind, "at": moment_to_wire(entry.recorded_at),
         "body": entry.body, "leaf": entry.leaf.hex()}
        for entry in entries
    ]  # fmt: skip


def gather(suppliers: int) -> list[str]:
    """Suppliers that are at every auction of ``open_format``; their API tokens."""
    return format_rooms.gather(suppliers)


def open_format(of: str, starts_in: float, stretch: float) -> dict[str, Any]:
    """An auction of a format of tests.faults.format_rooms, for those that were gathered."""
    room = format_rooms.open_one(of, starts_in, stretch)
    _rooms[str(room.id)] = room
    return {
        "auction": str(room.id),
        "starts_at": moment_to_wire(room.terms.starts_at),
        "seats": [each.seat for each in room.suppliers],
    }


def open_offers(auction: str, number: int = 1) -> None:
    """Open the sealed offers (of that round) with both keys."""
    format_rooms.open_offers(_rooms[auction], number)


def open_seeds(auction: str) -> None:
    """Open both seeds of a random end."""
    format_rooms.open_seeds(_rooms[auction])


def end_and_verify(auction: str, receipts: list[Any]) -> dict[str, list[str]]:
    """Cancel the auction, export its ledger and verify it: what failed, and all that was said."""
    room = _rooms[auction]
    with transaction.atomic():
        closing.cancel(actor=room.buyer.actor, auction_id=room.id, reason="done", ref="end")
    return verify_ended(auction, receipts)


def verify_ended(auction: str, receipts: list[Any]) -> dict[str, list[str]]:
    """Export the ledger of an auction that is over and verify it: whole, and as each participant
    has it."""
    room = _rooms[auction]
    keys = KeyRing(settings.PLATFORM_KEY_DIR)
    own = [Viewer(Scope.PARTICIPANT, seat) for seat in load(room.id).seats]
    with transaction.atomic(), connection.cursor() as cursor:
        raw = export_ledger(cursor, keys, room.id, Viewer(Scope.FULL))
        others = [export_ledger(cursor, keys, room.id, viewer) for viewer in own]
    key = keys.signer(room.terms.platform_key).public_key
    found = verify(raw, public_key=key, receipts=receipts).findings
    also = [each for other in others for each in verify(other, public_key=key).findings]
    return {
        "failed": [each.text for each in (*found, *also) if each.level is Level.FAILED],
        "said": [each.text for each in found],
    }


def new_members(count: int) -> list[str]:
    """So many people begin to act for a new company, each of which is told to them by mail."""
    made = company(Role.BIDDER, sells=True).company
    people = [
        User.objects.create_user(
            f"{made.reference}-{number}@example.org", full_name=f"Person {number}"
        )
        for number in range(count)
    ]
    for person in people:
        add_member(company_id=made.pk, user_id=person.pk, role=Role.BIDDER)
    return [person.email for person in people]


def told(people: list[str]) -> dict[str, dict[str, int]]:
    """How many notices and arrived mails each of these people has."""
    notices = Notice.objects.filter(recipient__email__in=people)
    mails = MailboxMessage.objects.filter(to__in=people)
    return {
        "notices": Counter(notices.values_list("recipient__email", flat=True)),
        "mails": Counter(mails.values_list("to", flat=True)),
    }


def queue_mail(name: str, with_task: bool) -> str:
    """Queue a mail; without its task it waits for the calendar's next sweep. Its address."""
    address = f"{name}@example.org"
    user = User.objects.create_user(address, full_name=name)
    context = {"text": "Hello.", "data": {}, "link": ""}
    if with_task:
        send_mail(user=user, template="notice", context=context, key=name)
    else:
        OutgoingMail.objects.create(to=address, template="notice", context=context, key=name)
    return address


def sweep_every_second(on: bool) -> None:
    """Have the calendar's mail task run every second, or no longer."""
    PeriodicTask.objects.filter(name=SWEEP).delete()
    if on:
        every = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)[0]
        PeriodicTask.objects.create(
            name=SWEEP, task="notifications.deliver_waiting_mails", interval=every
        )


def demo() -> dict[str, Any]:
    """The open demonstration auction: how many consents and bids; empty without one."""
    tender = live.live_tender()
    if tender is None:
        return {}
    kinds = Counter(each["kind"] for each in ledger(str(tender.auction_id)))
    return {"consents": kinds["terms_accepted"], "bids": kinds["bid_placed"]}


def cut_connections() -> int:
    """Have the database end every other connection of the application; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
        )
        ended: int = cursor.fetchone()[0]
    return ended


def outcomes(auction: str, seat: str) -> int:
    """How many commands of a seat were decided."""
    return CommandOutcome.objects.filter(auction_id=auction, party=seat).count()


DOES: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        open_auction, gather, open_format, open_offers, open_seeds, ledger, end_and_verify,
        verify_ended, new_members, told, queue_mail, sweep_every_second, demo,
        cut_connections, outcomes, tellings.timelines, tellings.notices,
        tellings.mails_on_their_way,
    )
}  # fmt: skip


def _id(auction: str) -> Any:
    return Auction.objects.values_list("pk", flat=True).get(pk=auction)


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the product prints must not stand among the answers
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"done": DOES[request.pop("do")](**request)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        finally:
            connection.close()
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
