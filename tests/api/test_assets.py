"""What the browser gets: vendored files as locked, icons that exist, nothing inline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command

ROOT = Path(settings.BASE_DIR)
ROOMS = (
    "auctions", "buyers", "config", "crm_core", "infra", "marketplace", "reference", "suppliers",
    "ui",
)  # fmt: skip
TEMPLATES = [
    path for room in ROOMS for path in (ROOT / room).rglob("*.html") if "templates" in path.parts
]
REMARK = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
ICONS = {name.strip() for name in (ROOT / "ui/icons/outline.txt").read_text().splitlines()}


def test_vendored_files_match_their_lock() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "vendor")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_sprite_holds_every_icon_of_the_list() -> None:
    sprite = (ROOT / "static/vendor/icons/icons.svg").read_text()

    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == ICONS


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    asked = {}
    for path in TEMPLATES:
        for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text()):
            asked[name] = path.name
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for name in re.findall(r'\bicon="([\w-]+)"', path.read_text()):
                asked[name] = path.name

    assert {name: where for name, where in asked.items() if name not in ICONS} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S
    )

    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all("src=" in attributes or "application/json" in attributes for attributes in scripts)


def test_static_files_collect_under_hashed_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.staticfiles import StaticStorage

    storage = StaticStorage(location=tmp_path, base_url="/static/")
    monkeypatch.setattr(
        "django.contrib.staticfiles.management.commands.collectstatic.staticfiles_storage", storage
    )
    command = Command()
    command.storage = storage
    command.set_options(
        interactive=False, verbosity=0, link=False, clear=False, dry_run=False,
        ignore_patterns=["admin", "drf_spectacular_sidecar", "rest_framework", "gis"],
        use_default_ignore_patterns=True, post_process=True,
    )  # fmt: skip
    command.collect()

    assert re.fullmatch(r"/static/ui/app\.[0-9a-f]{12}\.css", storage.url("ui/app.css"))
    css = (tmp_path / storage.stored_name("ui/app.css")).read_text()
    assert re.search(r"vendor/inter/inter-latin\.[0-9a-f]{12}\.woff2", css)
