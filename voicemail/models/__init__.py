"""Tables of voicemail."""

from __future__ import annotations

from voicemail.models.erasures import Erasure
from voicemail.models.listening import Listening, MessageLink
from voicemail.models.mailboxes import Mailbox, MailboxRecipient, MailboxTexted
from voicemail.models.messages import Recording, VoicemailMessage

__all__ = [
    "Erasure",
    "Listening",
    "Mailbox",
    "MailboxRecipient",
    "MailboxTexted",
    "MessageLink",
    "Recording",
    "VoicemailMessage",
]
