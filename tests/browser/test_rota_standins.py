"""Who stands in for whom: put in, changed and taken back on the calendar."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import Override, Rotation, RotationParticipant, Staff, TimeOff
from scheduling.tests import build
from tests.browser.rota import Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)


@pytest.fixture
def bruno(rota: Rota) -> Staff:
    return build.staff("Bruno Keller")


def found() -> list[tuple[Any, ...]]:
    """Return who stands in, for what, from when to when."""
    return [
        (row.staff and row.staff.name, row.replaces_level, row.starts_at, row.ends_at, row.whole)
        for row in Override.objects.order_by("pk")
    ]


def test_somebody_is_put_in_for_a_part_of_a_duty(rota: Rota, alice: Staff, bruno: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.choose("#standin-who", "Bruno Keller")
    rota.browser.run(
        "arguments[0].value = arguments[1]",
        rota.browser.see("#standin-starts"),
        f"{wednesday()}T12:00",
    )
    rota.browser.click("#standin-dialog [type=submit]")
    rota.said("the very next call obeys it")
    assert found() == [("Bruno Keller", None, at(12), at(18), False)]
    for bar in ("#rota [data-standin]", rota.bar(row)):
        name = rota.browser.see(bar).get_attribute("title")
        assert name is not None
        assert "Bruno Keller stands in" in name


def test_left_alone_it_is_for_all_of_the_duty_and_is_taken_back(
    rota: Rota, alice: Staff, bruno: Staff
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.choose("#standin-who", "Bruno Keller")
    rota.browser.click("#standin-dialog [type=submit]")
    rota.said("the very next call obeys it")
    assert found() == [("Bruno Keller", None, at(8), at(18), True)]
    rota.browser.see("#rota .rota-replaced-whole")
    rota.browser.click("#rota [data-standin]")
    rota.browser.see("#standin-dialog", "Bruno Keller stands in for Alice Martin")
    rota.browser.click("#standin-dialog [data-take-back]")
    rota.said("Taken back")
    assert found() == []


def test_left_alone_it_begins_and_ends_with_the_duty_to_the_second(
    rota: Rota, alice: Staff, bruno: Staff
) -> None:
    start, end = at(8) + timedelta(seconds=20), at(18) + timedelta(seconds=40)
    row = build.shift(rota.schedule, alice, start, end)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.choose("#standin-who", "Bruno Keller")
    rota.browser.click("#standin-dialog [type=submit]")
    rota.said("the very next call obeys it")
    assert found() == [("Bruno Keller", None, start, end, True)]


def test_who_stands_in_is_changed_and_the_button_says_so(
    rota: Rota, alice: Staff, bruno: Staff
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    build.override(rota.schedule, at(12), at(18), bruno, replaces_shift=row)
    build.staff("Chloé Petit")
    rota.open()
    rota.browser.click("#rota [data-standin]")
    rota.browser.choose("#standin-who", "Chloé Petit")
    rota.browser.run(
        "arguments[0].value = arguments[1]",
        rota.browser.see("#standin-starts"),
        f"{wednesday()}T14:00",
    )
    rota.browser.click("#standin-dialog [type=submit]", "Save the change")
    rota.said("Changed who stands in")
    assert found() == [("Chloé Petit", None, at(14), at(18), False)]


def test_a_place_left_empty_is_told_as_that(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.choose("#standin-who", "Nobody: the place stays empty")
    rota.browser.click("#standin-dialog [type=submit]", "Put in")
    rota.said("the very next call obeys it")
    assert found() == [(None, None, at(8), at(18), True)]
    day = f"Wed {wednesday().day}, 08:00 → 18:00"
    name = rota.browser.see("#rota [data-standin]").get_attribute("title")
    assert name == f"The place of Alice Martin stays empty, {day}"
    rota.browser.click("#rota [data-standin]")
    assert rota.browser.see("#standin-who").get_attribute("value") == "nobody"
    rota.browser.press(Keys.ESCAPE)
    rota.browser.click("button[data-view=list]")
    rota.browser.see("#rota-list .rota-list-replaced", f"left empty {day}")


def test_a_whole_level_is_taken_over(rota: Rota, alice: Staff, bruno: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.choose("#standin-who", "Bruno Keller")
    rota.browser.choose("#standin-instead", "whoever stands at level 1")
    rota.browser.click("#standin-dialog [type=submit]")
    rota.said("the very next call obeys it")
    assert found() == [("Bruno Keller", 1, at(8), at(18), False)]


def test_by_keyboard_somebody_is_put_in_and_undone(rota: Rota, alice: Staff, bruno: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.tab_to(rota.bar(row))
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.tab_to("#shift-dialog [data-stand-in]")
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#standin-dialog")
    rota.browser.press("B")
    rota.browser.tab_to("#standin-dialog [type=submit]")
    rota.browser.press(Keys.ENTER)
    rota.said("the very next call obeys it")
    assert found() == [("Bruno Keller", None, at(8), at(18), True)]
    rota.browser.chord(Keys.CONTROL, "z")
    rota.said("Undone")
    assert found() == []


def test_nobody_chosen_is_told_where_it_is_entered(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-stand-in]")
    rota.browser.click("#standin-dialog [type=submit]")
    rota.browser.see("#standin-dialog [data-error=who]", "Choose who stands in.")


def test_a_person_who_is_away_is_marked_and_warned_of_while_dragged(
    rota: Rota, alice: Staff
) -> None:
    TimeOff.objects.create(staff=alice, period=(at(0), at(0, day=THURSDAY)))
    rota.open()
    rota.browser.see(f"[data-person=staff-{alice.pk}]", f"away Wed {wednesday().day}, 00:00")
    with rota.browser.dragging(rota.person(alice), rota.place(12)):
        rota.browser.see(".rota-bubble", "Alice Martin: away Wed")
        hatched = rota.browser.all("#rota [data-level='1'].rota-away")
        assert [each.get_attribute("data-day") for each in hatched] == [wednesday().isoformat()]
    assert rows() == []


def test_the_bar_of_somebody_who_is_away_says_so(rota: Rota, alice: Staff) -> None:
    TimeOff.objects.create(staff=alice, period=(at(0), at(12)))
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.see("#rota .rota-shift.rota-warned")
    name = rota.browser.see(rota.bar(row)).get_attribute("title")
    assert name is not None
    assert f"away Wed {wednesday().day}, 00:00 → 12:00" in name


def test_a_duty_that_no_row_holds_yet_shows_who_is_away(rota: Rota, alice: Staff) -> None:
    day = wednesday()
    values = {"recurrence": "RRULE:FREQ=DAILY", "counted_from": day, "starts_on": day}
    times = {"start_time": time(8), "end_time": time(18), "written_until": day}
    rule = Rotation.objects.create(schedule=rota.schedule, **values, **times)
    RotationParticipant.objects.create(rotation=rule, turn=0, staff=alice)
    TimeOff.objects.create(staff=alice, period=(at(0), at(12)))
    rota.open("day")
    bar = f"#rota [data-rule='r{rule.pk}-{day}-0']"
    rota.browser.see(f"{bar} .rota-sign", "!")


def test_a_stand_in_that_is_over_is_only_read(rota: Rota, alice: Staff, bruno: Staff) -> None:
    gone = wednesday() - timedelta(days=21)
    row = build.shift(rota.schedule, alice, at(8, day=gone), at(18, day=gone))
    build.override(rota.schedule, at(12, day=gone), at(18, day=gone), bruno, replaces_shift=row)
    rota.open("day", gone)
    rota.browser.click("#rota [data-standin]")
    rota.browser.see("#standin-dialog", "Bruno Keller stands in for Alice Martin")
    for button in ("[data-take-back]", "[type=submit]"):
        assert not rota.browser.run(
            "return document.querySelector(arguments[0]).checkVisibility()",
            f"#standin-dialog {button}",
        )


def test_the_list_says_once_that_no_number_is_verified(
    rota: Rota, alice: Staff, bruno: Staff
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    build.override(rota.schedule, at(12), at(18), bruno, replaces_shift=row)
    rota.open()
    rota.browser.click("button[data-view=list]")
    words = rota.browser.see(f"[data-list-shift='{row.pk}']", "Bruno Keller stands in").text
    assert words.count("no number verified") == 1
