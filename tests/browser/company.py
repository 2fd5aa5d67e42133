"""A company that uses everything: the demo, and rows of every table."""

from __future__ import annotations

from oncall_portal.demo.load import load
from oncall_portal.lib import clock
from tests.test_every_url import fill


def create() -> None:
    """Write the demo company around now, and a row of each table that the demo leaves empty."""
    load(clock.now())
    fill()
