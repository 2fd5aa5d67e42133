"""What is told of a promise by e-mail and SMS: who is to be called back, until when, and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib import phone, texts
from oncall_portal.outbox.services import send_email, send_sms
from scheduling import whens
from scheduling.models import Staff
from scheduling.queries import house
from telephony import queries, texting
from telephony.enums import PromiseKind
from telephony.models import Call, Caller, Promise

# What became of a promise, as the first line of what is told.
_NEWS = {
    "made": gettext_lazy("You are to call %(caller)s back by %(due)s."),
    "assigned": gettext_lazy("You were asked to call %(caller)s back by %(due)s."),
    "remind": gettext_lazy("Reminder: call %(caller)s back by %(due)s."),
    "hastened": gettext_lazy("%(caller)s called again: call back by %(due)s."),
    "escalate": gettext_lazy("Nobody called %(caller)s back by %(due)s. It is now yours."),
    "passed_on": gettext_lazy("Nobody called %(caller)s back by %(due)s. %(owner)s has it now."),
    "repeat": gettext_lazy("Still nobody has called %(caller)s back, promised by %(due)s."),
    "overdue": gettext_lazy("%(caller)s was not called back by %(due)s; %(owner)s took it up."),
}


def tell(promise: Promise, staff: Iterable[int], news: str, now: datetime) -> None:
    """Write to these people (ids) what became of a promise, by e-mail and SMS, in their language.

    Once for each version of the promise; it leaves after the commit. They may take it up from
    then on.
    """
    people = Staff.objects.filter(pk__in=list(staff), active=True)
    found = list(people.prefetch_related("numbers").order_by("pk"))
    if not found:
        return
    if others := [person for person in found if person.pk != promise.owner_id]:
        promise.told.add(*others)
    call = promise.call
    caller, line, zone = _caller(call), queries.number_of(call), house().time_zone
    for person in found:
        with translation.override(person.language):
            words = _words(promise, caller, person.time_zone or zone, now)
            first = str(_NEWS[news]) % words
            key = f"promise:{promise.pk}:{promise.version}:{news}"
            cause = f"promise:{promise.pk}"
            if person.email:
                send_email(
                    to=person.email,
                    subject=first.rstrip("."),
                    body=_body(promise, first, words),
                    cause=cause,
                    key=f"{key}:{person.email}",
                    now=now,
                )
            if number := _texts_to(person):
                send_sms(
                    to=number,
                    sender=str(line.number) if line else "",
                    body=texting.plain(f"{first} {words['link']}"),
                    cause=cause,
                    key=f"{key}:{number}",
                    now=now,
                )


def link(call: Call) -> str:
    """Return where the people of the house find a call and call back."""
    return f"{settings.PUBLIC_URL}{reverse('my-calls:call', args=[call.pk])}"


def _words(promise: Promise, caller: str, zone: str, now: datetime) -> dict[str, str]:
    return {
        "caller": caller or _("a withheld number"),
        "due": whens.when(promise.due_at, now, zone),
        "owner": promise.owner.name if promise.owner else _("nobody"),
        "at": whens.when(promise.call.started_at, now, zone),
        "link": link(promise.call),
    }


def _body(promise: Promise, first: str, words: dict[str, str]) -> str:
    call = promise.call
    asked = promise.kind == PromiseKind.CALL_BACK
    what = _("Asked to be called back: %(at)s.") if asked else _("Left a message: %(at)s.")
    about = call.service.name if call.service else {}
    service = texts.choose(about, translation.get_language() or "en")
    parts = [
        first,
        "\n".join(
            line
            for line in (
                what % words,
                _("Number called: %(line)s") % {"line": call.label or phone.spaced(call.dialled)},
                _("Service: %(service)s") % {"service": service} if service else "",
            )
            if line
        ),
        _("Call back, take it, or say why not: %(link)s") % words,
    ]
    return "\n\n".join(parts) + "\n"


def _caller(call: Call) -> str:
    """Return who is called back: their name and number; "" where it was withheld."""
    number = call.callback_number or call.caller
    if not number:
        return ""
    name = Caller.objects.filter(number=call.caller or number).values_list("name", flat=True)
    return " ".join(filter(None, [name.first() or "", phone.spaced(number)]))


def _texts_to(person: Staff) -> str:
    """Return the first number of a person that takes texts, "" for none: no landline does."""
    numbers = sorted(person.numbers.all(), key=lambda each: (each.position, each.pk))
    found = (str(each.number) for each in numbers if each.can_sms and each.enabled)
    return next((number for number in found if texting.takes_texts(number)), "")
