"""Taxonomies from files: what is new, changed and gone; all of it or nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from infra.files import vault
from infra.files.errors import FileTooLarge
from infra.sheets import written
from reference import attributes
from reference.attributes import AttributeInput
from reference.errors import ImportFaulty, ImportMovedOn, ImportNotFound, ImportOver, TableRefused
from reference.imports import formats, services, tables
from reference.imports.tables import Fault, rows
from reference.models import Category, Taxonomy, TaxonomyImport
from tests.category_house import OWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents_apart")]

UNSPSC = """UNSPSC codeset,,,,,,,,,
V,Key,Segment,Segment Title,Definition,Family,Family Title,Class,Class Title,Commodity,\
Commodity Title
26,1,43000000,Information Technology,"Goods, and services",,,,,,
26,2,43000000,Information Technology,,43210000,Computer Equipment,,,,
26,3,43000000,Information Technology,,43210000,Computer Equipment,43211500,Computers,,
26,4,43000000,Information Technology,,43210000,Computer Equipment,43211500,Computers,43211503,\
Notebook computers
"""
ECLASS = """Supplier;IdCC;CodedName;PreferredName;Definition;Level;MKSubclass
0173-1;AAA;27000000;Electric engineering;;1;1
0173-1;AAB;27-02-00-00;Electric drive;;2;1
0173-1;AAC;27022600;DC engine;;3;1
0173-1;AAD;27022601;"DC engine; series";;4;0
"""


def given(text, name="table.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, content)


def look(taxonomy, text, name="table.csv"):
    return services.look_at(taxonomy=taxonomy, file=given(text, name), by="urn:x")


def bring(taxonomy, text):
    return services.apply(import_id=look(taxonomy, text).pk)


def counts(found):
    return (found.new, found.changed, found.gone, found.faults)


def tree(taxonomy):
    rows = Category.objects.filter(taxonomy=taxonomy, retired=False).order_by("code")
    return list(rows.values_list("code", "parent_id", "level", "name_en"))


def test_unspsc_as_it_is_published():
    waiting = look("unspsc", UNSPSC)
    assert counts(waiting) == (4, 0, 0, 0)
    assert tree("unspsc") == []  # nothing changes before it is applied
    services.apply(import_id=waiting.pk)
    assert tree("unspsc") == [
        ("unspsc:43000000", None, 2, "Information Technology"),
        ("unspsc:43210000", "unspsc:43000000", 4, "Computer Equipment"),
        ("unspsc:43211500", "unspsc:43210000", 6, "Computers"),
        ("unspsc:43211503", "unspsc:43211500", 8, "Notebook computers"),
    ]


def test_eclass_as_it_is_published():
    bring("eclass", ECLASS)
    assert tree("eclass") == [
        ("eclass:27000000", None, 2, "Electric engineering"),
        ("eclass:27020000", "eclass:27000000", 4, "Electric drive"),
        ("eclass:27022600", "eclass:27020000", 6, "DC engine"),
        ("eclass:27022601", "eclass:27022600", 8, "DC engine; series"),
    ]


def test_the_same_file_again_changes_nothing_and_another_is_compared_with_it():
    bring("own", OWN)
    assert counts(look("own", OWN)) == (0, 0, 0, 0)
    bring("own", OWN)
    other = OWN.replace("Plate;", "Steel plate;").replace("wood;;Wood", "wood.raw;;Raw wood")
    assert counts(bring("own", other)) == (1, 1, 1, 0)
    assert [row[0] for row in tree("own")] == ["own:steel", "own:steel.plate", "own:wood.raw"]
    gone = Category.objects.get(code="own:wood")
    assert (gone.retired, gone.name_ru) == (True, "Дерево")

    assert counts(bring("own", OWN)) == (1, 1, 1, 0)  # and it comes back
    assert not Category.objects.get(code="own:wood").retired
    assert Category.objects.get(code="own:steel.plate").level == 2


def test_a_taxonomy_leaves_the_others_alone():
    bring("own", OWN)
    bring("eclass", ECLASS)
    bring("unspsc", UNSPSC)
    assert [len(tree(each.value)) for each in Taxonomy] == [0, 4, 4, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "cp1251"])  # fmt: skip
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators(encoding, separator):
    content = OWN.replace(";", separator).encode(encoding)
    found = formats.read(Taxonomy.OWN, content)
    assert found.faults == []
    assert found.entries["steel.plate"].name_ru == "Лист"


def test_a_workbook_is_read_like_a_table():
    book = openpyxl.Workbook()
    for row in UNSPSC.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row.split(",")])
    file = io.BytesIO()
    book.active["E3"] = "Goods"
    book.save(file)
    assert counts(look("unspsc", file.getvalue(), "UNSPSC.xlsx")) == (4, 0, 0, 1)  # its comma moved
    fault = TaxonomyImport.objects.get().summary["faults"][0]
    assert fault[0] == 3

    book.active["F3"] = None
    file = io.BytesIO()
    book.save(file)
    assert counts(look("unspsc", file.getvalue(), "UNSPSC.xlsx")) == (4, 0, 0, 0)


@pytest.mark.parametrize(
    ("taxonomy", "text", "row", "code"),
    [
        ("own", OWN + "x;nothing;X;;\n", 5, "parent_missing"),
        ("own", OWN + "a;b;A;;\nb;a;B;;\n", 5, "no_way_up"),
        ("own", OWN + "steel;;Again;;\n", 5, "twice"),
        ("own", OWN + "a b;;A;;\n", 5, "code_wrong"),
        ("own", OWN + "a;;;;\n", 5, "name_missing"),
        ("own", OWN + f"a;;{'x' * 301};;\n", 5, "name_too_long"),
        ("own", OWN + "a;;=cmd|' /C calc'!A0;;\n", 5, "formula"),
        pytest.param("own", OWN + f'a;;"{"x" * 140_000}";;\n', 5, "malformed", id="a long cell"),
        ("own", OWN + "".join(f"d{n};{f'd{n - 1}' if n else ''};D;;\n" for n in range(13)), 17,
         "too_deep"),
        ("unspsc", UNSPSC.replace("43211503,", "44211503,"), 6, "code_wrong"),
        ("unspsc", UNSPSC.replace("43211500,Computers,43211503", ",,43211503"), 6, "rank_missing"),
        ("unspsc", UNSPSC.replace("43210000,Computer Equipment,,", "43210000,Other,,"), 5, "twice"),
        ("eclass", ECLASS.replace(";4;0", ";5;0"), 5, "level_wrong"),
        ("eclass", ECLASS.replace("27022601", "27022600"), 5, "code_wrong"),
        ("eclass", ECLASS.replace("0173-1;AAB;27-02-00-00;Electric drive;;2;1\n", ""), 3,
         "parent_missing"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_by_its_number_and_nothing_is_applied(taxonomy, text, row, code):
    waiting = look(taxonomy, text)
    assert [row, code] in [each[:2] for each in waiting.summary["faults"]], waiting.summary
    with pytest.raises(ImportFaulty):
        services.apply(import_id=waiting.pk)
    assert not Category.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxonomyImport.objects.filter(pk=waiting.pk).update(applied_at=waiting.created_at)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", None),
        (b"  \n", "empty"),
        (b"a;b;c\n1;2;3\n", "headings"),
        (b"code;parent;name_en\n", "empty"),
        (b"PK\x03\x04 not a workbook", "kind"),
        (OWN.encode() + b"\0", "encoding"),
        (b"\xff\xfe" + OWN.encode("utf-16-le") + b"x", "encoding"),
        pytest.param((";".join(["x"] * 1_000_000)).encode(), "columns", id="a million columns"),
    ],
)
def test_what_is_no_table_is_refused(content, reason):
    if reason is None:
        with pytest.raises(TableRefused):
            list(rows(content))
        return
    with pytest.raises(TableRefused) as refused:
        look("own", content)
    assert refused.value.data["reason"] == reason
    assert not TaxonomyImport.objects.exists()


def test_a_workbook_that_unpacks_to_very_much_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (160 * 1024 * 1024))
    with pytest.raises(TableRefused):
        look("own", file.getvalue(), "bomb.xlsx")


def test_too_many_rows_and_too_many_bytes_are_refused(monkeypatch, settings):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(TableRefused) as refused:
        look("own", OWN)
    assert refused.value.data["reason"] == "rows"
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(FileTooLarge):
        look("own", OWN)


def test_cpv_is_not_imported():
    with pytest.raises(TableRefused):
        look("cpv", OWN)


def test_our_own_export_comes_back_with_its_apostrophes_off():
    content = written("csv", titles=["code", "parent", "name_en"], rows=[["a", "", "=Sum"]],
                      sheet="x")  # fmt: skip
    assert list(rows(content))[1] == (2, ["a", "", "=Sum"])
    assert list(rows(b"a;b\n=1+1;2\n"))[1] == Fault(2, "formula", "=1+1")


def test_what_waits_makes_room_and_is_applied_once():
    first, second = look("own", OWN), look("own", OWN + "x;;X;;\n")
    first.refresh_from_db()
    assert first.kept == ""
    with pytest.raises(ImportOver):
        services.apply(import_id=first.pk)
    services.apply(import_id=second.pk)
    with pytest.raises(ImportOver):
        services.apply(import_id=second.pk)
    with pytest.raises(ImportNotFound):
        services.apply(import_id=0)


def test_a_kept_file_is_gone_once_it_was_applied(django_capture_on_commit_callbacks):
    waiting = look("own", OWN)
    assert vault.storage().exists(waiting.kept)
    with django_capture_on_commit_callbacks(execute=True):
        services.apply(import_id=waiting.pk)
    assert not vault.storage().exists(waiting.kept)


def test_what_changed_since_it_was_shown_is_shown_anew_and_not_applied():
    waiting = look("own", OWN)
    Category.objects.create(code="own:new", level=1, name_en="New meanwhile")
    with pytest.raises(ImportMovedOn):
        services.apply(import_id=waiting.pk)
    assert [row[0] for row in tree("own")] == ["own:new"]
    waiting.refresh_from_db()
    assert counts(waiting) == (3, 0, 1, 0)
    services.apply(import_id=waiting.pk)
    assert len(tree("own")) == 3


def test_moving_a_category_brings_no_key_twice_onto_a_way():
    bring("own", OWN)
    for category in ("own:steel", "own:wood"):
        attributes.add_attribute(
            category=category, given=AttributeInput(key="grade", kind="text", name_en="Grade")
        )
    moved = look("own", OWN.replace("wood;;", "wood;steel.plate;"))
    assert moved.summary["faults"] == [[4, "key_twice", "wood, steel: grade"]]


def test_the_command_says_what_it_does(tmp_path: Path, capsys):
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="cp1251")
    call_command("import_taxonomy", "own", str(path), "--dry-run")
    assert "3 new, 0 changed, 0 gone; nothing was changed" in capsys.readouterr().out
    assert tree("own") == []
    call_command("import_taxonomy", "own", str(path))
    assert len(tree("own")) == 3

    path.write_text(OWN + "x;nothing;X;;\n")
    with pytest.raises(CommandError, match="1 rows are wrong"):
        call_command("import_taxonomy", "own", str(path))
    assert "5: the category above is not in the file" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_taxonomy", "own", str(tmp_path / "none.csv"))
    path.write_text("")
    with pytest.raises(CommandError, match="no rows"):
        call_command("import_taxonomy", "own", str(path))


def test_a_large_taxonomy_costs_few_queries(django_assert_max_num_queries):
    lines = "".join(f"c{n};;Category {n};;\n" for n in range(5000))
    waiting = look("own", OWN + lines)
    with django_assert_max_num_queries(25):
        services.apply(import_id=waiting.pk)
    assert len(tree("own")) == 5003
