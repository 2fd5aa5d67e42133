"""What a message's page shows of its links and listeners, and what is done to the links there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oncall_portal.lib import access, acting, clock
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.queries import about
from telephony import placing
from telephony.access import CALL_BACK
from telephony.call_list import moment_words
from voicemail import links, notify, readers
from voicemail.enums import DeliveryState, LinkState, ListeningResult
from voicemail.models import Listening, MessageLink, VoicemailMessage


@dataclass(frozen=True)
class LinkRow:
    """A private link as the page shows it."""

    link: MessageLink
    by_text: bool
    works: bool
    state: str
    heard: str


@dataclass(frozen=True)
class HeardRow:
    """Somebody who heard the recording, or was refused."""

    who: str
    how: str
    when: str
    refused: bool
    result: str


def more(request: HttpRequest, message: VoicemailMessage, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the page shows beside the facts; the number of queries is fixed."""
    now = clock.now()
    heard = list(_listenings(message, request.user))
    shown = access.visible(request.user, message.links.select_related("staff"))
    causes = [f"voicemail:{message.pk}", f"voicemail:{message.pk}{notify.TO_SUPERVISORS}"]
    mails = about(request.user, causes)
    return {
        "mails": mails,
        "links": [_link_row(link, heard, zone, now) for link in shown],
        "heard": [_heard_row(each, zone, now) for each in heard],
        "reached_nobody": message.delivery == DeliveryState.NOBODY.value and bool(mails),
        "may_call_back": message.call is not None
        and message.call.ended_at is not None
        and bool(placing.number_of(message.call))
        and access.can(request.user, CALL_BACK, message.call),
        "may_change_links": access.can(request.user, "change", MessageLink),
        "links_url": reverse("admin:voicemail_message_links", args=[message.pk]),
    }


@require_POST
def change_links(request: HttpRequest, message: VoicemailMessage | None) -> HttpResponse:
    """Revoke one link of a message or all, or send one again, and show the page anew."""
    if message is None:
        raise Http404
    if not access.can(request.user, "change", MessageLink):
        raise PermissionDenied
    asked, chosen = request.POST.get("act", ""), request.POST.get("link", "")
    only = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    now = clock.now()
    if asked == "revoke_all" or (asked == "revoke" and only is not None):
        gone = links.revoke(
            message, acting.act().name, now, only=None if asked == "revoke_all" else only
        )
        words = ngettext("%(n)d link was revoked.", "%(n)d links were revoked.", gone)
        messages.success(request, words % {"n": gone})
    elif asked == "send" and only is not None:
        try:
            link = readers.send_again(message, only, now)
        except MessageLink.DoesNotExist as error:
            raise Http404 from error
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            told = _("The message is being sent to %(reader)s again, with a link that works.")
            messages.success(request, told % {"reader": link.reader})
    page = reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])
    return HttpResponseRedirect(page)


def _listenings(message: VoicemailMessage, user: Any) -> Any:
    rows = Listening.objects.filter(recording=message.recording_id).select_related("link")
    return access.visible(user, rows)


def _link_row(link: MessageLink, heard: list[Listening], zone: ZoneInfo, now: datetime) -> LinkRow:
    state = links.state_of(link, now)
    until = moment_words((link.revoked_at or link.expires_at).astimezone(zone), now)
    words = {"when": until, "who": link.revoked_by}
    return LinkRow(
        link=link,
        by_text=link.channel == Channel.SMS.value,
        works=state is LinkState.WORKS,
        state={
            LinkState.WORKS: _("works until %(when)s"),
            LinkState.EXPIRED: _("expired %(when)s"),
            LinkState.REVOKED: _("revoked by %(who)s, %(when)s"),
        }[state]
        % words
        if link.revoked_at is not None or not links.has_left(link)
        else _("ended: its reader is not active any more"),
        heard=_times(link, heard, zone, now),
    )


def _times(link: MessageLink, heard: list[Listening], zone: ZoneInfo, now: datetime) -> str:
    """Return how often a link was heard by, and when last: whoever passes it on is noticed."""
    by_it = [
        each for each in heard if each.link_id == link.pk and each.result == ListeningResult.HEARD
    ]
    if not by_it:
        return _("not heard yet")
    last = moment_words(max(each.last_at for each in by_it).astimezone(zone), now)
    words = ngettext("heard once, last %(when)s", "heard %(n)d times, last %(when)s", len(by_it))
    return words % {"n": len(by_it), "when": last}


def _how(each: Listening) -> str:
    if each.link is not None:
        return _("by the link sent by %(channel)s") % {"channel": each.link.get_channel_display()}
    # links go with the person whose they were; the record stays
    return _("by login") if each.user_id else _("by a link or login that was deleted since")


def _heard_row(each: Listening, zone: ZoneInfo, now: datetime) -> HeardRow:
    first, last = (moment_words(at.astimezone(zone), now) for at in (each.first_at, each.last_at))
    return HeardRow(
        who=each.who,
        how=_how(each),
        when=first
        if first == last
        else _("%(first)s, last %(last)s") % {"first": first, "last": last},
        refused=each.result != ListeningResult.HEARD,
        result=each.get_result_display(),
    )
