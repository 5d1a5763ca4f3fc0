"""A few units and a branch of CPV, for what needs no more of the shared lists."""

from __future__ import annotations

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from reference.attributes import AttributeInput, ChoiceInput, add_attribute, retire_attribute
from reference.imports.mappings import import_mappings
from reference.imports.services import apply, look_at
from reference.loading import level_of
from reference.models import Category, Unit

DIVISION, GROUP, STEEL = "14000000-1", "14600000-7", "14622000-7"
BESIDE, APART = "14500000-6", "44000000-0"

EMPTY: dict[str, list[object]] = {"new": [], "changed": [], "gone": [], "faults": []}
OWN = """code;parent;name_en;name_ru;name_uk
steel;;Steel;Сталь;Сталь
steel.plate;steel;Plate;Лист;Лист
wood;;Wood;Дерево;Деревина
"""


def lists() -> None:
    """Steel below metals below mining, one category beside it and one apart; four units."""
    above = {DIVISION: None, GROUP: DIVISION, STEEL: GROUP, BESIDE: DIVISION, APART: None}
    names = {STEEL: ("Steel", "Сталь", "Сталь"), DIVISION: ("Mining, metals", "", "")}
    for code, parent in above.items():
        en, ru, uk = names.get(code, (f"Category {code}", "", ""))
        Category.objects.create(
            code=code, parent_id=parent, level=level_of(code), name_en=en, name_ru=ru, name_uk=uk
        )
    for code, kind, factor in (("MMT", "length", "0.001"), ("INH", "length", "0.0254"),
                               ("KGM", "mass", "1"), ("BX", "", "")):  # fmt: skip
        Unit.objects.create(
            code=code, kind=kind, factor=factor, offset="0" if kind else "",
            symbol_en=code.lower(), name_en=f"unit {code}",
        )  # fmt: skip


def described() -> list[int]:
    """An attribute of every kind for steel, one of them retired and one from above; their ids."""
    given = [
        (DIVISION, AttributeInput(key="origin", kind="text", name_en="Country of origin",
                                  name_ru="Страна происхождения", name_uk="Країна походження")),
        (STEEL, AttributeInput(key="thickness", kind="number", unit="MMT", name_en="Thickness",
                               name_ru="Толщина", name_uk="Товщина", decimals=2,
                               lowest=Decimal("0.35"), highest=Decimal(200), required=True)),
        (STEEL, AttributeInput(key="grade", kind="choice", name_en="Grade", name_ru="Марка",
                               name_uk="Марка", choices=[
                                   ChoiceInput(value="s235", name_en="S235", name_ru="Ст3",
                                               name_uk="Ст3"),
                                   ChoiceInput(value="s355", name_en="S355")])),
        (STEEL, AttributeInput(key="coated", kind="boolean", name_en="Coated",
                               name_ru="С покрытием", name_uk="З покриттям")),
        (STEEL, AttributeInput(key="rolled_on", kind="date", name_en="Rolled on",
                               name_ru="Дата прокатки", name_uk="Дата прокату")),
    ]  # fmt: skip
    made = [add_attribute(category=category, given=each).pk for category, each in given]
    retire_attribute(attribute_id=made[-1], retired=True)
    return made


def imported() -> list[int]:
    """Own categories brought in, a file that would change them, and one with wrong rows; ids."""

    def look(taxonomy: str, text: str, name: str) -> int:
        file = SimpleUploadedFile(name, text.encode())
        return look_at(taxonomy=taxonomy, file=file, by="urn:world").pk

    first = look("own", OWN, "own.csv")
    apply(import_id=first)
    changed = OWN.replace("Plate", "Steel plate").replace("wood;;Wood", "paper;;Paper")
    waiting = look("own", changed, "own, second edition.csv")
    wrong = look("eclass", "CodedName;PreferredName;Level\n27020000;Electric drive;2\n", "e.csv")
    return [first, waiting, wrong]


def mapped() -> None:
    """Steel and an own category, which correspond."""
    file = f"from;to;relation\n{STEEL};steel;exact\n{DIVISION};steel.plate;narrower\n"
    import_mappings(source="cpv", target="own", content=file.encode(), apply=True)
