"""What the pages of people, services and numbers show of mailboxes, with its few gestures."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oncall_portal.lib.access import can
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.panels import Place, add
from scheduling.models import Service, Staff
from telephony.models import PhoneNumber
from voicemail import mailboxes
from voicemail.models import Mailbox


def register_panels() -> None:
    """Show mailboxes on the pages of those whose messages they take."""
    add("scheduling.staff", Place.ABOVE, hint_of_person)
    add("scheduling.staff", Place.BELOW, of_person)
    add("scheduling.service", Place.BELOW, of_service)
    add("telephony.phonenumber", Place.BELOW, of_number)


def hint_of_person(request: HttpRequest, person: Staff) -> str:
    """Say what keeps colleagues' messages from somebody who has an extension."""
    if not person.active or not person.extension or not can(request.user, "view", Mailbox):
        return ""
    box = Mailbox.objects.filter(staff=person).first()
    if box and person.email:
        return ""
    context = {"person": person, "mailbox": box, "anchor": "#own-mailbox"}
    return render_to_string("admin/voicemail/mailbox/hint.html", context, request)


def of_person(request: HttpRequest, person: Staff) -> str:
    """Return the mailbox for colleagues' calls, or the one gesture that makes it."""
    if not can(request.user, "view", Mailbox):
        return ""
    box = Mailbox.objects.filter(staff=person).first()
    context = {
        "person": person,
        "may_make": can(request.user, "add", Mailbox) and bool(person.email),
        **(_shown(request, box) if box else {}),
    }
    return render_to_string("admin/voicemail/mailbox/of_person.html", context, request)


def of_service(request: HttpRequest, service: Service) -> str:
    """Return where messages for a service go, and to whom."""
    recipients = [{"service": service.pk}]
    return _goes_to(request, service.mailbox, str(service), recipients)


def of_number(request: HttpRequest, number: PhoneNumber) -> str:
    """Return where messages left at a number go, and to whom."""
    return _goes_to(request, number.mailbox, number.name, [])


def _goes_to(request: HttpRequest, own: Mailbox | None, name: str, recipients: Any) -> str:
    if not can(request.user, "view", Mailbox):
        return ""
    box = own or Mailbox.objects.filter(general=True).first()
    context = {
        **(_shown(request, box) if box else {}),
        "own": own is not None and not own.general,
        "may_make": can(request.user, "add", Mailbox),
        "name": name,
        "recipients": recipients,
    }
    return render_to_string("admin/voicemail/mailbox/goes_to.html", context, request)


def _shown(request: HttpRequest, box: Mailbox) -> dict[str, Any]:
    """Return a mailbox with who gets its messages, and where that is changed, to come back."""
    page = reverse("admin:voicemail_mailbox_change", args=[box.pk])
    if box.general:
        page = reverse("admin:voicemail_general_mailbox")
    return {
        "mailbox": box,
        "mailed": list(box.recipients.select_related("staff", "service")),
        "texted": list(box.texted.select_related("staff", "service")),
        "url": f"{page}?next={quote(request.path)}",
        "may_change": can(request.user, "change", box),
    }


@require_POST
def make_own(request: HttpRequest, staff: int) -> HttpResponse:
    """Make the mailbox for what colleagues say to a person, and go back to their page."""
    person = get_object_or_404(Staff, pk=staff)
    if not can(request.user, "add", Mailbox):
        raise PermissionDenied
    try:
        box = mailboxes.own_mailbox(person)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        told = _("Colleagues' messages go into “%(mailbox)s” from now on.") % {"mailbox": box}
        messages.success(request, told)
    return HttpResponseRedirect(reverse("admin:scheduling_staff_change", args=[staff]))
