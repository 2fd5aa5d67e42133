"""How messages leave: e-mail by Django's backend, SMS and webhooks by who registers for them."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.utils import format_datetime, parseaddr
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

from oncall_portal.lib import playable
from oncall_portal.outbox import markup
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


class WebhookChannel(Protocol):
    """Tells other systems what happened; the app that knows them registers one."""

    def send(self, *, to: str, event: str, body: str, reference: str) -> None:
        """Hand `body` (JSON) about `event` to the system named `to`. Raises SendError.

        `reference` is the same for every attempt, so that the system knows a second copy.
        """

    def names(self) -> Mapping[str, str]:
        """Return the name of every system by the one that messages to it carry; one query."""

    def about(self, event: str) -> str:
        """Return what an event is, in the reader's language."""

    def error_words(self, error: str) -> str:
        """Return what `send` raised, in the reader's language."""


_sms: SmsChannel | None = None
_webhook: WebhookChannel | None = None


def register_sms(channel: SmsChannel) -> None:
    """Let `channel` send the texts; called once, when its app is ready."""
    global _sms
    _sms = channel


def sms() -> SmsChannel | None:
    """Return the registered channel, None when texts cannot leave."""
    return _sms


def register_webhook(channel: WebhookChannel) -> None:
    """Let `channel` tell other systems; called once, when its app is ready."""
    global _webhook
    _webhook = channel


def webhook() -> WebhookChannel | None:
    """Return the registered channel, None when no other system can be told."""
    return _webhook


def send_webhook(message: OutgoingMessage) -> None:
    """Hand one webhook to the channel; return when the system has taken it. Raises SendError."""
    if _webhook is None:
        raise SendError("No webhook channel is connected.", permanent=False)
    _webhook.send(
        to=message.to, event=message.subject, body=message.body, reference=message.reference
    )


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


def _compose(message: OutgoingMessage) -> EmailMultiAlternatives:
    try:
        validate_email(message.to)
    except ValidationError as error:
        raise SendError("This is not an e-mail address.", permanent=True) from error
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={
            "Message-ID": message_id(message),
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    if markup.has_links(message.body):
        email.attach_alternative(markup.page(message.body), "text/html")
    for attachment in message.attachments:
        email.attach(attachment["file_name"], _content(attachment), attachment["content_type"])
    return email


def _content(attachment: Mapping[str, str]) -> bytes:
    """Return the file in the form that was promised: an MP3 may be kept as something else."""
    name = attachment["storage_name"]
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise SendError(
            f"The attachment {attachment['file_name']} is missing.", permanent=True
        ) from error
    except OSError as error:  # the storage is away
        raise SendError(f"{type(error).__name__}: {error}", permanent=False) from error
    if attachment["content_type"] == playable.MP3 and not name.endswith(".mp3"):
        return playable.as_mp3(content)
    return content


def message_id(message: OutgoingMessage) -> str:
    """Return the Message-ID of a row: the same for every attempt to send it.

    It leads back to the row, and nobody else can make one: reports about it are believed.
    """
    digest = salted_hmac("outbox.message_id", message.idempotency_key, algorithm="sha256")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}.{digest.hexdigest()[:32]}@{domain}>"
