"""REDIS_URL becomes Celery's broker, quick to give up when nobody answers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from oncall_portal.lib import broker
from oncall_portal.runner.redis import filesystem_broker


def celery_app(redis_url: str) -> Celery:
    settings = broker.celery_settings(redis_url)
    app = Celery(broker=str(settings["CELERY_BROKER_URL"]), set_as_current=False)
    app.conf.broker_transport_options = settings["CELERY_BROKER_TRANSPORT_OPTIONS"]
    app.conf.task_publish_retry = False
    return app


def test_a_stopped_redis_costs_a_caller_no_time(tmp_path: Path) -> None:
    app = celery_app(f"redis+socket://:pw@{tmp_path}/absent.sock?virtual_host=0")
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(OperationalError):
            app.send_task("nothing")
    assert time.monotonic() - began < 1


def test_files_carry_messages_where_no_redis_runs(tmp_path: Path) -> None:
    folder = tmp_path / "odd # folder"
    app = celery_app(filesystem_broker(folder))
    app.send_task("nothing")
    assert len(list((folder / "messages").iterdir())) == 1
