"""Before its time nothing sealed is told: by no address, dump, admin page or key of Valkey.

All formats run at once; everything is asked once, then all is opened, and looked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from auctions.domain.terms import Format
from auctions.realtime.process import stop_gate
from config.celery import app
from infra import relay
from tests import tender_house
from tests.api.access_table import house as houses
from tests.api.access_table.asking import endpoints
from tests.people import make_user
from tests.secrecy import kept
from tests.secrecy.case import Case, Parties
from tests.secrecy.everybody import Everybody, Told, answer_of
from tests.secrecy.formats import CASES, formats, made
from tests.secrecy.spelled import Hidden

pytestmark = pytest.mark.django_db
FORMS = ("as it is", "its fingerprint")
OFFICE_KEY = "/sealing/office-key/"


@dataclass
class Gathered:
    """What was told before anything was opened, and after."""

    cases: dict[str, Case]
    keys: dict[str, dict[str, str]]  # the private ones not published yet: by case, by name
    seeds: dict[str, dict[str, str]]  # those not opened yet: by case, by name
    envelopes: dict[str, dict[str, tuple[str, str]]]  # see Case.envelopes: by case, by name
    everybody: Everybody
    addresses: Told
    dump: set[str]
    valkey: set[str]
    queue: str  # all that Valkey holds
    admin: set[str]
    admin_pages: int
    dump_after: set[str]
    after: Told

    def secrets_of(self, name: str) -> list[str]:
        """Names of the amounts of a case."""
        return [each.name for each in self.cases[name].secrets]

    def opened_of(self, name: str) -> set[str]:
        """Those that are ever opened: an offer that was replaced is not."""
        return {each for each in self.secrets_of(name) if not each.endswith("replaced")}


@pytest.fixture(scope="module")
def gathered(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Gathered]:
    """Committed, since a dump reads it by a connection of its own; emptied at the end."""
    with django_db_blocker.unblock():
        logging.disable(logging.WARNING)  # refusals are what is asked for
        try:
            yield _gather()
        finally:
            logging.disable(logging.NOTSET)
            app.conf.task_always_eager = True
            app.control.purge()
            stop_gate()  # rooms that were looked at have started it
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False,
                         inhibit_post_migrate=False)  # fmt: skip
            connection.close_pool()


def _gather() -> Gathered:
    house = houses.build()
    parties = Parties(
        officer=house.people["buyer", "officer"], owner=tender_house.supplier("Owner OÜ"),
        rival=house.people["supplier", "bidder"], keeper=house.people["operator", "arbiter"],
    )  # fmt: skip
    app.conf.task_always_eager = False  # the queue keeps what is put into it
    cases = {name: made(name, parties) for name in CASES}
    relay.drain()
    queue = kept.valkey()
    keys = {case.name: case.keys() for case in cases.values()}
    envelopes = {case.name: case.envelopes() for case in cases.values()}
    seeds = {case.name: case.seeds() for case in cases.values()}
    words = {name: text for all_of in (keys, seeds) for each in all_of.values()
             for name, text in each.items()}  # fmt: skip
    for each in envelopes.values():
        words |= {f"{name}, {form}": text for name, both in each.items()
                  for form, text in zip(FORMS, both, strict=True)}  # fmt: skip
    hidden = Hidden((each for case in cases.values() for each in case.secrets), words)
    everybody, before, after = Everybody(house, parties), Told(), Told()
    for number, case in enumerate(cases.values()):
        everybody.ask(hidden, everybody.of(case), before, first=number == 0)
    everybody.ask(hidden, everybody.shared(), before, first=False)
    pages = _admin_pages()
    queue += kept.valkey()
    gathered = Gathered(
        cases, keys, seeds, envelopes, everybody, before,
        hidden.told_by(kept.dump()), hidden.told_by(queue), queue, hidden.told_by(pages),
        pages.count("site-name"), set(), after,
    )  # fmt: skip
    for case in cases.values():
        if case.auction_id is not None:
            case.end()
    gathered.dump_after = hidden.told_by(kept.dump())
    for case in cases.values():
        for path in _where_it_stands(case):
            after.add(hidden.told_by(everybody.look("buyer officer", path)), "buyer officer", path)
    return gathered


def _admin_pages() -> str:
    """The list of each model of Django's admin site, and the page of each of its rows."""
    root = make_user(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    paths = ["/admin/"]
    for model in admin.site._registry:
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        rows = model._default_manager.values_list("pk", flat=True)[:20]
        paths += [place, *(f"{place}{row}/change/" for row in rows)]
    return "\n".join(answer_of(client, path)[1] for path in paths)


def _where_it_stands(case: Case) -> list[str]:
    if case.auction_id is None:
        return []
    pages, api = f"/auctions/{case.auction_id}/", f"/api/v1/auctions/{case.auction_id}/"
    return [f"{pages}opening/", f"{pages}console/", api, f"{api}ledger/"]


def test_every_format_and_every_address_is_among_what_is_asked(gathered: Gathered) -> None:
    assert formats(list(gathered.cases.values())) == set(Format)
    asked = {each.name for each in gathered.everybody.endpoints}
    assert asked == {each.name for each in endpoints() if each.method == "get"}
    everybody = set(gathered.everybody.actors)
    for name in ("home", "metrics", "notices", "ui:search", "crm-accounts", "crm-account",
                 "tenders:list", "tenders:detail", "tenders:rehearsal", "tenders:rehearsal-json",
                 "auctions:list", "auctions:room", "auctions:console", "auctions:opening",
                 "auctions:observe", "auctions:debrief", "api-auction", "api-auction-own-bids",
                 "api-debrief", "api-account-timeline"):  # fmt: skip
        assert gathered.addresses.read[name] & everybody, f"{name} was not read by anybody"


@pytest.mark.parametrize("name", CASES)
def test_no_address_tells_it_to_anybody_who_may_not_know_it(gathered: Gathered, name: str) -> None:
    case = gathered.cases[name]
    assert case.secrets
    for secret in case.secrets:
        entitled = gathered.everybody.names_of(case.own[secret.name])
        assert gathered.addresses.to_others(secret.name, entitled) == set(), secret.name
        for who in gathered.everybody.persons_of(case.own[secret.name]):
            told_to = {each for each, _ in gathered.addresses.found.get(secret.name, set())}
            assert who in told_to, f"{secret.name} is not found where {who} is told it"


def test_a_drafts_reserve_is_told_to_nobody_but_who_may_change_it(gathered: Gathered) -> None:
    (secret,) = gathered.secrets_of("a_draft")
    assert {who for who, _ in gathered.addresses.found[secret]} == {"buyer officer"}


def test_no_private_key_is_told_but_the_offices_to_the_officer_who_asks_for_it(
    gathered: Gathered,
) -> None:
    asked = 0
    for keys in gathered.keys.values():
        for name in keys:
            told = gathered.addresses.found.get(name, set())
            if "office" in name:
                asked += 1
                assert {who for who, _ in told} == {"buyer officer"}
                assert all(path.endswith(OFFICE_KEY) for _, path in told)
            else:
                assert told == set(), name
    assert asked > 5


def test_no_seed_of_a_random_end_is_told_while_its_window_runs_and_both_are_after_it(
    gathered: Gathered,
) -> None:
    asked = {name: seeds for name, seeds in gathered.seeds.items() if seeds}
    assert set(asked) == {"open_window"}
    for seeds in asked.values():
        assert [each for each in seeds if gathered.addresses.found.get(each)] == []
        assert gathered.dump & set(seeds) == set()
        for whose in ("platform", "auditor"):
            (as_told,) = (each for each in seeds if each.endswith(f"of the {whose}, hex"))
            assert as_told in gathered.dump_after
            assert "buyer officer" in {who for who, _ in gathered.after.found[as_told]}


def test_that_somebody_sealed_an_offer_is_told_to_nobody_but_its_supplier(
    gathered: Gathered,
) -> None:
    found, asked = gathered.addresses.found, 0
    for name, envelopes in gathered.envelopes.items():
        case = gathered.cases[name]
        for envelope in envelopes:
            owns = (
                case.parties.owner if envelope.startswith(case.seat(case.parties.owner)) else None
            )
            entitled = gathered.everybody.names_of([owns or case.parties.rival])
            for form in FORMS:
                told = found.get(f"{envelope}, {form}", set())
                assert {who for who, _ in told} <= entitled, (envelope, form)
            prints = found.get(f"{envelope}, {FORMS[1]}", set())
            assert prints, f"{envelope} is known to whose it is"
            asked += 1
    assert asked > 15


@pytest.mark.parametrize("name", CASES)
def test_a_dump_of_the_database_tells_nothing_before_the_opening_and_all_after_it(
    gathered: Gathered, name: str
) -> None:
    case = gathered.cases[name]
    secrets = set(gathered.secrets_of(name))
    # What both sides know by now stands in the ledger, and is hidden from rivals alone.
    between_two = {each for each, known in case.own.items() if len(known) > 1}
    assert gathered.dump & (secrets - between_two) == set()
    assert gathered.dump & set(gathered.keys[name]) == set()
    assert between_two <= gathered.dump
    if case.auction_id is not None:
        assert gathered.opened_of(name) - gathered.dump_after == set()


@pytest.mark.parametrize("name", [each for each in CASES if each != "a_draft"])
def test_after_the_end_it_is_found_where_it_ought_to_be(gathered: Gathered, name: str) -> None:
    told = {
        secret: {who for who, _ in gathered.after.found.get(secret, set())}
        for secret in gathered.opened_of(name)
    }
    assert told
    assert [each for each, to in told.items() if "buyer officer" not in to] == []


def test_neither_valkey_nor_the_queue_in_it_holds_any_of_it(gathered: Gathered) -> None:
    assert "notifications.deliver_mail" in gathered.queue
    assert "rehearsal.go_on" in gathered.queue
    assert gathered.valkey == set()


def test_djangos_admin_site_has_no_model_of_ours_and_tells_none_of_it(gathered: Gathered) -> None:
    ours = [
        model._meta.label for model in admin.site._registry
        if "site-packages" not in model._meta.app_config.path
    ]  # fmt: skip
    assert ours == []
    assert any("site-packages" not in each.path for each in apps.get_app_configs())
    assert gathered.admin_pages > 3, "its pages were read"
    assert gathered.admin == set()
