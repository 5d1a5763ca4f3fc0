"""The documents made from the code are whole, and the ones kept are those of the code."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from auctions.realtime import messages


def printed(name: str) -> str:
    out = StringIO()
    call_command(name, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["asyncapi", "errorcatalog", "termstable", "visibilitytable"])
def test_the_kept_document_is_the_codes(name: str) -> None:
    call_command(name, check=True)


def test_asyncapi_names_every_message_and_refers_to_nothing_missing() -> None:
    document = yaml.safe_load(printed("asyncapi"))

    tags = {each["name"] for each in document["components"]["messages"].values()}
    assert {messages.Bid.__struct_config__.tag, "welcome", "unknown_ref", "ended"} <= tags
    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for inner in node.values() for ref in references(inner)]
    if isinstance(node, list):
        return [ref for inner in node for ref in references(inner)]
    return []


def test_every_code_of_the_gate_is_in_the_catalog() -> None:
    text = printed("errorcatalog")

    for code in ("gate.not_received", "auction.bid_too_high", "access.forbidden"):
        assert f"| `{code}` |" in text
