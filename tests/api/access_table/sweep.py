"""The sweep itself: each endpoint asked by everybody, and what that shows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from auctions.realtime.process import ready_gate, stop_gate
from crm_core.people.models import User
from tests.api.access_table import asking, house, table
from tests.api.access_table.asking import Answer, Endpoint, told
from tests.api.access_table.house import GUEST, OUTSIDER, House
from tests.api.access_table.table import Who


class Sweep:
    """A house, a browser for each person in it, and the endpoints of one side of the site."""

    def __init__(self, built: House, side: str) -> None:
        self.house = built
        self.clients = {who: _client(built, who) for who in table.everybody(built)}
        self.endpoints = {
            (each.name, each.method): each
            for each in asking.endpoints()
            if (side == "api") == each.route.startswith("api/v1/")
        }
        self.rows = table.rows(side)

    def answers(self, endpoint: Endpoint) -> dict[Who, Answer]:
        """What everybody gets."""
        path = endpoint.path(self.house.values)
        return {
            who: asking.ask(client, endpoint.method, path, self._body(endpoint))
            for who, client in self.clients.items()
        }

    def told_apart(self, endpoint: Endpoint, answers: dict[Who, Answer]) -> list[str]:
        """Strangers who can tell the buyer's object from one that never was: of those with the same
        status one is asked again."""
        own = endpoint.own_places
        if not own:
            return []
        values = self.house.values
        nowhere = {place: _nothing_like(values[place]) for place in own}
        path = endpoint.path({**values, **nowhere, **_aliases(endpoint, nowhere)})
        strangers = [who for who in answers if who[0] in ("stranger", OUTSIDER)]
        found = []
        for who in {answers[who].status: who for who in strangers}.values():
            answer = asking.ask(self.clients[who], endpoint.method, path, self._body(endpoint))
            if (answer.status, told(answer)) != (answers[who].status, told(answers[who])):
                found.append(f"{who}: {answers[who].status} there, {answer.status} nowhere")
        return found

    def through_ones_own(self, endpoint: Endpoint) -> tuple[Answer, Answer, Answer]:
        """What the stranger's officer gets who names an own object and, within it: an own one, the
        buyer's, one that never was."""
        client = self.clients["stranger", "officer"]
        inner = endpoint.own_places[-1]
        mine = {**self.house.values, **self.house.strangers}
        answers = []
        for value in (mine[inner], self.house.values[inner], _nothing_like(mine[inner])):
            path = endpoint.path({**mine, inner: value})
            answers.append(asking.ask(client, endpoint.method, path, self._body(endpoint)))
        own, foreign, nothing = answers
        return own, foreign, nothing

    def _body(self, endpoint: Endpoint) -> Any:
        return asking.body_of(endpoint, self.house.values)


def _aliases(endpoint: Endpoint, nowhere: dict[str, Any]) -> dict[str, Any]:
    """The same nothing where the endpoint wants another object than usual."""
    others = asking.OTHER_VALUES.get((endpoint.name, endpoint.method)) or asking.OTHER_VALUES.get(
        (endpoint.name, ""), {}
    )
    return {key: nowhere[place] for place, key in others.items() if place in nowhere}


def _nothing_like(value: Any) -> Any:
    return 987_654 if isinstance(value, int) else uuid4()


def _client(built: House, who: Who) -> Client:
    client = Client()
    if who[0] == OUTSIDER:
        client.force_login(built.outsider, "django.contrib.auth.backends.ModelBackend")
    elif who[0] != GUEST:
        user = User.objects.get(pk=built.people[who].user_id)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@contextmanager
def swept(blocker: DjangoDbBlocker, side: str) -> Iterator[Sweep]:
    """A committed house, since the gate reads it by connections of its own; emptied at the end."""
    with blocker.unblock():
        logging.disable(logging.WARNING)  # thousands of refusals are what is asked for
        try:
            built = house.build()
            ready_gate(20)
            yield Sweep(built, side)
        finally:
            logging.disable(logging.NOTSET)
            stop_gate()
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False,
                         inhibit_post_migrate=False)  # fmt: skip
            connection.close()
