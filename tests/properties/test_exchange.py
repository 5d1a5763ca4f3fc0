"""What is exported is imported as it is: any name, number, price and attribute survives a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from infra.sheets import bare, harmless, written
from marketplace.exchange.domain import values
from marketplace.exchange.domain.columns import bands, columns_of, with_bands
from marketplace.exchange.domain.difference import differing, price_change
from reference.imports.tables import Fault, rows

SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf"))
texts = st.text(SIGNS | st.sampled_from("'=+-@;,|\""), min_size=1, max_size=12)
amounts = st.decimals("0.000001", "999999999", places=6)
ladders = st.dictionaries(st.just(Decimal(0)) | amounts, amounts, min_size=1, max_size=20)


@given(texts)
def test_an_escaped_text_comes_back_and_is_no_formula(text):
    assert bare(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "-", "@"))


@given(texts, st.sampled_from(("csv", "xlsx")))
def test_a_cell_survives_a_file(text, form):
    file = written(
        form, titles=["sku", "name_en"], rows=[["A", text], ["B", "Nut"]], sheet="offers"
    )
    found = [each for each in rows(file, headed=True) if not isinstance(each, Fault)]
    assert [cells for _number, cells in found[1:]] == [["A", text], ["B", "Nut"]]


@given(ladders)
def test_prices_survive_their_columns(ladder):
    sheet = with_bands({"sku": "A", "from_7": "3", "price_7": "1"}, ladder)
    assert bands(sheet) == ladder
    assert set(columns_of(list(sheet)).places) == set(sheet)
    assert differing(sheet, with_bands(sheet, bands(sheet))) == []


@given(amounts)
def test_a_number_survives_its_text(amount):
    assert values.decimal(values.plain(amount)) == amount


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), st.booleans())
def test_a_moment_survives_its_text(moment, midnight):
    at = moment.replace(tzinfo=UTC)
    if midnight:
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    assert values.begins(values.told_begin(at)) == at
    assert values.ends(values.told_end(at)) == at
    assert values.ends(at.date().isoformat()) - values.begins(at.date().isoformat()) == timedelta(1)


@given(ladders, ladders)
def test_a_rise_is_told_before_a_fall(before, after):
    old, new = ({"currency": "EUR", **with_bands({}, each)} for each in (before, after))
    found = price_change(old, new)
    rises = any(after[each] > before[each] for each in before.keys() & after.keys())
    assert (found is not None and found >= 0) if rises else (found is None or found <= 0)
    assert price_change(old, old) is None
