"""Health says what a load balancer and a person at night need to know."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from kombu.exceptions import OperationalError

from oncall_portal import health
from oncall_portal.celery import app


def test_alive_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_names_every_part(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "parts": {name: {"status": "ok"} for name in ("database", "schema", "platform", "broker")},
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
