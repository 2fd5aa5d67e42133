"""How a measurement runs inside a portal's own environment, and what it says is printed."""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.figures import Figure, table
from tests.whole import Whole


def said(whole: Whole, module: str, *arguments: str) -> Any:
    """Run a module of this package as the portal would; return the JSON that it ends with.

    Raises RuntimeError with its words when it fails.
    """
    settings = {"DJANGO_SETTINGS_MODULE": "oncall_portal.settings"}
    code, words = whole.portal.command("-m", module, *arguments, **settings)
    if code != 0:
        raise RuntimeError(words)
    return json.loads(words.splitlines()[-1])


def printed(whole: Whole, module: str) -> bool:
    """Print the figures that a module says; return whether every goal is met."""
    figures = [Figure(**row) for row in said(whole, module)]
    sys.stdout.write(table(figures) + "\n")
    return all(figure.met for figure in figures)
