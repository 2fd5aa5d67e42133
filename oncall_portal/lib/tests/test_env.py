"""Settings are typed, and every wrong one is refused with one line that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

from oncall_portal.lib import env
from oncall_portal.lib.env_storage import Bucket

BASE = Path(settings.BASE_DIR)
GOOD = {
    "DATABASE_URL": "postgresql://u:p%40w@db.example.org:5433/portal",
    "REDIS_URL": "redis://:pw@redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user%40example.org:pw@mail.example.org",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "PUBLIC_URL": "https://oncall.example.org/",
}
VONAGE = {name: value for name, value in os.environ.items() if name.startswith("VONAGE_")}


def refusal(tmp_path: Path, **changes: str) -> str:
    """Return the one line with which GOOD, changed, is refused."""
    with pytest.raises(env.ConfigError) as error:
        env.load(GOOD | changes, tmp_path)
    text = str(error.value)
    assert "\n" not in text
    return text


def test_good_settings_are_typed(tmp_path: Path) -> None:
    config = env.load(GOOD | VONAGE | {"VONAGE_API_HOST": "api-eu.vonage.com"}, tmp_path)
    assert config.public_url == "https://oncall.example.org"
    assert config.allowed_hosts == ("oncall.example.org", "127.0.0.1", "localhost")
    assert config.email_from == "oncall@oncall.example.org"
    assert config.media == tmp_path / "var" / "media"
    assert (config.database["PASSWORD"], config.database["PORT"]) == ("p@w", 5433)
    assert (config.email["EMAIL_HOST_USER"], config.email["EMAIL_PORT"]) == (
        "user@example.org",
        587,
    )
    assert config.vonage is not None
    assert config.vonage.signature_secrets == (
        "test-signature-secret-0123456789abcdef",
        "previous-signature-secret-0123456789",
    )


def test_a_bucket_is_read_off_its_address(tmp_path: Path) -> None:
    url = "s3://key%2B:s%2Fecret@s3.example.org:9000/media?region=eu-west-3&prefix=portal/&tls=0"
    assert env.load(GOOD | {"MEDIA_STORAGE_URL": url}, tmp_path).media == Bucket(
        endpoint="http://s3.example.org:9000",
        name="media",
        access_key="key+",
        secret_key="s/ecret",
        region="eu-west-3",
        prefix="portal",
    )


def test_a_wrong_bucket_does_not_tell_its_secret(tmp_path: Path) -> None:
    line = refusal(tmp_path, MEDIA_STORAGE_URL="s3://key:verysecret@host/media?tls=2")
    assert "verysecret" not in line


def test_secrets_do_not_show_in_a_repr(tmp_path: Path) -> None:
    shown = repr(env.load(GOOD | VONAGE, tmp_path))
    assert [
        value for value in ("p@w", GOOD["SECRET_KEY"], "test-signature") if value in shown
    ] == []


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY"])
def test_a_missing_setting_is_named(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, **{name: ""}).startswith(f"{name} is missing; set it")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "sqlite:///db.sqlite3", "must look like postgresql://"),
        ("DATABASE_URL", "postgresql://u:p@host/", "must look like postgresql://"),
        ("DATABASE_URL", "postgresql://u:p@host:port/name", "not a well-formed URL"),
        ("REDIS_URL", "localhost:6379", "must look like redis://"),
        ("REDIS_URL", "redis://", "must look like redis://"),
        ("EMAIL_URL", "mail.example.org", "must look like smtp+tls://"),
        ("EMAIL_URL", "smtp://", "must look like smtp+tls://"),
        ("EMAIL_FROM", "nobody", "must look like On call <oncall@example.org>"),
        ("SECRET_KEY", "short", "too short"),
        ("PUBLIC_URL", "oncall.example.org", "must look like https://"),
        ("PUBLIC_URL", "https://example.org/portal", "must end after the host"),
        ("ALLOWED_HOSTS", "https://oncall.example.org", "is not a host name"),
        ("ALLOWED_HOSTS", "other.example.org", "lacks oncall.example.org"),
        ("PORT", "80 80", "must be a number from 1 to 65535"),
        ("PORT", "65536", "must be a number from 1 to 65535"),
        ("MEDIA_STORAGE_URL", "/srv/media", "must look like file:///srv/oncall/media or s3://"),
        ("MEDIA_STORAGE_URL", "s3://bucket/media", "the access key or the secret is missing"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host", "the bucket is missing"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host/one/two", "no possible name of one"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host:port/media", "not a well-formed URL"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host/media?tls=yes", "tls must be 0 or 1"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host/media?prefix=../up", "prefix must look like"),
        ("MEDIA_STORAGE_URL", "s3://a:s@host/media?regoin=x", "no other option"),
        ("BACKUP_KEY", "secret", "must be 32 random bytes"),
        ("HEARTBEAT_URL", "monitor", "must look like https://"),
        ("VONAGE_SIGNATUR_SECRET", "x", "is not a setting"),
        ("VONAGE_API_KEY", "abc", "VONAGE_APPLICATION_ID is missing, but VONAGE_API_KEY is set"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, name: str, value: str, says: str) -> None:
    line = refusal(tmp_path, **{name: value})
    assert name in line
    assert says in line


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VONAGE_APPLICATION_ID", "my-app", "must look like aaaaaaaa-"),
        ("VONAGE_API_HOST", "https://api.nexmo.com", "without scheme or path"),
        ("VONAGE_API_HOST", "127.0.0.1:0", "without scheme or path"),
        ("VONAGE_CA_BUNDLE", "absent.pem", "No such file or directory"),
        ("VONAGE_CA_BUNDLE", "empty.pem", "no PEM certificate in it"),
        ("VONAGE_PRIVATE_KEY_PATH", "absent.key", "No such file or directory"),
        ("VONAGE_PRIVATE_KEY_PATH", "empty.pem", "no usable RSA private key"),
        ("VONAGE_PRIVATE_KEY_PATH", "pkcs1.key", "is not plain PKCS#8; convert it with: openssl"),
        ("VONAGE_PRIVATE_KEY_PATH", "curve.key", "no usable RSA private key"),
    ],
)
def test_a_wrong_vonage_setting_is_refused(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    (tmp_path / "empty.pem").touch()
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    old = serialization.PrivateFormat.TraditionalOpenSSL
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - quick
    (tmp_path / "pkcs1.key").write_bytes(rsa_key.private_bytes(pem, old, plain))
    new = serialization.PrivateFormat.PKCS8
    curve = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "curve.key").write_bytes(curve.private_bytes(pem, new, plain))
    line = refusal(tmp_path, **(VONAGE | {name: value}))
    assert name in line
    assert says in line


@pytest.mark.parametrize("missing", ["APPLICATION_ID", "PRIVATE_KEY_PATH", "SIGNATURE_SECRET"])
def test_half_an_application_is_refused(tmp_path: Path, missing: str) -> None:
    line = refusal(tmp_path, **(VONAGE | {f"VONAGE_{missing}": ""}))
    assert line.startswith(f"VONAGE_{missing} is missing, but VONAGE_")


def test_the_real_platform_needs_https(tmp_path: Path) -> None:
    changes = {"PUBLIC_URL": "http://oncall.example.org", "VONAGE_API_HOST": "api.nexmo.com"}
    assert "needs an https:// address" in refusal(tmp_path, **(VONAGE | changes))


def test_mail_to_files_keeps_the_absolute_path(tmp_path: Path) -> None:
    config = env.load(GOOD | {"EMAIL_URL": "filemail:///srv/my%20mail"}, tmp_path)
    assert config.email["EMAIL_FILE_PATH"] == "/srv/my mail"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SECRET_KEY", ".env, line 1: write it as NAME=value."),
        ("# words\nSECRETKEY=x", ".env, line 2: SECRETKEY is not a setting"),
        ("PORT=1\nPORT=2", ".env, line 2: PORT is set twice"),
    ],
)
def test_a_wrong_line_of_dotenv_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / ".env").write_text(text)
    with pytest.raises(env.ConfigError) as error:
        env.gather({}, tmp_path)
    assert str(error.value).startswith(says)


def test_the_environment_wins_over_dotenv_over_what_the_runner_decided(tmp_path: Path) -> None:
    (tmp_path / "var" / "run").mkdir(parents=True)
    (tmp_path / "var" / "run" / "env").write_text("PORT=1\nEMAIL_FROM=a@b\nSECRET_KEY=x\n")
    (tmp_path / ".env").write_text("PORT=2\nexport EMAIL_FROM='c@d'\n")
    given = env.gather({"PORT": "3"}, tmp_path)
    assert given == {"PORT": "3", "EMAIL_FROM": "c@d", "SECRET_KEY": "x"}


def test_only_the_environment_counts_when_told_so(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=2\n")
    assert "PORT" not in env.gather({env.ONLY_ENVIRONMENT: "1"}, tmp_path)


@pytest.mark.parametrize("program", [["manage.py", "check"], ["-c", "import oncall_portal.wsgi"]])
def test_every_start_ends_with_the_line_and_code_2(program: list[str]) -> None:
    environ = os.environ | {"VONAGE_SIGNATUR_SECRET": "x"}
    result = subprocess.run(
        [sys.executable, *program],
        cwd=BASE,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "VONAGE_SIGNATUR_SECRET is not a setting; remove it or correct its spelling.\n"
    )
