"""Four calls at once, as a release keeps them while the next one is deployed.

With `ONCALL_SAVE_RELEASE=2026-11-27` (the day of the release) their rows, and what the platform
sends next, are written to `tests/deploys/`, from where `tests/test_deploy.py` takes them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.db import connection

from telephony.emulator import Answers, Sent
from telephony.enums import Outcome
from telephony.models import Call
from tests.cast import BRUNO, CHLOE, Cast, on_duty
from tests.story import Story

OURS = ("outbox", "scheduling", "telephony", "voicemail")


def test_four_calls_stand_in_different_things_and_end_as_they_should(
    story: Story, people: Cast
) -> None:
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
    story.platform.advance(8)
    assert list(Call.objects.order_by("pk").values_list("phase", flat=True)) == [
        *("connected", "ringing", "message", "ringing"),
    ]
    kept = {"now": story.platform.clock.now().isoformat(), "rows": rows()}
    sent = len(story.platform.webhooks)
    legs = Call.objects.values_list("legs").count()
    story.expect_end()
    ended = dict(Call.objects.order_by("pk").values_list("caller", "outcome"))
    assert list(ended.values()) == [
        *(Outcome.CONNECTED, Outcome.CONNECTED),
        *(Outcome.MESSAGE_LEFT, Outcome.GAVE_UP_RINGING),
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
