"""What axe finds wrong with the page a browser test is looking at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules a theme can break


@cache
def _axe() -> str:
    return (Path(__file__).parent / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """One line for each rule broken by an element; empty when the page holds to WCAG 2.2 AA.

    ``rules`` narrows to some, as COLOURS for a page that was looked at in the other theme.
    """
    # The content security policy forbids a script element, so axe is evaluated instead.
    page.evaluate(_axe())
    found = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
