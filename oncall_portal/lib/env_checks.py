"""One check per setting: the usable value, or one line that says what to write instead."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_SMTP_PORTS = {"smtp": 25, "smtps": 587, "smtp+tls": 587, "smtp+ssl": 465}
_LOCAL_MAIL = {"filemail", "consolemail", "memorymail"}
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_REAL_HOSTS = (".nexmo.com", ".vonage.com")


class ConfigError(Exception):
    """A setting is missing, unknown or contradictory; the text says what to do, in one line."""


# A process that stands still in a transaction must not hold up the calls of the others: a webhook
# that waits for it fails in time for the platform to ask again, and its locks end after a while.
_LIMITS = "-c lock_timeout=4s -c idle_in_transaction_session_timeout=30s"
# What is prepared (`lib.prepared`) keeps its first plan: planning it anew is what takes long.
_PLANS = "-c plan_cache_mode=force_generic_plan"


def database(url: str) -> dict[str, object]:
    """Return Django's DATABASES entry for postgresql://user:password@host:port/name."""
    parts = _split("DATABASE_URL", url)
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise ConfigError(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name;"
            " PostgreSQL is the only database supported."
        )
    found = dict(environ.Env.db_url_config(url))
    options = {"options": f"{_LIMITS} {_PLANS}", "prepare_threshold": 0}
    return {**found, "OPTIONS": {**options, **found.get("OPTIONS", {})}}


def broker(url: str) -> str:
    """Return REDIS_URL when Celery understands it."""
    parts = _split("REDIS_URL", url)
    complete = {
        "redis": parts.hostname,
        "rediss": parts.hostname,
        "redis+socket": parts.path,
        "filesystem": parts.path,
        "memory": "memory",
    }
    if not complete.get(parts.scheme):
        raise ConfigError(
            "REDIS_URL must look like redis://:password@host:6379/0, rediss://... or"
            " redis+socket:///path/to/redis.sock."
        )
    return url


def email(url: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings for smtp://, smtp+tls://, smtp+ssl:// or filemail:///path."""
    parts = _split("EMAIL_URL", url)
    known = parts.scheme in _LOCAL_MAIL or (parts.scheme in _SMTP_PORTS and parts.hostname)
    if not known or (parts.scheme == "filemail" and not parts.path):
        raise ConfigError(
            "EMAIL_URL must look like smtp+tls://user:password@host:587, smtp://host:25,"
            " smtp+ssl://user:password@host:465 or filemail:///folder."
        )
    settings = {name: value for name, value in environ.Env.email_url_config(url).items() if value}
    if parts.scheme in _SMTP_PORTS:
        settings.setdefault("EMAIL_PORT", _SMTP_PORTS[parts.scheme])
    if parts.scheme == "filemail":
        settings["EMAIL_FILE_PATH"] = unquote(parts.path)
    return settings


def public_url(url: str) -> str:
    """Return the portal's address without a trailing slash."""
    parts = _split("PUBLIC_URL", url.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ConfigError("PUBLIC_URL must look like https://oncall.example.org.")
    if parts.path or parts.query or parts.fragment:
        raise ConfigError("PUBLIC_URL must end after the host: the portal needs a host of its own.")
    return url.rstrip("/")


def hosts(text: str, own_host: str) -> tuple[str, ...]:
    """Return the names the portal answers to; the host of PUBLIC_URL must be among them."""
    found = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not found:
        return tuple(dict.fromkeys((own_host, "127.0.0.1", "localhost")))
    for name in found:
        if name != "*" and not _HOST.fullmatch(name.removeprefix(".")):
            raise ConfigError(
                f"ALLOWED_HOSTS: {name!r} is not a host name; list names separated by commas,"
                " without scheme or port."
            )
    patterns = ("*", own_host, *(f".{own_host[at:]}" for at in _label_starts(own_host)))
    if not set(patterns) & set(found):
        raise ConfigError(f"ALLOWED_HOSTS lacks {own_host}, the host of PUBLIC_URL; add it.")
    return found


def _label_starts(host: str) -> list[int]:
    return [0, *(at + 1 for at, letter in enumerate(host) if letter == ".")]


def port(text: str) -> int:
    """Return PORT as a number from 1 to 65535."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ConfigError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def secret_key(text: str) -> str:
    """Return SECRET_KEY when it is long enough to sign with."""
    if len(text) < 32:
        raise ConfigError("SECRET_KEY is too short; use 32 random characters or more.")
    return text


def sender(text: str) -> str:
    """Return EMAIL_FROM: an address, or a name and <an address>."""
    if not re.fullmatch(r"(?:[^<>@\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?", text):
        raise ConfigError("EMAIL_FROM must look like On call <oncall@example.org>.")
    return text


def backup_key(text: str) -> str:
    """Return BACKUP_KEY: 32 bytes in URL-safe base64."""
    try:
        size = len(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        size = 0
    if size != 32:
        raise ConfigError(
            "BACKUP_KEY must be 32 random bytes in URL-safe base64; make one with: python3 -c"
            " 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
        )
    return text


def heartbeat(url: str) -> str:
    """Return HEARTBEAT_URL, an http or https address."""
    parts = _split("HEARTBEAT_URL", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("HEARTBEAT_URL must look like https://monitor.example.org/ping/...")
    return url


def application_id(text: str) -> str:
    """Return VONAGE_APPLICATION_ID, a UUID."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise ConfigError(
            "VONAGE_APPLICATION_ID must look like aaaaaaaa-bbbb-cccc-dddd-0123456789ab."
        ) from error


def private_key(path: Path) -> str:
    """Return the PKCS#8 PEM text of an RSA key without pass phrase."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a PEM file"
        raise ConfigError(f"VONAGE_PRIVATE_KEY_PATH: cannot read {path}: {why}.") from error
    if "-----BEGIN RSA PRIVATE KEY-----" in text or "-----BEGIN ENCRYPTED" in text:
        raise ConfigError(
            f"VONAGE_PRIVATE_KEY_PATH: {path} is not plain PKCS#8; convert it with: openssl pkcs8"
            f" -topk8 -nocrypt -in {path} -out new.key"
        )
    try:
        key = load_pem_private_key(text.encode("ascii"), password=None)
    except (ValueError, TypeError) as error:
        raise ConfigError(_NOT_A_KEY % path) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ConfigError(_NOT_A_KEY % path)
    return text


_NOT_A_KEY = (
    "VONAGE_PRIVATE_KEY_PATH: %s holds no usable RSA private key; download it again from the"
    " application's page."
)


def api_host(text: str) -> str:
    """Return VONAGE_API_HOST, host[:port]."""
    host, _, number = text.partition(":")
    if not _HOST.fullmatch(host) or (":" in text and not _is_port(number)):
        raise ConfigError(
            "VONAGE_API_HOST must be a host or host:port without scheme or path, such as"
            " api.nexmo.com."
        )
    return text.lower()


def is_real_vonage(host: str) -> bool:
    """Say whether `host` (with or without port) belongs to the real platform."""
    return f".{host.partition(':')[0].lower()}".endswith(_REAL_HOSTS)


def ca_bundle(path: Path) -> str:
    """Return the path of VONAGE_CA_BUNDLE when it holds certificates."""
    try:
        x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no PEM certificate in it"
        raise ConfigError(f"VONAGE_CA_BUNDLE: cannot use {path}: {why}.") from error
    return str(path)


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it raises ValueError when it is not a number
    except ValueError as error:
        raise ConfigError(
            f"{name} is not a well-formed URL; check its brackets and port."
        ) from error
    return parts


def _is_port(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,5}", text)) and 0 < int(text) < 65536
