"""Promises to call back: whose they are, by when, taken up, kept, waived and reopened."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from oncall_portal.lib import acting, clock
from oncall_portal.lib.errors import Conflict, Refused, Stale
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import Organisation, Service, ServiceMember, Staff, TimeOff
from telephony import comments, promises, statistics
from telephony.enums import Outcome, Phase, PromiseKind, RequestState
from telephony.models import Call, CallbackRequest, Promise
from tests import cast
from tests.cast import START

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-08")]


@pytest.fixture
def people() -> Iterator[cast.Cast]:
    with clock.driven_by(lambda: START):
        yield cast.create()


def a_call(people: cast.Cast, caller: str = cast.CALLER, **values: Any) -> Call:
    count = Call.objects.count()
    wanted = {
        "token": f"call-{count}",
        "leg_uuid": f"uuid-{count}",
        "phone_number": people.line,
        "dialled": cast.LINE,
        "caller": caller,
        "phase": Phase.ENDED.value,
        "outcome": Outcome.MESSAGE_LEFT.value,
        "started_at": START,
        "ended_at": START,
    }
    return Call.objects.create(**{**wanted, **values})


def promised(call: Call, kind: PromiseKind = PromiseKind.MESSAGE, now: datetime = START) -> Promise:
    made = promises.make(call, kind, now)
    assert made is not None
    return made


def codes(call: Call) -> list[str]:
    return list(call.events.order_by("pk").values_list("code", flat=True))


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


# --- made ----------------------------------------------------------------------------------------


def test_it_falls_to_whoever_is_on_shift_for_the_number_level_1_first(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.bruno, level=2)
    cast.on_duty(people.schedule, people.alice)
    made = promised(a_call(people))
    assert (made.owner, made.due_at, made.next_at) == (people.alice, later(30), later(20))
    assert codes(made.call) == ["promise_made"]


def test_with_nobody_on_shift_it_falls_to_the_first_supervisor(people: cast.Cast) -> None:
    assert promised(a_call(people)).owner == people.sam


def test_with_nobody_at_all_it_is_nobodys_and_still_due(people: cast.Cast) -> None:
    people.sam.active = False
    people.sam.save()
    made = promised(a_call(people))
    assert (made.owner, made.due_at) == (None, later(30))


def test_whoever_is_away_does_not_own_it(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    TimeOff.objects.create(staff=people.alice, period=(START, later(60)))
    assert promised(a_call(people)).owner == people.sam


def test_a_service_on_the_rota_is_stood_for_by_its_first_active_member(people: cast.Cast) -> None:
    team = a_service(people.bruno, people.chloe)
    people.bruno.active = False
    people.bruno.save()
    shift = cast.on_duty(people.schedule, people.alice)
    shift.staff, shift.service = None, team
    shift.save()
    assert promised(a_call(people)).owner == people.chloe


def a_service(*members: Any, **values: Any) -> Service:
    service = Service.objects.create(
        name={"en": "Heating"}, colour="#b35900", answered_by="members", **values
    )
    for position, person in enumerate(members, 1):
        ServiceMember.objects.create(service=service, staff=person, position=position)
    return service


def test_the_time_is_the_services_own_else_the_houses(people: cast.Cast) -> None:
    Organisation.objects.update(promise_minutes=60)
    heating = a_service(people.chloe, promise_minutes=10)
    made = [promised(a_call(people, service=service)) for service in (heating, None)]
    assert [each.due_at for each in made] == [later(10), later(60)]
    assert made[0].owner == people.chloe


def test_several_messages_of_a_call_are_one_promise(people: cast.Cast) -> None:
    call = a_call(people)
    promised(call)
    assert promises.make_for_message(call.pk, later(1)) is None
    assert Promise.objects.get().made_at == START


def test_a_message_in_a_persons_own_mailbox_falls_to_that_person(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    mine = promises.make_for_message(a_call(people).pk, START, whose=people.chloe.pk)
    Staff.objects.filter(pk=people.chloe.pk).update(active=False)
    left = promises.make_for_message(a_call(people).pk, START, whose=people.chloe.pk)
    assert [each.owner for each in (mine, left) if each] == [people.chloe, people.alice]


def test_whoever_owes_a_call_back_is_told_at_once_by_mail_and_text(people: cast.Cast) -> None:
    people.alice.email = "alice@example.org"
    people.alice.save()
    cast.on_duty(people.schedule, people.alice)
    promised(a_call(people), PromiseKind.CALL_BACK)
    told = OutgoingMessage.objects.order_by("pk").values_list("channel", "to")
    assert list(told) == [("email", "alice@example.org"), ("sms", cast.ALICE)]


def test_a_message_that_proves_to_be_none_promises_nothing(people: cast.Cast) -> None:
    call = a_call(people)
    promised(call)
    promises.withdraw(call.pk, START)
    assert not Promise.objects.exists()
    assert codes(call)[-1] == "promise_withdrawn"


# --- taken up ------------------------------------------------------------------------------------


def a_login(people: cast.Cast) -> User:
    user = User.objects.create(username="chloe")
    people.chloe.user = user
    people.chloe.save()
    return user


def test_taking_it_makes_it_mine_and_ends_the_escalation(people: cast.Cast) -> None:
    made = promised(a_call(people))
    taken = promises.take(made.pk, a_login(people), later(1))
    assert (taken.owner, taken.touched_at, taken.next_at) == (people.chloe, later(1), later(30))


def test_a_login_without_a_person_takes_nothing(people: cast.Cast) -> None:
    made = promised(a_call(people))
    with pytest.raises(Refused, match="no_person_of_yours"):
        promises.take(made.pk, User.objects.create(username="office"), START)


@pytest.mark.parametrize(
    "gesture",
    [
        lambda made, people: promises.assign(made.pk, people.bruno.pk, later(1)),
        lambda made, people: promises.assign_call(made.call_id, people.bruno.pk, later(1)),
        lambda made, _people: promises.touch_number(cast.CALLER, None, later(1)),
        lambda made, people: comments.add(made.call_id, "I know him", a_login(people), later(1)),
    ],
    ids=["assigned", "assigned from the call", "called back", "commented"],
)
def test_whatever_somebody_does_about_it_takes_it_up(
    people: cast.Cast, gesture: Callable[[Promise, cast.Cast], Any]
) -> None:
    made = promised(a_call(people))
    gesture(made, people)
    made.refresh_from_db()
    assert (made.touched_at, made.next_at) == (later(1), made.due_at)


def test_a_call_without_message_that_is_assigned_is_promised_to_be_called_back(
    people: cast.Cast,
) -> None:
    call = a_call(people, outcome=Outcome.GAVE_UP_RINGING.value)
    made = promises.assign_call(call.pk, people.bruno.pk, START)
    assert (made.kind, made.owner, made.call) == ("call_back", people.bruno, call)


def test_a_stale_change_is_refused_and_a_fitting_one_moves_the_deadline(people: cast.Cast) -> None:
    made = promised(a_call(people))
    with pytest.raises(Stale):
        promises.change(made.pk, made.version + 1, {"due_at": later(60)}, START)
    changed = promises.change(made.pk, made.version, {"due_at": later(60)}, START)
    assert (changed.due_at, changed.next_at) == (later(60), later(60))
    with pytest.raises(Refused, match="due_before_made"):
        promises.change(made.pk, changed.version, {"due_at": START}, START)


# --- kept, or not --------------------------------------------------------------------------------


def test_a_connected_call_to_the_caller_keeps_every_promise_to_them(people: cast.Cast) -> None:
    made = [promised(a_call(people)) for _each in range(2)]
    other = promised(a_call(people, caller="+33698760000"))
    back = a_call(people, direction="out", leg_uuid=None, outcome="connected")
    promises.keep(back, None, later(12))
    states = Promise.objects.order_by("pk").values_list("state", "done_at", "kept_by")
    assert list(states) == [("kept", later(12), back.pk)] * 2 + [("open", None, None)]
    assert [codes(each.call)[-1] for each in (*made, other)] == [
        "promise_kept",
        "promise_kept",
        "promise_made",
    ]


def test_a_caller_who_calls_again_and_is_answered_was_spoken_to(people: cast.Cast) -> None:
    made = promised(a_call(people))
    promises.keep(a_call(people, outcome="connected"), None, later(5))
    made.refresh_from_db()
    assert (made.state, codes(made.call)[-1]) == ("kept", "promise_kept_by_caller")


def test_nobody_is_called_back_without_a_reason_only(people: cast.Cast) -> None:
    made = promised(a_call(people))
    with pytest.raises(Refused, match="reason_missing"):
        promises.waive(made.pk, "  ", START)
    with acting.by(User.objects.create(username="office")):
        waived = promises.waive(made.pk, " wrong number ", later(2))
    found = (waived.state, waived.reason, waived.done_by, waived.next_at)
    assert found == ("waived", "wrong number", "office", None)
    with pytest.raises(Conflict, match="promise_done"):
        promises.waive(made.pk, "again", START)


def test_a_request_to_be_called_back_follows_its_promise(people: cast.Cast) -> None:
    call = a_call(people)
    request = CallbackRequest.objects.create(call=call, number=cast.CALLER, requested_at=START)
    made = promised(call, PromiseKind.CALL_BACK)
    seen = []
    for step in (
        lambda: promises.waive(made.pk, "no", START),
        lambda: promises.reopen(call.pk, START),
    ):
        step()
        request.refresh_from_db()
        seen.append(request.state)
    assert seen == [RequestState.DONE.value, RequestState.OPEN.value]


def test_what_was_waived_and_is_reopened_escalates_again(people: cast.Cast) -> None:
    made = promised(a_call(people))
    promises.waive(made.pk, "closed", later(1))
    promises.reopen(made.call_id, later(40))
    made.refresh_from_db()
    assert (made.state, made.reason, made.next_at) == ("open", "", later(55))


def test_a_caller_who_calls_again_is_called_back_sooner_once(people: cast.Cast) -> None:
    made = promised(a_call(people))
    for minute in (10, 12):
        promises.hasten(cast.CALLER, later(minute))
    made.refresh_from_db()
    assert (made.due_at, codes(made.call)) == (later(20), ["promise_made", "promise_hastened"])
    assert OutgoingMessage.objects.filter(to=cast.SAM_MAIL).count() == 1


def test_open_requests_of_before_become_promises_that_tell_nobody(people: cast.Cast) -> None:
    calls = [a_call(people) for _each in range(3)]
    for call, state in zip(calls, ("open", "done", "open"), strict=True):
        values = {"number": cast.CALLER, "requested_at": START, "state": state}
        CallbackRequest.objects.create(call=call, **values)
    promised(calls[2], PromiseKind.CALL_BACK, later(-1))
    module = importlib.import_module("telephony.migrations.0019_promises_of_requests")
    module.promise(apps, None)
    rows = Promise.objects.order_by("call").values_list("call", "due_at", "next_at")
    assert list(rows) == [
        (calls[0].pk, later(30), None),
        (calls[2].pk, later(29), later(19)),
    ]


def test_how_soon_callers_are_called_back_is_measured(people: cast.Cast) -> None:
    for minutes in (10, 20, 45):
        promised(a_call(people, caller=f"+336987600{minutes}"))
        back = a_call(people, caller=f"+336987600{minutes}", direction="out", leg_uuid=None)
        promises.keep(back, None, later(minutes))
    promises.waive(promised(a_call(people)).pk, "spam", START)
    promised(a_call(people))
    found = statistics.called_back(START, later(1), later(60))
    assert found == statistics.CalledBack(
        promised=5,
        kept=3,
        in_time=2,
        waived=1,
        open_late=1,
        median=timedelta(minutes=20),
        p90=timedelta(minutes=40),
    )
    assert found.share == 50
