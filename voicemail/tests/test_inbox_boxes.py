"""Which calls lie in which box of the inbox, in what order, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from telephony.enums import Outcome, Triage
from telephony.models import Call, Job, PhoneNumber
from voicemail.enums import DeliveryState
from voicemail.inbox.asked import Asked, asked
from voicemail.models import Mailbox, VoicemailMessage
from voicemail.tests import cast, office

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PART = "/admin/inbox/part/"


@pytest.fixture(autouse=True)
def _office(media: Path) -> Iterator[None]:
    build.organisation(region="FR")
    with clock.driven_by(lambda: NOW):
        yield


@pytest.fixture
def page() -> Client:
    """A supervisor's browser."""
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    return client


def shown(page: Client, **query: Any) -> list[int]:
    """Return the calls that a list shows, in order."""
    html = page.get(PART, query).content.decode()
    return [int(pk) for pk in re.findall(r'<li class="mail[^"]*" data-key="(\d+)"', html)]


def counts(page: Client) -> dict[str, str]:
    """Return what the boxes say they hold."""
    html = page.get(PART).content.decode()
    found = re.findall(r'data-box="([\w-]+)"[^>]*>[^<]*(?:<span class="num">([\d+]+))?', html)
    return {key: count for key, count in found if count}


@pytest.mark.requirement("PLN-06")
def test_what_is_to_do_begins_with_whoever_waits_most_urgently(page: Client) -> None:
    answered = office.call(ago=MINUTE, outcome=office.TAKEN)
    missed = office.call(ago=2 * MINUTE)
    soon, late, later = (office.call(ago=minutes * MINUTE) for minutes in (3, 50, 4))
    urgent = office.call(ago=30 * MINUTE, urgent=True)
    office.promised(later, 2 * HOUR)
    office.promised(soon, HOUR)
    office.promised(late, -MINUTE)
    older = office.call(ago=DAY, outcome=Outcome.BLOCKED.value)
    expected = [late, urgent, soon, later, missed, answered, older]
    assert shown(page) == [each.pk for each in expected]


def test_whoever_was_called_back_waits_no_longer(page: Client) -> None:
    kept, missed = office.call(ago=MINUTE, urgent=True), office.call(ago=HOUR)
    promise = office.promised(kept, HOUR)
    promise.state, promise.done_at, promise.next_at = "kept", NOW, None
    promise.save()
    assert shown(page) == [missed.pk, kept.pk]


def test_each_state_has_its_box(page: Client) -> None:
    calls = {state: office.call(triage=state.value) for state in Triage}
    boxes = {box: shown(page, box=box) for box in ("todo", "jobs", "spam", "closed", "bin")}
    states = (Triage.NEW, Triage.JOB, Triage.SPAM, Triage.CLOSED, Triage.DELETED)
    assert boxes == {box: [calls[state].pk] for box, state in zip(boxes, states, strict=True)}
    assert set(shown(page, box="all")) == {
        call.pk for state, call in calls.items() if state is not Triage.DELETED
    }


def test_promises_stand_in_their_box_and_mine_in_mine(page: Client) -> None:
    me = Staff.objects.get(name="Supervisor")
    mine, theirs = office.call(triage=Triage.CLOSED.value), office.call()
    office.promised(mine, HOUR, me)
    office.promised(theirs, MINUTE, build.staff("Amélie"))
    assert shown(page, box="promises") == [theirs.pk, mine.pk]
    assert shown(page, box="mine") == [mine.pk]
    assert counts(page) == {"todo": "1", "mine": "1", "promises": "2", "all": "2"}


def test_a_mailbox_has_the_calls_that_left_something_in_it_once_each(page: Client) -> None:
    general, other = cast.mailbox(), Mailbox.objects.create(name="Accounts")
    call = office.call()
    office.left(call, general)
    cast.message(general, call, "a second one")
    elsewhere = office.call()
    office.left(elsewhere, other)
    assert shown(page, box=f"mailbox-{general.pk}") == [call.pk]
    assert counts(page)[f"mailbox-{other.pk}"] == "1"


def test_counts_end_at_999(page: Client) -> None:
    office.many(1001, cast.mailbox())
    assert counts(page)["todo"] == "999+"


def test_the_list_goes_on_where_it_ended_whatever_came_in_between(page: Client) -> None:
    office.many(90, cast.mailbox())
    for box in ("todo", "all", "promises"):
        whole = shown(page, box=box, show=200)
        pages, after = [], ""
        for _page in range(10):  # six at most
            html = page.get(PART, {"box": box, "after": after, "show": 20}).content.decode()
            pages += [int(pk) for pk in re.findall(r'<li class="mail[^"]*" data-key="(\d+)"', html)]
            more = re.search(r'data-more="([^"]+)"', html)
            office.call(ago=timedelta())  # newer than all that was read
            if more is None:
                break
            after = more[1]
        assert [pk for pk in pages if pk in whole] == whole


# --- found and filtered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term",
    ["06 98 76 54 32", "+33698765432", "0033 6 98 76", "rosier", "Rosier Paul", "night", "leak"],
)
def test_a_call_is_found_by_name_number_label_and_words_of_the_message(
    page: Client, term: str
) -> None:
    call = office.named("Paul Rosier", caller="+33698765432")
    if term == "Rosier Paul":
        call.label = "Rosier Paul"
    Call.objects.filter(pk=call.pk).update(label=call.label if " P" in term else "Night line")
    office.left(call, cast.mailbox(), "There is a leak in the kitchen.")
    office.call()
    assert shown(page, q=term) == [call.pk]


def test_filters_keep_what_was_chosen(page: Client) -> None:
    service = build.service("Boiler")
    line = PhoneNumber.objects.create(name="Other line", number="+33970000099")
    by_line = office.call(ago=3 * DAY)
    Call.objects.filter(pk=by_line.pk).update(phone_number=line)
    by_service = office.call(service=service, ago=2 * DAY)
    heard = office.call(ago=DAY)
    office.left(heard, cast.mailbox())
    assert shown(page, number=line.pk) == [by_line.pk]
    assert shown(page, service=service.pk) == [by_service.pk]
    assert shown(page, outcome="message") == shown(page, audio="1") == [heard.pk]
    assert shown(page, since="2026-11-24") == [heard.pk]
    assert shown(page, until="2026-11-22") == [by_line.pk]


@pytest.mark.parametrize(
    "query",
    [
        {"box": "nowhere"},
        {"box": "mailbox-99999999999999999999"},
        {"after": "x"},
        {"after": "9:9:9999999999999999999"},
        {"number": "x"},
        {"since": "2026-13-01", "until": "0001-01-01"},
        {"show": "-1"},
        {"q": "%00"},
        {"outcome": "x"},
        {"call": "-3"},
    ],
)
def test_what_cannot_be_understood_counts_as_not_asked(page: Client, query: Any) -> None:
    call = office.call()
    assert page.get("/admin/inbox/", query).status_code == 200
    assert shown(page, **{**query, "q": ""}) == [call.pk]


def test_an_address_is_written_back_as_it_was_read() -> None:
    state = Asked(box="all", q="é & b", number=3, since="2026-01-02", call=7)
    text = state.query()
    assert text == "?box=all&q=%C3%A9+%26+b&number=3&since=2026-01-02&call=7"
    assert (
        asked({"box": "all", "q": "é & b", "number": "3", "since": "2026-01-02", "call": "7"})
        == state
    )


# --- what a line says ---------------------------------------------------------------------------


def test_a_line_says_who_about_what_how_long_ago_what_became_and_what_is_owed(
    page: Client,
) -> None:
    amelie = build.staff("Amélie Laurent")
    call = office.named("Anaïs Delcourt", ago=21 * MINUTE, urgent=True)
    office.left(call, cast.mailbox(), "The water comes down.", seconds=48)
    office.promised(call, -MINUTE, amelie)
    Job.objects.create(title="Leak", call=call)
    html = page.get(PART).content.decode()
    words = re.sub(r"<[^>]*>", "|", html)
    for said in (
        *("New: ", "Anaïs Delcourt", "21 min", "Main line", "2nd call in 15 min"),
        *("before 11:29", "Too late: ", "0:48", "Amélie Laurent", "Job"),
        *("There was nobody to ring; a message was left", "“The water comes down.”"),
    ):
        assert said in words, said


@pytest.mark.requirement("PLA-11")
def test_a_message_of_which_a_mail_did_not_arrive_says_so_in_its_line_and_its_pane(
    page: Client,
) -> None:
    call = office.call()
    message = office.left(call, cast.mailbox())
    pane = f"/admin/inbox/{call.pk}/"
    for state, line, said in (("sent", 0, 0), ("failed", 1, 1)):
        OutgoingMessage.objects.create(
            idempotency_key=state,
            cause=f"voicemail:{message.pk}",
            channel="email",
            to="a@example.org",
            state=state,
            created_at=NOW,
            next_attempt_at=NOW,
        )
        found = page.get(PART).content.decode().count("Not delivered")
        told = page.get(pane).content.decode().count("1 e-mail or text about this message did not")
        assert (found, told) == (line, said)
    VoicemailMessage.objects.update(delivery="nobody")
    assert "every e-mail and text about it failed" in page.get(pane).content.decode()
    OutgoingMessage.objects.all().delete()
    assert "There was nobody to write to" in page.get(pane).content.decode()


def test_a_withheld_number_is_said_in_words_and_another_day_with_its_date(page: Client) -> None:
    call = office.call(ago=3 * DAY)
    Call.objects.filter(pk=call.pk).update(caller="")
    html = page.get(PART).content.decode()
    assert ("Withheld number" in html, "22 Nov" in html) == (True, True)


def test_in_french_days_and_months_are_written_small(page: Client) -> None:
    Staff.objects.filter(user__isnull=False).update(language="fr")
    office.promised(office.call(ago=3 * DAY), 2 * DAY)
    html = page.get(PART).content.decode()
    assert re.findall(r"\b22 nov\b|avant ven 11:30", html, re.IGNORECASE) == [
        *("22 nov", "22 nov", "avant ven 11:30"),
    ]


def test_an_open_list_pays_for_changes_only(page: Client) -> None:
    call = office.call()
    first = page.get(PART)
    again = page.get(PART, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Call.objects.filter(pk=call.pk).update(triage=Triage.CLOSED.value)
    assert page.get(PART, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_same_queries_for_twenty_calls_and_for_two_thousand(page: Client) -> None:
    box = cast.mailbox()
    office.many(20, box)
    opened = office.call()
    page.get(PART)
    found = []
    for more in (0, 1980):
        if more:
            office.many(more, box)
        for address in (PART, f"/admin/inbox/?call={opened.pk}"):
            with CaptureQueriesContext(connection) as asked_:
                assert page.get(address).status_code == 200
            found.append(len(asked_))
    assert found[:2] == found[2:]


def test_staff_do_not_enter_and_nobody_sees_it_unasked() -> None:
    client = Client()
    assert client.get(PART).status_code == 302
    client.force_login(login(Role.STAFF))
    assert client.get(PART).status_code == 302


def test_messages_whose_call_is_not_known_stand_above_all_calls(page: Client) -> None:
    message = cast.message(cast.mailbox(), None)
    html = page.get(PART, {"box": "all"}).content.decode()
    assert f"/admin/voicemail/voicemailmessage/{message.pk}/change/" in html


def test_what_the_caller_recorded_anew_is_heard_and_told_after_what_counts(page: Client) -> None:
    row, box = office.call(ago=HOUR), Mailbox.objects.create(name="General", general=True)
    before = office.left(row, box, "first words", seconds=4)
    VoicemailMessage.objects.filter(pk=before.pk).update(delivery=DeliveryState.SUPERSEDED.value)
    again = cast.message(box, row, "again")
    office.store(again.recording, 7, "second words")
    line = page.get(PART).content.decode()
    assert ("0:07" in line, "second words" in line, "0:04" in line) == (True, True, False)
    pane = page.get(f"/admin/inbox/{row.pk}/").content.decode()
    parts = ("second words", "Recorded again by the caller", "first words")
    assert sorted(parts, key=pane.index) == list(parts)
