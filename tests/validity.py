"""What html-validate finds wrong with a page as the server wrote it, run in Chromium.

Its browser build and ajv are vendored under ``tests/data``; no Node is needed (ADR 6).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

DATA = Path(__file__).parent / "data"
MODULES = ("browser.js", "core-browser.js", "core.js", "elements.js", "meta-helper.js",
           "utils/natural-join.js", "utils/parse-image-candidate-string.js")  # fmt: skip
RULES = {
    "root": True,
    "extends": ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
    "rules": {
        # Every script and style sheet comes from our own host, named by its hash.
        "require-sri": "off",
        # Scripts write the words of a dialog when it opens; axe looks at what is open.
        "empty-heading": "off",
        "text-content": "off",
        # Some of allauth's forms have their button elsewhere, or are sent by a script.
        "wcag/h32": "off",
        # A matter of taste: a div with a role is as valid as a section.
        "prefer-native-element": "off",
    },
}
# A loader of CommonJS modules. What only prints in a terminal (kleur, stylish) is not vendored:
# its place is taken by an object that fails when it is used.
LOAD = """sources => {
    const loaded = {};
    const load = name => {
        const key = name.replace(/^\\.\\//, "");
        if (loaded[key]) return loaded[key].exports;
        const module = loaded[key] = {exports: {}};
        if (key in sources) {
            const run = new Function("module", "exports", "require", sources[key]);
            run(module, module.exports, load);
        } else {
            module.exports = new Proxy({}, {get: (_, part) => {
                if (part === "__esModule") return false;
                throw new Error(`${key} is not vendored`);
            }});
        }
        return module.exports;
    };
    globalThis.validator = load("browser.js");
}"""
CHECK = """async ([html, rules]) => {
    const report = await new validator.HtmlValidate(rules).validateString(html);
    return report.results.flatMap(result => result.messages);
}"""


class Validity:
    """html-validate in a page of its own: ours forbid the ``new Function`` that ajv needs."""

    def __init__(self, browser: Browser) -> None:
        self._page: Page = browser.new_page()
        self._page.evaluate(LOAD, _sources())

    def problems(self, html: str) -> list[str]:
        """One line for each rule a document breaks; empty when it is valid."""
        found: list[dict[str, Any]] = self._page.evaluate(CHECK, [html, RULES])
        lines = html.splitlines()
        return [f"{each['ruleId']}: {each['message']} ({_around(lines, each)})" for each in found]

    def close(self) -> None:
        """Close its page."""
        self._page.close()


def _around(lines: list[str], problem: dict[str, Any]) -> str:
    row, column = problem["line"] - 1, problem["column"] - 1
    return lines[row][max(0, column - 60) : column + 100].strip() if row < len(lines) else ""


@cache
def _sources() -> dict[str, str]:
    sources = {name: (DATA / "html-validate" / name).read_text("utf-8") for name in MODULES}
    sources["ajv"] = (DATA / "ajv" / "ajv7.min.js").read_text("utf-8")
    return sources
