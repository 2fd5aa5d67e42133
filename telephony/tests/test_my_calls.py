"""The page of staff for calls: whom they may call back, and the call back itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import ContactNumber, Staff
from scheduling.tests.logins import login
from telephony import promises
from telephony.enums import Direction, PromiseKind
from telephony.models import Call, CallbackRequest, Caller, PhoneNumber, Promise

pytestmark = pytest.mark.django_db
ANNA, BERT = "+33698765432", "+33698765433"


@pytest.fixture
def me() -> Staff:
    return Staff.objects.get(user=login(Role.STAFF))


@pytest.fixture
def page(me: Staff) -> Client:
    client = Client()
    assert me.user is not None
    client.force_login(me.user)
    return client


def called(caller: str, *rung: Staff, minutes_ago: float = 60, **values: Any) -> Call:
    at = clock.now() - timedelta(minutes=minutes_ago)
    line, _new = PhoneNumber.objects.get_or_create(name="Main line", number="+33970000001")
    key = str(Call.objects.count())
    given = {"outcome": "gave_up_ringing", "phase": "ended", "label": "Main line", "ended_at": at}
    about = {"phone_number": line, "dialled": line.number, "caller": caller, "started_at": at}
    call = Call.objects.create(token=key, leg_uuid=key, **{**about, **given, **values})
    for ordinal, person in enumerate(rung):
        about = {"number": "+33612345678", "name": person.name, "staff": person}
        times = {"dialled_at": at, "ended_at": at}
        call.legs.create(ordinal=ordinal, token=f"{key}-{ordinal}", **about, **times)
    return call


def listed(page: Client) -> list[tuple[str, str]]:
    callers = page.get("/me/calls/").context["callers"]
    return [(each.name, each.called_back) for each in callers]


def test_whoever_rang_my_phone_is_listed_last_first(page: Client, me: Staff) -> None:
    other = Staff.objects.create(name="Other")
    called(ANNA, me, other, minutes_ago=90)
    called(BERT, me, minutes_ago=30)
    called("+33698765434", other)
    called("", me)
    called("+33698765435", me, minutes_ago=60 * 24 * 15)
    called("+33698765436", me, ended_at=None, phase="ringing", outcome="")
    assert listed(page) == [("+33 6 98 76 54 33", ""), ("+33 6 98 76 54 32", "")]


def test_whoever_called_often_is_one_line_with_their_last_call(page: Client, me: Staff) -> None:
    Caller.objects.create(number=ANNA, name="Mrs Brown")
    called(ANNA, me, minutes_ago=90)
    last = called(ANNA, me, minutes_ago=30)
    (found,) = page.get("/me/calls/").context["callers"]
    assert (found.pk, found.name, found.number, found.calls) == (
        last.pk,
        "Mrs Brown",
        "+33 6 98 76 54 32",
        2,
    )


def test_who_asked_to_be_called_back_is_called_at_the_number_they_gave(
    page: Client, me: Staff
) -> None:
    call = called(ANNA, me, callback_number=BERT, outcome="call_back_requested")
    CallbackRequest.objects.create(call=call, number=BERT, requested_at=clock.now())
    assert listed(page) == [("+33 6 98 76 54 33", "")]


def test_my_phone_is_rung_and_the_caller_is_marked_as_called_back(page: Client, me: Staff) -> None:
    call = called(ANNA, me)
    address = f"/me/calls/{call.pk}/call-back/"
    assert f'href="{address}"' in page.get("/me/calls/").content.decode()
    assert "They see the number of Main line" in page.get(address).content.decode()
    own = ContactNumber.objects.get(staff=me)
    told = page.post(address, {"contact_number": own.pk}, follow=True)
    assert told.redirect_chain == [("/me/calls/", 302)]
    text = told.content.decode()
    assert "Your phone rings: press 1, and +33 6 98 76 54 32 is called." in text
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert (placed.answers, placed.started_by, placed.caller) == (call, me, ANNA)
    assert [leg.number for leg in placed.legs.all()] == [str(own.number)]
    assert [at != "" for _name, at in listed(page)] == [True]


def test_who_calls_again_after_that_is_to_be_called_back(page: Client, me: Staff) -> None:
    called(ANNA, direction="out", minutes_ago=50)
    called(ANNA, me, minutes_ago=40)
    assert listed(page) == [("+33 6 98 76 54 32", "")]


def test_a_refusal_is_told_on_the_form(page: Client, me: Staff) -> None:
    call = called("+33899700000", me)
    own = ContactNumber.objects.get(staff=me)
    told = page.post(f"/me/calls/{call.pk}/call-back/", {"contact_number": own.pk})
    assert "premium-rate" in told.content.decode()
    assert not Call.objects.filter(direction=Direction.OUT.value).exists()


def test_the_call_of_a_colleague_is_not_mine_to_call_back(page: Client, me: Staff) -> None:
    call = called(ANNA, Staff.objects.create(name="Other"))
    assert page.get(f"/me/calls/{call.pk}/call-back/").status_code == 404
    assert page.post(f"/me/calls/{call.pk}/call-back/", {}).status_code == 404


def test_nobody_called_is_told(page: Client) -> None:
    assert "Nobody called you in the last two weeks." in page.get("/me/calls/").content.decode()


def test_the_queries_do_not_grow_with_the_calls(page: Client, me: Staff) -> None:
    counts = []
    for n in (1, 12):
        for each in range(n):
            called(f"+3369876{n * 100 + each:04}", me)
        with CaptureQueriesContext(connection) as captured:
            page.get("/me/calls/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_page_of_staff_leads_there(page: Client) -> None:
    assert 'href="/me/calls/"' in page.get("/me/").content.decode()


def test_a_supervisor_finds_there_only_who_called_them() -> None:
    boss = Client()
    user = login(Role.SUPERVISOR)
    boss.force_login(user)
    called(ANNA, Staff.objects.create(name="Other"))
    called(BERT, Staff.objects.get(user=user))
    assert listed(boss) == [("+33 6 98 76 54 33", "")]


# --- promised ------------------------------------------------------------------------------------


def promised(call: Call, owner: Staff) -> Promise:
    made = promises.make(call, PromiseKind.MESSAGE, clock.now())
    assert made is not None
    return promises.becomes(made, owner_id=owner.pk)


@pytest.mark.requirement("PLN-08")
def test_what_i_promised_stands_first_and_leads_to_calling_back(page: Client, me: Staff) -> None:
    call = called(ANNA)
    promised(call, me)
    text = page.get("/me/calls/").content.decode()
    assert text.index("Promised by you") < text.index(f'href="/me/calls/{call.pk}/call-back/"')
    assert page.get(f"/me/calls/{call.pk}/call-back/").status_code == 200


@pytest.mark.requirement("PLN-08")
def test_i_comment_and_say_why_not_on_the_page_of_the_call(page: Client, me: Staff) -> None:
    call = called(ANNA)
    made = promised(call, me)
    address = f"/me/calls/{call.pk}/"
    page.post(address, {"do": "comment", "text": "No answer yet"})
    assert "No answer yet" in page.get(address).content.decode()
    refused = page.post(address, {"do": "waive", "reason": " "})
    assert (refused.status_code, "Say why nobody calls back" in refused.content.decode()) == (
        422,
        True,
    )
    page.post(address, {"do": "waive", "reason": "wrong number"})
    made.refresh_from_db()
    assert (made.state, made.reason) == ("waived", "wrong number")


@pytest.mark.requirement("PLN-08")
def test_whoever_was_rung_takes_what_a_colleague_promised(page: Client, me: Staff) -> None:
    call = called(ANNA, me)
    made = promised(call, Staff.objects.create(name="Other"))
    offer = 'value="take"'
    assert offer in page.get(f"/me/calls/{call.pk}/").content.decode()
    page.post(f"/me/calls/{call.pk}/", {"do": "take"})
    made.refresh_from_db()
    assert made.owner == me
    assert offer not in page.get(f"/me/calls/{call.pk}/").content.decode()


def test_the_promise_of_a_colleague_is_none_of_mine(page: Client, me: Staff) -> None:
    call = called(ANNA)
    promised(call, Staff.objects.create(name="Other"))
    assert page.post(f"/me/calls/{call.pk}/", {"do": "take"}).status_code == 404
    assert page.post(f"/me/calls/{called(BERT, me).pk}/", {"do": "assign"}).status_code == 403
