"""What axe finds wrong with the page a browser test is looking at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules a theme can break


# Only what is broken is worked out and brought here: all that passes is most of the time, and as
# much again to send.
RUN = """async rules => {
    const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    return found.violations;
}"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """One line for each rule broken by an element; empty when the page holds to WCAG 2.2 AA.

    ``rules`` narrows to some, as COLOURS for a page that was looked at in the other theme.
    """
    # The content security policy forbids a script element, so axe is evaluated instead.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_axe())
    found = page.evaluate(RUN, rules)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
