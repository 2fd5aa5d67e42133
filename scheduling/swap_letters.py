"""The e-mails about swaps: who is asked, what they answered; each in its reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.outbox.services import send_email
from scheduling import snapshots, whens
from scheduling.enums import OperationKind, SwapState
from scheduling.models import Schedule, Shift, Staff, SwapRequest
from scheduling.types import Change, Period

PAGE = "/me/"
Letter = Callable[[], tuple[str, list[str]]]


def offered(row: SwapRequest, schedule: Schedule, people: Iterable[Staff], now: datetime) -> None:
    """Tell each of these people what they are asked."""

    def letter() -> tuple[str, list[str]]:
        names = {"name": row.requested_by.name, "shift": span(period_of(row), schedule)}
        subject = _("%(name)s asks you to take over: %(shift)s") % names
        lines = [_("%(name)s asks you to take over this shift:") % names]
        lines += [place(row.shift, schedule, period_of(row))]
        if row.in_return_for:
            lines += [_("In return %(name)s takes yours:") % names]
            lines += [place(row.in_return_for, schedule, whole_of(row.in_return_for))]
        return subject, [*lines, *_note(row), _("Accept or decline: %(page)s") % _page()]

    for person in people:
        _send(person, letter, f"swap:{row.pk}", f"swap:{row.pk}:offered:{person.pk}", now)


def answered(row: SwapRequest, schedule: Schedule, person: Staff, now: datetime) -> None:
    """Tell whoever made an offer what `person` answered."""

    def letter() -> tuple[str, list[str]]:
        names = {"name": person.name, "shift": span(period_of(row), schedule)}
        if row.accepted_by:
            subject = _("%(name)s takes over: %(shift)s") % names
            lines = [_("%(name)s takes over your shift:") % names]
        else:
            subject = _("Declined: %(shift)s") % names
            lines = [_("Nobody took over your shift; it stays yours:")]
        lines += [place(row.shift, schedule, period_of(row))]
        if row.accepted_by and row.in_return_for:
            lines += [_("You take in return:")]
            lines += [place(row.in_return_for, schedule, whole_of(row.in_return_for))]
        return subject, [*lines, _("Your shifts: %(page)s") % _page()]

    _send(row.requested_by, letter, f"swap:{row.pk}", f"swap:{row.pk}:{row.version}", now)


def withdrawn(row: SwapRequest, schedule: Schedule, people: Iterable[Staff], now: datetime) -> None:
    """Tell each of these people that an offer was taken back."""

    def letter() -> tuple[str, list[str]]:
        names = {"name": row.requested_by.name, "shift": span(period_of(row), schedule)}
        subject = _("No longer on offer: %(shift)s") % names
        told = _("The offer of this shift by %(name)s was taken back; there is nothing to do:")
        lines = [told % names]
        return subject, [*lines, place(row.shift, schedule, period_of(row))]

    for person in people:
        _send(person, letter, f"swap:{row.pk}", f"swap:{row.pk}:{row.version}:{person.pk}", now)


def taken_over(
    shift: Shift, schedule: Schedule, period: Period, holder: Staff, by: Staff, now: datetime
) -> None:
    """Tell `holder` that a colleague took their shift."""

    def letter() -> tuple[str, list[str]]:
        names = {"name": by.name, "shift": span(period, schedule)}
        subject = _("%(name)s takes over: %(shift)s") % names
        lines = [_("%(name)s takes over your shift:") % names, place(shift, schedule, period)]
        return subject, [*lines, _("Your shifts: %(page)s") % _page()]

    cause = f"shift:{shift.pk}"
    _send(holder, letter, cause, f"{cause}:taken:{by.pk}:{now.isoformat()}", now)


def told(kind: str, changes: Iterable[Change], staff: int) -> bool:
    """Tell whether one of these letters told a person at once what an operation changed for them.

    So it is with whoever made an offer that was accepted, and whoever had what was taken over.
    """
    rows = list(changes)
    if kind == OperationKind.SWAP_ACCEPTED.value:
        swaps = [change.after for change in rows if change.model == snapshots.SWAP and change.after]
        made = [each for each in swaps if each["state"] == SwapState.ACCEPTED.value]
        return any(each["requested_by"] == staff for each in made)
    if kind != OperationKind.TAKEN_OVER.value:
        return False
    stand_ins = [change for change in rows if change.model == snapshots.OVERRIDE]
    takers = {change.after["staff"] for change in stand_ins if not change.before and change.after}
    # whose shift it is anyway takes it back without a stand-in: whoever stood in had it
    had = {change.before["staff"] for change in stand_ins if change.before}
    return staff not in takers if takers else staff in had


def period_of(row: SwapRequest) -> Period:
    """Return the period that is offered."""
    if row.period is None:
        return whole_of(row.shift)
    return Period(row.period.lower, row.period.upper)


def whole_of(shift: Shift) -> Period:
    """Return the period of a shift."""
    return Period(shift.starts_at, shift.ends_at)


def span(period: Period, schedule: Schedule) -> str:
    """Return from when to when, on the clock of the schedule."""
    return whens.span(period.starts_at, period.ends_at, schedule.time_zone)


def place(shift: Shift, schedule: Schedule, period: Period) -> str:
    """Return when a shift, or a part of it, is, and where."""
    return _("%(shift)s, %(schedule)s, level %(level)d") % {
        "shift": span(period, schedule),
        "schedule": schedule.name,
        "level": shift.level,
    }


def _note(row: SwapRequest) -> list[str]:
    return [_("“%(note)s”") % {"note": row.note}] if row.note else []


def _page() -> dict[str, str]:
    return {"page": settings.PUBLIC_URL + PAGE}


def _send(person: Staff, letter: Letter, cause: str, key: str, now: datetime) -> None:
    """Write an e-mail to a person who has an address."""
    if not person.email:
        return
    with translation.override(person.language):
        subject, lines = letter()
        body = "\n\n".join(lines) + "\n"
        send_email(to=person.email, subject=subject, body=body, cause=cause, key=key, now=now)
