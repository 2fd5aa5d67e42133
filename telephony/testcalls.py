"""Test calls to the numbers of people and services; a real call always goes first."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, TextField
from django.utils.translation import gettext as _

from oncall_portal.lib import clock, dialling, phone
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.prepared import Read, given
from scheduling import wall, whens
from scheduling.models import ContactNumber
from scheduling.number_tests import Told
from scheduling.queries import house
from scheduling.services import check_may_be_called, mark_number_verified
from telephony import allowance, busy, dispatch, testing, timing
from telephony.enums import ActionKind, ActionState, TestState
from telephony.instructions import Say
from telephony.models import CallAction, PhoneNumber, TestCall
from telephony.provider import ProviderError, get_provider
from telephony.types import DialDone, Event, LegAnswered, LegRang
from telephony.vonage import ncco, routes

logger = logging.getLogger(__name__)
_NO_CALL = 0  # the id of no call: any call that rings the phone keeps it busy
_SHOWS_ITSELF = (DialDone, LegRang, LegAnswered)
_ADOPT_AFTER = timedelta(seconds=2)  # the process that took the request dials at once
_RETRY = timedelta(seconds=timing.TEST_RETRY_SECONDS)
_BATCH = 200
_LIVE = Read(
    lambda: TestCall.objects.filter(
        number=given("number", TextField()), ended_at=None
    ).select_for_update(of=("self",))[:1]
)
_TONES = {
    TestState.CONFIRMED: "ok",
    TestState.BUSY: "bad",
    TestState.REJECTED: "bad",
    TestState.UNREACHABLE: "bad",
    TestState.NOT_DIALLED: "bad",
}


# --- asking for one ------------------------------------------------------------------------------


def start(contact_number_id: int, user: Any, now: datetime) -> TestCall:
    """Ring a number of a person or a service soon, and ask whoever picks up to press 1.

    Raises Refused when the number may not be called, when no number of ours can be shown, and
    while the phone rings or talks for a caller or for another test.
    """
    row = ContactNumber.objects.select_related("staff").get(pk=contact_number_id)
    number, settings = str(row.number), house()
    check_may_be_called(number, settings)
    if not PhoneNumber.objects.exists():
        message = _("A test call shows one of your own numbers: add one under Numbers & menus.")
        raise Refused("no_own_number", message)
    with transaction.atomic():
        busy.lock(number)
        end_overdue(now, Q(number=number))
        if busy.is_busy(number, _NO_CALL):
            message = _("This phone rings or talks for a caller right now; try again afterwards.")
            raise Refused("number_in_call", message)
        if TestCall.objects.filter(number=number, ended_at=None).exists():
            message = _("A test call to this number is under way.")
            raise Refused("test_under_way", message)
        test = TestCall.objects.create(
            contact_number=row,
            number=number,
            language=row.staff.language if row.staff else settings.languages[0],
            ring_seconds=row.ring_seconds or settings.ring_seconds,
            token=secrets.token_urlsafe(32),
            requested_by=user,
            requested_at=now,
            not_before=now,
            deadline_at=now + timedelta(seconds=timing.TEST_WAIT_SECONDS),
        )
        transaction.on_commit(lambda: dispatch.run(perform, [test.pk]))
    return test


def latest(contact_number_ids: Iterable[int], now: datetime) -> dict[int, TestCall]:
    """Return the newest test call of each number that has one; ends those that are overdue."""
    rows = TestCall.objects.filter(contact_number__in=list(contact_number_ids))
    newest = rows.order_by("contact_number_id", "-requested_at", "-pk")
    newest = newest.distinct("contact_number_id")
    newest = newest.select_related("contact_number", "requested_by__staff")
    found = list(newest)
    if any(test.ended_at is None and test.deadline_at <= now for test in found):
        end_overdue(now, Q(pk__in=[test.pk for test in found]))
        found = list(newest.all())
    return {test.contact_number_id: test for test in found}


def told(contact_number_ids: Iterable[int], now: datetime) -> dict[int, Told]:
    """Return the newest test of each number in words, as `scheduling.number_tests` asks."""
    found, zone = latest(contact_number_ids, now), house().time_zone
    return {pk: Told(summary(test, zone), tone(test)) for pk, test in found.items()}


def summary(test: TestCall, zone: str) -> str:
    """Return what became of a test call, when by the clock of `zone`, and who asked for it."""
    if test.ended_at is None:
        return str(test.get_state_display())
    at = whens.said(wall.wall(test.ended_at, zone), "j M Y H:i")
    known = {"result": test.get_state_display(), "at": at, "name": asker(test)}
    words = _("%(result)s (%(at)s, %(name)s)") if known["name"] else _("%(result)s (%(at)s)")
    return words % known


def tone(test: TestCall) -> str:
    """Return how good that is: ok, warn, bad, or live while it is under way."""
    return "live" if test.ended_at is None else _TONES.get(TestState(test.state), "warn")


def asker(test: TestCall) -> str:
    """Return the name of whoever asked for a test call, "" when their login is gone."""
    user = test.requested_by
    person = getattr(user, "staff", None)
    return str(person or user) if user else ""


# --- the requests --------------------------------------------------------------------------------


def perform(test_id: int) -> None:
    """Dial a test call, once, unless it is over, not due, or real calls need the line first."""
    with transaction.atomic():
        test = _claim(test_id, clock.now())
    if test is None:
        return
    if dialling.refusal(test.number, house().countries) is not None:
        _give_up(test_id, "not_allowed", clock.now())
        return
    try:
        uuid = get_provider().dial(
            to=test.number,
            caller_id=str(PhoneNumber.objects.order_by("pk")[0].number),
            ring_seconds=test.ring_seconds,
            event_url=routes.test_events(test.token),
            script=_question(test),
            api_host="",
        )
    except ProviderError as error:
        _failed(test_id, error, clock.now())
    except Exception:
        _give_up(test_id, "error", clock.now())
        raise
    else:
        logger.info("test_call_dialled test=%s to=%s", test_id, phone.mask(test.number))
        _placed(test_id, uuid)


def hang_up(test_id: int) -> None:
    """End the leg of a test call, if the platform has one; its own ring time ends it anyway."""
    uuid = TestCall.objects.filter(pk=test_id).values_list("uuid", flat=True).first()
    if uuid:
        get_provider().hang_up(uuid, api_host="")


def _claim(test_id: int, now: datetime) -> TestCall | None:
    """Return the test to be dialled now; the lock of its number is taken first, as by calls."""
    number = TestCall.objects.filter(pk=test_id).values_list("number", flat=True).first()
    in_call = number is not None and busy.is_busy(number, _NO_CALL)
    free = TestCall.objects.select_for_update(of=("self",))
    test = free.filter(pk=test_id, ended_at=None, dialled_at=None, not_before__lte=now).first()
    if test is None:
        return None
    if in_call:
        _set(test, TestState.GAVE_WAY, now)
        return None
    wait = _RETRY if _real_dial_waits() else allowance.take_spare(now)
    if wait is not None:
        test.not_before = now + wait
        test.save(update_fields=["not_before"])
        return None
    seconds = test.ring_seconds + timing.DIAL_GRACE_SECONDS
    test.dialled_at, test.deadline_at = now, now + timedelta(seconds=seconds)
    test.save(update_fields=["dialled_at", "deadline_at"])
    return test


def _real_dial_waits() -> bool:
    waiting = CallAction.objects.filter(kind=ActionKind.DIAL.value)
    return waiting.filter(state=ActionState.PENDING.value).exists()


def _placed(test_id: int, uuid: str) -> None:
    TestCall.objects.filter(pk=test_id, uuid="").update(uuid=uuid)
    if TestCall.objects.filter(pk=test_id, state=TestState.GAVE_WAY.value).exists():
        hang_up(test_id)


def _failed(test_id: int, error: ProviderError, now: datetime) -> None:
    logger.warning("test_call_failed test=%s: %s", test_id, error)
    if error.performed_unknown:
        return  # its first event, or its deadline, tells
    if error.permanent:
        _give_up(test_id, str(error), now)
        return
    wait = max(timedelta(seconds=error.retry_after_s), _RETRY)
    TestCall.objects.filter(pk=test_id, ended_at=None).update(
        dialled_at=None,
        not_before=now + wait,
        deadline_at=F("requested_at") + timedelta(seconds=timing.TEST_WAIT_SECONDS),
        error=str(error)[:200],
    )


@transaction.atomic
def _give_up(test_id: int, error: str, now: datetime) -> None:
    test = TestCall.objects.select_for_update(of=("self",)).get(pk=test_id)
    test.error = error[:200]
    _set(test, TestState.NOT_DIALLED, now)


# --- what comes of it ----------------------------------------------------------------------------


@transaction.atomic
def happened(test_id: int, event: Event, uuid: str, now: datetime) -> None:
    """Let an event of the phone happen to its test call; raises TestCall.DoesNotExist."""
    test = TestCall.objects.select_for_update(of=("self",)).get(pk=test_id)
    test.uuid = test.uuid or uuid
    before = TestState(test.state)
    _set(test, testing.after(before, event), now)
    if before is TestState.GAVE_WAY and isinstance(event, _SHOWS_ITSELF):
        transaction.on_commit(lambda: dispatch.run(hang_up, [test_id]))


@transaction.atomic
def key(test_id: int, digit: str, uuid: str, now: datetime) -> ncco.Ncco:
    """Take the key, or silence, of whoever picked up, and return what they hear next.

    Key 1 counts even after the test was given up: somebody heard it and has pressed it.
    """
    test = TestCall.objects.get(pk=test_id)
    if digit == "1":
        mark_number_verified(test.contact_number_id, test.number, now)
    test = TestCall.objects.select_for_update(of=("self",)).get(pk=test_id)
    test.uuid, test.asked = test.uuid or uuid, test.asked + 1
    if digit == "1":
        _set(test, TestState.CONFIRMED, now)
    elif test.ended_at is None:
        again = test.asked < timing.WHISPERS
        _set(test, TestState.PICKED_UP if again else TestState.NO_KEY, now)
    else:
        test.save(update_fields=["uuid", "asked"])
    if test.state == TestState.PICKED_UP:
        return _question(test)
    code = "test_thanks" if test.state == TestState.CONFIRMED else "test_no_key"
    return ncco.test_call(Say(code), test.token, test.language, None)


def give_way(number: str, now: datetime) -> None:
    """End the test call to this number, if any: a caller is about to ring the phone.

    Call in the transaction that holds the lock of the number (`busy`).
    """
    test = _LIVE.first(number=number)
    if test is not None:
        _set(test, TestState.GAVE_WAY, now)
        transaction.on_commit(lambda: dispatch.run(hang_up, [test.pk]))


def tick(now: datetime) -> int:
    """Dial what waited, end what is overdue, and return how much it was."""
    again = Q(requested_at__lte=now - _ADOPT_AFTER) | Q(not_before__gt=F("requested_at"))
    due = TestCall.objects.filter(again, ended_at=None, dialled_at=None, not_before__lte=now)
    waiting = list(due.order_by("not_before").values_list("pk", flat=True)[:_BATCH])
    if waiting:
        dispatch.run(perform, waiting)
    return len(waiting) + end_overdue(now)


@transaction.atomic
def end_overdue(now: datetime, which: Q | None = None) -> int:
    """Give every live test call whose deadline has passed its result, and return how many."""
    late = TestCall.objects.filter(which or Q(), ended_at=None, deadline_at__lte=now)
    found = list(late.select_for_update(of=("self",), skip_locked=True)[:_BATCH])
    for test in found:
        dialled = test.dialled_at is not None
        _set(test, testing.at_deadline(TestState(test.state), dialled=dialled), now)
    if placed := [test.pk for test in found if test.uuid]:
        transaction.on_commit(lambda: dispatch.run(hang_up, placed))
    return len(found)


def _set(test: TestCall, state: TestState, now: datetime) -> None:
    test.state = state.value
    if state is TestState.PICKED_UP and test.picked_up_at is None:
        test.picked_up_at = now
        test.deadline_at = now + timedelta(seconds=timing.TEST_TALK_SECONDS)
    if state not in testing.LIVE and test.ended_at is None:
        test.ended_at = now
    test.save()


def _question(test: TestCall) -> ncco.Ncco:
    settings = house()
    say = Say("test_call", {"organisation": settings.name}, barge_in=True)
    return ncco.test_call(say, test.token, test.language, settings.accept_seconds)
