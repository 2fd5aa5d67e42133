"""The shifts that a rotation writes, and whose turn each is; the same whenever it is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduling import rule_days, wall
from scheduling.enums import OnHolidays, RuleFault, TurnUnit
from scheduling.recurrence import between, check, is_cut, occurrences, split_end, turn_on, upcoming
from scheduling.rules import BadRule, Recurrence
from scheduling.tests.facts import ALICE, BOB, CHARLIE, RECEPTION
from scheduling.tests.rules import DAILY, MONDAY, WEEKLY, WORKDAYS, rule, shown
from scheduling.types import Occurrence, Period, Rule

DAY = timedelta(days=1)


def first(rotation: Rule, count: int, *holidays: date) -> list[str]:
    return shown(upcoming(rotation, rotation.counted_from, count, holidays))


def hours(found: list[Occurrence], zone: str = "Europe/Paris") -> list[str]:
    return [
        f"{wall.wall(each.period.starts_at, zone):%d %H:%M}"
        f"-{wall.wall(each.period.ends_at, zone):%d %H:%M}"
        for each in found
    ]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_people_take_turns_shift_by_shift() -> None:
    assert first(rule(), 4) == ["01-04 1", "01-05 2", "01-06 3", "01-07 1"]


def test_a_weekday_mask_never_eats_a_turn() -> None:
    found = first(rule(WORKDAYS, ALICE, BOB, CHARLIE), 7)
    assert found[4:] == ["01-08 2", "01-11 3", "01-12 1"]


def test_a_turn_of_several_shifts_lasts_so_many() -> None:
    found = first(rule(WORKDAYS, ALICE, BOB, turn_count=2), 6)
    assert found == ["01-04 1", "01-05 1", "01-06 2", "01-07 2", "01-08 1", "01-11 1"]


def test_a_turn_of_a_week_begins_on_the_weekday_that_it_is_counted_from() -> None:
    thursday = rule(DAILY, ALICE, BOB, turn_unit=TurnUnit.WEEK, counted_from=date(2027, 1, 7))
    assert first(thursday, 8) == [
        *(f"01-{day:02} 1" for day in range(7, 14)),
        "01-14 2",
    ]


def test_a_turn_of_a_month_from_the_31st_begins_on_the_last_day_of_a_short_month() -> None:
    rotation = rule(turn_unit=TurnUnit.MONTH, counted_from=date(2027, 1, 31))
    turns = [turn_on(rotation, date(2027, *day)) for day in ((2, 27), (2, 28), (3, 30), (3, 31))]
    assert turns == [0, 1, 1, 2]


def test_whose_turn_it_is_first_is_chosen() -> None:
    assert first(rule(DAILY, ALICE, BOB, first_participant=1), 2) == ["01-04 2", "01-05 1"]


@pytest.mark.requirement("PLA-08")
def test_each_member_of_a_team_stands_in_a_slot_of_their_own() -> None:
    rotation = rule(participants=((ALICE, RECEPTION), (BOB,)))
    found = [(each.day.day, each.slot, each.who) for each in upcoming(rotation, MONDAY, 3)]
    assert found == [(4, 0, ALICE), (4, 1, RECEPTION), (5, 0, BOB)]


def test_shifts_by_the_hour_follow_each_other_from_the_first() -> None:
    rotation = rule(turn_unit=TurnUnit.HOUR, turn_count=10)
    found = upcoming(rotation, MONDAY, 4)
    assert hours(found) == [
        "04 09:00-04 19:00",
        "04 19:00-05 05:00",
        "05 05:00-05 15:00",
        "05 15:00-06 01:00",
    ]
    assert [each.slot for each in found] == [0, 100, 0, 100]
    assert shown(found) == ["01-04 1", "01-04 2", "01-05 3", "01-05 1"]


def test_hours_outside_the_days_of_the_rule_eat_no_turn() -> None:
    rotation = rule("RRULE:FREQ=WEEKLY;BYDAY=MO,WE", turn_unit=TurnUnit.HOUR, turn_count=8)
    found = upcoming(rotation, MONDAY, 6)
    assert hours(found)[1:3] == ["04 17:00-05 01:00", "06 01:00-06 09:00"]
    assert [each.turn for each in found] == [0, 1, 2, 3, 4, 5]
    assert turn_on(rotation, date(2027, 1, 6)) == 2


def test_on_a_day_on_which_none_starts_it_is_the_turn_of_the_shift_by_hours_that_lasts() -> None:
    rotation = rule(turn_unit=TurnUnit.HOUR, turn_count=48)
    assert [turn_on(rotation, date(2027, 1, day)) for day in (4, 5, 6, 7, 8)] == [0, 0, 1, 1, 2]
    mondays = rule(WEEKLY, turn_unit=TurnUnit.HOUR, turn_count=48)
    assert [turn_on(mondays, date(2027, 1, day)) for day in (4, 6, 7, 11)] == [0, 0, 1, 1]


def test_public_holidays_that_are_skipped_eat_no_turn() -> None:
    rotation = rule(on_holidays=OnHolidays.SKIP)
    assert first(rotation, 3, date(2027, 1, 5)) == ["01-04 1", "01-06 2", "01-07 3"]


def test_a_turn_is_the_same_when_only_what_comes_later_is_asked_for() -> None:
    rotation = rule(on_holidays=OnHolidays.SKIP)
    holidays = [date(2027, 1, 5)]
    found = occurrences(rotation, date(2027, 1, 7), date(2027, 1, 8), holidays)
    assert shown(found) == ["01-07 3"]
    assert turn_on(rotation, date(2027, 1, 7), holidays) == 2


@pytest.mark.parametrize(("start", "turn"), [(time(0), 6), (time(9), 5)])
def test_hours_of_earlier_days_are_counted_without_those_left_out(start: time, turn: int) -> None:
    rotation = rule(
        turn_unit=TurnUnit.HOUR, turn_count=8, start_time=start, on_holidays=OnHolidays.SKIP
    )
    assert turn_on(rotation, date(2027, 1, 7), [date(2027, 1, 5)]) == turn
    assert upcoming(rotation, date(2027, 1, 7), 1, [date(2027, 1, 5)])[0].turn == turn


def test_hours_that_fit_into_no_day_are_counted_over_weeks() -> None:
    rotation = rule(WORKDAYS, turn_unit=TurnUnit.HOUR, turn_count=5)
    before = occurrences(rotation, MONDAY, date(2027, 3, 2))
    assert turn_on(rotation, date(2027, 3, 2)) == len(before)


def test_other_people_take_the_public_holidays_only() -> None:
    rotation = rule(DAILY, ALICE, BOB, on_holidays=OnHolidays.ONLY)
    holidays = date(2026, 12, 25), date(2027, 1, 5), date(2027, 5, 1)
    assert first(rotation, 9, *holidays) == ["01-05 1", "05-01 2"]


def test_public_holidays_matter_to_hours_as_to_days() -> None:
    rotation = rule(turn_unit=TurnUnit.HOUR, turn_count=12, on_holidays=OnHolidays.SKIP)
    found = upcoming(rotation, MONDAY, 3, [date(2027, 1, 5)])
    assert hours(found) == ["04 09:00-04 21:00", "04 21:00-05 09:00", "06 09:00-06 21:00"]
    assert [each.turn for each in found] == [0, 1, 2]


def test_a_shift_never_lasts_beyond_the_start_of_the_next_one() -> None:
    rotation = rule("RRULE:FREQ=MONTHLY;BYMONTHDAY=1", end_day_offset=31, end_time=time(12))
    found = upcoming(rotation, date(2027, 2, 1), 2)
    assert [each.period for each in found] == [
        Period(utc("2027-02-01T08:00"), utc("2027-03-01T08:00")),
        Period(utc("2027-03-01T08:00"), utc("2027-04-01T07:00")),
    ]


def test_the_last_shift_of_a_split_rotation_ends_where_the_other_part_begins() -> None:
    rotation = rule("RRULE:FREQ=MONTHLY;BYMONTHDAY=1", end_day_offset=31, ends_on=date(2027, 2, 27))
    assert upcoming(rotation, MONDAY, 9)[-1].period.ends_at == utc("2027-03-01T08:00")


def test_a_holiday_left_to_others_ends_the_shift_before_it() -> None:
    rotation = rule(end_day_offset=2, on_holidays=OnHolidays.SKIP)
    assert hours(upcoming(rotation, MONDAY, 1, [date(2027, 1, 5)])) == ["04 09:00-05 09:00"]


def test_a_rule_for_holidays_only_is_not_cut_by_the_days_between() -> None:
    rotation = rule(end_day_offset=2, on_holidays=OnHolidays.ONLY)
    assert hours(upcoming(rotation, MONDAY, 1, [date(2027, 1, 5)])) == ["05 09:00-07 09:00"]


def test_it_is_told_whether_the_next_start_cuts_a_shift() -> None:
    monthly = "RRULE:FREQ=MONTHLY;BYMONTHDAY=1"
    assert is_cut(rule(monthly, end_day_offset=31))
    assert is_cut(rule(DAILY, end_time=time(10), end_day_offset=1))
    assert not is_cut(rule(monthly, end_day_offset=28))
    assert not is_cut(rule(WEEKLY, end_day_offset=7))
    assert not is_cut(rule(WORKDAYS))


def test_an_end_that_is_no_later_than_the_start_is_on_the_next_day() -> None:
    assert hours(upcoming(rule(start_time=time(18), end_time=time(8)), MONDAY, 1)) == [
        "04 18:00-05 08:00"
    ]


@pytest.mark.requirement("PLA-14")
def test_a_night_over_the_clock_change_keeps_its_wall_clock_times() -> None:
    nights = rule(start_time=time(18), end_time=time(8))
    found = occurrences(nights, date(2027, 3, 27), date(2027, 3, 29))
    lengths = [each.period.ends_at - each.period.starts_at for each in found]
    assert lengths == [timedelta(hours=13), timedelta(hours=14)]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Santiago", date(2026, 9, 6)),
        ("America/Havana", date(2026, 3, 8)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("Asia/Beirut", date(2026, 3, 29)),
    ],
)
def test_days_that_begin_where_the_clock_jumps_leave_no_hole(zone: str, day: date) -> None:
    start = day - timedelta(days=3)
    rotation = rule(zone=zone, start_time=time(), end_time=time(), counted_from=start)
    found = upcoming(rotation, start, 6)
    assert [a.period.ends_at for a in found[:-1]] == [b.period.starts_at for b in found[1:]]
    assert found[2].period.ends_at - found[2].period.starts_at == timedelta(hours=24)
    assert found[3].period.ends_at - found[3].period.starts_at == timedelta(hours=23)


def test_an_hour_that_the_clock_skips_is_left_out_and_eats_its_turn() -> None:
    rotation = rule(turn_unit=TurnUnit.HOUR, start_time=time(0), counted_from=date(2027, 3, 28))
    found = upcoming(rotation, rotation.counted_from, 4)
    assert hours(found) == [
        "28 00:00-28 01:00",
        "28 01:00-28 03:00",
        "28 03:00-28 04:00",
        "28 04:00-28 05:00",
    ]
    assert [each.turn for each in found] == [0, 1, 3, 4]


def test_nothing_starts_before_the_first_day_or_after_the_last() -> None:
    rotation = rule(starts_on=date(2027, 1, 6), ends_on=date(2027, 1, 7))
    found = occurrences(rotation, date(2026, 1, 1), date(2028, 1, 1))
    assert shown(found) == ["01-06 3", "01-07 1"]


def test_a_window_of_days_has_its_first_and_not_its_last() -> None:
    found = occurrences(rule(), date(2027, 1, 5), date(2027, 1, 7))
    assert shown(found) == ["01-05 2", "01-06 3"]


def test_a_shift_that_began_long_before_is_found_by_any_instant_of_it() -> None:
    rotation = rule("RRULE:FREQ=MONTHLY;BYMONTHDAY=1", end_day_offset=31)
    end = utc("2027-03-01T08:00")
    assert shown(between(rotation, end - DAY, end)) == ["02-01 1"]
    assert shown(between(rotation, end, end + DAY)) == ["03-01 2"]


def test_a_long_shift_by_hours_is_found_by_any_instant_of_it() -> None:
    rotation = rule(turn_unit=TurnUnit.HOUR, turn_count=240)
    end = utc("2027-01-14T08:00")
    assert shown(between(rotation, end - DAY, end)) == ["01-04 1"]


def test_who_stands_in_a_week_has_the_turn_on_each_of_its_days() -> None:
    rotation = rule(WEEKLY, end_day_offset=7)
    turns = [turn_on(rotation, MONDAY + number * DAY) for number in (-9, 0, 3, 6, 7)]
    assert turns == [0, 0, 0, 0, 1]


def test_on_a_day_without_a_shift_it_is_the_turn_of_the_next_one() -> None:
    assert [turn_on(rule(WORKDAYS), date(2027, 1, day)) for day in (8, 9, 10, 11)] == [4, 4, 5, 5]


@pytest.mark.parametrize(
    ("unit", "text", "day"),
    [
        (TurnUnit.WEEK, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2027, 1, 12)),
        (TurnUnit.MONTH, "RRULE:FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=4", date(2027, 2, 10)),
    ],
)
def test_turns_of_weeks_and_months_pass_on_days_without_a_shift(
    unit: TurnUnit, text: str, day: date
) -> None:
    rotation = rule(text, turn_unit=unit)
    assert (turn_on(rotation, day), upcoming(rotation, day, 1)[0].turn) == (1, 2)


def test_a_rule_that_writes_nothing_has_nothing_upcoming() -> None:
    assert upcoming(rule("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), MONDAY, 10) == []
    assert upcoming(rule("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), MONDAY, 10) == []
    assert upcoming(rule(on_holidays=OnHolidays.ONLY), MONDAY, 10) == []
    assert upcoming(rule(participants=()), MONDAY, 10) == []
    assert upcoming(rule(ends_on=MONDAY - DAY), MONDAY, 10) == []


def test_the_end_of_the_calendar_is_no_obstacle() -> None:
    rotation = rule("RRULE:FREQ=YEARLY", counted_from=date.max)
    assert upcoming(rotation, date.max, 10) == []
    assert shown(occurrences(rule(), date.min, MONDAY + DAY)) == ["01-04 1"]
    assert len(occurrences(rule(), date(9000, 1, 1), date.max)) == 1


@pytest.mark.parametrize("unit", TurnUnit)
def test_a_rotation_thirty_years_old_examines_no_more_days_than_a_new_one(
    monkeypatch: pytest.MonkeyPatch, unit: TurnUnit
) -> None:
    examined: list[date] = []
    fits = rule_days._fits

    def counted(text: Recurrence, day: date) -> bool:
        examined.append(day)
        return fits(text, day)

    monkeypatch.setattr(rule_days, "_fits", counted)
    seen = []
    for start in (MONDAY, date(1997, 1, 6)):
        rule_days.days_of.cache_clear()
        rotation = rule(WORKDAYS, turn_unit=unit, counted_from=start)
        examined.clear()
        assert occurrences(rotation, date(2027, 3, 1), date(2027, 6, 1))
        assert turn_on(rotation, date(2027, 3, 1)) >= 1
        seen.append(len(examined))
    assert seen == [7, 7]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", RuleFault.NEVER_FIRES),
        ("RRULE:FREQ=DAILY;BYSETPOS=2", RuleFault.NEVER_FIRES),
        ("RRULE:FREQ=WEEKLY;BYDAY=SU", RuleFault.NEVER_FIRES),
        ("RRULE:FREQ=HOURLY", RuleFault.TOO_FINE),
    ],
)
def test_a_rule_that_can_write_nothing_is_refused(text: str, code: RuleFault) -> None:
    with pytest.raises(BadRule) as refused:
        check(text, MONDAY, MONDAY, MONDAY + 5 * DAY)
    assert refused.value.code == code


def test_a_rule_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadRule) as refused:
        check(DAILY, MONDAY, MONDAY, MONDAY - DAY)
    assert refused.value.code == RuleFault.ENDS_BEFORE_START


def test_a_rule_of_a_single_day_is_taken() -> None:
    check(DAILY, MONDAY, MONDAY, MONDAY)
    check("RRULE:FREQ=YEARLY;INTERVAL=100", MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("", None),
        (";UNTIL=20270131", date(2027, 1, 31)),
        (";UNTIL=20270130T230000Z", date(2027, 1, 31)),
        (";UNTIL=20270131T000000", date(2027, 1, 31)),
        (";COUNT=6", date(2027, 1, 11)),
        (";COUNT=1;UNTIL=20270131", MONDAY),
        (";COUNT=99999", None),
    ],
)
def test_the_end_that_a_rule_names_becomes_a_last_day(end: str, expected: date | None) -> None:
    assert split_end(WORKDAYS + end, MONDAY, "Europe/Paris") == (WORKDAYS, expected)
