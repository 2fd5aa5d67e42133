"""Completes what a person set with what the runner provides: servers, secrets, emulator, mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from oncall_portal.lib import env
from oncall_portal.runner.credentials import Credentials, EmulatorFiles, emulator_files
from oncall_portal.runner.postgres import free_port

# Stand in until the servers run; only their form counts.
_PENDING = {"DATABASE_URL": "postgresql://oncall@127.0.0.1/oncall", "REDIS_URL": "memory://"}


@dataclass(frozen=True)
class Emulator:
    """Where the emulator listens, and its files."""

    port: int
    files: EmulatorFiles


@dataclass(frozen=True)
class Decision:
    """The settings of this start, and which servers are ours to run."""

    settings: Mapping[str, str]
    config: env.Config
    own_postgres: bool
    own_redis: bool
    emulator: Emulator | None
    mail_folder: Path | None


def decide(given: Mapping[str, str], credentials: Credentials, base: Path) -> Decision:
    """Return every setting of this start; raise ConfigError when what was given is wrong.

    The addresses of our own servers are still to be filled in.
    """
    var = base / "var"
    chosen = {name: given[name] for name in env.KNOWN if given.get(name, "").strip()}
    emulator = None
    mine = {**_PENDING, "SECRET_KEY": credentials.secret_key}
    if not any(name.startswith("VONAGE_") for name in chosen):
        emulator = Emulator(free_port(), emulator_files(var / "emulator"))
        mine |= _emulated(emulator, credentials)
    mail_folder = None if "EMAIL_URL" in chosen else var / "mail"
    if mail_folder is not None:
        mail_folder.mkdir(exist_ok=True)
        mine["EMAIL_URL"] = f"filemail://{quote(str(mail_folder))}"
    settings = {**mine, **chosen}
    unknown = {name: "" for name in given if name.startswith("VONAGE_")}
    config = env.load({**unknown, **settings}, base)
    settings.setdefault("PORT", str(config.port))
    settings.setdefault("PUBLIC_URL", config.public_url)
    return Decision(
        settings=settings,
        config=config,
        own_postgres="DATABASE_URL" not in chosen,
        own_redis="REDIS_URL" not in chosen,
        emulator=emulator,
        mail_folder=mail_folder,
    )


def _emulated(emulator: Emulator, credentials: Credentials) -> dict[str, str]:
    return {
        "VONAGE_APPLICATION_ID": credentials.application_id,
        "VONAGE_PRIVATE_KEY_PATH": str(emulator.files.private_key),
        "VONAGE_API_KEY": credentials.api_key,
        "VONAGE_API_SECRET": credentials.api_secret,
        "VONAGE_SIGNATURE_SECRET": credentials.signature_secret,
        "VONAGE_API_HOST": f"127.0.0.1:{emulator.port}",
        "VONAGE_CA_BUNDLE": str(emulator.files.certificate),
    }
