"""Health says what a load balancer and a person at night need to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from kombu.exceptions import OperationalError

from oncall_portal import health
from oncall_portal.backup import last as last_backup
from oncall_portal.backup.manifest import Manifest, Measured
from oncall_portal.celery import app
from oncall_portal.lib import clock
from oncall_portal.outbox import services as outbox
from telephony import pulse


def test_alive_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
PARTS = ("database", "schema", "platform", "watchdog", "broker", "messages")


@pytest.fixture
def at_night() -> Iterator[None]:
    with clock.driven_by(lambda: NOW):
        pulse.beat(NOW - timedelta(seconds=29))
        yield


@pytest.mark.usefixtures("at_night")
@pytest.mark.django_db
def test_ready_names_every_part(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "parts": {
            **{name: {"status": "ok"} for name in PARTS},
            "backup": {"status": "ok", "detail": "none was made yet"},
        },
    }


@pytest.mark.django_db
def test_a_stopped_broker_only_degrades(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError

    monkeypatch.setattr(app, "connection_for_write", refuse)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["parts"]["broker"] == {
        "status": "degraded",
        "detail": "does not answer; messages wait in the database",
    }


@pytest.mark.usefixtures("at_night")
@pytest.mark.django_db
def test_a_silent_watchdog_only_degrades(client: Client) -> None:
    pulse.beat(NOW - pulse.SILENT_AFTER)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["parts"]["watchdog"]["status"] == "degraded"


@pytest.mark.usefixtures("at_night")
@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(4, "ok"), (5, "degraded")])
def test_messages_that_do_not_leave_only_degrade(client: Client, minutes: int, status: str) -> None:
    at = NOW - timedelta(minutes=minutes)
    outbox.send_email(to="a@example.org", subject="x", body="x", cause="call:1", key="1", now=at)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, status)
    assert response.json()["parts"]["messages"]["status"] == status


@pytest.mark.django_db
def test_missing_migrations_stop_the_calls(client: Client) -> None:
    health._migrated.cache_clear()
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["schema"]["status"] == "failed"


@pytest.mark.django_db
@override_settings(VONAGE=None)
def test_without_an_application_calls_cannot_be_routed(client: Client) -> None:
    assert client.get("/readyz").status_code == 503


@pytest.mark.usefixtures("at_night")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(days=2) - timedelta(seconds=1), {"status": "ok"}),
        (
            timedelta(days=2),
            {"status": "degraded", "detail": "older than two days; run manage.py backup"},
        ),
    ],
)
def test_the_last_backup_is_told_and_missed_after_two_days(
    client: Client, age: timedelta, state: dict[str, str]
) -> None:
    made = Manifest(1, NOW - age, 18, {}, {}, Measured(0, ""), {}, ["recordings/gone.wav"])
    last_backup.note(made, 1_234, Path("/srv/backups/monday.tar.age"))
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, state["status"])
    at = (NOW - age).isoformat().replace("+00:00", "Z")
    told = {"made_at": at, "size": 1_234, "missing": 1, "file": "monday.tar.age"}
    assert response.json()["parts"]["backup"] == {**state, **told}
