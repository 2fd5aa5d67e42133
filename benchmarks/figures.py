"""A table of figures, each against something measured in the same run, with its goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = ("what", "measured", "against", "ratio", "goal", "met")


@dataclass(frozen=True)
class Figure:
    """A row: what was measured, against what, and whether that is good enough."""

    what: str
    measured: str
    against: str
    ratio: float
    goal: str
    met: bool


def within(what: str, took: float, against: str, other: float, limit: float) -> Figure:
    """Return a row about seconds that may be `limit` times as many as `other`."""
    ratio, goal = took / other, f"at most {limit:g} times"
    return Figure(what, _told(took), f"{against}: {_told(other)}", ratio, goal, ratio <= limit)


def compared(what: str, took: float, against: str, other: float) -> Figure:
    """Return a row about seconds that may be as many as they like."""
    return Figure(what, _told(took), f"{against}: {_told(other)}", took / other, "-", True)


def under(what: str, took: float, limit: float, bare: float | None = None) -> Figure:
    """Return a row about seconds that must stay under `limit`, beside those of bare psycopg."""
    goal = f"under {_told(limit)}"
    if bare is None:
        return Figure(what, _told(took), "the goal", took / limit, goal, took < limit)
    against = f"its statements, bare: {_told(bare)}"
    return Figure(what, _told(took), against, took / bare, goal, took < limit)


def at_most(what: str, count: int, limit: int) -> Figure:
    """Return a row about a number that must not be above `limit`."""
    ratio = count / limit
    return Figure(what, str(count), "the goal", ratio, f"at most {limit}", count <= limit)


def at_least(what: str, speed: float, against: str, other: float, share: float) -> Figure:
    """Return a row about how often a second, of which `share` of `other` is enough."""
    ratio, goal = speed / other, f"at least {share:g} times" if share else "-"
    return Figure(what, f"{speed:.0f}", f"{against}: {other:.0f}", ratio, goal, ratio >= share)


def table(figures: Sequence[Figure]) -> str:
    """Return the rows as a table to print."""
    cells = [_HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio, met = f"{figure.ratio:.2f}", "yes" if figure.met else "NO"
    return figure.what, figure.measured, figure.against, ratio, figure.goal, met


def _told(seconds: float) -> str:
    if seconds < 0.01:
        return f"{seconds * 1000:.2f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
