"""Our own Redis: private, found again, its data kept after a kill."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import redis
from kombu import Connection

from oncall_portal.runner import redis as runner_redis


def client(server: runner_redis.Server) -> redis.Redis:
    """Connect the way Celery does, with the URL that it is given."""
    client: redis.Redis = Connection(server.url).default_channel.client  # type: ignore[attr-defined]
    return client


def start(server: runner_redis.Server) -> bool:
    with (server.place.parent / "redis.log").open("ab") as log:
        return server.ensure_running(log)


@pytest.fixture
def server(tmp_path: Path) -> runner_redis.Server:
    found = runner_redis.server(tmp_path / "re dis", tmp_path / ("long" * 25) / "run")
    assert found is not None
    return found


def test_it_starts_once_keeps_its_data_over_a_kill_and_leaves_no_socket(
    server: runner_redis.Server,
) -> None:
    try:
        assert start(server) is True
        assert start(server) is False
        client(server).set("kept", "yes")
        process = server.running()
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait(5)
        assert start(server) is True
        assert client(server).get("kept") == b"yes"
    finally:
        server.stop()
    assert server.running() is None
    assert not server.socket.parent.exists()


def test_the_socket_asks_for_a_password(server: runner_redis.Server) -> None:
    start(server)
    try:
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(unix_socket_path=str(server.socket)).ping()
    finally:
        server.stop()
