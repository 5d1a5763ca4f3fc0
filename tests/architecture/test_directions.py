"""What import-linter cannot see: names in strings point downwards too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from config.celery import app as celery
from config.schedule import SCHEDULE
from tests.architecture.house import ROOT, files, may_know, room_of, room_of_file

TAG = re.compile(r"{%\s*(extends|include|url)\s+['\"]([^'\"]+)['\"]")
REVERSING = {"reverse", "reverse_lazy", "redirect", "resolve_url"}


def test_the_reader_of_directions_knows_up_from_down() -> None:
    assert may_know("marketplace", "auctions")
    assert may_know("crm_core.access", "crm_core.people")
    assert not may_know("crm_core.people", "crm_core.access")
    assert not may_know("auctions", "suppliers")
    assert not may_know("auctions", "marketplace")
    assert room_of("django.db") is None


def test_foreign_keys_point_downwards() -> None:
    wrong = []
    for model in apps.get_models():
        room = room_of(model.__module__)
        if room is None:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            other = room_of(field.related_model.__module__)
            if other is not None and not may_know(room, other):
                wrong.append(f"{model._meta.label}.{field.name} -> {field.related_model}")
    assert wrong == []


def test_templates_extend_and_include_downwards() -> None:
    owners = template_owners()
    wrong = []
    for file in templates():
        room = room_of_file(file)
        assert room is not None
        for kind, name in TAG.findall(file.read_text()):
            other = owners.get(name)
            if kind != "url" and other is not None and not may_know(room, other):
                wrong.append(f"{file.relative_to(ROOT)}: {kind} {name}")
    assert wrong == []


def test_every_template_named_in_a_template_exists() -> None:
    owners = template_owners()
    missing = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in templates()
        for kind, name in TAG.findall(file.read_text())
        if kind != "url" and name not in owners and not _packaged(name)
    ]
    assert missing == []


def test_links_point_downwards_and_exist() -> None:
    owners = url_owners()
    wrong = []
    for file, name in links():
        room = room_of_file(file)
        assert room is not None
        if name not in owners:
            wrong.append(f"{file.relative_to(ROOT)}: no address is named {name}")
        wrong += [
            f"{file.relative_to(ROOT)}: {name} is in {other}"
            for other in owners.get(name, set())
            if other is not None and not may_know(room, other)
        ]
    assert wrong == []


def test_tasks_named_in_strings_exist() -> None:
    celery.loader.import_default_modules()
    named = {entry["task"] for entry in SCHEDULE.values()}
    for file in files("*.py"):
        for call in calls(file):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "send_task":
                name = first_text(call)
                room = room_of_file(file)
                assert name is not None, f"{file}: a computed task name"
                assert room is not None
                assert may_know(room, room_of(name) or room), f"{file}: {name}"
                named.add(name)
    assert named <= set(celery.tasks)


@pytest.mark.parametrize("pattern", ["*.html", "*.py"])
def test_something_is_looked_at(pattern: str) -> None:
    assert len(files(pattern)) > 10


def templates() -> list[Path]:
    """Our templates."""
    return [file for file in files("*.html") if "templates" in file.parts]


def template_owners() -> dict[str, str | None]:
    """The room of each template name."""
    owners = {}
    for file in templates():
        place = file.parts.index("templates", len(ROOT.parts))
        owners["/".join(file.parts[place + 1 :])] = room_of_file(file)
    return owners


def _packaged(name: str) -> bool:
    return name.split("/")[0] in {"account", "admin", "allauth", "mfa", "django", "rest_framework"}


def url_owners() -> dict[str, set[str | None]]:
    """The rooms whose views answer each address name; None stands for a package."""
    owners: dict[str, set[str | None]] = {}
    for name, view in _names(get_resolver().url_patterns, ""):
        target = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
        owners.setdefault(name, set()).add(room_of(target.__module__))
    return owners


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}", pattern.callback


def links() -> Iterator[tuple[Path, str]]:
    """Every address named in a template or in a call that reverses one."""
    for file in templates():
        for kind, name in TAG.findall(file.read_text()):
            if kind == "url":
                yield file, name
    for file in files("*.py"):
        for call in calls(file):
            function = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            function = call.func.id if isinstance(call.func, ast.Name) else function
            name = first_text(call)
            if function in REVERSING and name and not name.startswith(("/", "http")):
                yield file, name


def calls(file: Path) -> Iterator[ast.Call]:
    """The calls in a Python file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield node


def first_text(call: ast.Call) -> str | None:
    """The first argument of a call, when it is a plain text."""
    if call.args and isinstance(call.args[0], ast.Constant):
        value = call.args[0].value
        return value if isinstance(value, str) else None
    return None
