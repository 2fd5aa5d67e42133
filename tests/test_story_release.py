"""Six calls at once, as a release keeps them while the next one is deployed.

With `ONCALL_SAVE_RELEASE=2026-11-27` (the day of the release) their rows, and what the platform
sends next, are written to `tests/deploys/`, from where `tests/test_deploy.py` takes them.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Staff
from telephony import placing
from telephony.emulator import Answers, Sent
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Call, Menu, MenuOption, PhoneNumber
from tests.cast import BRUNO, CHLOE, LINE, Cast, on_duty
from tests.story import Story
from voicemail.models import Mailbox

OURS = ("outbox", "scheduling", "telephony", "voicemail")


MENU_LINE, DORA, DORAS_CALLER = "+33970000002", "+33639980008", "+33698765406"


def a_line_with_a_menu(mailbox: Mailbox) -> None:
    """Key 1 takes a message."""
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=root, key="1", kind=GoalKind.VOICEMAIL.value)
    PhoneNumber.objects.create(
        name="Menu",
        number=MENU_LINE,
        behaviour=Behaviour.SMART_VOICEMAIL.value,
        menu=root,
        languages=["en"],
        mailbox=mailbox,
    )


def dora_calls_back(people: Cast) -> None:
    """Somebody who is on no duty calls whoever was missed a minute ago."""
    dora = Staff.objects.create(
        name="Dora", colour="#1f6feb", user=User.objects.create(username="dora")
    )
    ContactNumber.objects.create(staff=dora, number=DORA)
    ended = clock.now() - timedelta(minutes=1)
    missed = Call.objects.create(
        token="missed",
        leg_uuid="missed",
        phone_number=people.line,
        dialled=LINE,
        caller=DORAS_CALLER,
        language="en",
        phase="ended",
        outcome=Outcome.GAVE_UP_RINGING.value,
        started_at=ended,
        ended_at=ended,
    )
    placing.call_back(missed, dora.user, None, clock.now())


def test_six_calls_stand_in_different_things_and_end_as_they_should(
    story: Story, people: Cast
) -> None:
    rented = story.platform.application.numbers
    assert rented is not None
    rented.add(MENU_LINE.lstrip("+"))
    a_line_with_a_menu(people.mailbox)
    for level, person in enumerate((people.bruno, people.chloe, people.alice), start=1):
        on_duty(people.schedule, person, level)
        person.numbers.update(ring_seconds=60)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], talks_s=60))
    story.phone(CHLOE, Answers(after_s=35, presses=["1"], talks_s=20))
    story.caller_dials(from_="+33698765401")
    story.platform.advance(8)
    story.caller_dials(from_="+33698765402")
    story.platform.advance(6)
    story.caller_dials(from_="+33698765403", presses=[(8, "1")], speaks_s=15)
    story.platform.advance(6)
    story.caller_dials(from_="+33698765404", hangs_up_after_s=40)
    story.phone(DORA, Answers(after_s=1, presses=["1"], talks_s=60))
    story.phone(DORAS_CALLER, Answers(after_s=1, talks_s=60))
    dora_calls_back(people)
    story.platform.advance(5)
    story.caller_dials(MENU_LINE, from_="+33698765405", presses=[(8, "1")], speaks_s=5)
    story.platform.advance(3)
    live = Call.objects.filter(ended_at=None).order_by("caller")
    assert list(live.values_list("phase", flat=True)) == [
        *("connected", "ringing", "message", "ringing", "menu", "connected"),
    ]
    kept = {"now": story.platform.clock.now().isoformat(), "rows": rows()}
    sent = len(story.platform.webhooks)
    ours = Call.objects.exclude(token="missed")
    legs = Call.objects.values_list("legs").count()
    story.expect_end()
    ended = dict(ours.order_by("caller").values_list("caller", "outcome"))
    assert list(ended.values()) == [
        *(Outcome.CONNECTED, Outcome.CONNECTED),
        *(Outcome.MESSAGE_LEFT, Outcome.GAVE_UP_RINGING),
        *(Outcome.MESSAGE_LEFT, Outcome.CONNECTED),
    ]
    assert Call.objects.values_list("legs").count() == legs, "their tokens would not be known"
    then = [webhook(each) for each in story.platform.webhooks[sent:]]
    if name := os.environ.get("ONCALL_SAVE_RELEASE"):
        save(name, {**kept, "outcomes": ended, "webhooks": then})


def rows() -> dict[str, list[Any]]:
    """Return every row of the project, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(OURS):
                cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")  # noqa: S608
                found[table] = [json.loads(row) for (row,) in cursor.fetchall()]
    return {table: some for table, some in found.items() if some}


def webhook(sent: Sent) -> dict[str, str]:
    """Return what is needed to send it once more."""
    path = sent.url.removeprefix("http://testserver")
    at = sent.at.isoformat()
    return {"at": at, "method": sent.method, "path": path, "body": sent.body.decode()}


def save(name: str, kept: dict[str, Any]) -> None:
    """Write the file of a release."""
    file = Path(__file__).with_name("deploys") / f"{name}.json"
    text = json.dumps(kept, ensure_ascii=False, indent=0, separators=(",", ":"))
    file.write_text(text + "\n", encoding="utf-8")
