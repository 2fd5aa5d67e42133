"""Duties that rotations wrote, holes that are meant to be, and public holidays, on the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling import services
from scheduling.enums import ShiftState
from scheduling.models import IntendedGap, Rotation, Schedule, Shift, Staff
from tests.browser.rota import Rota, at, rows, shift, wednesday

DAY = timedelta(days=1)
THURSDAY = wednesday() + DAY


@pytest.fixture
def daily(rota: Rota, alice: Staff) -> Rotation:
    """Alice, every day from 8 to 18, written ahead."""
    return services.create_rotation(
        {
            "schedule": rota.schedule,
            "level": 1,
            "participants": [[alice]],
            "recurrence": "RRULE:FREQ=DAILY",
            "starts_on": wednesday(),
            "start_time": at(8).replace(hour=8).time(),
            "end_time": at(8).replace(hour=18).time(),
        }
    )


def duty(day: date = wednesday()) -> Shift:  # noqa: B008 - the same all through a run
    return Shift.objects.exclude(state=ShiftState.CANCELLED.value).get(day=day)


def test_a_duty_of_a_rotation_is_marked_with_words(rota: Rota, daily: Rotation) -> None:
    rota.open()
    row = duty()
    assert rota.browser.all(f"{rota.bar(row)} .rota-label svg")
    name = rota.browser.see(rota.bar(row)).get_attribute("title")
    assert name is not None
    assert name.endswith("From a rotation")


def test_moved_alone_the_others_stay(rota: Rota, daily: Rotation) -> None:
    rota.open()
    rota.browser.drag(rota.browser.point(rota.bar(duty())), rota.place(13, 2))
    rota.browser.click("#following-dialog [data-answer=one]")
    rota.said("moved to")
    assert [(row.level, row.state) for row in (duty(), duty(THURSDAY))] == [
        (2, "detached"),
        (1, "generated"),
    ]


def test_moved_with_all_that_follow_they_go_with_it(rota: Rota, daily: Rotation) -> None:
    rota.open()
    rota.browser.drag(rota.browser.point(rota.bar(duty(THURSDAY))), rota.place(13, 2, THURSDAY))
    rota.browser.click("#following-dialog [data-answer=following]")
    rota.said("level 2")
    levels = [duty(wednesday() + n * DAY).level for n in range(4)]
    assert levels == [1, 2, 2, 2]


def test_a_drop_that_is_not_meant_changes_nothing(rota: Rota, daily: Rotation) -> None:
    rota.open()
    before = rows()
    rota.browser.drag(rota.browser.point(rota.bar(duty())), rota.place(13, 2))
    rota.browser.see("#following-dialog")
    rota.browser.press(Keys.ESCAPE)
    rota.settled()
    assert rows() == before


def test_by_keyboard_it_is_asked_too(rota: Rota, daily: Rotation) -> None:
    rota.open()
    rota.browser.focus(rota.bar(duty()))
    rota.browser.chord(Keys.ALT, Keys.ARROW_DOWN)
    rota.browser.see("#following-dialog")
    rota.browser.press(Keys.ENTER)
    rota.said("level 2")
    assert (duty().level, duty(THURSDAY).level) == (2, 1)


def test_a_deleted_one_says_that_it_stays_away(rota: Rota, daily: Rotation) -> None:
    rota.open()
    rota.browser.focus(rota.bar(duty()))
    rota.browser.press(Keys.DELETE)
    rota.said("it stays away, the rotation does not write it again")


def test_what_is_not_written_yet_is_drawn_and_cannot_be_dragged(
    rota: Rota, daily: Rotation
) -> None:
    Shift.objects.all().delete()
    Rotation.objects.update(written_until=wednesday())
    rota.open()
    bar = rota.browser.point("#rota [data-rule]")
    rota.browser.drag(bar, rota.place(13, 2))
    rota.settled()
    assert rows() == []
    rota.browser.click("#rota [data-rule]")
    rota.browser.see("#shift-dialog", "not written yet: change the rotation")
    assert not rota.browser.see("#shift-who").is_enabled()


def test_a_hole_is_meant_to_be_and_no_longer(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 12)
    rota.open("day")
    rota.browser.click("#rota [data-gap]")
    rota.browser.click("#shift-dialog [data-intend]")
    rota.said("nobody is warned of it")
    row = IntendedGap.objects.get()
    assert (row.starts_at, row.ends_at) == (at(12), at(0, day=THURSDAY))
    rota.browser.see("#rota .rota-intended", "meant to be")
    rota.browser.see("[data-holes-button]", "No hole")
    rota.browser.click("#rota [data-gap]")
    rota.browser.click("#shift-dialog [data-unintend]")
    rota.said("The hole is a hole again.")
    rota.browser.see("[data-holes-button]", "1 hole")
    assert not IntendedGap.objects.exists()


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_public_holidays_are_named_at_their_day(rota: Rota, view: str) -> None:
    Schedule.objects.update(holidays={"country": "FR", "subdivision": None})
    rota.open("month" if view == "list" else view, date(2027, 5, 1))
    place = "#rota .ec-col-head"
    if view == "list":
        rota.browser.click("button[data-view=list]")
        place = "#rota-list .rota-day"
    name = rota.browser.see(f"{place} .rota-holiday")
    assert name.get_attribute("textContent").strip(" ·") == "Labor Day"  # type: ignore[union-attr]
