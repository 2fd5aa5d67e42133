"""Servers that died are started again, and less and less often when they do not start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oncall_portal.runner import redis
from oncall_portal.runner.servers import Servers


@pytest.fixture
def servers(tmp_path: Path) -> Servers:
    broker = redis.server(tmp_path / "redis", tmp_path / "run")
    assert broker is not None
    return Servers(tmp_path / "log", None, broker, None)


def test_a_server_that_does_not_start_is_tried_less_and_less_often(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    assert servers.broker is not None
    (servers.broker.place / "appendonly.aof").write_text("nonsense")
    found = []
    for now in (0.0, 0.9, 1.0, 2.9, 3.0):
        assert servers.revive(now) == {}
        found.append((servers.retry_at, servers.delay_s))
    assert found == [(1, 2), (1, 2), (3, 4), (3, 4), (7, 8)]
    assert f"remove {servers.broker.place} to begin with an empty one" in capsys.readouterr().out
    shutil.rmtree(servers.broker.place)
    try:
        assert servers.revive(7.0) == {"REDIS_URL": servers.broker.url}
        assert servers.delay_s == 1
    finally:
        servers.broker.stop()
