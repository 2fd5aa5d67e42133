"""The secrets and keys that this checkout makes for itself, once."""

from __future__ import annotations

import ipaddress
import json
import secrets
import ssl
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from oncall_portal.lib import clock
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.places import write_private

_TEN_YEARS = timedelta(days=3650)


@dataclass(frozen=True)
class Credentials:
    """What signs sessions, opens the first login, and names the emulator's application."""

    secret_key: str
    admin_password: str
    application_id: str
    api_key: str
    api_secret: str
    signature_secret: str


def load_or_make(path: Path) -> Credentials:
    """Read the credentials, or make them on the first start; raise RunnerError when damaged."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        made = _make()
        write_private(path, json.dumps(asdict(made), indent=2) + "\n")
        return made
    except (OSError, UnicodeDecodeError) as error:
        raise RunnerError(_damaged(path)) from error
    try:
        values = json.loads(text)
    except ValueError as error:
        raise RunnerError(_damaged(path)) from error
    names = [each.name for each in fields(Credentials)]
    if not isinstance(values, dict) or not all(isinstance(values.get(n), str) for n in names):
        raise RunnerError(_damaged(path))
    return Credentials(**{name: values[name] for name in names})


def _damaged(path: Path) -> str:
    return (
        f"{path} cannot be read or is damaged; restore it, or remove it to get new secrets"
        " (everybody has to log in again)."
    )


def _make() -> Credentials:
    return Credentials(
        secret_key=secrets.token_urlsafe(48),
        admin_password=secrets.token_urlsafe(12),
        application_id=str(uuid.uuid4()),
        api_key=secrets.token_hex(4),
        api_secret=secrets.token_urlsafe(12),
        signature_secret=secrets.token_urlsafe(48),
    )


@dataclass(frozen=True)
class EmulatorFiles:
    """Paths of the PEM files that the emulator and the portal's client share."""

    private_key: Path
    public_key: Path
    certificate: Path
    certificate_key: Path


def emulator_files(folder: Path) -> EmulatorFiles:
    """Return the emulator's key files under `folder`; make those that are missing."""
    files = EmulatorFiles(
        private_key=folder / "application.key",
        public_key=folder / "application.pub",
        certificate=folder / "ca.pem",
        certificate_key=folder / "server.key",
    )
    if not (files.private_key.exists() and files.public_key.exists()):
        _make_application(files)
    if not (files.certificate.exists() and files.certificate_key.exists()):
        _make_certificate(files)
    _check(files, folder)
    return files


def _check(files: EmulatorFiles, folder: Path) -> None:
    """Raise RunnerError for a damaged file: the emulator would end with it, again and again."""
    try:
        key = serialization.load_pem_private_key(files.private_key.read_bytes(), None)
        public = serialization.load_pem_public_key(files.public_key.read_bytes())
        ssl.create_default_context().load_cert_chain(files.certificate, files.certificate_key)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise RunnerError(_emulator_damaged(folder)) from error
    if key.public_key() != public:
        raise RunnerError(_emulator_damaged(folder))


def _emulator_damaged(folder: Path) -> str:
    return f"A file in {folder} cannot be read or is damaged; remove {folder} to have it made anew."


def _make_application(files: EmulatorFiles) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_private(files.private_key, _pem(key))
    write_private(files.public_key, public.decode("ascii"))


def _make_certificate(files: EmulatorFiles) -> None:
    """Write a certificate for this machine that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Telephone platform emulator")])
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), loopback]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    write_private(files.certificate_key, _pem(key))
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    write_private(files.certificate, pem.decode("ascii"))


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


_KEY_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
