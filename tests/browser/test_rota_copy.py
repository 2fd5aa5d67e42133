"""A duty, a day, a week and a range are copied to later days, by mouse and by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import Staff
from scheduling.tests import build
from tests.browser.rota import Rota, at, rows, shift, wednesday

pytestmark = pytest.mark.requirement("PLA-07")
DAY = timedelta(days=1)
WEEK = 7 * DAY


def later(days: int) -> date:
    return wednesday() + days * DAY


def told(rota: Rota, text: str) -> None:
    rota.browser.see("#copy-dialog [data-told]", text)


def copy(rota: Rota, button: str) -> None:
    rota.browser.click("#copy-dialog [type=submit]:enabled", button)


def test_a_duty_is_copied_to_the_days_after(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-copy-shift]")
    told(rota, "1 shift would be written.")
    rota.browser.write("#copy-times", "3")
    told(rota, "3 shifts would be written.")
    assert len(rows()) == 1
    copy(rota, "Copy (3)")
    rota.said("3 shifts copied")
    assert rows()[1:] == [
        ("Alice Martin", 1, at(8, day=later(n)), at(18, day=later(n))) for n in (1, 2, 3)
    ]


def test_a_week_is_copied_to_the_next_and_undone(rota: Rota, alice: Staff) -> None:
    bruno = build.staff("Bruno Keller")
    shift(rota.schedule, alice, 8, 18)
    build.shift(rota.schedule, bruno, at(18), at(8, day=later(1)), 2)
    rota.open()
    rota.browser.click("[data-copy]")
    told(rota, "2 shifts would be written.")
    copy(rota, "Copy (2)")
    rota.said("2 shifts copied")
    assert rows()[2:] == [
        ("Alice Martin", 1, at(8, day=later(7)), at(18, day=later(7))),
        ("Bruno Keller", 2, at(18, day=later(7)), at(8, day=later(8))),
    ]
    rota.browser.click(".toast button", "Undo")
    rota.said("Undone")
    assert len(rows()) == 2


def test_a_day_is_copied_to_days_of_ones_choice(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open("day")
    rota.browser.click("[data-copy]")
    rota.browser.click("#copy-dialog [value=days]")
    told(rota, "Choose what to copy, and where to.")
    set_date(rota, "[data-days] input", later(2))
    told(rota, "1 shift would be written.")
    rota.browser.click("#copy-dialog [data-another]")
    set_date(rota, "[data-days] input:last-child", later(9))
    told(rota, "2 shifts would be written.")
    copy(rota, "Copy (2)")
    rota.said("2 shifts copied")
    assert [row[2] for row in rows()[1:]] == [at(8, day=later(2)), at(8, day=later(9))]


def test_a_range_is_chosen_by_its_first_and_last_day(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    build.shift(rota.schedule, alice, at(8, day=later(1)), at(18, day=later(1)))
    rota.open()
    rota.browser.click("[data-copy]")
    set_date(rota, "#copy-first", later(1))
    set_date(rota, "#copy-last", later(2))
    told(rota, "1 shift would be written.")
    copy(rota, "Copy (1)")
    rota.said("1 shift copied")
    assert rows()[2:] == [("Alice Martin", 1, at(8, day=later(8)), at(18, day=later(8)))]


def test_what_is_in_the_way_is_listed_before_anything_is_written(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    build.shift(rota.schedule, alice, at(6, day=later(1)), at(12, day=later(1)))
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-copy-shift]")
    told(rota, "These cannot be copied:")
    told(rota, "is already on call there at this level")
    rota.browser.see("#copy-dialog [type=submit]:disabled", "Copy the others (0)")
    rota.browser.write("#copy-times", "2")
    told(rota, "1 shift would be written.")
    copy(rota, "Copy the others (1)")
    rota.said("1 shift copied")
    assert rows()[2:] == [("Alice Martin", 1, at(8, day=later(2)), at(18, day=later(2)))]


def test_one_duty_of_a_day_is_copied_without_the_others(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    shift(rota.schedule, build.staff("Bruno Keller"), 8, 18, 2)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-copy-shift]")
    told(rota, "1 shift would be written.")
    copy(rota, "Copy (1)")
    rota.said("1 shift copied")
    assert rows()[2:] == [("Alice Martin", 1, at(8, day=later(1)), at(18, day=later(1)))]


def test_what_comes_in_the_way_once_it_was_told_is_not_skipped_unasked(
    rota: Rota, alice: Staff
) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open("day")
    rota.browser.expect("status of 4")
    rota.browser.click("[data-copy]")
    rota.browser.write("#copy-times", "2")
    told(rota, "2 shifts would be written.")
    build.shift(rota.schedule, alice, at(6, day=later(1)), at(12, day=later(1)))
    copy(rota, "Copy (2)")
    rota.said("Not saved", "-bad")
    assert len(rows()) == 2


def test_an_answer_that_comes_after_a_later_one_is_not_told(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open("day")
    rota.browser.click("[data-copy]")
    told(rota, "1 shift would be written.")
    rota.browser.run(
        """const real = window.fetch;
        window.fetch = async (...asked) => {
          window.fetch = real;
          const answer = await real(...asked);
          await new Promise((go) => { window.letCome = go; });
          return answer;
        };"""
    )
    rota.browser.write("#copy-times", "3")
    rota.browser.until(lambda: rota.browser.run("return Boolean(window.letCome)"), "an answer")
    rota.browser.write("#copy-times", "2")
    told(rota, "2 shifts would be written.")
    rota.browser.run("window.letCome()")
    copy(rota, "Copy (2)")
    rota.said("2 shifts copied")
    found = rota.browser.run("return document.querySelector('[data-told]').textContent")
    assert found == "2 shifts would be written."


def test_an_earlier_day_is_refused_in_words(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open("day")
    rota.browser.expect("status of 400")
    rota.browser.click("[data-copy]")
    rota.browser.click("#copy-dialog [value=days]")
    set_date(rota, "[data-days] input", later(-1))
    told(rota, "Copy to days that come later.")
    assert rota.browser.all("#copy-dialog [type=submit]:disabled")


def test_a_week_is_copied_by_keyboard(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.tab_to("[data-copy]")
    rota.browser.press(Keys.ENTER)
    told(rota, "1 shift would be written.")
    rota.browser.tab_to("#copy-times")
    rota.browser.press(Keys.ARROW_UP)
    told(rota, "2 shifts would be written.")
    rota.browser.see("#copy-dialog [type=submit]:enabled", "Copy (2)")
    rota.browser.press(Keys.ENTER)
    rota.said("2 shifts copied")
    assert [row[2] for row in rows()[1:]] == [at(8, day=later(7)), at(8, day=later(14))]


def set_date(rota: Rota, css: str, day: date) -> None:
    """Write a date as the box takes it in English: month, day, year."""
    box = rota.browser.see(css if css.startswith("#") else f"#copy-dialog {css}")
    box.send_keys(f"{day:%m%d%Y}")
