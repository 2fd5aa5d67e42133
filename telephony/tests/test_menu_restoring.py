"""An older version of a menu comes back whole, or not at all."""

from __future__ import annotations

import pytest

from oncall_portal.lib.errors import Conflict, Stale
from scheduling.tests import build
from telephony import menu_content, menu_restoring, menu_services
from telephony.models import ClosedRoute, Menu, MenuVersion, PhoneNumber, Prompt
from telephony.tests.menu_words import below, fresh, key, keys, mailbox, new

pytestmark = pytest.mark.django_db
MESSAGE = {"kind": "voicemail"}


def test_a_restored_version_brings_back_what_was_deleted_under_the_same_ids() -> None:
    root = new("Main", key("9"), on_too_many={"kind": "hang_up"})
    child = below(root, "Contracts", key("0"), key("1", "back"))
    before = menu_content.levels(root.pk)
    menu_services.remove_option(root.pk, fresh(root).version, "2")
    menu_services.change_menu(root.pk, fresh(root).version, {"name": "Other", "options": []})
    made = menu_restoring.restore(root.pk, 4, 2)
    assert (made.number, menu_content.levels(root.pk)) == (5, before)
    assert fresh(child).version > 1


def test_a_restored_version_takes_away_what_came_later() -> None:
    root = new("Main", key("9"))
    below(root, "Contracts")
    menu_restoring.restore(root.pk, 2, 1)
    assert (list(Menu.objects.all()), keys(root)) == ([root], "9")


def test_a_restored_version_leaves_a_level_that_waits_for_a_key() -> None:
    root = new()
    contracts = below(root, "Contracts")
    waiting = new("Waiting", parent=contracts)
    menu_restoring.restore(root.pk, 2, 1)
    assert fresh(waiting).parent == root


def test_a_version_whose_target_is_gone_is_refused_with_the_reason() -> None:
    service = build.service("Heating")
    root = new("Main", key("1", "service", service.pk))
    menu_services.change_menu(root.pk, 1, {"options": [key("2")]})
    service.delete()
    with pytest.raises(Conflict, match="cannot_restore") as refused:
        menu_restoring.restore(root.pk, 2, 1)
    assert refused.value.message == (
        "Version 1 cannot be restored. Key 1 of “Main”: what it led to has been deleted since."
    )
    assert keys(root) == "2"


def test_a_version_whose_level_hangs_elsewhere_now_is_refused() -> None:
    root, other = new(), new("Other")
    child = below(root, "Contracts")
    menu_services.change_menu(root.pk, 2, {"options": []})
    menu_services.change_menu(other.pk, 1, {"options": [key("1", "menu", child.pk)]})
    with pytest.raises(Conflict) as refused:
        menu_restoring.restore(root.pk, 3, 2)
    assert refused.value.code == "cannot_restore"
    assert "“Contracts” belongs to another menu now." in refused.value.message


def test_a_restore_needs_the_latest_version_that_there_is() -> None:
    root = new()
    menu_services.change_menu(root.pk, 1, {"name": "Other"})
    with pytest.raises(Stale):
        menu_restoring.restore(root.pk, 1, 1)


def test_a_restored_version_leaves_other_menus_as_they_are() -> None:
    other = new("Other", key("5"))
    for pressed in "678":
        menu_services.change_menu(other.pk, fresh(other).version, {"options": [key(pressed)]})
    level = below(other, "Opening hours", key("9"))
    root = new("Main", key("1"))
    menu_services.change_menu(root.pk, 1, {"options": [key("2")]})
    assert menu_restoring.restore(root.pk, 2, 1).number == 3
    assert (keys(root), keys(other), keys(level)) == ("1", "82", "9")


def test_only_a_whole_menu_is_restored() -> None:
    root = new()
    child = below(root, "Contracts", key("1"))
    with pytest.raises(Stale):
        menu_restoring.restore(child.pk, 1, 1)


def test_a_level_to_which_a_route_leads_is_not_taken_away_by_an_older_version() -> None:
    root = new("Main", key("9"))
    child = below(root, "Contracts")
    line = PhoneNumber.objects.create(name="Main line", number="+33970000001")
    ClosedRoute.objects.create(phone_number=line, kind="menu", submenu=child)
    with pytest.raises(Conflict, match="cannot_restore"):
        menu_restoring.restore(root.pk, 2, 1)
    assert keys(root) == "92"


def test_an_older_version_comes_back_with_its_prompt_and_mailbox() -> None:
    prompt = Prompt.objects.create(name="Welcome", text={"en": "Welcome"})
    box = mailbox("Repairs")
    root = new("Main", welcome_prompt=prompt, mailbox=box)
    menu_services.change_menu(root.pk, 1, {"welcome_prompt": None, "mailbox": None})
    menu_restoring.restore(root.pk, 2, 1)
    assert (fresh(root).welcome_prompt, fresh(root).mailbox_id) == (prompt, box.pk)


@pytest.mark.parametrize("name", ["welcome_prompt", "mailbox"])
def test_an_older_version_without_its_prompt_or_mailbox_is_refused(name: str) -> None:
    prompt = Prompt.objects.create(name="Welcome", text={"en": "Welcome"})
    box = mailbox("Repairs")
    Prompt.objects.create(name="Other", text={"en": "Other"})
    mailbox("Other")
    gone = {"welcome_prompt": prompt, "mailbox": box}[name]
    root = new("Main", **{name: gone})
    menu_services.change_menu(root.pk, 1, {name: None})
    gone.delete()
    with pytest.raises(Conflict) as refused:
        menu_restoring.restore(root.pk, 2, 1)
    assert refused.value.message == (
        "Version 1 cannot be restored. “Main”: what it led to has been deleted since."
    )


def test_the_versions_of_a_level_that_is_taken_away_stand_for_nothing_new() -> None:
    root = new("Main", key("9"))
    child = below(root, "Contracts")
    version = MenuVersion.objects.get(root=child)
    was = version.content_hash
    menu_restoring.restore(root.pk, 2, 1)
    version.refresh_from_db()
    assert version.root is None
    assert version.content_hash != was
