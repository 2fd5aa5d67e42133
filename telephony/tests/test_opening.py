"""Whether a number is open, with the public holidays that count for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduling.models import Schedule
from telephony import opening
from telephony.models import PhoneNumber

OFFICE = {
    "time_zone": "Europe/Paris",
    "weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "from": "09:00", "to": "18:00"}],
    "holidays": "closed",
}
BASTILLE_DAY = datetime(2026, 7, 14, 10, tzinfo=UTC)  # a Tuesday
CANADA_DAY = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday


def number(**fields: object) -> PhoneNumber:
    return PhoneNumber(name="Main line", number="+33970000001", **fields)


def test_a_number_without_hours_is_always_open() -> None:
    assert opening.is_open(number(), "FR", BASTILLE_DAY)
    assert opening.next_change(number(), "FR", BASTILLE_DAY) is None


@pytest.mark.requirement("VPB-01")
def test_the_holidays_are_those_of_the_houses_country() -> None:
    line = number(opening_hours=OFFICE)
    found = [opening.is_open(line, "FR", at) for at in (BASTILLE_DAY, CANADA_DAY)]
    assert found == [False, True]


def test_the_holidays_are_those_of_its_schedule_where_that_names_a_country() -> None:
    rota = Schedule(name="Montréal", holidays={"country": "CA"})
    line = number(opening_hours=OFFICE, schedule=rota)
    found = [opening.is_open(line, "FR", at) for at in (BASTILLE_DAY, CANADA_DAY)]
    assert found == [True, False]


def test_a_schedule_without_holidays_leaves_those_of_the_house() -> None:
    line = number(opening_hours=OFFICE, schedule=Schedule(name="Paris", holidays={}))
    assert not opening.is_open(line, "FR", BASTILLE_DAY)


def test_the_next_change_goes_past_a_holiday() -> None:
    monday_evening = datetime(2026, 7, 13, 16, tzinfo=UTC)
    wednesday = datetime(2026, 7, 15, 7, tzinfo=UTC)
    assert opening.next_change(number(opening_hours=OFFICE), "FR", monday_evening) == wednesday


def test_hours_that_nobody_can_read_close_nothing(caplog: pytest.LogCaptureFixture) -> None:
    line = number(pk=7, opening_hours={**OFFICE, "time_zone": "Europe/Atlantis"})
    assert opening.is_open(line, "FR", BASTILLE_DAY)
    assert "opening_hours_unreadable number=7" in caplog.text


def test_the_night_after_a_holiday_has_no_hours_of_it() -> None:
    night = {**OFFICE, "weekly": [{"days": ["tu", "we"], "from": "22:00", "to": "06:00"}]}
    at = datetime(2026, 7, 15, 1, tzinfo=UTC)  # three in the morning after Bastille Day
    assert not opening.is_open(number(opening_hours=night), "FR", at)
