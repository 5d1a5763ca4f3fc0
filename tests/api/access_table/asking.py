"""An address filled, a request sent as somebody, and everything it changed taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import files_made as made
from tests.api.access_table.bodies import BODIES, OTHER_VALUES

METHODS = ("get", "post", "put", "patch", "delete")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\]|[^)\[])*\)")
WHOLE = re.compile(r"<int:(\w+)>")
SHARED_PLACES = {"lot", "step", "number", "code", "supplier_id", "company_id", "ref",
                 "key", "key_id", "uidb36", "pk", "token", "secret", "link",
                 "part", "kind", "taxonomy", "category", "attribute_id",
                 "import_id", "catalog_offer_id"}  # fmt: skip
"""Places that name no object of one company's own, one that everybody may know, or a secret that
admits whoever has it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A pattern of the site and a method that it answers."""

    name: str
    route: str
    method: str

    @property
    def places(self) -> list[str]:
        """The places to fill, in order."""
        return [first or second for first, second in PLACE.findall(self.route)]

    @property
    def own_places(self) -> list[str]:
        """Those that name objects of one company's own."""
        return [place for place in self.places if place not in SHARED_PLACES]

    def path(self, values: Mapping[str, Any]) -> str:
        """The address with these values."""
        found = {**values, **_chosen(self, values)}
        left = iter([found[place] for place in self.places])
        path = PLACE.sub(lambda _match: str(next(left)), self.route)
        return "/" + path.replace("^", "").replace("$", "")


def _chosen(endpoint: Endpoint, values: Mapping[str, Any]) -> dict[str, Any]:
    """Where the endpoint wants another object than usual in a place."""
    others = OTHER_VALUES.get((endpoint.name, endpoint.method)) or OTHER_VALUES.get(
        (endpoint.name, ""), {}
    )
    return {place: values[key] for place, key in others.items()}


def endpoints() -> Iterator[Endpoint]:
    """Every pattern with every method it answers; Django's admin is asked about by itself."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, names: str) -> Iterator[Endpoint]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from _walk(entry, route, inner)
        elif isinstance(entry, URLPattern) and not route.startswith("admin/"):
            name = names + (entry.name or "")
            yield from (Endpoint(name, route, method) for method in _methods(entry, route))


def _methods(entry: URLPattern, route: str) -> list[str]:
    """Of a class what it defines; a function is asked: one that knows no such method says 405."""
    made_of = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)
    if made_of is not None:
        # Django's own form views answer PUT as they answer POST.
        known = METHODS if route.startswith("api/") else ("get", "post", "delete")
        return [method for method in known if hasattr(made_of, method)]
    nothing = {place or other: uuid4() for place, other in PLACE.findall(route)}
    nothing |= {place: 1 for place in ("lot", "number", "pk") if place in nothing}
    nothing |= dict.fromkeys(WHOLE.findall(route), 1)
    probe = Endpoint("", route, "get").path(nothing)
    return [method for method in ("get", "post") if ask(Client(), method, probe).status != 405]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: str


def ask(client: Client, method: str, path: str, body: Any = None) -> Answer:
    """Send a request; what it changed in the database is taken back."""
    options: dict[str, Any] = {}
    if body is not None or (path.startswith("/api/") and method in ("post", "put", "patch")):
        options["data"] = {} if body is None else body
        if path.startswith("/api/") and not _has_file(body):
            options["content_type"] = "application/json"
    if path.startswith("/api/") and method == "post":
        options["headers"] = {"Idempotency-Key": str(uuid4())}
    if path.startswith(
        (
            "/accounts/",
            "/certificates/",
            "/companies/",
            "/auctions/check/",
            "/api/v1/auctions/check/",
        )
    ):
        cache.clear()  # so many people from one address are more than its limits allow
    kept = dict(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(path, **options)
        content = b"" if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(kept)
    return Answer(response.status_code, content.decode("utf-8", "replace"))


def body_of(endpoint: Endpoint, values: Mapping[str, Any]) -> Any:
    """A body that the endpoint takes; ``{place}`` in a text is filled."""
    found = BODIES.get((endpoint.name, endpoint.method))
    return None if found is None else _filled(found, values)


def _filled(body: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(body, dict):
        return {key: _filled(each, values) for key, each in body.items()}
    if isinstance(body, list):
        return [_filled(each, values) for each in body]
    if body == "A FILE":
        return SimpleUploadedFile("Letter.pdf", made.pdf(), "application/pdf")
    return body.format(**values) if isinstance(body, str) else body


def _has_file(body: Any) -> bool:
    return isinstance(body, dict) and any(
        isinstance(each, SimpleUploadedFile) for each in body.values()
    )


_PASSING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{43,}|nonce-\S+|[0-9a-f]{32}")


def told(answer: Answer) -> str:
    """The body without what differs at each request: ids, tokens and nonces."""
    return _PASSING.sub("…", answer.body)
