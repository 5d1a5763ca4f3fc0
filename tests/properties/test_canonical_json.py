"""Our canonical bytes are RFC 8785's, by an independent implementation of it."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain.codec import BodyMalformed
from auctions.domain.events import event_body, event_from
from kernel.canonical import MAX_SAFE_INTEGER, NotCanonical, canonical
from tests.properties.play import Intent, Player, all_terms, scripts

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
    st.text(st.characters(exclude_categories=["Cs"])),
)
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_canonical_json_is_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(all_terms(), scripts)
def test_every_entry_of_an_auction_is_rfc_8785(terms: object, script: list[Intent]) -> None:
    player = Player(terms)  # type: ignore[arg-type]
    player.run(script)
    for event in player.finish().events:
        body = event_body(event)
        assert canonical(body) == rfc8785.dumps(body)
        assert event_from(event.kind, json.loads(canonical(body))) == event


@pytest.mark.parametrize(
    "value", [1.5, {"ключ": 1}, 2**53, "\ud800", [object()], {1: "a"}, {"a": float("nan")}]
)
def test_what_has_two_forms_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@given(all_terms(), st.data())
def test_a_body_with_a_field_more_or_less_is_refused(terms: object, data: st.DataObject) -> None:
    event = Player(terms).played.events[0]  # type: ignore[arg-type]
    body = event_body(event)
    name = data.draw(st.sampled_from(sorted(body)))
    shorter = {key: value for key, value in body.items() if key != name}
    for odd in (shorter, {**body, "more": 1}):
        with pytest.raises(BodyMalformed):
            event_from(event.kind, odd)
