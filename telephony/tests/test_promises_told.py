"""Who hears of a promise and can do something: when owners leave, at night, in two processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.models import ContactNumber, ScheduleSupervisor, Staff, TimeOff
from scheduling.tests.logins import login
from telephony import promise_letters, promise_sweep, promises, sms_text, triage
from telephony.enums import PromiseKind, TriageAction
from telephony.models import Call, Leg, Promise
from telephony.tests.test_promises import a_call, codes, later, promised
from tests import cast
from tests.cast import START

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-08")]


@pytest.fixture
def people() -> Iterator[cast.Cast]:
    with clock.driven_by(lambda: START):
        made = cast.create()
        Staff.objects.filter(pk=made.alice.pk).update(email="alice@example.org")
        Staff.objects.filter(pk=made.bruno.pk).update(email="bruno@example.org")
        yield made


def told() -> list[str]:
    """Who was written to by e-mail since this was asked last."""
    rows = OutgoingMessage.objects.filter(channel="email").order_by("to", "pk")
    found = [row.to for row in rows]
    OutgoingMessage.objects.all().delete()
    return found


def run(*works: Callable[[], None]) -> None:
    """Do these at the same time, each in a process's own connection."""
    workers = [threading.Thread(target=work) for work in works]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def a_page(person: Staff) -> Client:
    user = User.objects.create(username=person.name)
    Staff.objects.filter(pk=person.pk).update(user=user)
    page = Client()
    page.force_login(user)
    return page


# --- what those who are told can do --------------------------------------------------------------


def test_a_supervisor_follows_the_link_of_what_is_overdue_and_takes_it(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    second = people.chloe
    ScheduleSupervisor.objects.create(schedule=people.schedule, staff=second, position=2)
    made = promised(a_call(people))
    promises.touch([made.call_id], START)
    promise_sweep.sweep(later(30))
    assert "sam@example.org" in told()
    page = a_page(second)
    address = f"/me/calls/{made.call_id}/"
    assert page.get(address).status_code == 200
    assert page.get(f"{address}call-back/").status_code == 200
    assert page.post(address, {"do": "take"}).status_code == 302
    made.refresh_from_db()
    assert made.owner == second


@pytest.mark.parametrize(("role", "offered"), [(Role.SUPERVISOR, True), (Role.MANAGER, False)])
def test_who_is_nobody_of_the_staff_is_not_asked_to_call_back(
    people: cast.Cast, role: Role, offered: bool
) -> None:
    made = promised(a_call(people))
    page = Client()
    page.force_login(login(role))
    ScheduleSupervisor.objects.filter(staff__user__isnull=False).update(schedule=people.schedule)
    words = page.get(f"/admin/telephony/call/{made.call_id}/change/").content.decode()
    assert ('value="take"' in words, 'value="waive"' in words) == (offered, True)


def test_whoever_had_it_before_and_the_rest_of_the_level_may_still_call_back(
    people: cast.Cast,
) -> None:
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, level=2)
    cast.on_duty(people.schedule, people.chloe, level=2)
    made = promised(a_call(people))
    promise_sweep.sweep(later(30))
    made.refresh_from_db()
    assert made.owner == people.bruno
    for person, status in ((people.alice, 200), (people.chloe, 200)):
        page = a_page(person)
        assert page.get(f"/me/calls/{made.call_id}/").status_code == status
        assert page.get(f"/me/calls/{made.call_id}/call-back/").status_code == status
        assert page.get(f"/api/v1/promises/{made.pk}/").status_code == status


def test_a_colleague_who_was_not_told_finds_nothing(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    made = promised(a_call(people))
    assert a_page(people.bruno).get(f"/me/calls/{made.call_id}/").status_code == 404


# --- owners who are not there --------------------------------------------------------------------


def test_what_somebody_had_who_left_goes_on_before_the_time_is_over(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, level=2)
    made = promised(a_call(people))
    Staff.objects.filter(pk=people.alice.pk).update(active=False)
    promise_sweep.sweep(later(20))
    made.refresh_from_db()
    assert (made.owner, made.next_at, codes(made.call)[-1]) == (
        people.bruno,
        later(30),
        "promise_went_on",
    )
    assert told() == ["bruno@example.org"]


def test_what_was_taken_up_by_somebody_who_left_is_not_forgotten(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, level=2)
    made = promised(a_call(people))
    promises.touch([made.call_id], later(1))
    Staff.objects.filter(pk=people.alice.pk).update(active=False)
    promise_sweep.sweep(later(30))
    made.refresh_from_db()
    assert (made.owner, made.touched_at, made.next_at) == (people.bruno, None, later(45))


def test_where_nobody_is_there_it_waits_for_who_comes_on_shift(people: cast.Cast) -> None:
    people.sam.active = False
    people.sam.save()
    cast.on_duty(people.schedule, people.alice, start_s=4 * 3600, end_s=9 * 3600)
    made = promised(a_call(people))
    for minute in range(239):
        promise_sweep.sweep(later(minute))
    made.refresh_from_db()
    assert (made.owner, codes(made.call), told()) == (None, ["promise_made_to_nobody"], [])
    for minute in range(239, 260):
        promise_sweep.sweep(later(minute))
    made.refresh_from_db()
    assert (made.owner, told()) == (people.alice, ["alice@example.org"])


def test_a_landline_is_not_texted_but_the_mobile_after_it_is(people: cast.Cast) -> None:
    ContactNumber.objects.filter(staff=people.alice).delete()
    for position, number in enumerate(("+33145678901", "+33612345678"), 1):
        ContactNumber.objects.create(staff=people.alice, number=number, position=position)
    cast.on_duty(people.schedule, people.alice)
    promised(a_call(people), PromiseKind.CALL_BACK)
    texts = OutgoingMessage.objects.filter(channel="sms").values_list("to", flat=True)
    assert list(texts) == ["+33612345678"]


def test_an_owner_without_mobile_and_mail_is_passed_by_at_the_deadline(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.chloe)
    ContactNumber.objects.filter(staff=people.chloe).update(number="+33145678901")
    made = promised(a_call(people), PromiseKind.CALL_BACK)
    promise_sweep.sweep(later(20))
    assert (made.owner, told()) == (people.chloe, [])
    promise_sweep.sweep(later(30))
    made.refresh_from_db()
    assert (made.owner, told()) == (people.sam, ["sam@example.org"])


# --- time and processes --------------------------------------------------------------------------


def test_after_an_hour_without_anybody_to_sweep_each_is_told_once(people: cast.Cast) -> None:
    for level, person in enumerate((people.alice, people.bruno), 1):
        cast.on_duty(people.schedule, person, level, end_s=4 * 3600)
    promised(a_call(people))
    for _tick in range(5):
        promise_sweep.sweep(later(90))
    assert told() == ["alice@example.org", "bruno@example.org"]


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_one_instant_tell_everybody_once(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, level=2)
    made = [promised(a_call(people, caller=f"+3369876{n:04}")) for n in range(5)]

    def work() -> None:
        with clock.driven_by(lambda: START):
            promise_sweep.sweep(later(30))
        connection.close()

    run(work, work, work)
    promise_sweep.sweep(later(30))  # what another had locked
    assert told() == ["alice@example.org"] * 5 + ["bruno@example.org"] * 5
    assert set(Promise.objects.values_list("owner", "escalations")) == {(people.bruno.pk, 1)}
    assert {codes(each.call)[-1] for each in made} == {"promise_escalate"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_one_instant_the_second_hears_who_was_first(
    people: cast.Cast,
) -> None:
    made = promised(a_call(people))
    users = [User.objects.create(username=name) for name in ("alice", "bruno")]
    for person, user in zip((people.alice, people.bruno), users, strict=True):
        Staff.objects.filter(pk=person.pk).update(user=user)
    both, refused = threading.Barrier(2, timeout=20), list[str]()

    def takes(user: User) -> None:
        both.wait()
        try:
            promises.take(made.pk, user, later(5))
        except Conflict as refusal:
            refused.append(str(refusal.message))
        connection.close()

    run(*(partial(takes, user) for user in users))
    made.refresh_from_db()
    assert made.owner is not None
    assert codes(made.call).count("promise_taken") == 1
    first = f"{made.owner} has just taken this up"
    assert refused == [f"{first}: there is no need for you to call, too."]
    other = next(user for user in users if user.pk != made.owner.user_id)
    assert promises.take(made.pk, other, later(6.1)).owner != made.owner  # by then they know


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_to_call_back_at_the_instant_at_which_a_call_back_connects(
    people: cast.Cast,
) -> None:
    cast.on_duty(people.schedule, people.alice)
    made, back = promised(a_call(people)), a_call(people, direction="out")
    told()

    def sweeps() -> None:
        with clock.driven_by(lambda: START):
            promise_sweep.sweep(later(30))
        connection.close()

    with transaction.atomic():
        promises.keep(back, None, later(30))
        run(sweeps)  # neither waits nor tells
    run(sweeps)
    assert (told(), codes(made.call)[-1]) == ([], "promise_kept")


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_dies_in_the_middle_leaves_nothing_behind(
    people: cast.Cast, monkeypatch: Any
) -> None:
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, level=2)
    made = promised(a_call(people))
    told()

    def dies(*_given: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(promise_letters, "tell", dies)
        with pytest.raises(SystemExit):
            promise_sweep.sweep(later(30))
    assert (told(), codes(made.call)[-1]) == ([], "promise_made")
    promise_sweep.sweep(later(30))
    assert told() == ["alice@example.org", "bruno@example.org"]


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_caller_that_end_together_do_not_wait_for_each_other(
    people: cast.Cast,
) -> None:
    cast.on_duty(people.schedule, people.alice)
    made = [promised(a_call(people)) for _call in range(2)]
    both = threading.Barrier(2, timeout=20)

    def ends(promise: Promise) -> None:
        with clock.driven_by(lambda: START), transaction.atomic():
            Call.objects.select_for_update().get(pk=promise.call_id)
            both.wait()
            promises.hasten(cast.CALLER, later(10))
            both.wait()
        connection.close()

    run(*(partial(ends, each) for each in made))
    assert set(Promise.objects.values_list("due_at", flat=True)) == {later(20)}


@pytest.mark.parametrize(
    ("hour", "words"), [(0, "02:30 CEST"), (1, "02:30 CET")], ids=["first", "second"]
)
def test_in_the_night_when_an_hour_comes_twice_it_says_which(
    people: cast.Cast, hour: int, words: str
) -> None:
    night = datetime(2026, 10, 25, hour, 0, tzinfo=UTC)
    with clock.driven_by(lambda: night):
        made = promises.make(
            a_call(people, started_at=night, ended_at=night), PromiseKind.CALL_BACK, night
        )
    assert made is not None
    assert made.due_at == night + timedelta(minutes=30)
    mail = OutgoingMessage.objects.filter(channel="email").get()
    assert mail.body.startswith(f"You are to call +33 6 98 76 54 32 back by {words}.")


# --- calls that the office is done with ----------------------------------------------------------


@pytest.mark.requirement("PLN-07")
@pytest.mark.parametrize("action", [TriageAction.SPAM, TriageAction.DELETE, TriageAction.CLOSE])
def test_nobody_hears_any_more_of_what_is_spam_deleted_or_closed(
    people: cast.Cast, action: TriageAction
) -> None:
    cast.on_duty(people.schedule, people.alice)
    made = promised(a_call(people))
    triage.triage(made.call_id, action)
    for minute in range(300):
        promise_sweep.sweep(later(minute))
    made.refresh_from_db()
    assert (made.state, made.next_at, told()) == ("waived", None, [])


def test_who_was_erased_is_not_promised_again(people: cast.Cast) -> None:
    made = promised(a_call(people))
    triage.triage(made.call_id, TriageAction.CLOSE)
    Call.objects.update(caller="", numbers_erased_at=START)
    triage.triage(made.call_id, TriageAction.REOPEN)
    made.refresh_from_db()
    assert made.state == "waived"


def test_a_text_about_a_promise_is_of_the_networks_alphabet(people: cast.Cast) -> None:
    Staff.objects.update(language="fr")
    cast.on_duty(people.schedule, people.alice)
    promised(a_call(people), PromiseKind.CALL_BACK)
    text = OutgoingMessage.objects.get(channel="sms")
    assert sms_text.measure(text.body).encoding is sms_text.Encoding.GSM7


# --- a person's own mailbox ----------------------------------------------------------------------


def test_a_message_to_somebody_who_is_away_falls_to_whoever_is_on_shift(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    TimeOff.objects.create(staff=people.chloe, period=(START, later(60)))
    made = promises.make_for_message(a_call(people).pk, START, whose=people.chloe.pk)
    assert made is not None
    assert made.owner == people.alice


def test_what_is_wanted_of_one_goes_on_to_whoever_is_on_shift(people: cast.Cast) -> None:
    cast.on_duty(people.schedule, people.alice)
    made = promises.make_for_message(a_call(people).pk, START, whose=people.chloe.pk)
    assert made is not None
    promise_sweep.sweep(later(30))
    made.refresh_from_db()
    assert made.owner == people.alice


@pytest.mark.parametrize(
    ("reached", "mails"),
    [((), 1), (("alice@example.org",), 0), ((cast.ALICE,), 0), (("office@example.org",), 1)],
)
def test_the_owner_of_a_message_is_told_unless_the_mailbox_did(
    people: cast.Cast, reached: tuple[str, ...], mails: int
) -> None:
    cast.on_duty(people.schedule, people.alice)
    made = promised(a_call(people))
    promises.tell_owner(made.call_id, reached, START)
    promises.tell_owner(made.call_id, reached, START)
    assert told() == ["alice@example.org"] * mails


def test_the_page_of_a_call_shows_those_whom_a_leg_rang(people: cast.Cast) -> None:
    call: Any = a_call(people)
    Leg.objects.create(
        call=call, ordinal=1, token="leg", number=cast.BRUNO, staff=people.bruno, dialled_at=START
    )
    promised(call)
    assert a_page(people.bruno).get(f"/me/calls/{call.pk}/").status_code == 200
    assert Call.objects.count() == 1
