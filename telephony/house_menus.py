"""Menus that nobody set up: the default scenario from the services, and the one for closed hours.

The default scenario asks for a language, a service category, a service in it, and the number to be
called back at; then it takes the message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from django.utils.translation import ngettext

from scheduling.models import Service
from telephony import menus, prompts
from telephony.enums import Behaviour, GoalKind
from telephony.instructions import Params, Say
from telephony.models import PhoneNumber
from telephony.types import Goal, Menu, Tree

# What a key leads to, by how deep the level is on which it stands.
Choice: TypeAlias = Callable[[int], Goal]
ROOT = 1
# Nine keys name something; where there is more, the last of them leads on to the rest.
_KEYS = "123456789"
_CHOOSING = (Behaviour.SMART_VOICEMAIL.value, Behaviour.TRANSFER_THEN_VOICEMAIL.value)
_MESSAGE = Goal(GoalKind.VOICEMAIL, asks_number=True)


def default_tree(languages: Sequence[str]) -> Tree:
    """Return the default scenario of the active services; one query.

    What five levels cannot hold is offered the message instead, in so many words.
    """
    rows = Service.objects.filter(active=True).select_related("category")
    ordered = sorted(rows, key=lambda row: (_place(row), row.category_id or 0, row.pk))
    groups = [list(group) for _, group in groupby(ordered, lambda row: row.category_id)]
    levels = _Levels()
    choices = [_of_service(row) for row in ordered]
    if len(groups) > 1:
        choices = [choice for group in groups for choice in _of_category(levels, group)]
    levels.write(ROOT, choices, {each: prompts.words(Say("menu"), each) for each in languages})
    return Tree(tuple(languages), ROOT, levels.menus)


def warning(number: PhoneNumber) -> str:
    """Return what to say of a number whose callers cannot come to every service, else ""."""
    if number.behaviour not in _CHOOSING or number.menu_id is not None:
        return ""
    ways = [goal for level in default_tree(()).menus.values() for goal in level.keys.values()]
    named = [goal.target for goal in ways if goal.kind is GoalKind.VOICEMAIL and goal.target]
    left_out = Service.objects.filter(active=True).exclude(pk__in=named).count()
    if not left_out:
        return ""
    words = ngettext(
        "%(count)d service is beyond the five levels in which callers choose: give the number a "
        "menu of its own.",
        "%(count)d services are beyond the five levels in which callers choose: give the number a "
        "menu of its own.",
        left_out,
    )
    return words % {"count": left_out}


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


def _of_service(row: Service) -> Choice:
    name, mailbox = row.name, row.mailbox_id
    goal = Goal(GoalKind.VOICEMAIL, row.pk, mailbox=mailbox, name=name, asks_number=True)
    return lambda _depth: goal


def _of_category(levels: _Levels, group: Sequence[Service]) -> list[Choice]:
    """Return what leads to a category; services without one stand for themselves."""
    choices, category = [_of_service(row) for row in group], group[0].category
    if category is None:
        return choices
    return [lambda depth: levels.below(choices, category.name, depth)]


class _Levels:
    """Numbers the levels as they are made; none has more than nine keys, or is too deep."""

    def __init__(self) -> None:
        self.menus: dict[int, Menu] = {ROOT: Menu(ROOT)}

    def below(self, choices: Sequence[Choice], name: Params, depth: int) -> Goal:
        """Write a level under one that is so deep, and return the goal that leads to it."""
        if depth >= menus.MOST_LEVELS:
            return replace(_MESSAGE, name=name)
        pk = max(self.menus) + 1
        self.menus[pk] = Menu(pk)  # holds its number while the levels below are made
        self.write(pk, choices, {}, depth + 1)
        return Goal(GoalKind.MENU, pk, name=name)

    def write(self, pk: int, choices: Sequence[Choice], welcome: Params, depth: int = 1) -> None:
        """Write a level; without choices it takes the message at once."""
        here, more = choices, choices[len(_KEYS) :]
        if more:
            here, more = choices[: len(_KEYS) - 1], choices[len(_KEYS) - 1 :]
        goals = [choice(depth) for choice in here]
        if more:
            goals.append(self.below(more, {}, depth))
        keys = dict(zip(_KEYS, goals, strict=False))
        otherwise = {"too_many" if keys else "no_key": _MESSAGE}
        self.menus[pk] = Menu(pk, welcome, {}, keys, tuple(keys), otherwise)
