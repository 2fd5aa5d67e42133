"""Settings from the environment: known names only, typed, refused with one clear line."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import environ

KNOWN = frozenset(
    {
        *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "EMAIL_FROM", "SECRET_KEY"),
        *("PUBLIC_URL", "ALLOWED_HOSTS", "PORT", "MEDIA_STORAGE_URL", "BACKUP_KEY"),
        *("HEARTBEAT_URL", "VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY_PATH"),
        *("VONAGE_API_KEY", "VONAGE_API_SECRET", "VONAGE_SIGNATURE_SECRET"),
        *("VONAGE_SIGNATURE_SECRET_PREVIOUS", "VONAGE_API_HOST", "VONAGE_CA_BUNDLE"),
    }
)
# Set to 1, only the environment counts: no `.env`, no `var/run/env`. Tests and children use it.
ONLY_ENVIRONMENT = "ONCALL_ONLY_ENVIRONMENT"


class ConfigError(Exception):
    """A setting is missing, unknown or contradictory; the text says what to do, in one line."""


@dataclass(frozen=True)
class VonageConfig:
    """The platform's application; `private_key` is PKCS#8 PEM text, hosts are `host[:port]`."""

    application_id: str
    private_key: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    signature_secrets: tuple[str, ...] = field(repr=False)
    api_host: str
    ca_bundle: str | None


@dataclass(frozen=True)
class Config:
    """Every setting of the portal, checked."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    email_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    public_url: str
    allowed_hosts: tuple[str, ...]
    port: int
    email_from: str
    media_root: Path
    vonage: VonageConfig | None


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the KEY=value pairs of a `.env` file (absent: none); raise ConfigError on nonsense."""
    if not path.exists():
        return {}
    pairs: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.removeprefix("export ").strip()
        if not separator or not name:
            raise ConfigError(f"{path.name}, line {number}: write it as NAME=value.")
        if name not in KNOWN:
            raise ConfigError(f"{path.name}, line {number}: {name} is not a setting; remove it.")
        pairs[name] = value.strip().strip("\"'")
    return pairs


def gather(environ_: Mapping[str, str], base: Path) -> dict[str, str]:
    """Return the settings by rank: the environment, then `.env`, then what the runner decided.

    `var/run/env` is written by the running portal, so that a command in another shell reaches the
    same servers.
    """
    if environ_.get(ONLY_ENVIRONMENT) == "1":
        return dict(environ_)
    decided = read_dotenv(base / "var" / "run" / "env")
    return {**decided, **read_dotenv(base / ".env"), **environ_}


def load(environ_: Mapping[str, str], base: Path) -> Config:
    """Check the settings in `environ_` and return them; raise ConfigError with one line."""
    for name in environ_:
        if name.startswith("VONAGE_") and name not in KNOWN:
            raise ConfigError(f"{name} is not a setting; remove it or correct its spelling.")
    port = _port(environ_)
    public_url = environ_.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("PUBLIC_URL must look like https://oncall.example.org.")
    hosts = tuple(h.strip() for h in environ_.get("ALLOWED_HOSTS", "").split(",") if h.strip())
    return Config(
        database_url=_required(environ_, "DATABASE_URL"),
        redis_url=environ_.get("REDIS_URL", ""),
        email_url=environ_.get("EMAIL_URL", ""),
        secret_key=_required(environ_, "SECRET_KEY"),
        public_url=public_url,
        allowed_hosts=hosts or (parts.hostname, "127.0.0.1", "localhost"),
        port=port,
        email_from=environ_.get("EMAIL_FROM", f"oncall@{parts.hostname}"),
        media_root=base / "var" / "media",
        vonage=_vonage(environ_),
    )


def _required(environ_: Mapping[str, str], name: str) -> str:
    value = environ_.get(name, "")
    if not value:
        raise ConfigError(f"{name} is missing; set it in the environment or in .env.")
    return value


def _port(environ_: Mapping[str, str]) -> int:
    text = environ_.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ConfigError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _vonage(environ_: Mapping[str, str]) -> VonageConfig | None:
    if not any(name.startswith("VONAGE_") for name in environ_):
        return None
    key_path = Path(_required(environ_, "VONAGE_PRIVATE_KEY_PATH"))
    try:
        private_key = key_path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"VONAGE_PRIVATE_KEY_PATH: cannot read {key_path} ({error}).") from error
    secrets_ = [_required(environ_, "VONAGE_SIGNATURE_SECRET")]
    if previous := environ_.get("VONAGE_SIGNATURE_SECRET_PREVIOUS"):
        secrets_.append(previous)
    return VonageConfig(
        application_id=_required(environ_, "VONAGE_APPLICATION_ID"),
        private_key=private_key,
        api_key=_required(environ_, "VONAGE_API_KEY"),
        api_secret=environ_.get("VONAGE_API_SECRET", ""),
        signature_secrets=tuple(secrets_),
        api_host=environ_.get("VONAGE_API_HOST", "api.nexmo.com"),
        ca_bundle=environ_.get("VONAGE_CA_BUNDLE") or None,
    )


def email_settings(url: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings for a URL such as smtp+tls://user:pw@host:587."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return dict(environ.Env.email_url_config(url))


def new_secret() -> str:
    """Return a fresh random secret of 256 bits as text."""
    return secrets.token_urlsafe(32)
