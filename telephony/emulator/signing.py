"""Tokens: the HS256 ones that webhooks carry and the RS256 ones that API requests must carry."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def payload_hash(body: bytes) -> str:
    """Return the lower-case hex SHA-256 of the raw body."""
    return hashlib.sha256(body).hexdigest()


def sign_webhook(
    *,
    secret: str,
    api_key: str,
    application_id: str,
    now: datetime,
    body_hash: str | None,
    jti: str | None = None,
) -> str:
    """Return the token of one webhook: HS256 with the account's signature secret, no `exp`."""
    claims: dict[str, Any] = {
        "iat": int(now.timestamp()),
        "jti": jti or str(uuid.uuid4()),
        "iss": "Vonage",
        "api_key": api_key,
        "application_id": application_id,
    }
    if body_hash is not None:
        claims["payload_hash"] = body_hash
    return jwt.encode(claims, secret, algorithm="HS256")


class ApplicationTokens:
    """Checks the application's JWT of each API request; ValueError when the key is unusable."""

    LEEWAY_S = 60

    def __init__(self, application_id: str, public_key_pem: str) -> None:
        self._application_id = application_id
        key = load_pem_public_key(public_key_pem.encode())
        if not isinstance(key, RSAPublicKey):
            raise ValueError("the application's public key must be RSA")
        self._public_key = key

    def accepts(self, headers: Mapping[str, str], now: datetime) -> bool:
        """Tell whether the request is authorised at `now` or at the machine's own time.

        Both count: the SDK stamps real time into its tokens while a test's clock is virtual.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return False
        try:
            claims = jwt.decode(
                token.strip(),
                self._public_key,
                algorithms=["RS256"],
                options={
                    "require": ["iat", "jti"],
                    "verify_iat": False,
                    "verify_exp": False,
                    "verify_aud": False,
                },
            )
        except jwt.InvalidTokenError:
            return False
        if claims.get("application_id") != self._application_id or not claims["jti"]:
            return False
        return any(self._is_fresh(claims, at) for at in (now, datetime.now(UTC)))

    def _is_fresh(self, claims: Mapping[str, Any], at: datetime) -> bool:
        issued = claims["iat"]
        if not isinstance(issued, int | float):
            return False
        # Without `exp` the platform takes a token for 15 minutes.
        expires = claims.get("exp", issued + 900)
        if not isinstance(expires, int | float):
            return False
        return issued - self.LEEWAY_S <= at.timestamp() < expires
