"""What the text of a recurrence rule says, as far as it names days."""

from __future__ import annotations

from datetime import date

import pytest

from scheduling.enums import RuleFault
from scheduling.rules import BadRule, Recurrence, parse, without_end


def test_a_rule_is_read_part_by_part() -> None:
    text = "RRULE:FREQ=MONTHLY;INTERVAL=2;WKST=SU;BYDAY=-1FR,MO;BYMONTHDAY=31,-1;BYSETPOS=1"
    assert parse(text) == Recurrence(
        freq="MONTHLY",
        interval=2,
        week_start=6,
        month_days=frozenset({31, -1}),
        weekdays=frozenset({(4, -1), (0, 0)}),
        positions=frozenset({1}),
    )


def test_small_letters_and_an_empty_last_part_are_read_too() -> None:
    assert parse(" rrule:freq=weekly;byday=mo;\n") == parse("RRULE:FREQ=WEEKLY;BYDAY=MO")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", RuleFault.NOT_ONE_RULE),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", RuleFault.NOT_ONE_RULE),
        ("DTSTART:20270104T090000Z\nRRULE:FREQ=DAILY", RuleFault.NOT_ONE_RULE),
        ("RRULE:FREQ=DAILY\nEXDATE:20270104T000000Z", RuleFault.SINGLE_DATES),
        ("RDATE;VALUE=DATE:20270104", RuleFault.SINGLE_DATES),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", RuleFault.SINGLE_DATES),
        ("RRULE:FREQ=HOURLY", RuleFault.TOO_FINE),
        ("RRULE:FREQ=SECONDLY;INTERVAL=2", RuleFault.TOO_FINE),
        ("RRULE:FREQ=DAILY;BYHOUR=9", RuleFault.TOO_FINE),
        ("RRULE:FREQ=DAILY;BYMINUTE=0;BYSECOND=0", RuleFault.TOO_FINE),
        ("RRULE:FREQ=DAILY;INTERVAL=0", RuleFault.BAD_INTERVAL),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", RuleFault.BAD_INTERVAL),
        ("RRULE:FREQ=DAILY;INTERVAL=1001", RuleFault.BAD_INTERVAL),
        ("FREQ=DAILY", RuleFault.UNREADABLE),
        ("RRULE:", RuleFault.UNREADABLE),
        ("RRULE:FREQ=FORTNIGHTLY", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;BYEASTER=0", RuleFault.UNREADABLE),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", RuleFault.UNREADABLE),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", RuleFault.UNREADABLE),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,", RuleFault.UNREADABLE),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", RuleFault.UNREADABLE),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", RuleFault.UNREADABLE),
        ("RRULE:FREQ=MONTHLY;BYMONTH=13", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;COUNT=0", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;UNTIL=20270230", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;UNTIL=soon", RuleFault.UNREADABLE),
        ("RRULE:FREQ=WEEKLY;WKST=1", RuleFault.UNREADABLE),
        ("RRULE:FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 1000), RuleFault.UNREADABLE),
    ],
)
def test_what_is_not_one_rule_of_days_is_refused_with_its_code(text: str, code: RuleFault) -> None:
    with pytest.raises(BadRule) as refused:
        parse(text)
    assert refused.value.code == code


def test_the_day_of_an_until_in_utc_is_that_of_the_zone() -> None:
    until = parse("RRULE:FREQ=DAILY;UNTIL=20270110T230000Z").until
    assert until is not None
    assert until.in_zone("Europe/Paris") == date(2027, 1, 11)
    assert until.in_zone("America/New_York") == date(2027, 1, 10)


def test_the_end_is_taken_out_of_a_rule_and_the_rest_stays() -> None:
    text = "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO;UNTIL=20270201"
    assert without_end(text) == "RRULE:FREQ=WEEKLY;BYDAY=MO"
