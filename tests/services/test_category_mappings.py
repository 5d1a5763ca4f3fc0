"""Which categories correspond: read both ways, brought in as a whole, told by row where wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from reference import taxonomies
from reference.errors import TableRefused
from reference.imports.mappings import import_mappings
from reference.models import Category, CategoryMapping
from tests.category_house import DIVISION, GROUP, STEEL, lists

pytestmark = pytest.mark.django_db
PAIRS = f"from,to,relation\n{STEEL},30102200,Exact\n{GROUP},unspsc:30102200,narrower\n"


@pytest.fixture(autouse=True)
def _lists() -> None:
    lists()
    for code in ("unspsc:30102200", "unspsc:30100000"):
        Category.objects.create(code=code, level=4, name_en=f"Category {code}")


def bring(text, *, source="cpv", target="unspsc", apply=True):
    return import_mappings(source=source, target=target, content=text.encode(), apply=apply)


def counts(found):
    return (found.new, found.changed, found.gone, [each.code for each in found.faults])


def seen(code):
    return [(each.category.pk, each.relation.value) for each in taxonomies.corresponding(code)]


def test_a_pair_is_read_both_ways_and_the_relation_is_turned(django_assert_num_queries):
    assert counts(bring(PAIRS, apply=False)) == (2, 0, 0, [])
    assert not CategoryMapping.objects.exists()
    assert bring(PAIRS).applied
    with django_assert_num_queries(1):
        assert seen(STEEL) == [("unspsc:30102200", "exact")]
    assert seen(GROUP) == [("unspsc:30102200", "narrower")]
    assert seen("unspsc:30102200") == [(STEEL, "exact"), (GROUP, "broader")]
    assert seen(DIVISION) == []

    Category.objects.filter(pk=STEEL).update(retired=True)
    assert seen("unspsc:30102200") == [(GROUP, "broader")]


def test_the_same_file_changes_nothing_and_another_is_the_whole_of_it():
    bring(PAIRS)
    assert counts(bring(PAIRS)) == (0, 0, 0, [])
    other = f"from;to;relation\n{STEEL};30102200;broader\n{DIVISION};30100000;exact\n"
    assert counts(bring(other)) == (1, 1, 1, [])
    rows = CategoryMapping.objects.values_list("source_id", "target_id", "relation")
    assert sorted(rows) == [
        (DIVISION, "unspsc:30100000", "exact"), (STEEL, "unspsc:30102200", "broader"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{STEEL},99999999,exact", "category_unknown"),
        ("44334000-0,30102200,exact", "category_unknown"),
        (f"{STEEL},30100000,alike", "relation_wrong"),
        (f"{STEEL},30102200,broader", "pair_twice"),
        (f"={STEEL},30102200,broader", "formula"),
        (f"{DIVISION}", "category_unknown"),
    ],
)
def test_a_wrong_row_keeps_the_whole_file_out(row, code):
    found = bring(PAIRS + row + "\n")
    assert [(each.row, each.code) for each in found.faults] == [(4, code)]
    assert not found.applied
    assert not CategoryMapping.objects.exists()


def test_a_pair_is_not_told_the_other_way_round_too():
    bring(PAIRS)
    turned = f"from,to,relation\n30102200,{STEEL},exact\n"
    found = bring(turned, source="unspsc", target="cpv")
    assert counts(found)[3] == ["pair_turned"]
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryMapping.objects.create(
            source_id="unspsc:30102200", target_id=STEEL, relation="exact"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryMapping.objects.create(source_id=STEEL, target_id=STEEL, relation="exact")
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryMapping.objects.create(
            source_id=DIVISION, target_id="unspsc:30100000", relation="alike"
        )


@pytest.mark.parametrize("text", ["a;b;c\n", "", "from;to\n1;2\n"])
def test_what_has_not_the_columns_is_refused(text):
    with pytest.raises(TableRefused):
        bring(text)
    with pytest.raises(TableRefused):
        bring(PAIRS, target="cpv")


def test_pairs_are_found_by_code_and_name():
    bring(PAIRS)
    assert [each.source_id for each in taxonomies.mappings("сталь")] == [STEEL]
    assert taxonomies.mappings("301022").count() == 2
    assert taxonomies.mappings("nothing").count() == 0


def test_the_command_says_what_it_does(tmp_path: Path, capsys):
    path = tmp_path / "pairs.csv"
    path.write_text(PAIRS)
    call_command("import_mappings", "cpv", "unspsc", str(path), "--dry-run")
    assert "2 new, 0 changed, 0 gone; nothing was changed" in capsys.readouterr().out
    call_command("import_mappings", "cpv", "unspsc", str(path))
    assert CategoryMapping.objects.count() == 2
    path.write_text(PAIRS + "x,y,exact\n")
    with pytest.raises(CommandError, match="1 rows are wrong"):
        call_command("import_mappings", "cpv", "unspsc", str(path))
    assert "4: there is no such category" in capsys.readouterr().out
    with pytest.raises(CommandError, match="two different taxonomies"):
        call_command("import_mappings", "cpv", "cpv", str(path))
