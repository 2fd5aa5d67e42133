"""The pages and the API of calls that people place and end; nothing is dialled here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock, phone
from oncall_portal.lib.errors import Refused
from scheduling.enums import Role
from scheduling.models import ContactNumber, Service, Staff
from scheduling.tests.logins import client, login, problem
from telephony import engine, placing, promises
from telephony.enums import Direction, PromiseKind
from telephony.models import Call, CallbackRequest, Caller, CallEvent, PhoneNumber
from telephony.types import Arrival, OutgoingState

pytestmark = pytest.mark.django_db
CALLER, OWN = "+33698765432", "+33639980001"
API = "/api/v1/calls"


@pytest.fixture
def line() -> PhoneNumber:
    return PhoneNumber.objects.create(name="Main line", number="+33970000001", languages=["en"])


@pytest.fixture
def over(line: PhoneNumber) -> Call:
    now = clock.now() - timedelta(hours=1)
    return Call.objects.create(
        token="over",
        leg_uuid="over",
        phone_number=line,
        dialled=str(line.number),
        caller=CALLER,
        label="Main line",
        phase="ended",
        outcome="gave_up_ringing",
        started_at=now,
        ended_at=now,
    )


def going_on(line: PhoneNumber, n: int = 0) -> Call:
    arrival = Arrival(f"live-{n}", str(line.number), f"+3369876{n:04}", "")
    return engine.arrive(arrival, clock.now()).call


def with_phone(user: Any) -> ContactNumber:
    return ContactNumber.objects.create(staff=Staff.objects.get(user=user), number=OWN)


def browser(role: Role) -> tuple[Client, Any]:
    user = login(role)
    page = Client()
    page.force_login(user)
    return page, user


def test_a_supervisor_calls_back_from_the_page_of_a_call(over: Call) -> None:
    page, user = browser(Role.SUPERVISOR)
    own = with_phone(user)
    address = f"/admin/telephony/call/{over.pk}/call-back/"
    assert address in page.get(f"/admin/telephony/call/{over.pk}/change/").content.decode()
    assert "+33\xa06\xa098\xa076\xa054\xa032" in page.get(address).content.decode()
    answer = page.post(address, {"contact_number": own.pk})
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert answer["Location"] == f"/admin/telephony/call/{placed.pk}/change/"
    assert (placed.answers, placed.caller, str(own.number)) == (over, CALLER, OWN)
    shown = page.get(answer["Location"]).content.decode()
    assert "calls back: their own phone is ringing" in shown
    assert "asked to call back." in shown


def test_the_api_answers_the_new_call(over: Call) -> None:
    user = login(Role.SUPERVISOR)
    own = with_phone(user)
    api = client(user)
    address = f"{API}/{over.pk}/call-back/"
    answer = api.post(address, {"contact_number": own.pk}, format="json")
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert {name: told[name] for name in ("direction", "caller", "phase", "answers")} == {
        "direction": "out",
        "caller": CALLER,
        "phase": "ringing",
        "answers": over.pk,
    }
    assert problem(api.post(address, {}, format="json")) == (409, "you_are_in_a_call")
    assert problem(api.post(address, {"x": 1}, format="json"))[0] == 400


def test_staff_call_back_those_who_called_them(over: Call) -> None:
    user = login(Role.STAFF)
    with_phone(user)
    api = client(user)
    address = f"{API}/{over.pk}/call-back/"
    assert api.post(address, {}, format="json").status_code == 404
    over.legs.create(
        ordinal=1,
        token="leg",
        number=OWN,
        name="Staff",
        staff=Staff.objects.get(user=user),
        dialled_at=over.started_at,
        ended_at=over.started_at,
    )
    placed = api.post(address, {}, format="json")
    assert placed.status_code == 201, placed.json()
    ended = api.post(f"{API}/{placed.json()['id']}/hang-up/")
    assert (ended.status_code, ended.json()["phase"]) == (200, "ended")


def test_staff_end_no_call_of_another(line: PhoneNumber) -> None:
    user = login(Role.STAFF)
    call = going_on(line)
    call.legs.create(
        ordinal=9,
        token="leg",
        number=OWN,
        name="Staff",
        staff=Staff.objects.get(user=user),
        dialled_at=call.started_at,
    )
    assert client(user).post(f"{API}/{call.pk}/hang-up/").status_code == 403


def test_who_ended_a_call_is_told_in_its_story(line: PhoneNumber) -> None:
    page, user = browser(Role.SUPERVISOR)
    call = going_on(line)
    address = f"/admin/telephony/call/{call.pk}/hang-up/"
    assert page.get(address).status_code == 200
    assert page.post(address).status_code == 302
    event = CallEvent.objects.get(call=call, code="ended_by_us")
    assert event.params == {"name": Staff.objects.get(user=user).name}
    shown = page.get(f"/admin/telephony/call/{call.pk}/change/").content.decode()
    assert "<b>Supervisor</b> ended the call." in shown


def test_the_page_of_calls_in_progress_tells_who_waits(line: PhoneNumber, over: Call) -> None:
    page, _user = browser(Role.SUPERVISOR)
    assert (
        "Nobody is on the line" in page.get("/admin/telephony/call/in-progress/").content.decode()
    )
    call = going_on(line, 5432)
    Caller.objects.create(number=call.caller, name="Anaïs Delcourt")
    shown = page.get("/admin/telephony/call/in-progress/").content.decode()
    assert "Anaïs Delcourt (+33\xa06\xa098\xa076\xa054\xa032)" in shown
    assert f"/admin/telephony/call/{call.pk}/hang-up/" in shown
    assert f"/admin/telephony/call/{over.pk}/change/" not in shown


def test_unchanged_the_rows_cost_a_304(line: PhoneNumber) -> None:
    page, _user = browser(Role.SUPERVISOR)
    going_on(line)
    address = "/admin/telephony/call/in-progress/rows/"
    first = page.get(address)
    again = page.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_queries_do_not_grow_with_the_calls(line: PhoneNumber) -> None:
    page, _user = browser(Role.SUPERVISOR)
    counts = []
    for n in (1, 12):
        for each in range(n):
            going_on(line, n * 100 + each)
        with CaptureQueriesContext(connection) as captured:
            page.get("/admin/telephony/call/in-progress/rows/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_api_lists_what_goes_on(line: PhoneNumber, over: Call) -> None:
    call = going_on(line)
    listed = client(Role.SUPERVISOR).get(f"{API}/?live=1").json()["results"]
    assert [row["id"] for row in listed] == [call.pk]


def test_a_request_is_answered_from_the_page_of_its_call(over: Call) -> None:
    page, user = browser(Role.SUPERVISOR)
    own = with_phone(user)
    Call.objects.update(callback_number="+33612345678", outcome="call_back_requested")
    CallbackRequest.objects.create(call=over, number="+33612345678", requested_at=clock.now())
    promises.make(over, PromiseKind.CALL_BACK, clock.now())
    shown = page.get(f"/admin/telephony/call/{over.pk}/change/").content.decode()
    address = f"/admin/telephony/call/{over.pk}/call-back/"
    assert shown.count(f'href="{address}"') == 1
    assert "+33\xa06\xa012\xa034\xa056\xa078" in shown
    listed = page.get("/admin/telephony/promise/").content.decode()
    assert f'href="{address}"' in listed
    page.post(address, {"contact_number": own.pk})
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert (placed.caller, placed.answers) == ("+33612345678", over)


def test_a_caller_is_called_from_their_own_page(over: Call, line: PhoneNumber) -> None:
    PhoneNumber.objects.create(name="Aaa", number="+33970000002")
    caller = Caller.objects.create(number=CALLER, name="Mrs Brown")
    page, user = browser(Role.SUPERVISOR)
    own = with_phone(user)
    address = f"/admin/telephony/caller/{caller.pk}/call-back/"
    shown = page.get(f"/admin/telephony/caller/{caller.pk}/change/").content.decode()
    assert f'href="{address}"' in shown
    form = page.get(address).content.decode()
    assert '<b class="num">Mrs Brown</b> is called. They see the number of Main line' in form
    answer = page.post(address, {"contact_number": own.pk})
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert answer["Location"] == f"/admin/telephony/call/{placed.pk}/change/"
    assert (placed.caller, placed.phone_number, placed.answers) == (CALLER, line, None)


def test_a_caller_whom_we_may_not_call_is_refused_on_their_page(line: PhoneNumber) -> None:
    caller = Caller.objects.create(number="+33899700000")
    page, user = browser(Role.SUPERVISOR)
    own = with_phone(user)
    address = f"/admin/telephony/caller/{caller.pk}/call-back/"
    told = page.post(address, {"contact_number": own.pk}).content.decode()
    assert 'role="alert"' in told
    assert "premium-rate" in told
    assert not Call.objects.exists()


def test_without_a_phone_there_is_no_form(over: Call) -> None:
    page, _user = browser(Role.MANAGER)
    shown = page.get(f"/admin/telephony/call/{over.pk}/call-back/").content.decode()
    assert "You have no phone here that could be rung" in shown


def test_ones_own_phones_are_those_in_use_in_their_order() -> None:
    user, other = login(Role.STAFF), login(Role.SUPERVISOR)
    me, colleague = (Staff.objects.get(user=each) for each in (user, other))
    ContactNumber.objects.all().delete()
    for position, staff, number, enabled in (
        (2, me, "+33639980001", True),
        (1, me, "+33639980002", True),
        (0, me, "+33639980003", False),
        (0, colleague, "+33639980004", True),
    ):
        ContactNumber.objects.create(staff=staff, number=number, position=position, enabled=enabled)
    assert [str(row.number) for row in placing.own_phones(user)] == [
        "+33639980002",
        "+33639980001",
    ]


def test_a_login_of_nobody_on_the_staff_has_no_phone(line: PhoneNumber) -> None:
    service = Service.objects.create(name={"en": "Heating"})
    ContactNumber.objects.create(service=service, number=OWN)
    assert placing.own_phones(User.objects.create(username="nobody")) == []


def test_a_number_that_was_set_up_anew_is_shown_for_calls_to_it(over: Call) -> None:
    user = login(Role.SUPERVISOR)
    with_phone(user)
    PhoneNumber.objects.get(name="Main line").delete()
    PhoneNumber.objects.create(name="Other line", number="+33970000002")
    anew = PhoneNumber.objects.create(name="Main line", number=over.dialled)
    over.refresh_from_db()
    call = placing.call_back(over, user, None, clock.now())
    assert (call.phone_number, call.dialled) == (anew, over.dialled)


def test_without_a_number_of_ours_nobody_is_called_back(over: Call) -> None:
    user = login(Role.SUPERVISOR)
    with_phone(user)
    PhoneNumber.objects.all().delete()
    over.refresh_from_db()
    with pytest.raises(Refused, match="no_own_number"):
        placing.call_back(over, user, None, clock.now())


def test_the_new_call_is_for_what_the_caller_had_called(over: Call) -> None:
    user = login(Role.SUPERVISOR)
    own = with_phone(user)
    heating = Service.objects.create(name={"en": "Heating"})
    Call.objects.filter(pk=over.pk).update(label="Repairs", service=heating, language="en")
    over.refresh_from_db()
    Caller.objects.create(number="+33698765499", name="Somebody else", language="fr")
    now = clock.now()
    call = placing.call_back(over, user, own.pk, now)
    assert (call.label, call.service, call.language, call.started_at) == (
        "Repairs",
        heating,
        "en",
        now,
    )
    state = engine.state_of(call)
    assert isinstance(state, OutgoingState)
    assert state.plan.other.name == phone.spaced(CALLER)
