"""What pages show of a promise to call back and of what was said about a call, and their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib import spans
from oncall_portal.lib.access import can, visible
from scheduling import whens
from scheduling.access import ADD, CHANGE, standing_of
from scheduling.models import Staff
from telephony import comments, promises
from telephony.access import TAKE_UP
from telephony.enums import Direction, PromiseState
from telephony.models import Call, CallComment, Promise
from telephony.story import Look

_SOON = timedelta(minutes=10)


@dataclass(frozen=True)
class Promised:
    """A promise in words: how it stands, until when, whose it is, and what came of it."""

    pk: int
    open: bool
    look: Look
    due: str
    owner: str
    told: str


@dataclass(frozen=True)
class Comment:
    """What somebody said about a call, and when."""

    pk: int
    name: str
    when: str
    text: str


def context(call: Call, user: Any, now: datetime, zone: str) -> dict[str, Any]:
    """Return what a page shows of the promise and the comments of a call, and what may be done.

    Times are by the clock of `zone` (IANA). Four queries at most, and those of the access table.
    """
    found = visible(user, Promise.objects.filter(call=call).select_related("owner", "kept_by"))
    promise = found.first()
    said = visible(user, CallComment.objects.filter(call=call).order_by("at", "pk"))
    may_assign = can(user, CHANGE, Promise) and call.direction == Direction.IN
    is_open = promise is None or promise.state == PromiseState.OPEN
    may_take = promise is not None and is_open and can(user, TAKE_UP, promise)
    return {
        "promised": told(promise, now, zone) if promise else None,
        "may_take": may_take,
        "may_take_up": may_take and promise is not None and _is_theirs_to_take_up(promise, user),
        "people": list(Staff.objects.filter(active=True)) if may_assign and is_open else [],
        "comments": [
            Comment(each.pk, each.author_name, whens.when(each.at, now, zone), each.text)
            for each in said
        ],
        "may_comment": can(user, ADD, CallComment(call=call)),
    }


def _is_theirs_to_take_up(promise: Promise, user: Any) -> bool:
    """Say whether somebody of the staff is logged in who has not taken it up yet."""
    staff = standing_of(user).staff_id
    return staff is not None and (promise.touched_at is None or promise.owner_id != staff)


def told(promise: Promise, now: datetime, zone: str) -> Promised:
    """Return a promise in words; reads its owner, and the call that kept it."""
    return Promised(
        pk=promise.pk,
        open=promise.state == PromiseState.OPEN,
        look=look(promise, now),
        due=whens.when(promise.due_at, now, zone),
        owner=promise.owner.name if promise.owner else "",
        told=came_of(promise),
    )


def look(promise: Promise, now: datetime) -> Look:
    """Return how a promise stands, for a tag."""
    match promise.state:
        case PromiseState.KEPT:
            return Look("ok", "check", _("Called back"))
        case PromiseState.WAIVED:
            return Look("", "close", _("Not called back"))
    if promise.due_at <= now:
        return Look("bad", "warning", _("Overdue"))
    soon = promise.due_at <= now + _SOON
    words = _("Taken up") if promise.touched_at else _("To be called back")
    return Look("warn" if soon or promise.touched_at is None else "new", "clock", words)


def came_of(promise: Promise) -> str:
    """Return who called back after how long, or why nobody did, "" while it is open."""
    if promise.state == PromiseState.WAIVED:
        return _("%(name)s said why not: %(reason)s") % {
            "name": promise.done_by or _("The portal"),
            "reason": promise.reason,
        }
    if promise.done_at is None:
        return ""
    after = spans.words((promise.done_at - promise.made_at).total_seconds())
    words = {"name": promise.done_by, "after": after}
    if promise.kept_by is not None and promise.kept_by.direction == Direction.IN:
        return _("Called again after %(after)s; %(name)s answered") % words
    return _("%(name)s called back after %(after)s") % words


def act(call: Call, sent: Mapping[str, str], user: Any, now: datetime) -> str | None:
    """Do what one of the forms asks for; return what was done, in words.

    None where `user` may not. Raises Refused where it cannot be done.
    """
    promise = visible(user, Promise.objects.filter(call=call)).first()
    may_take = promise is not None and can(user, TAKE_UP, promise)
    match sent.get("do"):
        case "take" if promise is not None and may_take:
            promises.take(promise.pk, user, now)
            return _("You call back.")
        case "waive" if promise is not None and may_take:
            promises.waive(promise.pk, sent.get("reason", ""), now)
            return _("It is noted why nobody calls back.")
        case "assign" if can(user, CHANGE, Promise):
            staff = sent.get("staff", "")
            given = promises.assign_call(call.pk, int(staff) if staff.isdecimal() else None, now)
            name = given.owner.name if given.owner else ""
            return _("%(name)s is asked to call back.") % {"name": name} if name else _("Noted.")
        case "comment" if can(user, ADD, CallComment(call=call)):
            comments.add(call.pk, sent.get("text", ""), user, now)
            return _("Your comment is kept.")
    return None
