"""Webhooks are answered once: a retry gets the stored answer, a token is good for one request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oncall_portal.lib import prepared
from telephony.models import WebhookReceipt

KEPT_FOR = timedelta(days=2)


class TokenReused(Exception):
    """The token of this request was used for another one: somebody replays it."""


@dataclass(frozen=True)
class Request:
    """What identifies a webhook: its token's id, its address, its body; `at` is aware."""

    jti: str
    path: str
    body: bytes
    at: datetime

    @property
    def body_hash(self) -> str:
        """The SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


def open_receipt(request: Request) -> tuple[WebhookReceipt, bool]:
    """Return the receipt of this request and whether it is new; call inside a transaction.

    The same request under way elsewhere is waited for. Raises TokenReused for a token that came
    with another address or body.
    """
    receipt = WebhookReceipt(
        jti=request.jti,
        path=request.path,
        body_hash=request.body_hash,
        received_at=request.at,
    )
    if prepared.insert([receipt], or_pass_over=True):
        return receipt, True
    same = WebhookReceipt.objects.filter(path=request.path, body_hash=request.body_hash)
    known = same.first()
    if known is None:
        raise TokenReused
    return known, False


def close(receipt: WebhookReceipt, status: int, response: Any) -> None:
    """Store the answer for the retry."""
    receipt.status, receipt.response = status, response
    prepared.update(receipt, ("status", "response"))


def prune(now: datetime) -> int:
    """Delete the receipts that no retry can ask for any more, and return how many."""
    return WebhookReceipt.objects.filter(received_at__lt=now - KEPT_FOR).delete()[0]


def find(jti: str) -> WebhookReceipt | None:
    """Return the receipt of the request that brought this token, None when it never came."""
    return WebhookReceipt.objects.filter(jti=jti).first()
