"""The rows of menus as the frozen tree that a call is answered with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scheduling.tests import build
from telephony import menu_trees
from telephony.enums import GoalKind
from telephony.models import Menu, MenuOption, MenuVersion
from telephony.types import Goal, Tree
from telephony.types import Menu as Level

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def option(menu: Menu, key: str, kind: str, position: int, **values: Any) -> None:
    MenuOption.objects.create(menu=menu, key=key, kind=kind, position=position, **values)


def test_a_call_is_answered_with_the_rows_as_they_are_written() -> None:
    mailboxes: Any = Menu._meta.get_field("mailbox").related_model
    box = mailboxes.objects.create(name="Repairs")
    heating = build.service("Heating")
    root = Menu.objects.create(
        name="Main", welcome={"en": "Hi"}, tries=2, wait_seconds=9, mailbox=box
    )
    below = Menu.objects.create(name="More", parent=root)
    option(root, "2", "service", 1, service=heating, mailbox=box)
    option(root, "1", "transfer", 2, transfer_number="+33145678901", name={"en": "Office"})
    option(root, "3", "menu", 3, submenu=below)
    option(root, "no_key", "hang_up", 0)
    frozen = menu_trees.latest(root.pk, NOW)
    assert menu_trees.tree(frozen, ["en", "fr"]) == Tree(
        ("en", "fr"),
        root.pk,
        {
            root.pk: Level(
                root.pk,
                {"en": "Hi"},
                {},
                {
                    "2": Goal(
                        GoalKind.SERVICE, heating.pk, mailbox=box.pk, name=dict(heating.name)
                    ),
                    "1": Goal(GoalKind.TRANSFER, number="+33145678901", name={"en": "Office"}),
                    "3": Goal(GoalKind.MENU, below.pk),
                },
                ("2", "1", "3"),
                {"no_key": Goal(GoalKind.HANG_UP)},
                2,
                9,
                box.pk,
            ),
            below.pk: Level(below.pk),
        },
    )
    assert (frozen.number, frozen.created_at) == (1, NOW)


def test_a_call_is_answered_with_the_latest_version_of_its_own_menu() -> None:
    root, other = (Menu.objects.create(name=name) for name in ("Main", "Other"))
    first = menu_trees.freeze(root.pk, NOW)
    option(root, "1", "voicemail", 1)
    second = menu_trees.freeze(root.pk, NOW)
    menu_trees.freeze(other.pk, NOW)
    assert (first.number, second.number) == (1, 2)
    assert menu_trees.latest(root.pk, NOW) == second
    assert menu_trees.freeze(root.pk, NOW) == second
    assert menu_trees.standing(root.pk, ["en"]) == menu_trees.tree(second, ["en"])
    assert MenuVersion.objects.count() == 3


def test_what_was_never_saved_stands_as_its_rows_do() -> None:
    root = Menu.objects.create(name="Main")
    option(root, "1", "voicemail", 1)
    stands = menu_trees.standing(root.pk, ["en"])
    assert not MenuVersion.objects.exists()
    assert stands == menu_trees.tree(menu_trees.latest(root.pk, NOW), ["en"])


def test_the_menu_of_the_house_is_kept_once_however_often_it_is_made() -> None:
    content = menu_trees.content_of(Tree((), 1, {1: Level(1)}))
    first = menu_trees.freeze_of_the_house(content, NOW)
    assert menu_trees.freeze_of_the_house(content, NOW) == first
    assert (first.root, first.number, first.created_at) == (None, 1, NOW)
    assert menu_trees.tree(first, ["en"]) == Tree(("en",), 1, {1: Level(1)})
