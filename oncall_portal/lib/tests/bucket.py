"""A real server of the S3 protocol on loopback, with an empty bucket in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

from oncall_portal.lib import media
from oncall_portal.lib.env_storage import storage


@dataclass
class Server:
    """The server, the bucket as its owner sees it, and the address of the setting."""

    server: ThreadedMotoServer
    bucket: Any
    url: str
    stopped: bool = False

    def keys(self) -> list[str]:
        """Return what is in the bucket."""
        return sorted(item.key for item in self.bucket.objects.all())

    def stop(self) -> None:
        """Let the server be away from now on."""
        if not self.stopped:
            self.stopped = True
            self.server.stop()


@contextmanager
def running(settings: Any, *, prefix: str = "portal") -> Iterator[Server]:
    """Keep media in a bucket of a server of its own, inside the block."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # its state is that of the process: whatever an earlier one held is gone
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=5)
    owner = boto3.resource(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="owner",
        aws_secret_access_key="owner-secret",
    )
    bucket = owner.create_bucket(Bucket="media")
    url = f"s3://portal:portal-secret@{host}:{port}/media?prefix={prefix}&tls=0"
    settings.STORAGES = media.settings(storage(url))["STORAGES"]
    started = Server(server, bucket, url)
    try:
        yield started
    finally:
        started.stop()
