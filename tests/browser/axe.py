"""axe-core, run inside a page: what a person who cannot see, point or tell colours would miss."""

from __future__ import annotations

from pathlib import Path

from tests.browser.driver import Browser

FOLDER = Path(__file__).resolve().parents[1] / "vendor" / "axe-core"
SOURCE = FOLDER / "axe.min.js"
# by what they ask: everything, or what another theme may change
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
_RUN = """const [only, done] = arguments;
axe.run(document, {runOnly: only, resultTypes: ["violations"]}).then(
    (result) => done(result.violations.map(({id, nodes: [first, ...more]}) =>
        `${id}: ${first.target.join(" ")} and ${more.length} more: ` +
        first.failureSummary.replace(/\\s+/g, " "))),
    (error) => done([`axe: ${error}`]));"""


def violations(browser: Browser, rules: list[str] = EVERYTHING) -> list[str]:
    """Return what is wrong with the page that the browser shows, a line for each rule."""
    with browser.unwatched():  # axe brings a style element of its own along
        if not browser.run("return 'axe' in window"):
            browser.run(SOURCE.read_text(encoding="utf-8"))
        found: list[str] = browser.driver.execute_async_script(_RUN, rules)
    return found
