"""Faults in a live auction under bin/run: what was killed comes back and goes on with its work,
nothing acknowledged is lost, nobody is shown anything false for long, nothing is left running.

One launcher serves the whole file; the tests run in the order they stand in.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults import rude
from tests.faults.launcher import eventually, launched
from tests.faults.site import Site

pytestmark = pytest.mark.slow
WEB, WORKER, BEAT, RELAY = "daphne", " worker ", " beat ", "manage.py relay"
CLOCK, BOTS, VALKEY, POSTGRES = "auctionclock", "demobots", "valkey", "postgres"
DECIDER = "auctiondecider"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with ExitStack() as ending:
        running, var_dir = ending.enter_context(launched(web_processes=2, DEMO="1"))
        made = Site(running, var_dir)
        ending.callback(made.close)
        made.assert_bids_flow()
        yield made


@pytest.fixture
def nothing_lost(site: Site) -> Iterator[None]:
    """Afterwards bids flow, every acknowledged one is recorded, every client stands true."""
    yield
    site.assert_bids_flow()
    site.assert_nothing_lost()
    site.assert_all_stand_true()


@pytest.fixture
def nobody_put_out(site: Site) -> Iterator[None]:
    """No viewer's socket ended."""
    before = [len(onlooker.ends) for onlooker in site.onlookers]
    yield
    assert [len(onlooker.ends) for onlooker in site.onlookers] == before


fault = pytest.mark.usefixtures("nothing_lost")
unseen_fault = pytest.mark.usefixtures("nothing_lost", "nobody_put_out")


def assert_mailed(site: Site, address: str) -> None:
    once = {address: 1}
    assert eventually(lambda: site.inside("told", people=[address])["mails"] == once, 30)


@pytest.fixture(scope="module")
def slow_reader(site: Site) -> ClientConnection:
    """A socket that has read nothing since the first test."""
    opened: ClientConnection = site.begin(site.slow_reader(site.urls[1])).result(20)
    return opened


@unseen_fault
@pytest.mark.usefixtures("slow_reader")
def test_a_killed_worker_delivers_what_was_queued_meanwhile(site: Site) -> None:
    killed = site.running.kill(WORKER)
    address = site.inside("queue_mail", name="while-the-worker-was-dead", with_task=True)
    assert site.running.find(WORKER) is None

    assert site.running.comes_back(WORKER, killed)

    assert_mailed(site, address)


@unseen_fault
def test_killed_bots_come_back(site: Site) -> None:
    """Before their auction began, so that whatever they bid is bid by those that came back."""
    assert eventually(lambda: site.inside("demo").get("consents") == 5, 30)
    killed = site.running.kill(BOTS)
    assert site.inside("demo")["bids"] == 0

    assert site.running.comes_back(BOTS, killed)


@unseen_fault
def test_a_killed_calendar_goes_on(site: Site) -> None:
    site.inside("sweep_every_second", on=True)
    killed = site.running.kill(BEAT)

    assert site.running.comes_back(BEAT, killed)

    assert_mailed(site, site.inside("queue_mail", name="without-a-task", with_task=False))


@unseen_fault
def test_a_killed_relay_tells_everybody_once(site: Site) -> None:
    """The calendar still sweeps every second: a relay that dies between the commit of a mail and
    its task leaves the mail to that."""
    people = site.inside("new_members", count=40)
    killed = site.running.kill(RELAY)
    people += site.inside("new_members", count=3)
    told = len(site.inside("told", people=people)["notices"])

    assert site.running.comes_back(RELAY, killed)

    assert told < len(people), "it was killed too late to prove anything"
    once = dict.fromkeys(people, 1)
    assert eventually(lambda: site.inside("told", people=people)["notices"] == once, 30)
    assert eventually(lambda: len(site.inside("told", people=people)["mails"]) == len(people), 30)
    assert site.inside("told", people=people) == {"notices": once, "mails": once}
    site.inside("sweep_every_second", on=False)


@unseen_fault
def test_an_auction_due_while_the_clock_is_dead_is_closed_at_its_moment(site: Site) -> None:
    opened = site.inside("open_auction", suppliers=1, seconds=4, starts_in=1)
    bidder = site.bidder(opened["auction"], opened["suppliers"][0]["token"], site.urls[0])
    bidding = site.begin(bidder.run())
    deadline = datetime.fromisoformat(opened["deadline"])
    assert eventually(lambda: bidder.lots and bidder.lots[1]["own"]["leading"] is True, 20)
    time.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds() - 0.5))
    killed = site.running.kill(CLOCK)
    assert datetime.now(UTC) < deadline

    assert site.running.comes_back(CLOCK, killed)

    bidding.result(30)  # its socket heard the close
    entries = {each["kind"]: each for each in site.inside("ledger", auction=opened["auction"])}
    assert datetime.fromisoformat(entries["lot_closed"]["at"]) >= deadline
    assert datetime.fromisoformat(entries["lot_closed"]["body"]["at"]) == deadline
    assert "closed" in entries


@unseen_fault
def test_a_killed_decider_is_replaced_by_its_web_process(site: Site) -> None:
    """Bids under way have an unknown outcome, which the bidders ask for; nobody else notices."""
    for web in site.running.find_all(WEB):
        (killed,) = site.running.find_all(DECIDER, of=web)
        os.kill(killed, signal.SIGKILL)
        site.assert_bids_flow()

        assert eventually(lambda web=web: site.running.find_all(DECIDER, of=web) != [], 30)
        assert killed not in site.running.find_all(DECIDER, of=web)


@fault
def test_a_killed_web_process_is_come_back_to(site: Site) -> None:
    killed = site.running.kill(WEB)
    site.begin(asyncio.sleep(0.5)).result()

    assert site.running.says("web was ended by signal 9")
    assert eventually(lambda: len(site.running.find_all(WEB)) == 2, 30)
    assert killed not in site.running.find_all(WEB)
    assert eventually(lambda: site.running.status("/readyz") == 200, 30)


@fault
def test_a_killed_database_leaves_nothing_half_done(site: Site) -> None:
    killed = site.running.kill(POSTGRES)

    assert site.running.says("Postgres had ended and runs again")
    assert site.running.comes_back(POSTGRES, killed)


@fault
def test_connections_cut_again_and_again_leave_nothing_half_done(site: Site) -> None:
    cut = 0
    for _ in range(8):
        cut += site.inside("cut_connections")
        time.sleep(0.25)
    assert cut > 8


@unseen_fault
def test_with_valkey_killed_everybody_stays_and_is_shown_every_lead(site: Site) -> None:
    # Nobody bids at the second web process: what its viewer sees comes from the first.
    with site.held(site.urls[1]):
        began = datetime.now(UTC)
        killed = site.running.kill(VALKEY)
        assert site.running.says("Valkey had ended and runs again")
        assert site.running.comes_back(VALKEY, killed)
        site.assert_bids_flow(15)
        site.assert_shown_in_time(began)

    assert_mailed(site, site.inside("queue_mail", name="after-valkey", with_task=True))
    people = site.inside("new_members", count=3)
    once = dict.fromkeys(people, 1)
    assert eventually(lambda: site.inside("told", people=people)["notices"] == once, 30)


@unseen_fault
def test_while_valkey_hangs_bids_count_and_every_lead_is_shown(site: Site) -> None:
    valkey = site.running.child(VALKEY)
    with site.held(site.urls[1]):
        began = datetime.now(UTC)
        os.kill(valkey, signal.SIGSTOP)
        try:
            site.assert_bids_flow(15)
            site.assert_shown_in_time(began)
        finally:
            os.kill(valkey, signal.SIGCONT)


@unseen_fault
@pytest.mark.parametrize(("frames", "code"), rude.cases(rude.bid_frame), ids=rude.IDS)
def test_a_rude_client_is_put_out_and_costs_nobody_anything(
    site: Site, frames: list[str | bytes], code: int
) -> None:
    before, webs = site.running.peaks(WEB), site.running.find_all(WEB)

    async def ended_at(url: str) -> int | None:
        return await rude.closed_after(await site.socket(url, site.rude["token"]), frames)

    ends = [site.begin(ended_at(url)) for url in site.urls for _ in range(2)]

    ended = {end.result(70) for end in ends}
    assert ended <= {code, rude.CODE_LOST}, ended
    assert site.running.find_all(WEB) == webs
    rude.assert_bounded(before, site.running.peaks(WEB))
    # 120 frames a socket at once and 40 a second, 100 commands a seat at once and 50 a second.
    assert site.inside("outcomes", auction=site.auction, seat=site.rude["seat"]) < 1000


def test_a_reader_that_reads_nothing_was_put_out(site: Site, slow_reader: ClientConnection) -> None:
    assert site.begin(rude.read_to_the_end(slow_reader)).result(70) == rude.CLOSE_BEHIND


def test_the_bots_that_came_back_bid(site: Site) -> None:
    assert site.inside("demo"), "the demonstration ended when Valkey forgot who watched it"
    assert eventually(lambda: site.inside("demo")["bids"] > 0, 60)


def test_the_whole_ledger_is_verified_with_receipts(site: Site) -> None:
    with site.held():
        receipts = site.acked()[
            ::5
        ]  # each signature takes its time; the leaves of all were compared
        report = site.inside("end_and_verify", auction=site.auction, receipts=receipts)

    assert report["failed"] == []
    assert f"All {len(receipts)} receipts given stand in the chain." in report["said"]
