"""Menus that nobody set up: the default scenario from the services, and the one for closed hours.

The default scenario asks for a language, a service category, a service in it, and the number to be
called back at; then it takes the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from scheduling.models import Service
from telephony import prompts
from telephony.enums import GoalKind
from telephony.instructions import Params, Say
from telephony.types import Goal, Menu, Tree

ROOT = 1
# Nine keys name something; where there is more, the last of them leads on to the rest.
_KEYS = "123456789"
_MESSAGE = Goal(GoalKind.VOICEMAIL, asks_number=True)


def default_tree(languages: Sequence[str]) -> Tree:
    """Return the default scenario of the active services; one query."""
    rows = Service.objects.filter(active=True).select_related("category")
    ordered = sorted(rows, key=lambda row: (_place(row), row.category_id or 0, row.pk))
    groups = [list(group) for _, group in groupby(ordered, lambda row: row.category_id)]
    levels = _Levels()
    goals = [_service(row) for row in ordered]
    if len(groups) > 1:
        goals = [goal for group in groups for goal in _of_category(levels, group)]
    levels.write(ROOT, goals, {each: prompts.words(Say("menu"), each) for each in languages})
    return Tree(tuple(languages), ROOT, levels.menus)


def closed_tree(languages: Sequence[str], mailbox: int | None) -> Tree:
    """Return the menu for closed hours: the answering machine is on key 1."""
    closed = Menu(
        ROOT,
        welcome={each: prompts.words(Say("closed"), each) for each in languages},
        keys={"1": Goal(GoalKind.VOICEMAIL)},
        told=("1",),
        mailbox=mailbox,
    )
    return Tree(tuple(languages), ROOT, {ROOT: closed})


def straight_to(goal: Goal, languages: Sequence[str]) -> Tree:
    """Return a menu that asks nothing and leads to this goal."""
    return Tree(tuple(languages), ROOT, {ROOT: Menu(ROOT, otherwise={"no_key": goal})})


def _place(service: Service) -> tuple[int, int]:
    """Services without a category stand last."""
    return (0, service.category.position) if service.category else (1, 0)


def _service(row: Service) -> Goal:
    return Goal(GoalKind.VOICEMAIL, row.pk, mailbox=row.mailbox_id, name=row.name, asks_number=True)


def _of_category(levels: _Levels, group: Sequence[Service]) -> list[Goal]:
    """Return the goal that leads to a category; services without one stand for themselves."""
    goals, category = [_service(row) for row in group], group[0].category
    return goals if category is None else [levels.below(goals, category.name)]


class _Levels:
    """Numbers the levels as they are made; none has more than nine keys."""

    def __init__(self) -> None:
        self.menus: dict[int, Menu] = {ROOT: Menu(ROOT)}

    def below(self, goals: Sequence[Goal], name: Params) -> Goal:
        """Write a level of its own and return the goal that leads to it."""
        pk = max(self.menus) + 1
        self.menus[pk] = Menu(pk)  # holds its number while the levels below are made
        self.write(pk, goals, {})
        return Goal(GoalKind.MENU, pk, name=name)

    def write(self, pk: int, goals: Sequence[Goal], welcome: Params) -> None:
        """Write a level; without goals it takes the message at once."""
        here = list(goals)
        if len(here) > len(_KEYS):
            here, more = here[: len(_KEYS) - 1], here[len(_KEYS) - 1 :]
            here.append(self.below(more, {}))
        keys = dict(zip(_KEYS, here, strict=False))
        otherwise = {"too_many" if keys else "no_key": _MESSAGE}
        self.menus[pk] = Menu(pk, welcome, {}, keys, tuple(keys), otherwise)
