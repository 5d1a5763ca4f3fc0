"""Sealed rounds in browsers: an auditor with a key for each round, two suppliers, two openings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from auctions.domain.terms import Feedback, Format, SealedRoundsTerms, SoftClose
from crm_core.companies.models import Role
from tests.e2e.live import Visitor, accept_terms, assert_accessible
from tests.e2e.test_sealed_journey import PASSPHRASE, _offer, _open
from tests.rooms import Room, company, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUND = timedelta(seconds=50)


def _make_keys(page: Page) -> list[str]:
    page.fill("#pass-one", PASSPHRASE)
    page.fill("#pass-two", PASSPHRASE)
    page.click("#make")
    lines = page.locator("#sheet-keys dd")
    expect(lines).to_have_count(2)
    sheet = lines.all_inner_texts()
    page.check("#sheet-kept")
    page.click("#make-known")
    expect(page.locator("li[data-state=done]")).to_have_count(1)
    return sheet


def _hand_over(page: Page) -> None:
    page.fill("#pass", PASSPHRASE)
    page.click("#hand-over")
    expect(page.locator("li[data-state=done]")).to_have_count(3)


def test_two_rounds_each_opened_by_two(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    room: Room = open_room(
        format=Format.SEALED_ROUNDS,
        sealed_rounds=SealedRoundsTerms(rounds=2, length=ROUND, pause=timedelta(seconds=2)),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        feedback=Feedback(rank=True),
    )
    auditor = visitor(company(Role.ARBITER, operates=True))
    officer = visitor(room.buyer)
    sheet = _make_keys(_open(auditor, room))
    assert len(set(sheet)) == 2

    one, two = (visitor(supplier).enter(room) for supplier in room.suppliers)
    for each in (one, two):
        accept_terms(each)
    expect(one.locator("#rounds-word")).to_contain_text("Round 1 takes sealed offers")
    _offer(one, "900")
    _offer(two, "800")
    assert_accessible(one, "first round")

    expect(one.locator("#rounds-word")).to_contain_text("wait for the opening", timeout=60_000)
    _hand_over(_open(auditor, room))
    desk = _open(officer, room)
    with desk.expect_download() as copy:
        desk.click("#office-save")
    kept = tmp_path / "office.json"
    kept.write_bytes(Path(copy.value.path()).read_bytes())
    assert len(json.loads(kept.read_text())["keys"]) == 2
    desk.click("#open")
    expect(desk.locator("#offers")).to_contain_text("800.00")
    assert_accessible(desk, "between rounds")

    expect(one.locator("#rounds-word")).to_contain_text("Round 2 takes", timeout=30_000)
    # What was accepted in the first round is no offer of the second.
    expect(one.locator("#result")).to_be_empty()
    expect(one.locator("#rank-number")).to_have_text("2")
    expect(two.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(one.locator("#rounds-own-rows")).to_contain_text("900.00")
    # The step is measured by one's own best: what is no lower is not even sent.
    one.fill("#amount", "899.99")
    expect(one.locator("#amount-hint")).to_have_attribute("data-state", "bad")
    _offer(one, "743.19")
    assert_accessible(one, "second round")
    assert "743.19" not in json.dumps([entry.body for entry in room.entries()])

    console = officer.page
    console.goto(f"{officer.address}/auctions/{room.id}/console/")
    expect(console.locator("#rounds-ended-rows tr")).to_have_count(1)
    expect(console.locator("#participants-table")).to_contain_text("800.00")
    assert_accessible(console, "console")

    expect(one.locator("#rounds-word")).to_contain_text("wait for the opening", timeout=60_000)
    page = _open(auditor, room)
    page.locator("details summary").filter(has_text="passphrase is lost").click()
    page.fill("#sheet-typed", sheet[0])  # of the first round
    page.click("#hand-sheet")
    expect(page.locator("#failure")).to_contain_text("not the key")
    page.fill("#sheet-typed", sheet[1])
    page.click("#hand-sheet")
    expect(page.locator("li[data-state=done]")).to_have_count(3)
    desk = _open(officer, room)
    desk.locator("details summary").filter(has_text="copy of the key is lost").click()
    desk.set_input_files("#office-file", str(kept))
    desk.click("#open-file")
    expect(desk.locator("#offers tr", has_text="lowest")).to_contain_text("743.19")
    expect(one.locator("#rankbox")).to_have_attribute("data-state", "leading")
    expect(one.locator("#rounds-word")).to_contain_text("ended after round 2")
    expect(two.locator("#rank-number")).to_have_text("2")
    desk.goto(f"{officer.address}/auctions/{room.id}/verification/")
    expect(desk.locator("#verdict")).to_have_attribute("data-state", "ok")
