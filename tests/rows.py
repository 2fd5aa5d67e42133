"""Rows of every table that people see, as many as a test wants."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import snapshots
from scheduling.enums import AlertKind, GapReason, OperationKind
from scheduling.models import (
    CalendarFeed,
    ContactNumber,
    CoverageAlert,
    Divert,
    DutyNotice,
    FeedEvent,
    ImportedEvent,
    IntendedGap,
    Override,
    RotaOperation,
    RotaSeen,
    Rotation,
    RotationParticipant,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceCategory,
    ServiceMember,
    Shift,
    ShiftTemplate,
    Staff,
    SwapRequest,
    TimeOff,
)
from telephony import menu_trees
from telephony.enums import (
    ActionKind,
    BlockKind,
    Direction,
    GoalKind,
    LegResult,
    Outcome,
    Phase,
    Problem,
    PromiseKind,
    StepKind,
)
from telephony.models import (
    BlockedCaller,
    Call,
    CallAction,
    CallbackRequest,
    CallComment,
    Caller,
    CallEvent,
    ClosedRoute,
    DialAllowance,
    EscalationScenario,
    EscalationStep,
    Job,
    JobHook,
    Leg,
    Menu,
    MenuOption,
    NumberProblem,
    PhoneNumber,
    Promise,
    Prompt,
    PromptAudio,
    TestCall,
    TextMessage,
    WatchdogPulse,
    WebhookReceipt,
)
from voicemail.enums import ListeningResult
from voicemail.models import (
    Erasure,
    Listening,
    Mailbox,
    MailboxRecipient,
    MailboxTexted,
    MessageLink,
    Recording,
    VoicemailMessage,
)

START = datetime(2027, 1, 4, 8, tzinfo=UTC)


def fill(count: int) -> None:
    """Write `count` rows of every table, tied to one another, numbered after those that exist."""
    first = Staff.objects.count()
    for number in range(first, first + count):
        _people(number)
        _rota(number)
        _numbers(number)
        _menus(number)
        _call(number)
        _caller(number)
        _test_call(number)


def _people(n: int) -> None:
    person = Staff.objects.create(name=f"Person {n}", colour="#1f6feb", email=f"p{n}@example.org")
    category = ServiceCategory.objects.create(name={"en": f"Category {n}"})
    service = Service.objects.create(
        name={"en": f"Service {n}"}, colour="#b35900", category=category
    )
    ServiceMember.objects.create(service=service, staff=person)
    ContactNumber.objects.create(staff=person, number=f"+336{10_000_000 + n}")
    ContactNumber.objects.create(service=service, number=f"+336{20_000_000 + n}")


def _rota(n: int) -> None:
    schedule = Schedule.objects.create(name=f"Schedule {n}")
    ScheduleSupervisor.objects.create(schedule=schedule, staff=_person(n))
    period = (START, START + timedelta(hours=1))
    Shift.objects.create(schedule=schedule, staff=_person(n), period=period)
    Shift.objects.create(schedule=schedule, service=_service(n), period=period, level=2)
    duty = Shift.objects.get(schedule=schedule, level=1)
    operation = RotaOperation.objects.create(
        schedule=schedule,
        schedule_name=schedule.name,
        at=START,
        kind=OperationKind.SHIFT_CREATED.value,
        changes=[asdict(change) for change in snapshots.created([duty])],
    )
    rotation = Rotation.objects.create(
        schedule=schedule,
        level=3,
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO",
        counted_from=START.date(),
        starts_on=START.date(),
        start_time=time(9),
        end_time=time(17),
        written_until=START.date(),
    )
    RotationParticipant.objects.create(rotation=rotation, turn=0, staff=_person(n))
    DutyNotice.objects.create(staff=_person(n), operation=operation, created_at=START)
    user = User.objects.create(username=f"user {n}")
    RotaSeen.objects.create(user=user, schedule=schedule, operation=1, seen_at=START)
    ShiftTemplate.objects.create(
        schedule=schedule, name="Night", start_time=time(18), end_time=time(8), end_day_offset=1
    )
    swap = SwapRequest.objects.create(shift=duty, requested_by=_person(n), created_at=START)
    swap.offered_to.set([_person(n)])
    Override.objects.create(schedule=schedule, replaces_level=1, period=period)
    IntendedGap.objects.create(schedule=schedule, period=period)
    TimeOff.objects.create(staff=_person(n), period=period)
    Divert.objects.create(
        schedule=schedule,
        to_staff=_person(n),
        period=period,
        created_at=START,
    )
    imported = Shift.objects.get(schedule=schedule, level=2)  # what is undone takes no mark away
    ImportedEvent.objects.create(schedule=schedule, uid="x", starts_at=period[0], shift=imported)
    feed = CalendarFeed.objects.create(token=f"token-{n}", schedule=schedule, created_at=START)
    FeedEvent.objects.create(
        feed=feed, uid="x", starts_at=period[0], ends_at=period[1], changed_at=START
    )
    CoverageAlert.objects.create(
        schedule=schedule,
        kind=AlertKind.GAP.value,
        reason=GapReason.NO_NUMBER.value,
        period=period,
        lead_hours=24,
        sent_at=START,
    )


def _numbers(n: int) -> None:
    mailbox = Mailbox.objects.create(name=f"Mailbox {n}")
    MailboxRecipient.objects.create(mailbox=mailbox, staff=_person(n))
    MailboxRecipient.objects.create(mailbox=mailbox, service=_service(n))
    scenario = EscalationScenario.objects.create(name=f"Scenario {n}")
    steps: list[tuple[StepKind, dict[str, Any]]] = [
        (StepKind.STAFF, {"staff": _person(n)}),
        (StepKind.SERVICE, {"service": _service(n)}),
        (StepKind.VOICEMAIL, {"mailbox": mailbox}),
    ]
    for position, (kind, values) in enumerate(steps):
        EscalationStep.objects.create(
            scenario=scenario, position=position, kind=kind.value, **values
        )
    Prompt.objects.create(name=f"Prompt {n}", text={"en": "x"})
    schedule = Schedule.objects.get(name=f"Schedule {n}")
    PhoneNumber.objects.create(
        name=f"Line {n}", number=f"+3397{1_000_000 + n}", schedule=schedule, mailbox=mailbox
    )


def _menus(n: int) -> None:
    root = Menu.objects.create(name=f"Menu {n}")
    below = Menu.objects.create(name=f"Below {n}", parent=root)
    MenuOption.objects.create(
        menu=root, key="1", kind=GoalKind.MENU.value, submenu=below, name={"en": "Below"}
    )
    MenuOption.objects.create(
        menu=below, key="1", kind=GoalKind.SERVICE.value, service=_service(n), position=1
    )
    menu_trees.freeze(root.pk, START)
    line = PhoneNumber.objects.get(name=f"Line {n}")
    PhoneNumber.objects.filter(pk=line.pk).update(menu=root)
    ClosedRoute.objects.create(phone_number=line, kind=GoalKind.MENU.value, submenu=root)
    PromptAudio.objects.create(
        prompt=Prompt.objects.get(name=f"Prompt {n}"),
        language="en",
        token=f"audio-{n}",
        file=f"prompts/audio-{n}.wav",
        original_name="hello.mp3",
        duration_seconds=1.5,
        size=24_044,
        sha256="0" * 64,
        uploaded_at=START,
    )
    NumberProblem.objects.create(
        phone_number=line,
        kind=Problem.NOBODY.value,
        period=(START, START + timedelta(hours=1)),
        found_at=START,
    )


def _caller(n: int) -> None:
    caller = Caller.objects.create(number=f"+336{40_000_000 + n}", name=f"Caller {n}")
    line = PhoneNumber.objects.get(name=f"Line {n}")
    call = Call.objects.get(token=f"call-{n}")
    TextMessage.objects.create(
        caller=caller, phone_number=line, direction=Direction.IN.value, text="x", at=START
    )
    Job.objects.create(call=call, title=f"Job {n}", service=_service(n))
    CallbackRequest.objects.create(call=call, number="+33698765432", requested_at=START)
    BlockedCaller.objects.create(
        kind=BlockKind.EXACT.value, pattern=f"+336{50_000_000 + n}", phone_number=line
    )


def _test_call(n: int) -> None:
    """One that waits until long after today, so that nobody dials."""
    number = ContactNumber.objects.get(staff=_person(n))
    TestCall.objects.create(
        contact_number=number,
        number=str(number.number),
        ring_seconds=20,
        token=f"test-{n}",
        requested_at=START,
        not_before=START,
        deadline_at=START,
    )


def _call(n: int) -> None:
    call = Call.objects.create(
        token=f"call-{n}",
        leg_uuid=f"uuid-{n}",
        phone_number=PhoneNumber.objects.get(name=f"Line {n}"),
        dialled="+33970000001",
        caller=f"+336{40_000_000 + n}",
        phase=Phase.ENDED.value,
        outcome=Outcome.MESSAGE_LEFT.value,
        started_at=START,
        ended_at=START,
    )
    leg = Leg.objects.create(
        call=call,
        ordinal=0,
        token=f"leg-{n}",
        number="+33612345678",
        name=f"Person {n}",
        staff=_person(n),
        dialled_at=START,
        ended_at=START,
        result=LegResult.TIMEOUT.value,
    )
    Call.objects.filter(pk=call.pk).update(accepted_by=leg)
    CallEvent.objects.create(call=call, leg=leg, at=START, code="leg_rang")
    CallAction.objects.create(
        call=call, leg=leg, kind=ActionKind.DIAL.value, created_at=START, not_before=START
    )
    DialAllowance.objects.get_or_create(pk=1)
    WatchdogPulse.objects.get_or_create(pk=1, defaults={"seen_at": START})
    WebhookReceipt.objects.create(
        jti=f"jti-{n}", path="/voice/event", body_hash=f"{n}", received_at=START
    )
    recording = Recording.objects.create(
        call=call,
        platform_id=f"rec-{n}",
        url="https://example.org/x",
        recorded_at=START,
        next_attempt_at=START,
    )
    mailbox = Mailbox.objects.get(name=f"Mailbox {n}")
    message = VoicemailMessage.objects.create(
        call=call, mailbox=mailbox, recording=recording, left_at=START
    )
    _left_behind(n, call, message)
    OutgoingMessage.objects.create(
        channel="email",
        to=f"p{n}@example.org",
        subject="x",
        body="x",
        cause=f"voicemail:{n}",
        idempotency_key=f"{n}",
        created_at=START,
        next_attempt_at=START,
    )


def _left_behind(n: int, call: Call, message: VoicemailMessage) -> None:
    Promise.objects.create(
        call=call, kind=PromiseKind.MESSAGE.value, owner=_person(n), made_at=START, due_at=START
    )
    CallComment.objects.create(call=call, author_name="Somebody", text="x", at=START)
    JobHook.objects.create(name=f"Hook {n}", url="https://example.org/jobs", secret="x")
    link = MessageLink.objects.create(
        message=message,
        token_hash=f"{n:064}",
        channel="email",
        reader=f"p{n}@example.org",
        created_at=START,
        expires_at=START,
    )
    Listening.objects.create(
        recording=message.recording,
        link=link,
        who=link.reader,
        result=ListeningResult.HEARD.value,
        first_at=START,
        last_at=START,
    )
    MailboxTexted.objects.create(mailbox=Mailbox.objects.get(name=f"Mailbox {n}"), staff=_person(n))
    Erasure.objects.create(number_hash=f"{n:064}", asked_by="Somebody", at=START)


def _person(n: int) -> Staff:
    return Staff.objects.get(name=f"Person {n}")


def _service(n: int) -> Service:
    return Service.objects.get(name={"en": f"Service {n}"})
