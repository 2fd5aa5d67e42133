"""Facts that the outbox is given: an attachment, and why a channel could not send."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file to send along: its name in the media storage, the name shown, its MIME type."""

    storage_name: str
    file_name: str
    content_type: str


class SendError(Exception):
    """A message did not leave; `permanent`: sending it again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
