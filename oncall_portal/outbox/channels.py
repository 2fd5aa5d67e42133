"""How messages leave: e-mail through Django's backend, SMS through whoever registers for it."""

from __future__ import annotations

import hashlib
import smtplib
from email.utils import format_datetime, parseaddr
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.types import SendError

_TOO_LARGE = 552  # RFC 5321 4.2.3, RFC 1870: the message exceeds what the server takes


class SmsChannel(Protocol):
    """Sends texts; the app that knows the platform registers one."""

    def send(self, *, to: str, text: str, reference: str, sender: str) -> None:
        """Send `text` to `to` from our number `sender` (E.164; "" for any). Raises SendError.

        `reference` comes back in reports on what became of it, to `services.note_report`.
        """

    def given_up(self, *, reference: str, error: str) -> None:
        """Hear that the message of this reference will not be sent any more, and why."""


_sms: SmsChannel | None = None


def register_sms(channel: SmsChannel) -> None:
    """Let `channel` send the texts; called once, when its app is ready."""
    global _sms
    _sms = channel


def sms() -> SmsChannel | None:
    """Return the registered channel, None when texts cannot leave."""
    return _sms


def send_sms(message: OutgoingMessage) -> None:
    """Hand one text to the channel; return when the platform has taken it. Raises SendError."""
    if _sms is not None:
        _sms.send(
            to=message.to, text=message.body, reference=message.reference, sender=message.sender
        )


def send_email(message: OutgoingMessage) -> None:
    """Hand one e-mail to the mail server; return when it has taken it. Raises SendError."""
    email = _compose(message)
    try:
        email.send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()), (0, b""))
        raise SendError(_reply(code, text), permanent=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise SendError(
            _reply(error.smtp_code, error.smtp_error), permanent=_refuses_for_good(error)
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"{type(error).__name__}: {error}", permanent=False) from error
    except (ValueError, UnicodeError) as error:
        raise SendError(f"This message cannot be written: {error}", permanent=True) from error


def _refuses_for_good(error: smtplib.SMTPResponseException) -> bool:
    """Return whether the message itself is refused, rather than our login, name or sender."""
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == _TOO_LARGE


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}".strip()


def _compose(message: OutgoingMessage) -> EmailMessage:
    try:
        validate_email(message.to)
    except ValidationError as error:
        raise SendError("This is not an e-mail address.", permanent=True) from error
    email = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={
            "Message-ID": message_id(message.idempotency_key),
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    for attachment in message.attachments:
        try:
            with default_storage.open(attachment["storage_name"]) as file:
                content = file.read()
        except FileNotFoundError as error:
            raise SendError(
                f"The attachment {attachment['file_name']} is missing.", permanent=True
            ) from error
        except OSError as error:  # the storage is away
            raise SendError(f"{type(error).__name__}: {error}", permanent=False) from error
        email.attach(attachment["file_name"], content, attachment["content_type"])
    return email


def message_id(key: str) -> str:
    """Return the Message-ID for an idempotency key: the same for every attempt to send a row."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"
