"""Keeps files in a bucket that only the portal reads; whatever goes wrong there is an OSError."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from oncall_portal.lib.env_storage import Bucket

_BUFFER = 64 * 1024
# Servers other than Amazon's know neither its new checksums nor buckets as host names.
_CLIENT = {
    "signature_version": "s3v4",
    "connect_timeout": 5,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 2},
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


def options(bucket: Bucket) -> dict[str, Any]:
    """Return what Django's STORAGES entry tells `PrivateBucket` of `bucket`."""
    return {
        "access_key": bucket.access_key,
        "secret_key": bucket.secret_key,
        "bucket_name": bucket.name,
        "region_name": bucket.region,
        "endpoint_url": bucket.endpoint,
        "location": bucket.prefix,
        "default_acl": None,
        "file_overwrite": False,
        "client_config": Config(s3={"addressing_style": _addressing(bucket)}, **_CLIENT),
        "transfer_config": TransferConfig(use_threads=False),
    }


def _addressing(bucket: Bucket) -> str:
    return "auto" if bucket.endpoint.endswith(".amazonaws.com") else "path"


class PrivateBucket(S3Storage):  # type: ignore[misc] # django-storages has no types
    """A bucket without addresses for browsers: what is in it is served by the portal alone."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("Files of a bucket are opened to be read; save() writes them.")
        key = self._normalize_name(name)
        with _failures():
            item = self.bucket.Object(key)
            size = int(item.content_length)
        file = File(io.BufferedReader(_Part(item, size), _BUFFER), name)
        file.size = size
        return file

    def _save(self, name: str, content: Any) -> str:
        with _failures():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        """Delete a file; no error when it is gone already."""
        with _failures():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        with _failures():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Return the folders and the files in the folder `name`."""
        with _failures():
            folders, files = super().listdir(name)
        return folders, files

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        with _failures():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was written."""
        with _failures():
            written: datetime = super().get_modified_time(name)
        return written

    def url(self, name: str, *_args: Any, **_more: Any) -> str:
        """Return no address: browsers never reach the bucket."""
        return ""


class _Part(io.RawIOBase):
    """An object of a bucket, read from where it is asked for: what lies before never travels."""

    def __init__(self, item: Any, size: int) -> None:
        super().__init__()
        self._item, self._size, self._at = item, size, 0
        self._body: Any = None

    def readable(self) -> bool:
        """Say that it is read."""
        return True

    def seekable(self) -> bool:
        """Say that it is read from anywhere."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place; asks the server for nothing yet."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        to = max(base + offset, 0)
        if to != self._at:
            self._drop()
        self._at = to
        return to

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as the file goes; return how many bytes came."""
        if self._at >= self._size:
            return 0
        with _failures():
            if self._body is None:
                self._body = self._item.get(Range=f"bytes={self._at}-")["Body"]
            data: bytes = self._body.read(len(buffer))
        if not data:
            raise OSError("The storage sent less than it promised.")
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """End the request that is under way."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


@contextmanager
def _failures() -> Iterator[None]:
    """Make FileNotFoundError and OSError of what the client raises, without its parameters."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = error.response.get("Error", {}).get("Code", "")
        if status == HTTPStatus.NOT_FOUND and code != "NoSuchBucket":
            raise FileNotFoundError("The storage has no such file.") from error
        raise OSError(f"The storage answered {status} {code}.") from error
    except (BotoCoreError, Boto3Error, HTTPClientError, HTTPError) as error:
        raise OSError(f"The storage cannot be reached ({type(error).__name__}).") from error
