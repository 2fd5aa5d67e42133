"""A voice menu is written level by level; its keys move with what is below, and versions return."""

from __future__ import annotations

from typing import Any

import pytest

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Conflict, Refused, Stale
from scheduling import services
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony import destinations, menu_content, menu_restoring, menu_services, menu_trees
from telephony.models import ClosedRoute, Menu, MenuOption, MenuVersion, PhoneNumber, Prompt
from telephony.models.menus import KEYS

pytestmark = pytest.mark.django_db
MESSAGE = {"kind": "voicemail"}


def key(pressed: str, kind: str = "voicemail", target: Any = None, **more: Any) -> dict[str, Any]:
    return {"key": pressed, "goes_to": {"kind": kind, "target": target}, **more}


def new(name: str = "Main", *options: dict[str, Any], **values: Any) -> Menu:
    return menu_services.create_menu({"name": name, "options": options, **values})


def below(parent: Menu, name: str, *options: dict[str, Any]) -> Menu:
    """Hang a new level under the next free key of `parent`."""
    child = new(name, *options)
    now = parent.options.filter(key__in=KEYS)
    rows = [key(row.key, row.kind, destinations.target(row)) for row in now]
    hung = key("123456789"[len(rows)], "menu", child.pk)
    menu_services.change_menu(parent.pk, fresh(parent).version, {"options": [*rows, hung]})
    return fresh(child)


def fresh(menu: Menu) -> Menu:
    return Menu.objects.get(pk=menu.pk)


def keys(menu: Menu) -> str:
    return "".join(menu.options.order_by("position").values_list("key", flat=True))


def move(menu: Menu, pressed: str, to: Menu, at: int = 0, new_key: str = "") -> MenuOption:
    versions = fresh(menu).version, fresh(to).version
    return menu_services.move_option(menu.pk, versions[0], pressed, to.pk, versions[1], at, new_key)


def mailbox(name: str) -> Any:
    model: Any = Menu._meta.get_field("mailbox").related_model
    return model.objects.create(name=name)


def code(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def saved() -> list[tuple[str | None, int]]:
    """Return the versions of all menus, the oldest first."""
    found = MenuVersion.objects.order_by("pk").select_related("root")
    return [(row.root.name if row.root else None, row.number) for row in found]


def test_a_key_of_kind_menu_hangs_that_level_under_this_one() -> None:
    child = new("Contracts")
    root = new("Main", key("1", "menu", child.pk))
    assert (fresh(child).parent, fresh(child).version) == (root, 1)


def test_keys_are_told_in_the_order_given() -> None:
    assert keys(new("Main", key("9"), key("#"), key("1"))) == "9#1"


def test_options_replace_all_keys_and_leave_the_rest_of_the_level() -> None:
    root = new("Main", key("1"), key("2"), on_no_key={"kind": "hang_up"})
    menu_services.change_menu(root.pk, 1, {"options": [key("3")]})
    assert list(root.options.values_list("key", "kind")) == [
        ("no_key", "hang_up"),
        ("3", "voicemail"),
    ]


def test_a_level_without_its_key_stays_until_it_gets_one() -> None:
    root = new()
    child = below(root, "Contracts")
    menu_services.change_menu(root.pk, 2, {"options": []})
    assert fresh(child).parent == root


def test_a_new_level_is_made_with_its_key() -> None:
    asked = {"key": "1", "name": {"en": "Contracts"}, "goes_to": {"kind": "menu", "new": True}}
    root = new("Main", asked)
    child = Menu.objects.get(parent=root)
    assert (child.name, root.options.get().submenu) == ("Contracts", child)


def test_a_menu_never_leads_back_to_itself() -> None:
    root = new()
    child = below(root, "Contracts")
    with pytest.raises(Refused) as refused:
        menu_services.change_menu(child.pk, 1, {"options": [key("1", "menu", root.pk)]})
    assert code(refused) == ("menu_loop", "options[0].goes_to.target")
    with pytest.raises(Refused) as refused:
        menu_services.change_menu(child.pk, 1, {"options": [key("1", "menu", child.pk)]})
    assert code(refused) == ("menu_loop", "options[0].goes_to.target")


def test_a_menu_has_five_levels_and_no_sixth() -> None:
    level = new("Level 1")
    for number in range(2, 6):
        level = below(level, f"Level {number}")
    with pytest.raises(Refused) as refused:
        below(level, "Level 6")
    assert code(refused) == ("menu_too_deep", "options[0].goes_to.target")
    with pytest.raises(Refused) as refused:
        new("Level 6", parent=level)
    assert code(refused) == ("menu_too_deep", "parent")


def test_a_menu_with_levels_of_its_own_is_not_hung_too_deep() -> None:
    upper = below(below(new("1"), "2"), "3")
    lower = new("a")
    below(below(lower, "b"), "c")
    with pytest.raises(Refused) as refused:
        menu_services.change_menu(upper.pk, 1, {"options": [key("1", "menu", lower.pk)]})
    assert code(refused) == ("menu_too_deep", "options[0].goes_to.target")


def test_one_key_leads_to_a_level_and_no_second() -> None:
    child = below(new(), "Contracts")
    with pytest.raises(Refused) as refused:
        new("Other", key("1", "menu", child.pk))
    assert code(refused) == ("menu_has_a_key", "options[0].goes_to.target")


def test_a_menu_that_answers_a_number_cannot_be_hung_under_another() -> None:
    used = new("Used")
    PhoneNumber.objects.create(name="Main line", number="+33970000001", menu=used)
    with pytest.raises(Refused) as refused:
        new("Main", key("1", "menu", used.pk))
    assert code(refused) == ("menu_in_use", "options[0].goes_to.target")
    assert "“Main line”" in refused.value.message


def test_a_menu_in_use_cannot_be_deleted_and_says_where() -> None:
    menu = new()
    line = PhoneNumber.objects.create(name="Main line", number="+33970000001", menu=menu)
    with pytest.raises(Conflict, match="in_use") as refused:
        menu_services.delete_menu(menu.pk, 1)
    assert "“Main line”" in refused.value.message
    PhoneNumber.objects.update(menu=None)
    ClosedRoute.objects.create(phone_number=line, kind="menu", submenu=menu)
    with pytest.raises(Conflict, match="in_use"):
        menu_services.delete_menu(menu.pk, 1)


def test_a_level_that_a_key_leads_to_is_deleted_by_that_key_only() -> None:
    root = new()
    child = below(root, "Contracts")
    below(child, "Invoices")
    with pytest.raises(Conflict, match="in_use") as refused:
        menu_services.delete_menu(child.pk, fresh(child).version)
    assert "Key 1 of “Main”" in refused.value.message
    menu_services.remove_option(root.pk, fresh(root).version, "1")
    assert list(Menu.objects.all()) == [root]


def test_a_deleted_menu_leaves_its_versions_to_the_calls() -> None:
    menu = new()
    menu_services.change_menu(menu.pk, 1, {"name": "Other"})
    menu_services.change_menu(menu.pk, 2, {"name": "Main"})
    menu_services.delete_menu(menu.pk, 3)
    assert saved() == [(None, 1), (None, 2), (None, 3)]


def test_a_key_moves_within_its_level() -> None:
    root = new("Main", key("1"), key("2"), key("3"))
    move(root, "3", root, 0)
    assert keys(root) == "312"
    move(root, "3", root, 2)
    assert keys(root) == "123"


@pytest.mark.requirement("PLN-05")
def test_a_key_moves_to_another_level_with_all_below_it() -> None:
    root = new()
    contracts, invoices = below(root, "Contracts"), below(root, "Invoices")
    move(root, "2", contracts)
    assert (keys(root), keys(contracts)) == ("1", "2")
    assert fresh(invoices).parent == contracts


def test_a_moved_key_takes_the_first_free_one_where_its_own_is_used() -> None:
    root = new("Main", key("1"))
    child = below(root, "Contracts", key("1"), key("2"))
    assert move(root, "1", child).key == "3"
    assert keys(child) == "312"
    assert move(child, "1", root, 0, "5").key == "5"
    with pytest.raises(Refused) as refused:
        move(child, "2", root, 0, "5")
    assert code(refused) == ("key_twice", "new_key")


def test_a_full_level_takes_no_further_key() -> None:
    root = new("Main", key("1"))
    child = below(root, "Full", *(key(each) for each in "1234567890*#"))
    with pytest.raises(Refused) as refused:
        move(root, "1", child)
    assert code(refused) == ("no_key_left", "to")


def test_a_key_cannot_move_below_itself() -> None:
    root = new()
    child = below(root, "Contracts")
    with pytest.raises(Refused) as refused:
        move(root, "1", child)
    assert code(refused) == ("menu_loop", "parent")


def test_a_move_needs_both_levels_as_they_were_read() -> None:
    root = new("Main", key("9"))
    child = below(root, "Contracts")
    version = fresh(root).version
    for versions in [(version - 1, 1), (version, 0)]:
        with pytest.raises(Stale):
            menu_services.move_option(root.pk, versions[0], "9", child.pk, versions[1], 0)
    assert keys(root) == "92"


def test_each_save_freezes_the_whole_menu_as_a_new_version_by_whoever_saved() -> None:
    root = new()
    child = below(root, "Contracts")
    with acting.by(login(Role.MANAGER)):
        menu_services.change_menu(child.pk, 1, {"options": [key("5")]})
    last = MenuVersion.objects.get(root=root, number=3)
    assert [level["name"] for level in last.content["rows"]] == ["Main", "Contracts"]
    assert last.content["rows"][1]["options"][0]["key"] == "5"
    assert last.created_by is not None
    assert last.created_by.username == "manager"


def said(root: Menu) -> list[dict[str, str]]:
    """Return the names of the keys that the next caller of a menu hears."""
    tree = menu_trees.tree(menu_trees.latest(root.pk, at(8)), ["en"])
    return [goal.name for goal in tree.menus[root.pk].keys.values()]


def test_a_renamed_service_is_called_so_in_the_menus_that_say_its_name() -> None:
    heating = build.service("Heating")
    root = new("Main", key("1", "service", heating.pk))
    child = below(root, "Contracts", key("1", "service", heating.pk))
    own = new("Own", key("1", "service", heating.pk, name={"en": "warmth"}))
    before = saved()
    services.change_service(heating.pk, 1, {"name": {"en": "Boilers"}})
    assert said(root)[0] == {"en": "Boilers"}
    assert saved()[len(before) :] == [("Main", 3)]
    assert said(own) == [{"en": "warmth"}]
    services.change_service(heating.pk, 2, {"colour": "#123456"})
    services.change_service(heating.pk, 3, {"name": {"en": "Boilers"}})
    assert saved()[len(before) :] == [("Main", 3)]
    assert fresh(child).version == 1  # nobody edited it: a page that is open still fits


def test_a_renaming_that_is_refused_leaves_the_menus_as_they_are() -> None:
    heating = build.service("Heating")
    root = new("Main", key("1", "service", heating.pk))
    with pytest.raises(Stale):
        services.change_service(heating.pk, 7, {"name": {"en": "Boilers"}})
    assert (said(root), saved()) == ([{"en": "Heating"}], [("Main", 1)])


def test_a_menu_that_was_made_without_services_gets_its_first_version_with_its_first_call() -> None:
    root = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=root, key="1", kind="voicemail", name={"en": "a message"})
    assert (said(root), saved()) == ([{"en": "a message"}], [("Main", 1)])
    menu_services.change_menu(root.pk, 1, {"options": [key("2", name={"en": "the accounts"})]})
    assert (said(root), saved()) == ([{"en": "the accounts"}], [("Main", 1), ("Main", 2)])


def test_a_save_that_changes_nothing_is_no_new_version() -> None:
    root = new("Main", key("1"))
    menu_services.change_menu(root.pk, 1, {"name": "Main"})
    assert saved() == [("Main", 1)]


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


def answered(menu: Menu) -> list[str]:
    """Return the keys, as told, of what callers of a menu are answered with."""
    version = MenuVersion.objects.filter(root=menu).order_by("-number")[0]
    return list(menu_trees.tree(version, ("en",)).menus[menu.pk].told)


def test_callers_hear_what_was_moved_taken_away_or_deleted() -> None:
    one, two = new("One", key("1"), key("2"), key("3")), new("Two", key("9"))
    move(one, "3", one)
    assert (answered(one), fresh(one).version) == (["3", "1", "2"], 2)
    move(one, "1", two, 5)
    assert (answered(one), answered(two)) == (["3", "2"], ["9", "1"])
    assert (fresh(one).version, fresh(two).version) == (3, 2)
    menu_services.remove_option(one.pk, 3, "3")
    assert answered(one) == ["2"]


def test_what_follows_no_key_is_not_moved_and_keeps_its_place() -> None:
    root = new("Main", key("1"), key("2"), on_no_key={"kind": "hang_up"})
    for pressed in ("no_key", "7"):
        with pytest.raises(Refused) as refused:
            move(root, pressed, root)
        assert code(refused) == ("unknown_key", "key")
    was = root.options.get(key="no_key").position
    move(root, "2", root)
    assert (answered(root), root.options.get(key="no_key").position) == (["2", "1"], was)


def test_a_level_with_a_key_is_hung_elsewhere_by_its_key_alone() -> None:
    root, other = new(), new("Other")
    child = below(root, "Contracts")
    with pytest.raises(Refused) as refused:
        menu_services.change_menu(child.pk, child.version, {"parent": other})
    assert code(refused) == ("menu_has_a_key", "parent")
    menu_services.change_menu(child.pk, child.version, {"parent": root, "name": "Same"})
    assert (fresh(child).parent, fresh(child).name) == (root, "Same")


def test_a_level_without_a_key_may_be_hung_elsewhere() -> None:
    root, other, third = new(), new("Other"), new("Third", key("1"))
    loose = new("Loose", parent=root)
    menu_services.change_menu(loose.pk, 1, {"parent": other})
    assert fresh(loose).parent == other
    menu_services.delete_menu(loose.pk, 2)  # the key of another menu is in nobody's way
    assert keys(third) == "1"
