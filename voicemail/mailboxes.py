"""Writes of mailboxes, with the rules about who can get a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from voicemail.models import Mailbox, MailboxRecipient

Recipient = Mapping[str, Any]


@transaction.atomic
def create_mailbox(values: Mapping[str, Any]) -> Mailbox:
    """Add a mailbox; `recipients` are mappings with the one field that is set."""
    values = dict(values)
    recipients = values.pop("recipients", ())
    mailbox = rows.create(Mailbox, values)
    _write(mailbox, recipients)
    return mailbox


@transaction.atomic
def change_mailbox(pk: int, version: int, values: Mapping[str, Any]) -> Mailbox:
    """Change a mailbox as it was read at `version`; `recipients` replaces all of them."""
    values = dict(values)
    recipients = values.pop("recipients", None)
    mailbox = rows.lock(Mailbox, pk, version)
    if mailbox.general and values.get("general") is False:
        raise Refused("general_mailbox", _general(), "general")
    mailbox = rows.change(mailbox, values)
    if recipients is not None:
        mailbox.recipients.all().delete()
        _write(mailbox, recipients)
    return mailbox


@transaction.atomic
def delete_mailbox(pk: int, version: int) -> None:
    """Delete a mailbox as it was read at `version`, unless general or in use."""
    mailbox = rows.lock(Mailbox, pk, version)
    check_deletable(mailbox)
    mailbox.delete()


def check_deletable(mailbox: Mailbox) -> None:
    """Raise Refused for the general mailbox, into which everything else falls."""
    if mailbox.general:
        raise Refused("general_mailbox", _general())


def _general() -> str:
    return _("The general mailbox takes what no other takes: there must be one.")


def _write(mailbox: Mailbox, recipients: Sequence[Recipient]) -> None:
    for index, recipient in enumerate(recipients):
        row = MailboxRecipient(mailbox=mailbox, **recipient)
        check_recipient(row, f"recipients[{index}]")
        rows.save(row)


def check_recipient(recipient: MailboxRecipient, field: str) -> None:
    """Raise Refused for a person without e-mail address: no message would reach them."""
    if recipient.staff is not None and not recipient.staff.email:
        message = _("%(name)s has no e-mail address, so no message can reach them.") % {
            "name": recipient.staff.name
        }
        raise Refused("no_email", message, field)
