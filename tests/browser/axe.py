"""axe-core, run inside a page: what a person who cannot see, point or tell colours would miss."""

from __future__ import annotations

from pathlib import Path

from tests.browser.driver import Browser

FOLDER = Path(__file__).resolve().parents[1] / "vendor" / "axe-core"
SOURCE = FOLDER / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """const [rules, done] = arguments;
axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
    (result) => done(result.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))),
    (error) => done([`axe: ${error}`]));"""


def violations(browser: Browser) -> list[str]:
    """Return what is wrong with the page that the browser shows, a line for each element."""
    if not browser.run("return 'axe' in window"):
        browser.run(SOURCE.read_text(encoding="utf-8"))
    found: list[str] = browser.driver.execute_async_script(_RUN, RULES)
    return found
