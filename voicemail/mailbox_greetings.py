"""The recording with which a mailbox greets: a prompt of its own, uploaded on its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from telephony import menu_options, prompt_services, prompt_uses
from telephony.models import Prompt
from telephony.prompt_services import Upload
from voicemail.models import Mailbox

_LONGEST_NAME = 80


def own_prompt(mailbox: Mailbox) -> Prompt | None:
    """Return the recorded prompt with which this mailbox greets, if it is said nowhere else."""
    prompt = mailbox.greeting_prompt
    if prompt is None or not prompt.recordings.exists():
        return None
    return prompt if list(prompt_uses.uses(prompt)) == [mailbox] else None


def lock_before() -> None:
    """Take first what a new recording locks, before the mailbox: as those who write menus do."""
    menu_options.lock_all()


@transaction.atomic
def record_greeting(
    pk: int, version: int, recordings: Mapping[str, Upload | None], now: datetime
) -> Mailbox:
    """Let a mailbox, as it was read at `version`, greet with these recordings.

    They are uploaded files by language, None to remove one; those not named stay. A prompt that is
    said elsewhere too is not changed: the mailbox gets one of its own. Raises Refused for a file
    that is no recording.
    """
    lock_before()
    mailbox = rows.lock(Mailbox, pk, version)
    values = {"recordings": recordings}
    prompt = own_prompt(mailbox)
    if prompt is None:
        prompt = prompt_services.create_prompt({"name": _free_name(mailbox), **values}, now)
    else:
        prompt_services.change_prompt(prompt.pk, prompt.version, values, now)
    return rows.change(mailbox, {"greeting": None, "greeting_prompt": prompt})


def _free_name(mailbox: Mailbox) -> str:
    """Return the name of a new prompt for a mailbox, which no other has."""
    name = (_("Greeting: %(mailbox)s") % {"mailbox": mailbox.name})[:_LONGEST_NAME]
    taken = set(Prompt.objects.values_list("name", flat=True))
    number = 1
    free = name
    while free in taken:
        number += 1
        end = f" ({number})"
        free = name[: _LONGEST_NAME - len(end)] + end
    return free
