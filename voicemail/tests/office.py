"""What lies in the inbox of an office: calls of every sort, one by one or thousands at once."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client

from oncall_portal.lib import clock
from scheduling.models import Staff
from telephony.enums import Direction, LegResult, Outcome, Phase, PromiseKind
from telephony.models import Call, Caller, Leg, PhoneNumber, Promise
from voicemail.enums import RecordingKind, RecordingState, TranscriptionState
from voicemail.models import Mailbox, Recording, VoicemailMessage
from voicemail.tests import cast

HOUR = timedelta(hours=1)
_ids = itertools.count(1)
MISSED = Outcome.GAVE_UP_RINGING.value
LEFT = Outcome.MESSAGE_LEFT.value
TAKEN = Outcome.CONNECTED.value
JSON = "application/json"


class Page:
    """A browser with the inbox open."""

    def __init__(self, user: User) -> None:
        self.user, self.client = user, Client()
        self.client.force_login(user)

    def act(self, action: str, *calls: Call | int, **more: Any) -> Any:
        pks = [call if isinstance(call, int) else call.pk for call in calls]
        body = {"action": action, "calls": pks, **more}
        return self.client.post("/admin/inbox/acts/", body, content_type=JSON)

    def undo(self, answer: Any) -> Any:
        body = {"undo": answer.json()["undo"]}
        return self.client.post("/admin/inbox/undo/", body, content_type=JSON)


def line(name: str = "Main line") -> PhoneNumber:
    """Return a number of ours by its name."""
    n = PhoneNumber.objects.count()
    row, _new = PhoneNumber.objects.get_or_create(
        name=name, defaults={"number": f"+3397000{n:04d}", "languages": ["en"]}
    )
    return row


def call(
    caller: str = "", ago: timedelta = timedelta(minutes=5), outcome: str = MISSED, **values: Any
) -> Call:
    """A call that is over, from a fresh number unless it is given."""
    return Call.objects.create(**_call(next(_ids), caller, ago, outcome), **values)


def _call(
    n: int, caller: str, ago: timedelta, outcome: str, number: PhoneNumber | None = None
) -> dict[str, Any]:
    start = clock.now() - ago
    number = number or line()
    return {
        "token": f"office-{n}",
        "leg_uuid": f"office-{n}",
        "phone_number": number,
        "dialled": str(number.number),
        "label": number.name,
        "caller": caller or f"+336{30_000_000 + n % 60_000_000}",
        "phase": Phase.ENDED.value,
        "outcome": outcome,
        "started_at": start,
        "ended_at": start + timedelta(seconds=40),
    }


def named(name: str, **values: Any) -> Call:
    """A call of somebody whose name is known."""
    row = call(**values)
    Caller.objects.create(number=row.caller, name=name, address="12 rue Lemercier, Paris")
    return row


def promised(row: Call, due: timedelta, owner: Staff | None = None) -> Promise:
    """Promise the caller to be called back, so long from now."""
    return Promise.objects.create(
        call=row,
        kind=PromiseKind.MESSAGE.value,
        owner=owner,
        made_at=row.started_at,
        due_at=clock.now() + due,
        next_at=clock.now() + due,
    )


def taken(row: Call, person: Staff) -> Call:
    """Let a person have taken the call."""
    leg = Leg.objects.create(
        call=row,
        ordinal=0,
        token=f"leg-{row.token}",
        number="+33612345678",
        name=person.name,
        staff=person,
        dialled_at=row.started_at,
        rang_at=row.started_at,
        picked_up_at=row.started_at,
        accepted_at=row.started_at,
        ended_at=row.ended_at,
        result=LegResult.ACCEPTED.value,
    )
    Call.objects.filter(pk=row.pk).update(
        outcome=TAKEN,
        accepted_by=leg,
        accepted_at=row.started_at,
        connected_at=row.started_at,
    )
    row.refresh_from_db()
    return row


def left(row: Call, box: Mailbox | None, words: str = "", seconds: float = 20) -> VoicemailMessage:
    """Let the caller have left a message; it can be heard, and `words` were said."""
    message = cast.message(box, row, f"left-{row.token}")
    store(message.recording, seconds, words)
    Call.objects.filter(pk=row.pk).update(outcome=LEFT)
    row.refresh_from_db()
    return message


def recorded(row: Call, seconds: float = 12) -> Recording:
    """Let the conversation have been recorded."""
    recording = Recording.objects.create(
        call=row,
        kind=RecordingKind.CONVERSATION.value,
        platform_id=f"talk-{row.token}",
        url=cast.PLATFORM,
        recorded_at=row.started_at,
        next_attempt_at=row.started_at,
    )
    store(recording, seconds, "")
    return recording


def store(recording: Recording, seconds: float, words: str) -> None:
    """Let a recording be there to hear, with what was said in it."""
    recording.file.save("m.wav", ContentFile(cast.wav(seconds)), save=False)
    recording.state, recording.content_type = RecordingState.STORED.value, "audio/wav"
    recording.duration_seconds = seconds
    recording.transcript = words
    recording.transcription = TranscriptionState.STORED.value if words else "none"
    recording.save()


def many(count: int, box: Mailbox, *, since: timedelta = timedelta(days=60)) -> None:
    """Write so many new calls from two minutes ago back; of seven, one left a promised message."""
    first, start, number = next(_ids) * 100_000, clock.now(), line()
    step = since / count
    outcomes = (LEFT, MISSED, TAKEN, TAKEN, MISSED, TAKEN, Outcome.GAVE_UP_IN_MENU.value)
    calls = Call.objects.bulk_create(
        Call(**_call(first + n, "", timedelta(minutes=2) + n * step, outcomes[n % 7], number))
        for n in range(count)
    )
    Caller.objects.bulk_create(
        Caller(number=row.caller, name=f"Caller {n}") for n, row in enumerate(calls[::3])
    )
    answered = [row for row in calls if row.outcome == TAKEN]
    Leg.objects.bulk_create(_leg(row) for row in answered)
    messages = [row for row in calls if row.outcome == LEFT]
    recordings = Recording.objects.bulk_create(_recording(row) for row in messages)
    VoicemailMessage.objects.bulk_create(
        VoicemailMessage(call=row, mailbox=box, recording=recording, left_at=row.started_at)
        for row, recording in zip(messages, recordings, strict=True)
    )
    Promise.objects.bulk_create(_promise(row, start) for row in messages)


def _leg(row: Call) -> Leg:
    return Leg(
        call=row,
        ordinal=0,
        token=f"leg-{row.token}",
        number="+33612345678",
        name="Bruno Petit",
        dialled_at=row.started_at,
        picked_up_at=row.started_at,
        accepted_at=row.started_at,
        ended_at=row.ended_at,
        result=LegResult.ACCEPTED.value,
    )


def _recording(row: Call) -> Recording:
    return Recording(
        call=row,
        platform_id=f"many-{row.token}",
        url=cast.PLATFORM,
        recorded_at=row.started_at,
        next_attempt_at=row.started_at,
        state=RecordingState.FAILED.value,
        duration_seconds=20,
        transcript=f"Hello, it is about the boiler {row.pk}. " * 10,
    )


def _promise(row: Call, now: datetime) -> Promise:
    due = row.started_at + timedelta(minutes=30)
    kind = PromiseKind.MESSAGE.value
    return Promise(call=row, kind=kind, made_at=row.started_at, due_at=max(due, now + HOUR))


def placed(row: Call, person: Staff) -> Call:
    """Let a person have called back whoever called."""
    return Call.objects.create(
        **{**_call(next(_ids), row.caller, timedelta(minutes=1), TAKEN), "leg_uuid": None},
        direction=Direction.OUT.value,
        started_by=person,
        answers=row,
    )
