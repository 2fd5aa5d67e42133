"""Whether a webhook really comes from the platform: its token, body and age; fails closed."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import jwt

from oncall_portal.lib.env import VonageConfig

MAX_AGE_S = 300
MAX_AHEAD_S = 60  # webhooks of the platform have been seen a little ahead of the wall clock

# A second Authorization header arrives joined by a comma, which no token holds: refused.
_HEADER = re.compile(r"bearer ([\w-]{1,1000}\.[\w-]{1,3000}\.[\w-]{1,200})", re.ASCII | re.I)
_JTI = re.compile(r"[\x21-\x7e]{1,80}")


class Reason(StrEnum):
    """Why a webhook was refused, for the log."""

    UNREADABLE = "unreadable_header"
    MALFORMED = "malformed"
    NOT_SIGNED = "not_signed_for_us"
    BAD_CLAIMS = "bad_claims"
    OTHER_ISSUER = "other_issuer"
    OTHER_APPLICATION = "other_application"
    OTHER_ACCOUNT = "other_account"
    STALE = "stale"
    AHEAD = "ahead"
    OTHER_BODY = "other_body"


class BadSignature(Exception):
    """The request must be refused; `reason` says why, and nothing of the request is in the text."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Claims:
    """What a verified token says: its own id (printable ASCII, at most 80), issued at (epoch s)."""

    jti: str
    iat: int


def verify(
    authorization_header: str,
    body: bytes,
    config: VonageConfig,
    now: datetime,
    *,
    allow_missing_hash: bool = False,
    query: bytes = b"",
) -> Claims:
    """Return the claims of a webhook signed for us, over this very body, not long before `now`.

    The platform signs neither method nor path nor query; the caller refuses a `jti` that comes back
    with another request. `allow_missing_hash` is for GET: an empty body is accepted only with it,
    then without a hash, or with that of nothing or of the `query`. Raises BadSignature, and
    nothing else.
    """
    claims = _decode(_token(authorization_header), config)
    _check_origin(claims, config)
    _check_body(claims, body, allow_missing_hash, query)
    return Claims(jti=_jti(claims), iat=_issued_at(claims, now))


def _token(header: str) -> str:
    # The scheme's case does not matter (RFC 9110, 11.1); exactly one space and one token do.
    match = _HEADER.fullmatch(header) if isinstance(header, str) else None
    if match is None:
        raise BadSignature(Reason.UNREADABLE)
    return match.group(1)


def _decode(token: str, config: VonageConfig) -> dict[str, Any]:
    for secret in filter(None, config.signature_secrets):
        try:
            # The algorithm is ours to name. PyJWT's own checks of claims read the machine's clock
            # and raise on iat ahead of it, so every claim is checked here instead.
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                options={
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": False,
                    "verify_iss": False,
                    "verify_sub": False,
                    "verify_jti": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except Exception as error:
            # Whatever else a hostile token provokes in the decoder means: refused.
            raise BadSignature(Reason.MALFORMED) from error
    raise BadSignature(Reason.NOT_SIGNED)


def _check_origin(claims: dict[str, Any], config: VonageConfig) -> None:
    if claims.get("iss") != "Vonage":
        raise BadSignature(Reason.OTHER_ISSUER)
    if claims.get("application_id") != config.application_id:
        raise BadSignature(Reason.OTHER_APPLICATION)
    if claims.get("api_key") != config.api_key:
        raise BadSignature(Reason.OTHER_ACCOUNT)


def _check_body(
    claims: dict[str, Any], body: bytes, allow_missing_hash: bool, query: bytes
) -> None:
    if body == b"" and not allow_missing_hash:
        raise BadSignature(Reason.OTHER_BODY)
    if body == b"" and "payload_hash" not in claims:
        return
    claimed = claims.get("payload_hash")
    if not isinstance(claimed, str) or not claimed.isascii():
        raise BadSignature(Reason.OTHER_BODY)
    signed = [body] if body else [body, query]
    if not any(hmac.compare_digest(claimed, hashlib.sha256(each).hexdigest()) for each in signed):
        raise BadSignature(Reason.OTHER_BODY)


def _jti(claims: dict[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _JTI.fullmatch(jti):
        raise BadSignature(Reason.BAD_CLAIMS)
    return jti


def _issued_at(claims: dict[str, Any], now: datetime) -> int:
    issued = claims.get("iat")
    if type(issued) is not int:  # a bool is an int to isinstance
        raise BadSignature(Reason.BAD_CLAIMS)
    age = int(now.timestamp()) - issued
    if age > MAX_AGE_S:
        raise BadSignature(Reason.STALE)
    if age < -MAX_AHEAD_S:
        raise BadSignature(Reason.AHEAD)
    return issued
