"""A call's page: the verdict, the story, the ladder, the message, the facts, the e-mails."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from oncall_portal.lib import clock
from oncall_portal.outbox.services import send_email
from scheduling.enums import Role
from scheduling.models import Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony import call_page
from telephony.enums import LegResult, Outcome, Phase
from telephony.models import Call, CallEvent, Leg, PhoneNumber
from telephony.tests.test_api import a_call

pytestmark = pytest.mark.django_db
START = at(8)


@pytest.fixture
def page() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: at(12)):
        yield client


def after(seconds: float) -> Any:
    return START + timedelta(seconds=seconds)


def unanswered(**values: Any) -> Call:
    """Write a call for which Bruno's phone was picked up by a machine, and a message was left."""
    call = a_call()
    given = {"outcome": Outcome.MESSAGE_LEFT.value, "ended_at": after(60), "label": "Main line"}
    plan = {"ending": {"message": True}, "worst_case_seconds": 94}
    state = {"plan": plan, "ending_at": after(23).isoformat()}
    for name, value in {**given, "state": state, **values}.items():
        setattr(call, name, value)
    call.save()
    leg = Leg.objects.create(
        call=call,
        ordinal=1,
        token="leg",
        number="+33612345678",
        name="Bruno (mobile)",
        staff=build.staff("Bruno", colour="#426bc6"),
        dialled_at=START,
        rang_at=START,
        picked_up_at=after(3),
        ended_at=after(27),
        result=LegResult.NO_KEY.value,
    )
    story: list[tuple[float, str, Leg | None, dict[str, str]]] = [
        (0, "skipped", None, {"reason": "time_off", "name": "Chloé"}),
        (0, "stage_started", None, {"reason": "level_1"}),
        (0, "leg_dialled", leg, {"name": leg.name}),
        (23, "leg_result", leg, {"result": "no_key"}),
        (23, "unanswered", None, {"reason": "nobody_answered"}),
        (60, "caller_gone", None, {}),
    ]
    for seconds, code, about, params in story:
        CallEvent.objects.create(call=call, leg=about, at=after(seconds), code=code, params=params)
    return call


def shown(call: Call, role: Role = Role.SUPERVISOR) -> dict[str, Any]:
    return call_page.context(call, login(role), at(12))


def address(call: Call) -> str:
    return reverse("admin:telephony_call_change", args=[call.pk])


def test_the_story_is_told_in_sentences_with_the_time_of_the_house(page: Client) -> None:
    told = [(line.at, line.html, line.took) for line in shown(unanswered(), Role.MANAGER)["story"]]
    assert told == [
        ("09:00:00", "The call came in.", ""),
        ("09:00:00", "<b>Chloé</b> was left out: time off.", ""),
        (
            "09:00:00",
            "<b>Bruno (mobile)</b> was rung; the phone was picked up after 3 s but no key was "
            "pressed: most likely its own voicemail.",
            "23 s",
        ),
        (
            "09:00:23",
            "Nobody took the call after 23 s: the caller was asked to leave a message.",
            "",
        ),
        ("09:01:00", "The caller hung up.", ""),
    ]


def test_a_name_is_shown_as_it_was_written(page: Client) -> None:
    call = unanswered()
    CallEvent.objects.filter(code="skipped").update(
        params={"reason": "time_off", "name": "<script>"}
    )
    assert "<b>&lt;script&gt;</b> was left out" in page.get(address(call)).content.decode()


def test_the_page_begins_with_the_verdict_and_who_called_when(page: Client) -> None:
    words = page.get(address(unanswered())).content.decode()
    assert re.search(r"<h1[^>]*>Nobody answered; a message was left</h1>", words)
    assert (
        "+33\xa06\xa098\xa076\xa054\xa032 called Main line on Monday 4 January 2027 "
        "at 09:00:00." in words
    )


def test_a_reader_who_lives_by_another_clock_is_told_which_one_it_is(page: Client) -> None:
    call = unanswered()
    Staff.objects.filter(user__isnull=False).update(time_zone="America/Montreal")
    reader = User.objects.get()
    told = call_page.context(call, reader, at(12))
    assert (told["zone"], told["line"][-24:]) == ("Europe/Paris", "09:00:00 (Europe/Paris).")


def test_who_was_tried_is_a_list_for_those_who_do_not_see_the_ladder(page: Client) -> None:
    found = shown(unanswered(), Role.MANAGER)
    assert [(t.at, t.name, t.number, t.result, t.took) for t in found["tried"]] == [
        ("09:00:00", "Bruno (mobile)", "+33 6 12 34 56 78", "No key pressed", "23 s")
    ]
    assert found["left_out"] == ["Chloé was left out: time off."]
    assert found["waited"] == "message asked for after 23 s · planned at most 1 min 34 s"


def test_the_ladder_names_its_columns_and_wears_the_colours_of_people(page: Client) -> None:
    drawn = shown(unanswered(), Role.MANAGER)["ladder"]
    assert [(c["name"], c["sub"]) for c in drawn["columns"]] == [
        ("Caller", "+33 6 98 76 54 32"),
        ("Portal", "Main line"),
        ("Bruno", "mobile"),
        ("Voicemail", ""),
    ]
    assert [bar["colour"] for bar in drawn["bars"]] == ["", "c-426bc6", ""]
    words = page.get(address(Call.objects.get())).content.decode()
    assert " style=" not in words


def test_the_facts(page: Client) -> None:
    assert dict(shown(unanswered(), Role.MANAGER)["facts"]) == {
        "Outcome": "Message left",
        "Number called": "Main line · +33\xa09\xa070\xa000\xa000\xa001",
        "Phones rung": "1, not answered",
        "Until message": "23 s",
        "Whole call": "1 min 00 s",
        "Longest wait planned": "1 min 34 s",
        "Office": "New",
    }


def test_a_message_that_may_exist_is_said_in_words(page: Client) -> None:
    call = unanswered(outcome=Outcome.GAVE_UP_IN_VOICEMAIL.value, message_may_exist=True)
    words = page.get(address(call)).content.decode()
    assert "Nobody answered; a message may exist that is not here" in words
    assert "One may exist that never came in" in words


def test_numbers_are_masked_for_those_who_may_not_see_them(page: Client) -> None:
    call = unanswered()
    staff = login(Role.STAFF)
    found = call_page.context(call, staff, at(12))
    assert [each.number for each in found["tried"]] == ["+33 6 .. .. .. 78"]


def test_every_event_is_there_for_who_wants_to_know(page: Client) -> None:
    found = shown(unanswered(), Role.MANAGER)["events"]
    assert [event["words"] for event in found] == [
        "Left out (time off): Chloé",
        "Step: level 1",
        "Bruno (mobile) is called",
        "Bruno (mobile): picked up without taking the call",
        "Nobody took the call",
        "The caller hung up",
    ]


def test_who_was_written_to_is_shown_with_what_became_of_it(page: Client) -> None:
    call = unanswered()
    for number, cause in enumerate([f"call:{call.pk}", "call:0"]):
        send_email(
            to=f"p{number}@example.org", subject="S", body="B", cause=cause, key=cause, now=at(8)
        )
    words = page.get(address(call)).content.decode()
    assert ("p0@example.org" in words, "p1@example.org" in words) == (True, False)
    assert [mail.get_state_display() for mail in shown(call, Role.MANAGER)["mails"]] == ["waiting"]


def test_a_call_is_told_in_the_zone_of_its_schedule(page: Client) -> None:
    call = unanswered()
    rota = Schedule.objects.create(name="Montréal", time_zone="America/Montreal")
    PhoneNumber.objects.update(schedule=rota)
    found = shown(Call.objects.get(pk=call.pk), Role.MANAGER)
    assert (found["zone"], found["story"][0].at) == ("America/Montreal", "03:00:00")


def test_a_withheld_caller_is_said(page: Client) -> None:
    words = page.get(address(unanswered(caller=""))).content.decode()
    assert "Withheld number called Main line" in words


def test_a_person_who_is_gone_is_still_told_of(page: Client) -> None:
    call = unanswered()
    Leg.objects.get().staff.delete()  # type: ignore[union-attr]
    found = shown(call, Role.MANAGER)
    assert (found["tried"][0].name, found["ladder"]["bars"][1]["colour"]) == ("Bruno (mobile)", "")


def test_the_story_is_french_for_whoever_reads_french(page: Client) -> None:
    with translation.override("fr"):
        lines = shown(unanswered(), Role.MANAGER)["story"]
    assert lines[3].html == (
        "Personne n\N{RIGHT SINGLE QUOTATION MARK}a pris l\N{RIGHT SINGLE QUOTATION MARK}appel "
        "au bout de 23\xa0s\xa0: l\N{RIGHT SINGLE QUOTATION MARK}appelant a été invité à laisser "
        "un message."
    )


def live_address(call: Call) -> str:
    return reverse("admin:telephony_call_live_one", args=[call.pk])


def test_a_page_looks_again_while_the_call_lasts_and_a_little_longer(page: Client) -> None:
    call = unanswered(phase=Phase.MESSAGE.value, outcome="", ended_at=None)
    assert f'data-live="{live_address(call)}" data-live-ms="2000"' in words_of(page, call)
    first = page.get(live_address(call))
    assert "the caller is leaving a message" in first.content.decode()
    again = page.get(live_address(call), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Call.objects.update(ended_at=at(12), outcome=Outcome.MESSAGE_LEFT.value)
    assert 'data-live-next="5000"' in page.get(live_address(call)).content.decode()
    Call.objects.update(ended_at=after(60))
    assert 'data-live-next="0"' in page.get(live_address(call)).content.decode()
    assert "data-live=" not in words_of(page, call)


def words_of(page: Client, call: Call) -> str:
    return page.get(address(call)).content.decode()


def test_nothing_can_be_written_on_a_call(page: Client) -> None:
    assert page.post(address(unanswered()), {"caller": "+33600000000"}).status_code == 403


def test_a_call_that_is_not_there_leads_home(page: Client) -> None:
    gone = reverse("admin:telephony_call_change", args=[999])
    assert page.get(gone)["Location"] == reverse("admin:index")
    assert page.get(reverse("admin:telephony_call_live_one", args=[999])).status_code == 404


def test_a_page_asks_the_same_number_of_queries_however_long_the_call_was(page: Client) -> None:
    call = unanswered()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(live_address(call)).status_code == 200
        return len(captured)

    asked()
    few = asked()
    for ordinal in range(2, 20):
        leg = Leg.objects.create(
            call=call,
            ordinal=ordinal,
            token=f"leg-{ordinal}",
            number="+33612345678",
            name="Bruno",
            staff=build.staff(f"Person {ordinal}"),
            dialled_at=START,
            ended_at=after(20),
            result=LegResult.TIMEOUT.value,
        )
        CallEvent.objects.create(call=call, leg=leg, at=START, code="leg_dialled")
        send_email(
            to="a@example.org",
            subject="S",
            body="B",
            cause=f"call:{call.pk}",
            key=f"{ordinal}",
            now=at(8),
        )
    assert asked() == few
