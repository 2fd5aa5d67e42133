"""Settings from the environment: known names only, typed, refused with one clear line."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from oncall_portal.lib import env_checks as checks
from oncall_portal.lib import env_storage
from oncall_portal.lib.env_checks import ConfigError

__all__ = [
    "KNOWN",
    "ONLY_ENVIRONMENT",
    "Config",
    "ConfigError",
    "VonageConfig",
    "gather",
    "given",
    "load",
    "load_or_exit",
]

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
# Relative to the checkout: what the running portal decided, for commands in other shells.
DECIDED = Path("var", "run", "env")
# BSD's sysexits are rarely known; 2 is what command lines use for "you called me wrongly".
EXIT_CODE = 2


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
    """Every setting of the portal, checked; `database` and `email` as Django wants them."""

    database: Mapping[str, object] = field(repr=False)
    redis_url: str = field(repr=False)
    email: Mapping[str, object] = field(repr=False)
    secret_key: str = field(repr=False)
    public_url: str
    allowed_hosts: tuple[str, ...]
    port: int
    email_from: str
    media: Path | env_storage.Bucket
    backup_key: str = field(repr=False)
    heartbeat_url: str = field(repr=False)
    vonage: VonageConfig | None


def gather(environ_: Mapping[str, str], base: Path) -> dict[str, str]:
    """Return the settings by rank: the environment, then `.env`, then what the runner decided.

    `base` is the checkout. Raise ConfigError when a file cannot be used.
    """
    if environ_.get(ONLY_ENVIRONMENT) == "1":
        return dict(environ_)
    return {**read_dotenv(base / DECIDED), **given(environ_, base)}


def given(environ_: Mapping[str, str], base: Path) -> dict[str, str]:
    """Return what a person set: the environment over `.env`; raise ConfigError as `gather`."""
    return {**read_dotenv(base / ".env"), **environ_}


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the KEY=value pairs of a `.env` file (absent: none); raise ConfigError on nonsense."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{path} cannot be read: {why}.") from error
    pairs: dict[str, str] = {}
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            name, value = _pair(line, f"{path.name}, line {number}")
            if name in pairs:
                raise ConfigError(f"{path.name}, line {number}: {name} is set twice; keep one.")
            pairs[name] = value
    return pairs


def _pair(line: str, where: str) -> tuple[str, str]:
    name, separator, value = line.partition("=")
    name, value = name.removeprefix("export ").strip(), value.strip()
    if not separator or not name:
        raise ConfigError(f"{where}: write it as NAME=value.")
    if name not in KNOWN:
        raise ConfigError(f"{where}: {name} is not a setting; remove it or correct its spelling.")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return name, value


def load_or_exit(environ_: Mapping[str, str], base: Path) -> Config:
    """Return the settings of this process, or end it with one line on stderr and EXIT_CODE."""
    try:
        return load(gather(environ_, base), base)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_CODE)


def load(given: Mapping[str, str], base: Path) -> Config:
    """Check the settings in `given` and return them; raise ConfigError with one line.

    An empty value counts as not given. Relative paths are relative to `base`.
    """
    for name in sorted(given):
        if name.startswith("VONAGE_") and name not in KNOWN:
            raise ConfigError(f"{name} is not a setting; remove it or correct its spelling.")
    values = {name: given[name].strip() for name in KNOWN if given.get(name, "").strip()}
    port = checks.port(values.get("PORT", "8000"))
    public_url = checks.public_url(values.get("PUBLIC_URL", f"http://127.0.0.1:{port}"))
    host = urlsplit(public_url).hostname or ""
    media = values.get("MEDIA_STORAGE_URL")
    backup_key, heartbeat = values.get("BACKUP_KEY"), values.get("HEARTBEAT_URL")
    return Config(
        database=checks.database(_required(values, "DATABASE_URL")),
        redis_url=checks.broker(_required(values, "REDIS_URL")),
        email=checks.email(_required(values, "EMAIL_URL")),
        secret_key=checks.secret_key(_required(values, "SECRET_KEY")),
        public_url=public_url,
        allowed_hosts=checks.hosts(values.get("ALLOWED_HOSTS", ""), host),
        port=port,
        email_from=checks.sender(values.get("EMAIL_FROM", f"oncall@{host}")),
        media=env_storage.storage(media) if media else base / "var" / "media",
        backup_key=checks.backup_key(backup_key) if backup_key else "",
        heartbeat_url=checks.heartbeat(heartbeat) if heartbeat else "",
        vonage=_vonage(values, base, public_url),
    )


def _required(values: Mapping[str, str], name: str) -> str:
    if name not in values:
        raise ConfigError(
            f"{name} is missing; set it in the environment or in .env, or start the portal with"
            " make run."
        )
    return values[name]


def _vonage(values: Mapping[str, str], base: Path, public_url: str) -> VonageConfig | None:
    given = sorted(name for name in values if name.startswith("VONAGE_"))
    if not given:
        return None
    for name in ("APPLICATION_ID", "PRIVATE_KEY_PATH", "API_KEY", "SIGNATURE_SECRET"):
        if f"VONAGE_{name}" not in values:
            raise ConfigError(f"VONAGE_{name} is missing, but {given[0]} is set; set all or none.")
    api_host = checks.api_host(values.get("VONAGE_API_HOST", "api.nexmo.com"))
    if checks.is_real_vonage(api_host) and not public_url.startswith("https://"):
        raise ConfigError(
            f"PUBLIC_URL is {public_url}, but Vonage ({api_host}) needs an https:// address that"
            " it can reach; set PUBLIC_URL, or unset VONAGE_* to use the emulator."
        )
    ca_bundle = values.get("VONAGE_CA_BUNDLE")
    signature_secrets = ("VONAGE_SIGNATURE_SECRET", "VONAGE_SIGNATURE_SECRET_PREVIOUS")
    return VonageConfig(
        application_id=checks.application_id(values["VONAGE_APPLICATION_ID"]),
        private_key=checks.private_key(base / values["VONAGE_PRIVATE_KEY_PATH"]),
        api_key=values["VONAGE_API_KEY"],
        api_secret=values.get("VONAGE_API_SECRET", ""),
        signature_secrets=tuple(values[name] for name in signature_secrets if name in values),
        api_host=api_host,
        ca_bundle=checks.ca_bundle(base / ca_bundle) if ca_bundle else None,
    )
