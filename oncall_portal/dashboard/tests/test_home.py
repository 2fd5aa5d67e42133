"""The home page: who takes the call now, what is covered, what came in, and what to do first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.dashboard.duty import Row, length
from oncall_portal.lib import clock
from scheduling import services
from scheduling.enums import Role
from scheduling.models import Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from telephony.enums import Outcome, Phase
from telephony.models import Call, Caller, PhoneNumber, Promise
from voicemail.enums import UNTOLD
from voicemail.models import Mailbox, Recording, VoicemailMessage

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 20, tzinfo=UTC)  # a Monday, 21:00 in Paris
YESTERDAY = datetime(2027, 2, 27, 23, tzinfo=UTC)  # Sunday's midnight, in Paris
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nine_in_the_evening() -> Iterator[None]:
    with clock.driven_by(lambda: NOW):
        yield


def home(role: Role = Role.MANAGER, address: str = "/admin/", **headers: str) -> Any:
    page = Client()
    known = User.objects.filter(username=role.value).first()
    page.force_login(known or login(role))
    return page.get(address, headers=headers)


def text(answer: Any) -> str:
    """Return the words of the page, as one line."""
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", words)


def rows(answer: Any) -> list[Row]:
    found: list[Row] = answer.context["rows"]
    return found


def paris(**values: Any) -> Schedule:
    return build.schedule("Paris", build.staff("Sam"), **values)


def test_who_takes_the_call_until_when_and_then() -> None:
    rota = paris()
    amelie, bruno = build.staff("Amélie", "+33612345678"), build.staff("Bruno")
    build.shift(rota, amelie, NOW - HOUR, NOW + 3 * HOUR)
    build.shift(rota, bruno, NOW - HOUR, NOW + 3 * HOUR, level=2)
    build.shift(rota, bruno, NOW + 3 * HOUR, NOW + 9 * HOUR)
    answer = home()
    (row,) = rows(answer)
    assert (row.face and row.face.name, row.number) == ("Amélie", "+33 6 12 34 56 78")
    assert (row.left, row.until, row.elapsed) == ("3 h 00 min", "Tue 00:00", 25)
    assert row.then is not None
    assert (row.then.who, row.then.when) == ("Bruno", "Tue 00:00")
    assert [(rung.level, rung.names) for rung in row.ladder] == [(1, "Amélie"), (2, "Bruno")]
    assert row.supervisors == "Sam"
    assert "Handoff in 3 h 00 min · Tue 00:00 25 % Then Bruno , Tue 00:00" in text(answer)
    assert '<progress class="prog" value="25" max="100"' in answer.content.decode()


def test_each_schedule_is_told_by_its_own_clock() -> None:
    montreal = build.schedule("Montréal", time_zone="America/Montreal")
    build.shift(montreal, build.staff("Geneviève"), NOW - HOUR, NOW + HOUR)
    (row,) = rows(home())
    assert (row.clock, row.until) == ("Montreal, 15:00", "16:00")


def test_a_hole_says_so_with_its_reason_and_where_calls_go_meanwhile() -> None:
    rota = paris()
    build.shift(rota, build.staff("Away", active=False), NOW - HOUR, NOW + HOUR)
    build.shift(rota, build.staff("Bruno"), NOW + HOUR, NOW + 9 * HOUR)
    words = text(home())
    assert "Nobody Away: inactive. Calls go to Sam." in words
    assert "For 1 h 00 min more · 22:00 Then Bruno , 22:00" in words
    assert "Fill it : Paris" in words


def test_nobody_scheduled_and_no_supervisor_leaves_a_message_only() -> None:
    build.schedule("Paris")
    words = text(home())
    assert "Nobody is scheduled. Callers can only leave a message." in words
    assert "Nobody in the next 14 days" in words


def test_a_schedule_that_asks_for_nobody_is_no_problem() -> None:
    build.schedule("Closed", coverage={"kind": "none"})
    answer = home()
    assert "Not asked for" in text(answer)
    assert "No hole in the next 14 days." in text(answer)
    assert "duty-hole" not in answer.content.decode()


def divert(to: Staff, **target: Any) -> None:
    marc, _new = User.objects.get_or_create(username="marc", defaults={"first_name": "Marc"})
    services.create_divert({"to_staff": to, "ends_at": NOW + HOUR, **target}, NOW, marc)


def main_line(rota: Schedule) -> PhoneNumber:
    return PhoneNumber.objects.create(name="Main line", number="+33970000001", schedule=rota)


@pytest.mark.requirement("PLA-22")
def test_a_diverted_schedule_says_so_in_its_row_while_it_lasts() -> None:
    rota = paris()
    build.shift(rota, build.staff("Amélie"), NOW - HOUR, NOW + 9 * HOUR)
    divert(build.staff("Geneviève"), schedule=rota)
    (row,) = rows(home())
    assert (row.is_diverted, row.face and row.face.name, row.until) == (True, "Geneviève", "22:00")
    assert row.then is not None
    assert (row.then.who, row.then.when) == ("Amélie", "22:00")
    with clock.driven_by(lambda: NOW + HOUR):
        (row,) = rows(home())
    assert (row.is_diverted, row.face and row.face.name) == (False, "Amélie")


@pytest.mark.requirement("PLA-22")
@pytest.mark.parametrize(("target", "name"), [("schedule", "Paris"), ("phone_number", "Main line")])
def test_a_divert_is_seen_above_every_page_while_it_lasts(target: str, name: str) -> None:
    rota = paris()
    targets: dict[str, Any] = {"schedule": rota, "phone_number": main_line(rota)}
    divert(build.staff("Geneviève"), **{target: targets[target]})
    sentence = f"{name} is diverted to Geneviève until 22:00. Set by Marc at 21:00."
    for address in ("/admin/", "/admin/scheduling/staff/", "/admin/telephony/call/"):
        assert sentence in text(home(address=address))
    with clock.driven_by(lambda: NOW + HOUR):
        assert sentence not in text(home())


@pytest.mark.requirement("PLA-18")
def test_the_strip_names_each_hole_and_leads_to_its_day() -> None:
    rota = paris()
    alice = build.staff("Alice")
    build.shift(rota, alice, NOW - HOUR, NOW + 2 * DAY)
    build.shift(rota, alice, NOW + 2 * DAY + 6 * HOUR, NOW + 20 * DAY)
    answer = home()
    (strip,) = answer.context["strips"]
    assert [piece.kind for piece in strip.pieces] == ["ok", "ok", "gap", "past"]
    assert (len(strip.days), strip.days[0].number, strip.days[0].is_today) == (14, 1, True)
    hole = "Nobody Wed 3 Mar, 21:00 → Thu 4 Mar, 03:00 · nobody scheduled"
    assert hole in text(answer)
    day = f"/admin/scheduling/schedule/{rota.pk}/calendar/?view=day&amp;on=2027-03-03"
    assert f'href="{day}"' in answer.content.decode()
    assert "1 hole in the next 14 days" in text(answer)


def test_only_the_first_holes_are_named_and_the_others_counted() -> None:
    rota = paris()
    alice = build.staff("Alice")
    for day in range(8):
        build.shift(rota, alice, NOW + day * DAY, NOW + day * DAY + 12 * HOUR)
    (strip,) = home().context["strips"]
    assert (len(strip.holes), strip.more) == (5, 3)


def call(outcome: Outcome | None, at: datetime, caller: str = "+33698765432") -> Call:
    phase = Phase.ENDED if outcome else Phase.RINGING
    return Call.objects.create(
        token=f"t{Call.objects.count()}",
        leg_uuid=f"u{Call.objects.count()}",
        dialled="+33970000001",
        caller=caller,
        label="Main line",
        phase=phase.value,
        outcome=outcome.value if outcome else "",
        started_at=at,
        ended_at=at if outcome else None,
    )


def test_the_calls_since_yesterday_with_the_unanswered_first() -> None:
    call(Outcome.GAVE_UP_RINGING, YESTERDAY - timedelta(seconds=1))
    missed = call(Outcome.GAVE_UP_RINGING, YESTERDAY)
    taken = call(Outcome.CONNECTED, NOW - HOUR, caller="")
    under_way = call(None, NOW - timedelta(minutes=1))
    found = home().context["recent"]
    assert [each.key for each in found.calls] == [
        f"call-{row.pk}" for row in (under_way, missed, taken)
    ]
    assert (found.count, found.live, found.unanswered) == (3, 1, 1)
    assert [(each.who, each.when, each.tone) for each in found.calls] == [
        ("+33 6 98 76 54 32", "20:59", "live"),
        ("+33 6 98 76 54 32", "Sun 00:00", "bad"),
        ("a withheld number", "20:00", "ok"),
    ]
    assert found.calls[1].url == f"/admin/telephony/call/{missed.pk}/change/"


def message(at: datetime) -> VoicemailMessage:
    recording = Recording.objects.create(
        platform_id=f"r{Recording.objects.count()}",
        url="x",
        recorded_at=at,
        next_attempt_at=at,
        duration_seconds=48,
    )
    box, _new = Mailbox.objects.get_or_create(name="General", general=True)
    return VoicemailMessage.objects.create(
        call=call(Outcome.MESSAGE_LEFT, at), mailbox=box, recording=recording, left_at=at
    )


def test_the_messages_since_yesterday() -> None:
    message(YESTERDAY - timedelta(seconds=1))
    first, last = message(YESTERDAY), message(NOW - HOUR)
    found = home().context["recent"]
    assert [each.key for each in found.messages] == [f"message-{row.pk}" for row in (last, first)]
    assert found.left == 2


def test_what_nobody_is_told_of_is_no_message_of_the_first_page() -> None:
    for delivery in UNTOLD:
        row = message(NOW - HOUR)
        row.delivery = delivery.value
        row.save()
    found = home().context["recent"]
    assert (found.left, found.messages) == (0, ())


def test_a_known_caller_is_told_by_name() -> None:
    Caller.objects.create(number="+33698765432", name="Anaïs Delcourt")
    message(NOW - HOUR)
    found = home().context["recent"]
    assert [each.who for each in (*found.calls, *found.messages)] == ["Anaïs Delcourt"] * 2


def test_the_messages_with_length_and_link() -> None:
    row = message(NOW - HOUR)
    answer = home()
    (entry,) = answer.context["recent"].messages
    assert (entry.who, entry.what, entry.line) == ("+33 6 98 76 54 32", "48 s", "General")
    assert entry.url == f"/admin/voicemail/voicemailmessage/{row.pk}/change/"
    assert "the recording has not come in yet" in text(answer)


def test_a_fresh_portal_says_what_comes_first_and_then_next() -> None:
    words = text(home())
    assert "No schedule yet A schedule says who takes the calls, and when." in words
    assert "to do Add a person with a phone number Do it" in words
    rota = paris()
    words = text(home())
    assert "done Add a person with a phone number" in words
    assert "to do Put somebody on call Do it" in words
    build.shift(rota, build.staff("Alice"), NOW - HOUR, NOW + HOUR)
    assert "to do Add the number that callers dial, and give it the schedule Do it" in text(home())
    main_line(rota)
    assert "Before the first call" not in text(home())


@pytest.mark.requirement("PLA-22")
def test_a_manager_diverts_everything_or_one_schedule_from_here() -> None:
    rota = paris()
    page = home().content.decode()
    openers = re.findall(r'<a [^>]*data-dialog="divert"[^>]*>', page)
    own = f"schedule:{rota.pk}"
    assert [re.findall(r'(?:href|data-target)="([^"]*)"', each) for each in openers] == [
        ["/admin/scheduling/divert/add/"],
        [f"/admin/scheduling/divert/add/?target={own}", own],
    ]
    assert re.findall(r'<dialog [^>]*id="divert"', page)
    assert len(re.findall(r"<form [^>]*data-divert ", page)) == 1
    assert 'js/divert.js"' in page


def test_a_supervisor_sees_all_but_changes_nothing() -> None:
    build.schedule("Paris")
    page = home(Role.SUPERVISOR).content.decode()
    assert 'data-dialog="divert"' not in page
    assert "Fill it" not in page
    assert "Do it" not in page


def test_the_live_part_is_answered_once_and_then_only_when_it_changed() -> None:
    rota = paris()
    first = home(address="/admin/now/")
    assert first.status_code == 200
    assert 'data-part="board"' in first.content.decode()
    tag = first["ETag"]
    again = home(address="/admin/now/", if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    build.shift(rota, build.staff("Alice"), NOW - HOUR, NOW + HOUR)
    changed = home(address="/admin/now/", if_none_match=tag)
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


def test_the_page_asks_a_fixed_number_of_questions_however_many_schedules() -> None:
    def fill(name: str) -> None:
        rota = build.schedule(name, build.staff(f"Sam {name}"))
        desk = build.service(name, members=(build.staff(name),), answered_by="members")
        build.shift(rota, desk, NOW - HOUR, NOW + HOUR)
        build.shift(rota, build.staff(name), NOW - HOUR, NOW + HOUR, level=2)
        line = PhoneNumber.objects.create(name=name, number=build.fresh_number(), schedule=rota)
        for target in ({"schedule": rota}, {"phone_number": line}):
            values = {**target, "to_service": desk, "ends_at": NOW + HOUR}
            services.create_divert(values, NOW)
        for outcome in (Outcome.CONNECTED, None):
            number = build.fresh_number()
            Caller.objects.create(number=number, name=name)
            call(outcome, NOW - HOUR, number)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get("/admin/").status_code == 200
        return len(captured)

    page = Client()
    page.force_login(login(Role.MANAGER))
    fill("One")
    few = queries()
    for name in ("Two", "Three", "Four", "Five"):
        fill(name)
    assert Shift.objects.count() == 10
    assert queries() == few


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=46), "46 min"),
        (timedelta(hours=10, minutes=46, seconds=59), "10 h 46 min"),
        (timedelta(days=3, hours=4), "3 days"),
    ],
)
def test_how_long_a_turn_lasts_still(span: timedelta, words: str) -> None:
    assert length(span) == words


@pytest.mark.requirement("PLN-08")
def test_how_soon_callers_are_called_back_is_a_headline_figure() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    assert "Half of them within" not in text(page.get("/admin/"))
    told = {"token": "back", "leg_uuid": "back", "dialled": "+33970000001", "phase": "ended"}
    ends = {"started_at": NOW, "ended_at": NOW, "outcome": "message_left"}
    kept = {"made_at": NOW - 2 * HOUR, "done_at": NOW - HOUR, "due_at": NOW, "state": "kept"}
    Promise.objects.create(call=Call.objects.create(**told, **ends), kind="message", **kept)
    assert "In time 100 %" in text(page.get("/admin/"))
