"""Looking at a screen as a person who must use it: readable, reachable, whole, in words."""

from typing import Any

from playwright.sync_api import Page

from tests.support.browser import ROOT

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What a person sees that no catalogue knows: a dotted key, or a placeholder nobody filled.
BARE_KEY = r"^[a-z_]+(\.[a-z0-9_]+)+$|\{\w+\}"


def clean(page: Page) -> None:
    """Nothing axe minds, nothing wider than the phone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: Any = page.evaluate(
        """(rules) => axe.run({ runOnly: rules }).then((result) =>
            result.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" ")))""",
        RULES,
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def look(page: Page) -> None:
    """On a page of the phone: clean, nothing untranslated, nothing too small for a thumb."""
    clean(page)
    bare = page.evaluate(
        """(pattern) => Array.from(document.querySelectorAll("body *"))
            .filter((node) => node.children.length === 0 && new RegExp(pattern).test(node.textContent.trim()))
            .map((node) => node.textContent)""",
        BARE_KEY,
    )
    assert bare == []
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll("button, .choice, summary, select, #leave, input[type=text]"))
            .filter((node) => node.getClientRects().length && node.getBoundingClientRect().height < 47.9)
            .map((node) => node.outerHTML)"""
    )
    assert small == []
    forgetful = page.evaluate(
        """() => Array.from(document.querySelectorAll("input, textarea, select")).filter((node) =>
            node.autocomplete !== "off" || node.getAttribute("spellcheck") !== "false" ||
            node.getAttribute("autocapitalize") !== "off").map((node) => node.outerHTML)"""
    )
    assert forgetful == []
