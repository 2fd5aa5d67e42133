"""Where recordings are kept: a folder of this machine, or a bucket that speaks the S3 protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from oncall_portal.lib.env_checks import ConfigError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_S3 = (
    "MEDIA_STORAGE_URL must look like s3://ACCESS:SECRET@host/bucket, with ?region=, prefix= and"
    " tls=0 or 1 as wanted"
)


@dataclass(frozen=True)
class Bucket:
    """A bucket, and how it is reached; `endpoint` is the address of the server."""

    endpoint: str
    name: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str
    prefix: str


def storage(url: str) -> Path | Bucket:
    """Return the folder or bucket of MEDIA_STORAGE_URL; raise ConfigError with one line.

    The line never repeats the URL, which holds a secret.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it raises ValueError when it is not a number
    except ValueError as error:
        raise ConfigError(
            "MEDIA_STORAGE_URL is not a well-formed URL; check its brackets and port."
        ) from error
    if parts.scheme == "s3":
        return _bucket(parts)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ConfigError(
            "MEDIA_STORAGE_URL must look like file:///srv/oncall/media or"
            " s3://ACCESS:SECRET@host/bucket."
        )
    return Path(unquote(parts.path))


def _bucket(parts: SplitResult) -> Bucket:
    name, asked = parts.path.strip("/"), _options(parts.query)
    if not parts.hostname or not parts.username or not parts.password:
        raise ConfigError(f"{_S3}; the host, the access key or the secret is missing.")
    if not _BUCKET.fullmatch(name) or parts.fragment:
        raise ConfigError(f"{_S3}; the bucket is missing or no possible name of one.")
    if asked["tls"] not in {"0", "1"}:
        raise ConfigError(f"{_S3}; tls must be 0 or 1.")
    if not _REGION.fullmatch(asked["region"]):
        raise ConfigError(f"{_S3}; the region must look like eu-west-3.")
    prefix = asked["prefix"].strip("/")
    if prefix and (not _PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/"))):
        raise ConfigError(f"{_S3}; the prefix must look like folder/folder.")
    scheme = "https" if asked["tls"] == "1" else "http"
    return Bucket(
        endpoint=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        name=name,
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        region=asked["region"],
        prefix=prefix,
    )


def _options(query: str) -> dict[str, str]:
    options = {"tls": "1", "region": "us-east-1", "prefix": ""}
    given = parse_qsl(query, keep_blank_values=True)
    for name, value in given:
        if name not in options or len(given) != len(dict(given)):
            raise ConfigError(f"{_S3}; each of these once, and no other option.")
        options[name] = value
    return options
