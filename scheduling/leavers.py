"""Holds back what failed to reach somebody who has left the house meanwhile."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import Staff


def may_go_again(failed: OutgoingMessage) -> None:
    """Raise Conflict `reader_left` where all whose address or number it is are not active."""
    match failed.channel:
        case Channel.EMAIL:
            people = Staff.objects.filter(email__iexact=failed.to)
        case Channel.SMS:
            people = Staff.objects.filter(numbers__number=failed.to)
        case _:
            return
    if set(people.values_list("active", flat=True)) == {False}:
        raise reader_left(failed.to)


def reader_left(reader: str) -> Conflict:
    """Return why nothing is sent to somebody who has left the house."""
    words = _("Nothing is sent to %(reader)s, who is not active any more.")
    return Conflict("reader_left", words % {"reader": reader})
