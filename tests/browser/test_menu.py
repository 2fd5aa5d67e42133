"""A manager edits a voice menu by mouse: keys added, changed, moved with what is below, undone."""

from __future__ import annotations

import pytest

from scheduling.enums import Role
from telephony import menu_services
from telephony.models import Menu
from tests.browser import axe
from tests.browser import menu as menus
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.menu import MenuPage, keys
from tests.browser.rota import HOLD_S


@pytest.fixture
def page(site: Site, browser: Browser) -> MenuPage:
    """The page of a menu of two levels, looked at by a manager."""
    site.enter(browser, Role.MANAGER)
    browser.screen(1280, 1400)
    return MenuPage(browser, *menus.two_levels())


@pytest.mark.requirement("PLN-05", "VPB-08")
def test_a_key_is_added_with_its_names_and_what_callers_hear_is_shown_before(
    page: MenuPage,
) -> None:
    page.open()
    page.browser.click(f"[data-key='add-{page.root.pk}'] [data-add-key]")
    page.browser.choose("#key-goal-kind", "Leave a message")
    page.browser.choose("#key-key", "0")
    page.browser.write("#key-name-en", "the office")
    page.browser.write("#key-name-fr", "le bureau")
    page.browser.see("[data-hear=en]", "For the office, press 0.")
    page.browser.see("[data-hear=fr]", "Pour le bureau, appuyez sur 0.")
    page.browser.click("#key-dialog [type=submit]")
    page.said("Key 0 is added.")
    assert keys(page.root) == "1230"
    page.browser.see(f"#level-{page.root.pk} [data-heard=fr]", "Pour le bureau, appuyez sur 0.")


def test_a_key_to_a_new_menu_makes_that_level(page: MenuPage) -> None:
    page.open()
    page.browser.click(f"[data-key='add-{page.below.pk}'] [data-add-key]")
    page.browser.choose("#key-goal-kind", "Another menu")
    page.browser.write("#key-name-en", "older contracts")
    page.browser.click("#key-dialog [type=submit]")
    page.said("Key 3 is added.")
    level = Menu.objects.get(parent=page.below)
    page.browser.see(f"#level-{level.pk}", "older contracts")


def test_what_is_refused_is_said_at_its_box_and_nothing_is_lost(page: MenuPage) -> None:
    page.browser.expect("status of 400")
    page.open()
    page.browser.click(page.button("2"))
    page.browser.choose("#key-goal-kind", "Transfer to a number")
    page.browser.write("#key-goal-number", "12")
    page.browser.click("#key-dialog [type=submit]")
    page.browser.see("#key-dialog [data-error=goes_to]", "12")
    assert page.browser.see("#key-goal-number").get_attribute("value") == "12"
    assert page.root.options.get(key="2").kind == "voicemail"


@pytest.mark.requirement("PLN-05")
def test_a_key_is_dragged_to_another_place(page: MenuPage) -> None:
    page.open()
    page.browser.drag(page.browser.point(page.key("2")), page.upper("1"))
    page.said("Key 2 is moved.")
    assert keys(page.root) == "213"


@pytest.mark.requirement("PLN-05")
def test_a_key_is_dragged_into_another_level_and_the_move_is_undone(page: MenuPage) -> None:
    page.open()
    page.browser.drag(page.browser.point(page.key("2")), page.end(page.below))
    page.said("Key 2 is moved. It is key 3 now.")
    assert (keys(page.root), keys(page.below)) == ("13", "123")
    page.browser.click(".toast button", "Undo")
    page.said("The last change is undone.")
    assert (keys(page.root), keys(page.below)) == ("123", "12")


def test_a_key_with_a_menu_is_dragged_with_all_below_it(page: MenuPage) -> None:
    page.open()
    page.browser.drag(page.browser.point(page.key("3")), page.upper("1"))
    page.said("Key 3 is moved.")
    assert (keys(page.root), keys(page.below)) == ("312", "12")
    page.browser.see(page.key("2", page.below))


def test_while_a_key_is_dragged_the_page_says_where_it_would_land(page: MenuPage) -> None:
    page.open()
    start = page.browser.point(page.key("2"))
    with page.browser.dragging(start, page.upper("2", page.below)) as go:
        page.browser.see(".menu-bubble", "Before key 2 of “Contracts”")
        go(page.end(page.below))
        page.browser.see(".menu-bubble", "At the end of “Contracts”")
    page.browser.gone(".menu-bubble")
    assert (keys(page.root), keys(page.below)) == ("123", "12")


def test_a_key_is_removed_with_all_below_it_and_brought_back(page: MenuPage) -> None:
    page.open()
    page.browser.click(page.button("3"))
    page.browser.click("#key-dialog [data-remove]")
    page.said("Key 3 is removed.")
    assert list(Menu.objects.all()) == [page.root]
    page.browser.click(".page-head [data-undo]")
    page.said("The last change is undone.")
    assert (keys(page.root), keys(page.below)) == ("123", "12")


def test_several_steps_are_undone_one_after_the_other(page: MenuPage) -> None:
    page.open()
    page.browser.drag(page.browser.point(page.key("2")), page.upper("1"))
    page.said("Key 2 is moved.")
    page.browser.drag(page.browser.point(page.key("3")), page.upper("2"))
    page.said("Key 3 is moved.")
    assert keys(page.root) == "321"
    page.browser.click(".page-head [data-undo]")
    page.said("The last change is undone.")
    assert keys(page.root) == "213"
    page.browser.click(".page-head [data-undo]")
    page.browser.until(lambda: keys(page.root) == "123", "the first step is undone")


def test_a_level_is_edited_in_both_languages_side_by_side(page: MenuPage) -> None:
    page.open()
    page.browser.click(f"#level-{page.below.pk} > .menu-head [data-edit-level]")
    page.browser.write("#level-name", "Agreements")
    page.browser.write("#level-welcome-fr", "Vos contrats.")
    page.browser.choose("#level-many-kind", "Hang up")
    page.browser.click("#level-dialog [type=submit]")
    page.said("Saved; the next caller hears it.")
    page.below.refresh_from_db()
    assert (page.below.name, page.below.welcome) == ("Agreements", {"fr": "Vos contrats."})
    assert page.below.options.get(key="too_many").kind == "hang_up"
    page.browser.see(".menu-missing", "English: welcome of “Agreements”")


def test_a_change_by_somebody_else_is_shown_and_what_was_written_is_kept(page: MenuPage) -> None:
    page.browser.expect("status of 409")
    page.open()
    page.browser.click(page.button("1"))
    page.browser.write("#key-name-en", "water")
    options = [menus.option("1", "gas"), menus.option("2", "heating")]
    menu_services.change_menu(page.root.pk, page.root.version, {"options": options})
    page.browser.click("#key-dialog [type=submit]")
    page.browser.see("#key-dialog [data-conflict]", "Somebody else changed this level meanwhile.")
    page.browser.see("#key-dialog [data-conflict]", "Gas")
    page.browser.click("#key-dialog [type=submit]")
    page.said("Saved; the next caller hears it.")
    names = [row.name["en"] for row in page.root.options.order_by("position")]
    assert names == ["water", "heating"]


def test_an_older_version_is_looked_at_and_restored(page: MenuPage) -> None:
    menu_services.change_menu(page.root.pk, page.root.version, {"options": []})
    page.open()
    page.browser.click(".menu-versions a", "Version 1")
    page.browser.see(".menu-row", "Heating")
    page.browser.click("[data-restore]", "Restore this version")
    page.browser.see("#menu-live[data-ready]")
    assert keys(page.root) == "123"


def test_listening_reads_each_text_in_its_language(page: MenuPage) -> None:
    page.open()
    page.browser.run(
        """window.heard = [];
        speechSynthesis.speak = (line) => {
          heard.push([line.lang, line.text]);
          line.dispatchEvent(new Event("end"));
        };"""
    )
    page.browser.click(f"#level-{page.root.pk} [data-heard=fr] [data-listen]")
    page.browser.until(lambda: len(page.browser.run("return heard")) == 4, "four texts are read")
    assert page.browser.run("return heard")[:2] == [
        ["fr-FR", "Bonjour."],
        ["fr-FR", "Pour un message, appuyez sur 1."],
    ]


@pytest.mark.requirement("PLN-05")
def test_keys_alone_move_a_key_and_undo_it(page: MenuPage) -> None:
    page.open()
    page.browser.tab_to(page.button("2"))
    page.browser.chord("\ue00a", "\ue013")  # Alt and up
    page.browser.until(lambda: keys(page.root) == "213", "it is earlier")
    page.browser.until(lambda: _focused(page, "2"), "the focus stays on it")
    page.browser.chord("\ue009", "z")
    page.browser.until(lambda: keys(page.root) == "123", "it is undone")


def test_keys_alone_move_a_key_into_a_menu_and_out_of_it(page: MenuPage) -> None:
    menu_services.change_menu(
        page.root.pk, page.root.version, {"options": _with_a_fourth(page.below)}
    )
    page.open()
    page.browser.focus(page.button("4"))
    page.browser.chord("\ue00a", "\ue014")  # Alt and right
    page.browser.until(lambda: keys(page.below) == "124", "it is in the menu above")
    page.browser.until(lambda: _focused(page, "4", page.below), "the focus goes along")
    page.browser.chord("\ue00a", "\ue012")  # Alt and left
    page.browser.until(lambda: keys(page.root) == "34", "it is out again")


def test_keys_alone_remove_a_key(page: MenuPage) -> None:
    page.open()
    page.browser.focus(page.button("1"))
    page.browser.press("\ue017")
    page.said("Key 1 is removed.")
    assert keys(page.root) == "23"


def _with_a_fourth(below: Menu) -> list[dict[str, object]]:
    third = {"key": "3", "goes_to": {"kind": "menu", "target": below.pk}}
    return [third, menus.option("4", "a call")]


def _focused(page: MenuPage, pressed: str, menu: Menu | None = None) -> bool:
    script = "return document.activeElement.matches(arguments[0])"
    return bool(page.browser.run(script, page.button(pressed, menu)))


@pytest.mark.requirement("PLN-05")
def test_a_finger_that_holds_a_key_moves_it(page: MenuPage) -> None:
    page.browser.screen(820, 1400, touch=True)
    page.open()
    page.browser.touch_drag(page.browser.point(page.key("2")), page.end(page.below), hold_s=HOLD_S)
    page.said("It is key 3 now.")
    assert (keys(page.root), keys(page.below)) == ("13", "123")


def test_a_finger_that_moves_at_once_scrolls_and_changes_nothing(page: MenuPage) -> None:
    page.browser.screen(820, 700, touch=True)
    page.open()
    page.browser.touch_drag(page.browser.point(page.key("2")), page.upper("1"))
    page.browser.tap(page.browser.point(page.button("1")))
    page.browser.see("#key-dialog", "Key 1")
    assert keys(page.root) == "123"


def test_a_supervisor_sees_the_menu_and_changes_nothing(site: Site, browser: Browser) -> None:
    site.enter(browser, Role.SUPERVISOR)
    root, _below = menus.two_levels()
    browser.open(f"/admin/telephony/menu/{root.pk}/change/")
    browser.see(".menu-row", "Heating")
    assert (
        browser.all(".page-head [data-undo], [data-edit-key], [data-add-key], #menu-live ~ dialog")
        == []
    )


def test_the_dialogs_are_accessible(page: MenuPage) -> None:
    page.open()
    page.browser.click(page.button("1"))
    page.browser.see("#key-dialog [data-hear=en]", "press 1")
    assert axe.violations(page.browser) == []
    page.browser.press("\ue00c")
    page.browser.click(f"#level-{page.root.pk} > .menu-head [data-edit-level]")
    page.browser.see("#level-dialog")
    assert axe.violations(page.browser) == []
