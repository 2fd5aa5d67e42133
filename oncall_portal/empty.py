"""What a list says while it has no row: what belongs in it, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class EmptyWords:
    """A title, and a sentence that says what to do next."""

    title: str | Promise
    next_step: str | Promise


_NOTHING = EmptyWords(
    _("Nothing here yet"), _("Rows appear here by themselves when there is something to tell.")
)
_WORDS: Mapping[str, EmptyWords] = {
    "scheduling.staff": EmptyWords(
        _("No person yet"),
        _("Add the people who take calls, each with the numbers that reach them."),
    ),
    "scheduling.service": EmptyWords(
        _("No service yet"),
        _("Add what callers ask for, such as emergencies or the front desk, and who answers it."),
    ),
    "scheduling.servicecategory": EmptyWords(
        _("No category yet"), _("Add a heading, then put services under it.")
    ),
    "scheduling.contactnumber": EmptyWords(
        _("No number yet"), _("Open a person or a service and add the numbers that reach them.")
    ),
    "scheduling.schedule": EmptyWords(
        _("No schedule yet"),
        _("Add one for each duty, then drag people into its calendar."),
    ),
    "scheduling.shift": EmptyWords(
        _("No shift yet"), _("Open the calendar and drag somebody into a slot.")
    ),
    "scheduling.coveragealert": EmptyWords(
        _("No alert was sent"),
        _("When nobody is on call in the coming days, supervisors are told and it is kept here."),
    ),
    "scheduling.dutynotice": EmptyWords(
        _("No notice yet"),
        _("When somebody changes the duties of others, those are told and it is kept here."),
    ),
    "telephony.job": EmptyWords(
        _("No job yet"), _("Make one of a call, or add what there is to do by hand.")
    ),
    "telephony.jobhook": EmptyWords(
        _("No system yet"),
        _("Add the address of a field-service system, and it is told of every job."),
    ),
    "telephony.phonenumber": EmptyWords(
        _("No number to call yet"),
        _("Add the number that callers dial, and choose the schedule that answers it."),
    ),
    "telephony.menu": EmptyWords(
        _("No menu yet"),
        _("Add one, say where each key leads, then choose it on the page of a number."),
    ),
    "telephony.escalationscenario": EmptyWords(
        _("No scenario yet"),
        _(
            "Without one, every level is tried in order, then the supervisors, then the caller may"
            " leave a message. Add one to do it otherwise."
        ),
    ),
    "telephony.prompt": EmptyWords(
        _("No announcement of your own"),
        _("Callers hear the words of the portal. Add an announcement to say it your way."),
    ),
    "voicemail.mailbox": EmptyWords(
        _("No mailbox yet"), _("Add one, and who gets the messages that callers leave in it.")
    ),
    "voicemail.erasure": EmptyWords(
        _("Nobody was erased"),
        _(
            "When a caller asks for it, open their page and erase what is held; the proof stays"
            " here."
        ),
    ),
}


def words_for(label: str) -> EmptyWords:
    """Return the words for a model (`app.model`, lower case)."""
    return _WORDS.get(label, _NOTHING)
