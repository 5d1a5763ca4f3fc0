"""The manual names every term and every refusal, and each test that it points to is there."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from auctions.domain.terms import Terms
from tests.architecture.house import ROOT

PAGES = sorted([ROOT / "docs" / "auctions.md", *(ROOT / "docs" / "auctions").glob("*.md")])
MOST_LINES = 400
OWN = ("auction.", "gate.", "terms.", "amount.")


@cache
def text() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def parts_of(hint: Any) -> list[Any]:
    """The classes in an annotation: of ``tuple[LotTerms, ...] | None`` it is ``LotTerms``."""
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return [part for each in get_args(hint) for part in parts_of(each)]
    return [hint]


def paths(cls: type, at: str = "") -> Iterator[str]:
    """Every term by its path in the document: ``lots[].step.percent``."""
    hints = get_type_hints(cls)
    for field in fields(cls):  # type: ignore[arg-type]
        hint = hints[field.name]
        listed = any(get_origin(part) is tuple for part in (hint, *get_args(hint)))
        inner = [part for part in parts_of(hint) if is_dataclass(part)]
        path = f"{at}{field.name}" + ("[]" if listed and inner else "")
        yield path
        for part in inner:
            yield from paths(part, f"{path}.")


def test_every_term_is_named_in_the_manual() -> None:
    found = list(paths(Terms))
    assert len(found) > 100
    missing = [path for path in found if f"`{path}`" not in text()]
    assert not missing, f"not in docs/auctions/*.md: {missing}"


def test_every_page_of_the_manual_is_listed_and_short() -> None:
    index = (ROOT / "docs" / "auctions.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, page.name
        if page.name != "auctions.md":
            assert f"](auctions/{page.name})" in index, f"{page.name} is not listed"


def test_every_refusal_has_its_plain_meaning() -> None:
    rows = re.findall(
        r"^\| `([a-z_.]+)` \| \d+ \| (.+?) \| (.*?) ?\|$",
        (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    own = {code: meaning for code, _, meaning in rows if code.startswith(OWN)}
    assert len(own) > 150
    assert not [code for code, meaning in own.items() if not meaning]


def test_the_manual_names_no_refusal_that_does_not_exist() -> None:
    known = set(re.findall(r"^\| `([a-z_.]+)`", (ROOT / "docs" / "errors.md").read_text(), re.M))
    named = set(re.findall(r"`((?:auction|gate|terms|amount)\.[a-z_]+)`", text()))
    assert named
    assert named <= known, named - known


@cache
def defined_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


POINTED = re.findall(r"`((?:\w+/)+test_\w+\.py)::(\w+)`", text())


@pytest.mark.parametrize(("file", "name"), sorted(set(POINTED)))
def test_a_test_that_the_manual_points_to_is_there(file: str, name: str) -> None:
    assert name in defined_in(ROOT / "tests" / file)


def test_the_manual_points_to_tests() -> None:
    assert len(POINTED) > 40


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_within_the_manual_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([\w./]*)(#[\w-]+)?\)", page.read_text("utf-8")):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} leads to {target}"
        if anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w\- ]", "", head.replace("`", "")).strip().lower().replace(" ", "-")
                for head in headings
            }
            assert anchor[1:] in slugs, f"{page.name} leads to {target}{anchor}"
