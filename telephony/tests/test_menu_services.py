"""A voice menu is written level by level; its keys move with what is below, and versions return."""

from __future__ import annotations

import pytest

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Conflict, Refused, Stale
from scheduling import services
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony import menu_services, menu_trees
from telephony.models import ClosedRoute, Menu, MenuOption, MenuVersion, PhoneNumber
from telephony.tests.menu_words import below, code, fresh, key, keys, move, new, saved

pytestmark = pytest.mark.django_db
MESSAGE = {"kind": "voicemail"}


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
