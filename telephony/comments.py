"""What people of the office write about a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling.access import standing_of
from telephony import promises
from telephony.models import CallComment

LONGEST = 4000


@transaction.atomic
def add(call_id: int, text: str, user: Any, now: datetime) -> CallComment:
    """Keep what `user` says about a call; what was promised after it counts as taken up.

    Raises Refused when there is nothing to keep.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused("empty_comment", _("Write something."), "text")
    if len(text) > LONGEST:
        message = _("A comment has at most %(most)d characters.") % {"most": LONGEST}
        raise Refused("comment_too_long", message, "text")
    name = standing_of(user).name or user.get_full_name() or user.get_username()
    values = {"call_id": call_id, "author": user, "author_name": name[:160], "text": text}
    comment: CallComment = rows.create(CallComment, {**values, "at": now})
    promises.touch([call_id], now)
    return comment
