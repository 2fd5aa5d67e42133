"""Writes of mailboxes, with the rules about who can get a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling.models import Staff
from voicemail import reachable
from voicemail.models import Mailbox, MailboxRecipient, MailboxTexted

Recipient = Mapping[str, Any]
_LISTS = ("recipients", "sms_link_to")


@transaction.atomic
def create_mailbox(values: Mapping[str, Any]) -> Mailbox:
    """Add a mailbox; `recipients`, `sms_link_to` are mappings with the one field that is set."""
    values = dict(values)
    lists = {name: values.pop(name, ()) for name in _LISTS}
    mailbox = Mailbox(**values)
    _check_lengths(mailbox)
    rows.save(mailbox)
    _write(mailbox, lists)
    return mailbox


@transaction.atomic
def change_mailbox(pk: int, version: int, values: Mapping[str, Any]) -> Mailbox:
    """Change a mailbox as it was read at `version`; a list that is given replaces all of it."""
    values = dict(values)
    lists = {name: values.pop(name) for name in _LISTS if values.get(name) is not None}
    mailbox = rows.lock(Mailbox, pk, version)
    if mailbox.general and values.get("general") is False:
        raise Refused("general_mailbox", _general(), "general")
    for name in {"min_seconds", "max_seconds"} & values.keys():
        setattr(mailbox, name, values[name])
    _check_lengths(mailbox)
    mailbox = rows.change(mailbox, values)
    _write(mailbox, lists)
    return mailbox


@transaction.atomic
def delete_mailbox(pk: int, version: int) -> None:
    """Delete a mailbox as it was read at `version`, unless general or in use."""
    mailbox = rows.lock(Mailbox, pk, version)
    check_deletable(mailbox)
    mailbox.delete()


@transaction.atomic
def own_mailbox(staff: Staff) -> Mailbox:
    """Return the mailbox for what colleagues say to this person, made for them if need be."""
    found = Mailbox.objects.filter(staff=staff).first()
    values = {"name": staff.name[:80], "staff": staff, "recipients": [{"staff": staff}]}
    return found or create_mailbox(values)


@transaction.atomic
def general_mailbox() -> Mailbox:
    """Return the general mailbox, made if there is none yet."""
    values = {"name": _("General mailbox")}
    found, _made = Mailbox.objects.get_or_create(general=True, defaults=values)
    return found


def check_deletable(mailbox: Mailbox) -> None:
    """Raise Refused for the general mailbox, into which everything else falls."""
    if mailbox.general:
        raise Refused("general_mailbox", _general())


def _general() -> str:
    return _("The general mailbox takes what no other takes: there must be one.")


def _check_lengths(mailbox: Mailbox) -> None:
    """Raise Refused where nothing could be as long as the shortest message."""
    if mailbox.min_seconds >= mailbox.max_seconds:
        message = _("The shortest message must be shorter than the longest one.")
        raise Refused("min_not_below_max", message, "min_seconds")


def _write(mailbox: Mailbox, lists: Mapping[str, Sequence[Recipient]]) -> None:
    """Put the lists that are given in the place of those that there are."""
    if "recipients" in lists:
        mailbox.recipients.all().delete()
        for field, recipient in _numbered("recipients", lists):
            entry = MailboxRecipient(mailbox=mailbox, **recipient)
            check_recipient(entry, field)
            rows.save(entry)
    if "sms_link_to" in lists:
        mailbox.texted.all().delete()
        for field, recipient in _numbered("sms_link_to", lists):
            texted = MailboxTexted(mailbox=mailbox, **recipient)
            check_texted(texted, field)
            rows.save(texted)


def _numbered(name: str, lists: Mapping[str, Sequence[Recipient]]) -> list[tuple[str, Recipient]]:
    return [(f"{name}[{index}]", entry) for index, entry in enumerate(lists[name])]


def check_recipient(recipient: MailboxRecipient, field: str) -> None:
    """Raise Refused for a person without e-mail address: no message would reach them."""
    if recipient.staff is not None and not recipient.staff.email:
        message = _("%(name)s has no e-mail address, so no message can reach them.")
        raise _unreached("no_email", message, recipient.staff, field)


def check_texted(texted: MailboxTexted, field: str) -> None:
    """Raise Refused for a person without a number in use that takes texts."""
    if texted.staff is not None and not reachable.gets_texts(texted.staff):
        message = _("%(name)s has no number in use that takes texts, so no link can reach them.")
        raise _unreached("no_mobile", message, texted.staff, field)


def _unreached(code: str, message: str, staff: Staff, field: str) -> Refused:
    page = reverse("admin:scheduling_staff_change", args=[staff.pk])
    return Refused(code, message % {"name": staff.name}, field, page)
