"""A simulated call: what is told of it, and that nothing of it stays or leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import connection
from django.utils import translation

from oncall_portal.commands import simulation
from oncall_portal.lib import clock
from scheduling.models import Service
from telephony.models import Call, CallEvent, MenuVersion
from telephony.provider import get_provider
from tests import cast
from tests.cast import ALICE, ALICE_HOME, BRUNO, CALLER, LINE, OFFICE, SAM, SAM_MAIL, Cast

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = "2026-03-02T10:00", "2026-03-03T10:00"


@pytest.fixture(autouse=True)
def people() -> Cast:
    """Alice is on call on Monday from nine to eleven, then Bruno until noon; Sam supervises."""
    people = cast.create()
    cast.on_duty(people.schedule, people.alice)
    cast.on_duty(people.schedule, people.bruno, start_s=3600, end_s=7200)
    return people


def told(capsys: pytest.CaptureFixture[str], *more: str, at: str = MONDAY) -> list[str]:
    call_command("simulate_call", "--to", LINE, "--from", CALLER, "--at", at, *more)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_who_is_on_call_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--phone", f"{ALICE}=answers:4,press=1,talks=30") == [
        "Monday 2 March 2026, 10:00:00 (Europe/Paris)",
        "10:00:00  +33 6 98 76 54 32 calls Main line, +33 9 70 00 00 01",
        "10:00:00  The phone of Alice rings (+33 6 39 98 00 01)",
        "10:00:00  The caller hears: “Thank you for calling. "
        "We are connecting you with the person on call.”",
        "10:00:04  Alice picks up",
        "10:00:04  Alice hears: “Call for Main line. Press 1 to take it, or 2 to pass it on.”",
        "10:00:04  The caller hears: “To leave a message instead of waiting, press 1 at any time.”",
        "10:00:06  Alice took the call",
        "10:00:06  Alice hears: “You are being connected.”",
        "10:00:06  The caller hears music",
        "10:00:07  The caller and Alice can hear each other",
        "10:00:37  Alice: hung up",
        "10:00:37  The caller and Alice have talked for 30 s",
        "10:00:37  The call is over",
        "Outcome: connected (Alice)",
        "Nobody is written to.",
    ]


def test_after_a_busy_phone_the_second_rings(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--phone", f"{ALICE}=busy", f"{ALICE_HOME}=answers:4,press=1")
    busy = lines.index("10:00:01  Alice: busy")
    assert lines[busy + 1] == "10:00:01  The phone of Alice rings (+33 1 39 98 00 01)"
    assert "Outcome: connected (Alice)" in lines


def test_with_nobody_there_a_message_is_taken_and_mailed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys)
    rings = [line for line in lines if " rings (" in line]
    assert [line.split("(")[1] for line in rings] == [
        "+33 6 39 98 00 01)",
        "+33 1 39 98 00 01)",
        "+33 6 39 98 00 09)",
    ]
    assert ": You are to call +33 6 98 76 54 32 back by 10:" in lines[-1]
    assert lines[-4:-1] == [
        "Outcome: message left",
        f"E-mail to {SAM_MAIL}: Unanswered call on Main line",
        f"E-mail to {OFFICE}: Message vocal, +33 6 98 76 54 32 (10\N{NO-BREAK SPACE}s)",
    ]


def test_at_another_time_whoever_is_on_call_then(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--phone", f"{BRUNO}=answers:4,press=1", at="2026-03-02T10:30:00Z")
    assert lines[0] == "Monday 2 March 2026, 11:30:00 (Europe/Paris)"
    assert "Outcome: connected (Bruno)" in lines


def test_in_a_hole_the_supervisor_is_rung_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--phone", f"{SAM}=answers:4,press=1", at=TUESDAY)
    assert "10:00:00  Nobody is on call" in lines
    assert lines[-2:] == [
        "Outcome: connected (Sam)",
        f"E-mail to {SAM_MAIL}: Nobody was on call for Main line",
    ]


def test_a_call_from_one_of_our_own_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("simulate_call", "--to", LINE, "--from", LINE, "--at", MONDAY)
    assert "The call came from one of our own numbers" in capsys.readouterr().out


def test_the_caller_presses_a_key_and_hangs_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Outcome: message left" in told(capsys, "--presses", "8=1")
    assert "Outcome: gave up while it rang" in told(capsys, "--hangs-up-after", "8")


def test_a_caller_in_the_menu(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    people.line.behaviour = "smart_voicemail"
    people.line.languages = ["en"]
    people.line.save()
    Service.objects.create(name={"en": "Boilers"}, colour="#b35900")
    lines = told(capsys, "--presses", "4=1", "--hangs-up-after", "20")
    assert any(line.endswith("The caller hears: “For Boilers, press 1.”") for line in lines)
    assert (lines[-2], MenuVersion.objects.count()) == ("Outcome: gave up in the menu", 0)


def test_numbers_as_people_write_them_and_now(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.driven_by(lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC)):
        call_command("simulate_call", "--to", "09 70 00 00 01", "--from", "anonymous")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Monday 2 March 2026, 10:30:00 (Europe/Paris)"
    assert lines[1] == "  10:30:00  A withheld number calls Main line, +33 9 70 00 00 01"


def test_dates_are_told_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("fr"):
        first = told(capsys)[0]
        assert translation.get_language() == "fr"
    assert first == "lundi 2 mars 2026, 10:00:00 (Europe/Paris)"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were asked of the workers."""
    rung: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: rung.append(name))
    return rung


def test_nothing_of_it_stays_and_nothing_leaves(
    capsys: pytest.CaptureFixture[str],
    rung: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    before, provider, account = rows(), get_provider(), settings.VONAGE
    with django_capture_on_commit_callbacks(execute=True) as left:
        assert "Outcome: message left" in told(capsys)
    assert (rows(), left, rung) == (before, [], [])
    assert (settings.VONAGE, type(get_provider())) == (account, type(provider))


def rows() -> dict[str, tuple[int, int | None]]:
    """How many rows each table has, and which number its next one gets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        last = dict(cursor.fetchall())
    models = [model for model in apps.get_models() if model._meta.managed]
    return {
        table: (model._default_manager.count(), last.get(f"{table}_id_seq"))
        for model in models
        for table in [model._meta.db_table]
    }


def test_calls_under_way_are_neither_seen_nor_touched(capsys: pytest.CaptureFixture[str]) -> None:
    real = Call.objects.create(
        token="real",
        leg_uuid="real",
        dialled=LINE,
        started_at=cast.START,
        deadline_at=cast.START,
    )
    real.legs.create(ordinal=0, token="leg", uuid="leg", number=ALICE, dialled_at=cast.START)
    lines = told(capsys, "--phone", f"{ALICE}=answers:4,press=1")
    real.refresh_from_db()
    assert "Outcome: connected (Alice)" in lines
    assert (real.deadline_at, CallEvent.objects.count()) == (cast.START, 0)


def test_a_write_to_any_other_table_is_refused_by_the_database(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "WRITTEN", simulation.WRITTEN[1:])
    scene = simulation.Scene(people.line, CALLER, cast.START, hangs_up_after_s=1)
    assert simulation.play(scene).call is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "01 99 00 00 99"), "+33 1 99 00 00 99 is not one of our numbers"),
        (("--to", "hello"), "“hello” is not a phone number"),
        (("--from", "1"), "“1” is not a phone number"),
        (("--at", "noon"), "“noon” is not a time"),
        (("--at", "0001-01-01T00:00+14:00"), "is not a time"),
        (("--at", "9999-12-31T23:59"), "is not a time"),
        (("--phone", ALICE), "write NUMBER=BEHAVIOUR"),
        (("--phone", f"{ALICE}=sleeps"), "“sleeps” is nothing that a phone does"),
        (("--presses", "x=1"), "“x=1” is no key at a time"),
        (("--presses", "8=a"), "“8=a” is no key at a time"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(words: tuple[str, str], said: str) -> None:
    arguments = {"--to": LINE, "--from": CALLER} | dict([words])
    with pytest.raises(CommandError) as error:
        call_command("simulate_call", *[word for pair in arguments.items() for word in pair])
    assert error.value.returncode == 2
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_it_ends_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", "simulate_call", "--to", LINE, "--from", "1"]).execute()
    assert (ended.value.code, len(capsys.readouterr().err.splitlines())) == (2, 1)
