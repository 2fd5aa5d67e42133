"""How fast the rota is read and written, on a million shifts in a database of their own."""

from __future__ import annotations

import json
import sys

from benchmarks.figures import Figure, table
from tests.whole import Whole


def run(whole: Whole) -> bool:
    """Measure and print; return whether every goal is met."""
    settings = {"DJANGO_SETTINGS_MODULE": "oncall_portal.settings"}
    code, words = whole.portal.command("-m", "benchmarks.rota_figures", **settings)
    if code != 0:
        raise RuntimeError(words)
    figures = [Figure(**row) for row in json.loads(words.splitlines()[-1])]
    sys.stdout.write(table(figures) + "\n")
    return all(figure.met for figure in figures)
