"""Every address that answers GET, asked as everybody: the addresses come from the router itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.test import Client

from crm_core.access.actor import Actor
from crm_core.people.models import User
from crm_core.timeline.models import Account
from tests.api.access_table.asking import Endpoint, endpoints
from tests.api.access_table.house import GUEST, House
from tests.secrecy.case import Case, Parties
from tests.secrecy.spelled import Hidden, text_of

AT_THE_TABLE = (
    ("buyer", "officer"), ("buyer", "auditor"), ("operator", "arbiter"),
    ("operator", "platform_admin"), ("supplier", "bidder"),
)  # fmt: skip
"""Of the house, who has something to do with an auction; and beside them the owner of what is
hidden, and a guest."""
OTHERS = (
    ("buyer", "owner"), ("buyer", "finance"), ("supplier", "owner"), ("operator", "verifier"),
    ("stranger", "officer"), ("stranger", "bidder"),
)  # fmt: skip
TELL_NOTHING_OF_OURS = ("account_", "mfa_", "api-schema", "api-docs")
"""Pages of the sign-in and of the API's description, by name: asked as an officer alone."""
REFUSED = frozenset({401, 403, 405})
OF_A_CASE = frozenset({"auction_id", "tender_id", "rehearsal_id", "lot_id", "token"})
"""Places that name something of one tender."""
ASKED_FOR = {"ui:search": ("Steel", "T-2026"), "directory": ("OÜ",)}
"""What is typed where something can be looked for."""


@dataclass
class Told:
    """What was told to whom: names of secrets by person and address."""

    found: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    read: dict[str, set[str]] = field(default_factory=dict)  # who was answered, by endpoint

    def add(self, names: Iterable[str], who: str, path: str) -> None:
        """Note it."""
        for name in names:
            self.found.setdefault(name, set()).add((who, path))

    def to_others(self, name: str, entitled: Iterable[str]) -> set[tuple[str, str]]:
        """Who is told that secret, and where, beside those."""
        told = self.found.get(name, set())
        return {(who, path) for who, path in told if who not in set(entitled)}


class Everybody:
    """The people of a house with a browser each, and what they may ask for."""

    def __init__(self, house: House, parties: Parties) -> None:
        self.house = house
        self.actors: dict[str, Actor | None] = {
            " ".join(who): house.people[who] for who in (*AT_THE_TABLE, *OTHERS)
        }
        self.actors |= {"the owner": parties.owner, GUEST: None}
        self._clients = {who: _browser(actor) for who, actor in self.actors.items()}
        self._others = {" ".join(who) for who in OTHERS}
        self._refused: set[tuple[str, str]] = set()  # by endpoint: whose role may not open it
        self.endpoints = [each for each in endpoints() if each.method == "get"]

    def names_of(self, actors: Iterable[Actor]) -> set[str]:
        """Those people, as they are called here; a company's people count as one another."""
        companies = {each.company_id for each in actors}
        return {
            who for who, actor in self.actors.items()
            if actor is not None and actor.company_id in companies
        }  # fmt: skip

    def persons_of(self, actors: Iterable[Actor]) -> set[str]:
        """These very people."""
        users = {each.user_id for each in actors}
        return {
            who
            for who, actor in self.actors.items()
            if actor is not None and actor.user_id in users
        }

    def look(self, who: str, path: str) -> str:
        """What that person reads there."""
        return answer_of(self._clients[who], path)[1]

    def shared(self) -> Iterator[tuple[Endpoint, str]]:
        """Addresses that belong to no tender: lists, home, notices, search, timelines, exports."""
        sides = [self.actors[who] for who in ("buyer officer", "supplier bidder", "the owner")]
        companies = [each.company_id for each in sides if each is not None]
        between = Account.objects.filter(owner_id__in=companies, partner_id__in=companies)
        accounts = list(between.values_list("pk", flat=True))
        for each in self.endpoints:
            if OF_A_CASE.isdisjoint(each.places):
                for account in accounts if "account_id" in each.places else [None]:
                    yield each, each.path({**self.house.values, "account_id": account})
                for typed in ASKED_FOR.get(each.name, ()):
                    yield each, f"{each.path(self.house.values)}?q={typed}"

    def of(self, case: Case) -> Iterator[tuple[Endpoint, str]]:
        """The addresses of one tender, with each of its things."""
        values = self.values_of(case)
        for each in self.endpoints:
            if not OF_A_CASE.isdisjoint(each.places):
                yield each, each.path(values)

    def values_of(self, case: Case) -> Mapping[str, Any]:
        """What the places are filled with."""
        tender = case.tender.pk
        found = {**self.house.values, "tender_id": tender, "draft": tender, "closed": tender,
                 "lot_id": case.tender.lots.get(number=1).pk,
                 "supplier_id": case.parties.owner.company_id}  # fmt: skip
        if case.auction_id is not None:
            found |= dict.fromkeys(
                ("auction_id", "closed_auction", "doomed_auction"), case.auction_id
            )
            found["rehearsal_id"] = case.rehearsal or found["rehearsal_id"]
            found["token"] = case.link
        return found

    def ask(
        self, hidden: Hidden, asked: Iterable[tuple[Endpoint, str]], told: Told, *, first: bool
    ) -> None:
        """Ask for these; what is hidden is looked for in all that comes back.

        ``first``: everybody is asked. Later, for the same things of another tender, only those are
        who have something to do with it, where their role was not refused before.
        """
        cache.clear()  # so many people at one address are more than its limits allow
        for endpoint, path in asked:
            for who, client in self._clients.items():
                if not first and (who in self._others or (endpoint.name, who) in self._refused):
                    continue
                if endpoint.name.startswith(TELL_NOTHING_OF_OURS) and who != "buyer officer":
                    continue
                status, text = answer_of(client, path)
                assert status < 500, (who, path)
                assert status != 429, (who, path)
                if status in REFUSED:
                    self._refused.add((endpoint.name, who))
                if status == 200:
                    told.read.setdefault(endpoint.name, set()).add(who)
                told.add(hidden.told_by(text), who, path)


def answer_of(client: Client, path: str) -> tuple[int, str]:
    """The status, and all that it says: the head with its cookies, and the body."""
    response = client.get(path)
    body = b"".join(response) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return response.status_code, f"{head}\n{response.cookies.output()}\n{text_of(body)}"


def _browser(actor: Actor | None) -> Client:
    client = Client()
    if actor is not None:
        user = User.objects.get(pk=actor.user_id)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
