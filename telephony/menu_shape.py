"""The shape of voice menus: which level hangs under which, how deep, and what may hang where.

Pure: menus are their ids, and the id of the level above each, None for a root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from telephony.menus import MOST_LEVELS

Parents = Mapping[int, int | None]


def path(parents: Parents, menu: int) -> list[int]:
    """Return the levels from `menu` up to its root; a loop ends where it closes."""
    found: list[int] = []
    at: int | None = menu
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found


def root(parents: Parents, menu: int) -> int:
    """Return the root that a level hangs under, itself where it is one."""
    return path(parents, menu)[-1]


def subtree(parents: Parents, menu: int) -> set[int]:
    """Return a level and all below it."""
    return {each for each in parents if menu in path(parents, each)}


def height(parents: Parents, menu: int) -> int:
    """Return how many levels there are from `menu` down, itself included."""
    own = len(path(parents, menu))
    return max(len(path(parents, each)) - own + 1 for each in subtree(parents, menu))


def problem(parents: Parents, menu: int, under: int) -> str:
    """Return the code of why `menu` cannot hang under `under`, "" when it can."""
    if menu in path(parents, under):
        return "menu_loop"
    if len(path(parents, under)) + height(parents, menu) > MOST_LEVELS:
        return "menu_too_deep"
    return ""


def free_keys(used: set[str], keys: tuple[str, ...], wanted: str) -> Iterator[str]:
    """Yield the keys that are not in use, the wanted one first."""
    yield from (key for key in dict.fromkeys((wanted, *keys)) if key not in used)
