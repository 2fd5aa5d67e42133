"""How long the month timeline of a busy rota takes until a manager can use it, in Chromium.

From the start of the navigation until the calendar has drawn itself and takes input; and how many
questions the page asks the database.
"""

from __future__ import annotations

import sys
from statistics import median
from typing import TypedDict

from benchmarks import busy_month
from benchmarks.portal import said
from tests.browser import driver
from tests.browser.driver import Browser
from tests.whole import Whole

LOADS = 5
GOAL_S = 1.5
_MARK = "return performance.getEntriesByName('rota-interactive').at(0)?.startTime ?? null"


class Month(TypedDict):
    """What `benchmarks.busy_month` wrote: where the page is, who may see it, what it asks."""

    path: str
    cookie: str
    session: str
    queries: int


def write(whole: Whole) -> Month:
    """Let the portal have such a month."""
    month: Month = said(whole, "benchmarks.busy_month")
    return month


def seconds(browser: Browser, path: str) -> float:
    """Open the page; return how long it took until it could be used."""
    browser.open(path)
    took = browser.until(lambda: browser.run(_MARK), "the calendar ready for use")
    return float(took) / 1000


def report(took: list[float], queries: int) -> str:
    """Return the line that is printed."""
    return (
        f"Month of {busy_month.PEOPLE} people and {busy_month.SHIFTS} shifts to interactive,"
        f" {len(took)} loads: first {took[0]:.2f} s, median {median(took):.2f} s"
        f" (goal: under {GOAL_S:g} s), {queries} queries"
    )


def run(whole: Whole) -> bool:
    """Measure and print; return whether the goal is met."""
    if reason := driver.missing():
        sys.stdout.write(f"Month timeline: not measured, {reason}\n")
        return False
    month = write(whole)
    with driver.started() as browser:
        browser.base = f"http://127.0.0.1:{whole.portal.port}"
        browser.cdp(
            "Network.setCookie", name=month["cookie"], value=month["session"], url=browser.base
        )
        took = [seconds(browser, month["path"]) for _ in range(LOADS)]
    sys.stdout.write(report(took, month["queries"]) + "\n")
    return median(took) < GOAL_S
