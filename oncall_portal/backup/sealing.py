"""Encrypts a stream with the key of the settings and back: age files, by an Ed25519 key made of it.

What is sealed opens with any `age` that is given that key as an SSH key.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Protocol

import pyrage
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

from oncall_portal.backup.errors import damaged
from oncall_portal.lib.errors import Refused

_MAGIC = b"age-encryption.org/"


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Write them on."""

    def flush(self) -> None:
        """Hold nothing back."""


@contextmanager
def sealed(file: Sink, key: str) -> Iterator[Sink]:
    """Yield where to write what reaches `file` encrypted; as it is, when `key` is empty.

    Raise OSError when `file` cannot be written.
    """
    if not key:
        yield file
        return
    recipient = pyrage.ssh.Recipient.from_str(
        _pair(key)
        .public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(_seal, reading, file, recipient)
        try:
            with os.fdopen(writing, "wb") as plain:
                yield plain
        except BrokenPipeError:
            job.result()  # it knows why nobody reads any more
            raise
        job.result()


def _seal(reading: int, file: Sink, recipient: object) -> None:
    try:
        with os.fdopen(reading, "rb") as plain:
            pyrage.encrypt_io(plain, file, [recipient])
    except pyrage.EncryptError as error:
        raise OSError(str(error).removeprefix("OSError: ")) from error


@contextmanager
def opened(file: IO[bytes], key: str) -> Iterator[IO[bytes]]:
    """Yield where to read what is in `file`, decrypted if it is encrypted.

    Raise Refused when that needs another key. What is damaged further on ends too early.
    """
    if file.read(len(_MAGIC)) != _MAGIC:
        file.seek(0)
        yield file
        return
    file.seek(0)
    if not key:
        raise Refused("backup_key_missing", _("The file is encrypted; set BACKUP_KEY to its key."))
    identity = pyrage.ssh.Identity.from_buffer(
        _pair(key).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    )
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool, os.fdopen(reading, "rb") as plain:
        job = pool.submit(_open, file, writing, identity)
        if not plain.peek(1):
            raise _why(job.result())
        yield plain


def _open(file: IO[bytes], writing: int, identity: object) -> str:
    """Decrypt until the end, or until nobody reads; return what was wrong, if anything was."""
    try:
        with os.fdopen(writing, "wb") as plain:
            pyrage.decrypt_io(file, plain, [identity])
    except (pyrage.DecryptError, OSError) as error:
        return str(error)
    return ""


def _why(words: str) -> Refused:
    if "No matching keys" in words:
        return Refused(
            "backup_key_wrong", _("The file was encrypted with another key than BACKUP_KEY.")
        )
    return damaged()


def _pair(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(key))
