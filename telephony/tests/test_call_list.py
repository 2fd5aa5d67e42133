"""The list of calls: its words, its search, its filters, and that it stays up to date."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Schedule
from scheduling.tests import build
from scheduling.tests.facts import SECOND, at
from scheduling.tests.logins import login
from telephony import call_list
from telephony.enums import LegResult, Outcome, Phase, Triage
from telephony.models import Call, Caller, Leg, PhoneNumber
from telephony.tests.test_api import a_call

pytestmark = pytest.mark.django_db
LIST = "admin:telephony_call_changelist"
LIVE = "admin:telephony_call_live"
MIDNIGHT = at(-1)  # that of the house, in Paris


@pytest.fixture
def page() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: at(12)):
        yield client


def call(caller: str = "+33698765432", **values: Any) -> Call:
    """Write a call that is over, nobody of whom took it."""
    made = a_call()
    for name, value in {"caller": caller, "label": "Main line", **values}.items():
        setattr(made, name, value)
    made.save()
    return made


def live(**values: Any) -> Call:
    given = {"phase": Phase.RINGING.value, "outcome": "", "ended_at": None}
    return call(**{**given, "deadline_at": at(13), **values})


def listed(page: Client, **query: str) -> list[int]:
    """Return the calls that the list shows, from top to bottom."""
    answer = page.get(reverse(LIST), query)
    assert answer.status_code == 200
    return [int(pk) for pk in re.findall(r'<tr data-key="(\d+)"', answer.content.decode())]


def row(made: Call) -> call_list.Row:
    found = call_list.with_rows(Call.objects.filter(pk=made.pk))
    (only,) = call_list.rows(found, at(12))
    return only


def test_a_call_that_was_taken_is_one_line(page: Client) -> None:
    amelie = build.staff("Amélie")
    found = row(a_call(amelie))
    assert (found.when, found.caller) == ("Mon 4 Jan, 09:00", "+33\xa06\xa098\xa076\xa054\xa032")
    assert (found.look.words, found.verdict) == ("Answered", "Amélie took the call after 12 s")
    assert (found.taker, found.taker_name, found.waited) == (amelie, "Amélie", "12 s")


def test_the_time_is_that_of_the_schedule_and_its_zone_is_said(page: Client) -> None:
    rota = Schedule.objects.create(name="Montréal", time_zone="America/Montreal")
    made = call()
    PhoneNumber.objects.update(schedule=rota)
    assert (row(made).when, row(made).zone) == ("Mon 4 Jan, 03:00", "America/Montreal")


def test_a_call_of_another_year_says_which(page: Client) -> None:
    assert row(call(started_at=at(8) - timedelta(days=365))).when == "4 Jan 2026, 09:00"


def test_a_withheld_caller_is_said(page: Client) -> None:
    assert (row(call("")).caller, row(call("")).withheld) == ("withheld number", True)


def test_a_known_caller_is_listed_by_name_and_number_and_found_by_their_name(page: Client) -> None:
    Caller.objects.create(number="+33698765432", name="Anaïs Delcourt")
    known = call()
    call("+33612345678")
    shown = page.get(reverse(LIST)).content.decode()
    assert (
        'Anaïs Delcourt <span class="c-number num">+33\xa06\xa098\xa076\xa054\xa032</span></th>'
    ) in shown
    assert shown.count("c-number") == 1
    assert listed(page, q="delcourt") == [known.pk]


def test_the_page_of_a_call_says_the_name_of_who_called(page: Client) -> None:
    Caller.objects.create(number="+33698765432", name="Anaïs Delcourt")
    address = reverse("admin:telephony_call_change", args=[call().pk])
    shown = page.get(address).content.decode()
    assert "Anaïs Delcourt (+33\xa06\xa098\xa076\xa054\xa032) called Main line on" in shown


def test_a_person_who_is_gone_keeps_their_name(page: Client) -> None:
    amelie = build.staff("Amélie")
    made = a_call(amelie)
    amelie.delete()
    assert (row(made).taker, row(made).taker_name) == (None, "Amélie")


def test_who_picked_up_without_a_key_took_the_call(page: Client) -> None:
    made = call(outcome=Outcome.PICKED_UP.value)
    Leg.objects.create(
        call=made,
        ordinal=1,
        token="t",
        number="+33612345678",
        name="Desk",
        screened=False,
        dialled_at=at(8),
        picked_up_at=at(8) + timedelta(seconds=4),
        ended_at=at(8) + timedelta(seconds=24),
        result=LegResult.PICKED_UP.value,
    )
    assert row(made).verdict == "The phone of Desk was picked up after 4 s, for 20 s"
    assert (row(made).taker_name, row(made).waited) == ("Desk", "4 s")


def test_a_message_that_may_exist_is_said_in_words(page: Client) -> None:
    made = call(outcome=Outcome.GAVE_UP_IN_VOICEMAIL.value, message_may_exist=True)
    assert (row(made).look.words, row(made).verdict) == (
        "A message may exist",
        "Nobody answered; a message may exist that is not here",
    )


def test_the_wait_until_a_message_was_asked_for(page: Client) -> None:
    ending = (at(8) + timedelta(seconds=78)).isoformat()
    made = call(outcome=Outcome.MESSAGE_LEFT.value, state={"ending_at": ending})
    assert row(made).waited == "1 min 18 s"


def test_what_is_in_progress_stands_on_top(page: Client) -> None:
    old = live(started_at=at(7))
    new = call(started_at=at(9))
    assert listed(page) == [old.pk, new.pk]
    assert listed(page, result="live") == [old.pk]


@pytest.mark.parametrize("field", ["caller", "dialled"])
@pytest.mark.parametrize(
    "spelling",
    [
        "+33698765432",
        "06 98 76 54 32",
        "0698765432",
        "06.98.76.54.32",
        "0033 6 98 76 54 32",
        "98 76",
    ],
)
def test_a_number_is_found_in_any_usual_spelling(page: Client, field: str, spelling: str) -> None:
    wanted = call(**{"caller": "+33612345678", field: "+33698765432"})
    call("+33612345678")
    assert listed(page, q=spelling) == [wanted.pk]


def test_a_call_is_found_by_its_label_and_by_who_was_rung(page: Client) -> None:
    rung, named = a_call(build.staff("Bérénice")), call(label="Urgences")
    assert listed(page, q="bérénice") == [rung.pk]
    assert listed(page, q="urgences") == [named.pk]


@pytest.mark.parametrize(
    ("name", "value", "values"),
    [
        ("result", "answered", {"outcome": Outcome.CONNECTED.value}),
        ("result", "message", {"outcome": Outcome.MESSAGE_LEFT.value}),
        ("result", "gave_up", {"outcome": Outcome.GAVE_UP_RINGING.value}),
        ("result", "announcement", {"outcome": Outcome.ANNOUNCEMENT.value}),
        ("result", "other", {"outcome": Outcome.LINE_FULL.value}),
        ("result", "doubt", {"message_may_exist": True}),
        ("triage", "spam", {"triage": Triage.SPAM.value}),
        ("triage", "deleted", {"triage": Triage.DELETED.value}),
    ],
)
def test_calls_are_filtered(page: Client, name: str, value: str, values: dict[str, Any]) -> None:
    base = {"outcome": Outcome.BLOCKED.value if value != "other" else Outcome.ANNOUNCEMENT.value}
    yesterday = at(8) - timedelta(days=1)
    call(**base, started_at=yesterday, ended_at=yesterday)
    wanted = call(**{**base, "started_at": yesterday, "ended_at": yesterday, **values})
    assert listed(page, **{name: value}) == [wanted.pk]


@pytest.mark.parametrize(
    ("since", "first", "after"),
    [("today", 0, 1), ("yesterday", -1, 0), ("week", -6, 1), ("month", -29, 1)],
)
def test_calls_are_filtered_by_days_of_the_house(
    page: Client, since: str, first: int, after: int
) -> None:
    start, end = (MIDNIGHT + timedelta(days=day) for day in (first, after))
    moments = [start - SECOND, start, end - SECOND, end]
    _before, *wanted, _later = [call(started_at=moment, ended_at=moment) for moment in moments]
    assert listed(page, since=since) == [row.pk for row in reversed(wanted)]


def test_calls_are_filtered_by_whether_somebody_took_them(page: Client) -> None:
    taken, missed = a_call(build.staff("Bob")), call()
    assert (listed(page, taken="yes"), listed(page, taken="no")) == ([taken.pk], [missed.pk])


def test_calls_are_filtered_by_the_number_called(page: Client) -> None:
    wanted = call()
    other = PhoneNumber.objects.create(name="Other", number="+33970000002")
    call(phone_number=other)
    assert listed(page, number=str(wanted.phone_number_id)) == [wanted.pk]


@pytest.mark.parametrize(
    "query", [{"number": "x"}, {"triage": "x"}, {"since": "x"}, {"result": "x"}]
)
def test_a_filter_that_does_not_exist_hides_nothing(page: Client, query: dict[str, str]) -> None:
    made = call()
    assert listed(page, **query) == [made.pk]


def test_deleted_calls_are_listed_where_they_are_asked_for(page: Client) -> None:
    call(triage=Triage.DELETED.value)
    kept = call()
    assert listed(page) == [kept.pk]


def test_without_any_call_the_page_says_what_to_do(page: Client) -> None:
    assert "A call needs a number of yours" in page.get(reverse(LIST)).content.decode()
    PhoneNumber.objects.create(name="Main line", number="+33970000001")
    shown = page.get(reverse(LIST)).content.decode()
    assert "+33\xa09\xa070\xa000\xa000\xa001" in shown
    assert "No call fits" in page.get(reverse(LIST), {"q": "nobody"}).content.decode()


def test_an_open_list_asks_for_its_rows_and_pays_for_changes_only(page: Client) -> None:
    made = call()
    shown = page.get(reverse(LIST), {"result": "answered"}).content.decode()
    assert f'data-live="{reverse(LIVE)}?result=answered"' in shown
    first = page.get(reverse(LIVE))
    assert f'<tr data-key="{made.pk}"' in first.content.decode()
    again = page.get(reverse(LIVE), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    live()
    changed = page.get(reverse(LIVE), headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["Cache-Control"]) == (200, "private, no-cache")
