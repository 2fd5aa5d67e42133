"""A deploy in the middle of calls: the tables change under them, and none is lost.

`tests/deploys/` holds what a release wrote while it had six calls, told through the emulated
platform, and what the platform sent next; and, gzipped, what `manage.py backup` makes of its rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import DjangoDbBlocker

from oncall_portal.lib import clock
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import Staff
from telephony import watchdog
from telephony.enums import JobState, Phase
from telephony.models import Call, Job, Leg
from telephony.tests.hostile import Platform
from tests import rows
from voicemail.enums import DeliveryState, RecordingState
from voicemail.models import Recording, VoicemailMessage

# The release before, and its last migrations.
BEFORE = "2026-11-27"
ITS_TABLES = [
    ("outbox", "0003_sender"),
    ("scheduling", "0013_extension_digits"),
    ("telephony", "0016_numbers_not_rung"),
    ("voicemail", "0004_uploaded_greeting"),
]
# The columns that got new values since, by table.
OF_LAST = {
    "outbox_outgoingmessage": ("channel", "state"),
    "telephony_job": ("state",),
    "voicemail_recording": ("state",),
    "voicemail_voicemailmessage": ("delivery",),
}
FOLDER = Path(__file__).with_name("deploys")
WROTE: dict[str, Any] = json.loads((FOLDER / f"{BEFORE}.json").read_text(encoding="utf-8"))
TALKS, RINGS, SPEAKS = "+33698765401", "+33698765402", "+33698765403"
CHOOSES, CALLED_BACK = "+33698765405", "+33698765406"


Tables = dict[str, list[dict[str, Any]]]


def write(tables: Tables) -> None:
    """Put these rows, and nothing else, into tables, with the columns that they have."""
    names = ", ".join(tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")
        _logins(cursor, tables)
        for table, found in tables.items():
            known = ", ".join(f'"{column}"' for column in found[0])
            source = f"jsonb_populate_recordset(NULL::{table}, %s)"
            cursor.execute(
                f"INSERT INTO {table} ({known}) SELECT {known} FROM {source}",  # noqa: S608
                [json.dumps(found)],
            )
            serial = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT setval({serial}, max(id)) FROM {table}")  # noqa: S608


def _logins(cursor: CursorWrapper, tables: Tables) -> None:
    """Write the logins of the people in these tables; those of Django are not kept."""
    for person in tables["scheduling_staff"]:
        if person["user_id"] is not None:
            cursor.execute(
                "INSERT INTO auth_user (id, username, password, is_superuser, first_name,"
                " last_name, email, is_staff, is_active, date_joined)"
                " VALUES (%s, %s, '', false, '', '', '', true, true, now())"
                " ON CONFLICT DO NOTHING",
                [person["user_id"], person["name"]],
            )


def read(*tables: str) -> Tables:
    """Return the rows of these tables with all their columns."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in tables}


def _rows(cursor: CursorWrapper, table: str) -> list[dict[str, Any]]:
    cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")  # noqa: S608
    return [json.loads(row) for (row,) in cursor.fetchall()]


def columns(*, needed: bool) -> set[tuple[str, str]]:
    """Return the project's tables and columns; `needed`: those that every new row must give."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name ~ '^(outbox|scheduling|telephony|voice)'"
            " AND NOT (%s AND (is_nullable = 'YES' OR column_default IS NOT NULL"
            " OR is_identity = 'YES'))",
            [needed],
        )
        return set(cursor.fetchall())


@dataclass
class Deploy:
    """What the migrations from the release before did: at each step, and to the rows."""

    asked: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    taken: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    went_back: Tables = field(default_factory=dict)
    came: Tables = field(default_factory=dict)

    def run(self) -> None:
        """Bring the tables back to the release before, with rows in them, and forward with its own.

        After each step forward the rows are written once more, as its code would at that moment.
        """
        MigrationExecutor(connection).migrate(ITS_TABLES)
        self.went_back = read(*OF_LAST)
        self.known = columns(needed=False)
        write(WROTE["rows"])
        forward = MigrationExecutor(connection, progress_callback=self._step)
        forward.migrate(forward.loader.graph.leaf_nodes())
        self.came = read(*WROTE["rows"])

    def _step(self, what: str, migration: Any = None, fake: bool | None = None, /) -> None:
        if what != "apply_success":
            return
        name = str(migration)
        tables = {table for table, _ in self.known}
        self.asked[name] = {x for x in columns(needed=True) - self.known if x[0] in tables}
        self.taken[name] = self.known - columns(needed=False)
        try:
            with transaction.atomic():
                write(WROTE["rows"])
                transaction.set_rollback(True)
        except DatabaseError as error:
            self.refused[name] = str(error)


@pytest.fixture(scope="module")
def deploy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Deploy:
    """One deploy, back and forward: it takes half a minute."""
    done = Deploy()
    with django_db_blocker.unblock():
        try:
            rows.fill(2)
            _what_the_release_before_cannot_hold()
            done.run()
        finally:
            call_command("migrate", verbosity=0)
            call_command("flush", verbosity=0, interactive=False)
    return done


def _what_the_release_before_cannot_hold() -> None:
    """Put the values that are new into rows; those of the second house stay as they are."""
    Job.objects.filter(title="Job 0").update(state=JobState.IN_PROGRESS.value)
    Job.objects.filter(title="Job 1").update(state=JobState.CANCELLED.value)
    of_first = Recording.objects.filter(call__token="call-0")
    of_first.update(state=RecordingState.ERASED.value, file="", erased_at=rows.START)
    VoicemailMessage.objects.filter(recording__in=of_first).update(
        delivery=DeliveryState.TOO_SHORT.value
    )
    OutgoingMessage.objects.filter(cause="voicemail:0").update(
        channel=Channel.WEBHOOK.value, to="https://example.org/jobs"
    )


@pytest.fixture
def calls(deploy: Deploy, transactional_db: None) -> Platform:
    """The calls that the release before had in progress, as the migrations left them."""
    write(deploy.came)
    return Platform()


def outcomes() -> dict[str, str]:
    """Return what became of each call, by its caller; the latest of each."""
    return dict(Call.objects.order_by("pk").values_list("caller", "outcome"))


def hear(platform: Platform, webhook: dict[str, str]) -> None:
    """Get what the platform sent then, and let the watchdog look."""
    now = datetime.fromisoformat(webhook["at"])
    with clock.driven_by(lambda: now):
        watchdog.tick(now)
        path, body = webhook["path"], webhook["body"].encode()
        posted = webhook["method"] == "POST"
        status = (platform.post(path, body) if posted else Client().get(path)).status_code
    assert status in (200, 204), webhook


def test_at_each_step_the_code_of_the_release_before_can_write_its_rows(deploy: Deploy) -> None:
    assert deploy.refused == {}
    assert {step for step, found in deploy.asked.items() if found} == set()
    assert {step for step, found in deploy.taken.items() if found} == set()


def test_calls_in_progress_end_as_they_would_have_without_a_deploy(calls: Platform) -> None:
    live = set(Call.objects.filter(ended_at=None).values_list("caller", flat=True))
    assert live == set(WROTE["outcomes"])
    for webhook in WROTE["webhooks"]:
        hear(calls, webhook)
    assert outcomes() == WROTE["outcomes"]
    assert {outcomes()[each] for each in (TALKS, RINGS, CALLED_BACK)} == {"connected"}
    assert not Call.objects.exclude(deadline_at=None, phase=Phase.ENDED).exists()
    assert not Leg.objects.filter(ended_at=None).exists()
    for caller in (SPEAKS, CHOOSES):
        message = VoicemailMessage.objects.get(call__caller=caller)
        assert message.mailbox is not None
        assert message.mailbox.general


def test_a_call_of_which_nothing_more_is_heard_goes_on_to_a_message(calls: Platform) -> None:
    begun = datetime.fromisoformat(WROTE["now"])
    call = Call.objects.get(caller=RINGS)
    for seconds in range(0, 600, 5):
        now = begun + timedelta(seconds=seconds)
        with clock.driven_by(lambda: now):  # noqa: B023 - called before the next turn
            watchdog.tick(now)
    call.refresh_from_db()
    assert call.phase == Phase.MESSAGE
    with clock.driven_by(lambda: now):
        said = Client().get(f"/voice/next/{call.token}").json()
    assert [part["action"] for part in said] == ["talk", "record", "talk"]


def test_whoever_goes_back_keeps_every_row(deploy: Deploy) -> None:
    """What the release before cannot hold becomes what is nearest; it calls no other system."""
    found = {
        table: [tuple(row[name] for name in names) for row in deploy.went_back[table]]
        for table, names in OF_LAST.items()
    }
    assert found == {
        "outbox_outgoingmessage": [("email", "failed"), ("email", "queued")],
        "telephony_job": [("open",), ("done",)],
        "voicemail_recording": [("failed",), ("awaited",)],
        "voicemail_voicemailmessage": [("nobody",), ("waiting",)],
    }


def test_whoever_owned_a_message_in_the_release_before_can_be_deleted(db: None) -> None:
    rows.fill(1)
    owner = Staff.objects.create(name="Owner", colour="#1f6feb")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE voicemail_voicemailmessage SET owner_id = %s", [owner.pk])
        owner.delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert [row["owner_id"] for row in read("voicemail_voicemailmessage").popitem()[1]] == [None]
