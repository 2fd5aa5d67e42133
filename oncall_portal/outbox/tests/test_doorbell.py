"""The doorbell: heard when a broker is there, never felt when it is not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import Celery, current_app
from celery.app import app_or_default
from django.db import transaction

from oncall_portal.lib.broker import celery_settings
from oncall_portal.outbox import doorbell

celery_app = app_or_default()
pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def broker(url: str) -> Iterator[Celery]:
    """Let the threads of this process publish to `url`, inside the block."""
    app = Celery("other", broker=url, set_as_current=False)
    options = celery_settings(url)["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert isinstance(options, dict)
    app.conf.broker_transport_options = options | {"socket_timeout": 1}
    app.set_default()
    if url == "memory://":
        tasks_heard(app)  # what earlier tests of this process left there
    try:
        yield app
    finally:
        wait_for_quiet()
        celery_app.set_default()


def wait_for_quiet() -> None:
    for thread in threading.enumerate():
        if thread.name == "doorbell":
            thread.join(timeout=10)


def tasks_heard(app: Celery) -> list[str]:
    wait_for_quiet()
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        return [queue.get_nowait().headers["task"] for _ in range(queue.qsize())]


def test_a_ring_reaches_the_workers() -> None:
    with broker("memory://") as app:
        doorbell.ring("outbox.deliver_due")
        assert tasks_heard(app) == ["outbox.deliver_due"]


def test_it_rings_only_once_the_cause_is_committed() -> None:
    with broker("memory://") as app:
        with transaction.atomic():
            doorbell.ring("outbox.deliver_due")
            assert tasks_heard(app) == []
        assert tasks_heard(app) == ["outbox.deliver_due"]


def test_every_thread_publishes_to_the_portals_broker() -> None:
    names: list[str] = []
    thread = threading.Thread(target=lambda: names.append(str(current_app.main)))
    thread.start()
    thread.join()
    assert names == ["oncall_portal"]


def test_a_broker_that_is_down_costs_the_caller_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with broker("redis://127.0.0.1:1/0"):
        doorbell.ring("outbox.deliver_due")
    (told,) = caplog.records
    assert told.getMessage() == "doorbell_not_heard task=outbox.deliver_due error=OperationalError"
    assert told.threadName == "doorbell"  # not the caller's


def test_a_broker_that_hangs_costs_the_caller_nothing() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"):
        for _ in range(20):
            doorbell.ring("outbox.deliver_due")
        # The caller is here again while the first rings still wait for an answer.
        assert sum(t.name == "doorbell" for t in threading.enumerate()) == 4
