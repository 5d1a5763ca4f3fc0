"""Every script of ours is read by a browser: what does not parse, or asks a module for a name that
it does not give, is found though no page's test happens to load it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route

HOST = "http://scripts.test"
ROOT = Path(settings.BASE_DIR)
MODULE = re.compile(r"^(?:import|export)\b", re.MULTILINE)
READ = """async ({ address, text, isModule }) => {
  try {
    if (isModule) await import(address); else new Function(text);
  } catch (error) {
    return error instanceof SyntaxError ? `${error}` : "";  // it ran: these pages lack its elements
  }
  return "";
}"""


def scripts() -> dict[str, Path]:
    """Ours by their address below ``static``; not what others wrote."""
    return {
        path.as_posix().rpartition("/static/")[2]: path
        for path in sorted(ROOT.glob("**/static/**/*.js"))
        if not {".venv", "vendor", "var"} & set(path.relative_to(ROOT).parts)
    }


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page beside which the scripts lie, and two that are broken."""
    files = {f"/{name}": path.read_text(encoding="utf-8") for name, path in scripts().items()}
    files["/broken.js"] = "export const = 1;"
    files["/asking.js"] = 'import { nobodyGivesThis } from "./auctions/dom.js";'

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(HOST)
        if name in files:
            route.fulfill(body=files[name], content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>Scripts</title>", content_type="text/html")

    context = chromium.new_context()
    opened = context.new_page()
    opened.route("**/*", answer)
    opened.goto(f"{HOST}/page/")
    yield opened
    context.close()


def read(page: Page, name: str, text: str) -> str:
    """What the browser says of a script that it cannot read."""
    page.goto(f"{HOST}/page/")  # a script read before may have started something
    told: str = page.evaluate(
        READ, {"address": f"/{name}", "text": text, "isModule": bool(MODULE.search(text))}
    )
    return told


def test_every_script_of_ours_is_read(page: Page) -> None:
    found = scripts()
    assert len(found) > 40
    told = {name: read(page, name, path.read_text("utf-8")) for name, path in found.items()}
    assert {name: words for name, words in told.items() if words} == {}


def test_what_is_broken_is_seen(page: Page) -> None:
    assert "SyntaxError" in read(page, "broken.js", "export const = 1;")
    assert "nobodyGivesThis" in read(page, "asking.js", "import { x } from './x.js';")
    assert "SyntaxError" in read(page, "plain.js", "const = 1;")
