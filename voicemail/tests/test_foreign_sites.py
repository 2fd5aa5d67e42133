"""What another site may make the browser of somebody who is signed in do here: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login
from telephony import job_hooks
from telephony.models import Call, Caller, Promise
from voicemail.models import VoicemailMessage
from voicemail.tests import caller_cast
from voicemail.tests.cast import NOW

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    """Return every address of calls left behind that changes something when it is posted to."""
    message, call = VoicemailMessage.objects.get(), Call.objects.get(voicemails__isnull=False)
    caller = Caller.objects.get()
    hook = job_hooks.create({"name": "Field service", "url": "https://example.org/jobs"})
    promise = Promise.objects.get()
    return [
        *("/admin/inbox/acts/", "/admin/inbox/undo/", f"/admin/inbox/{call.pk}/reply/"),
        *(f"/admin/inbox/{call.pk}/call-back/", f"/me/calls/{call.pk}/"),
        f"/admin/voicemail/voicemailmessage/{message.pk}/links/",
        *("/admin/voicemail/erasure/number/", f"/admin/voicemail/erasure/caller/{caller.pk}/"),
        *("/admin/telephony/job/add/", "/admin/telephony/jobhook/add/"),
        f"/admin/telephony/jobhook/{hook.pk}/rotate/",
        f"/admin/telephony/jobhook/{hook.pk}/test/",
        *(f"/api/v1/promises/{promise.pk}/take/", f"/api/v1/promises/{promise.pk}/waive/"),
        *(f"/api/v1/calls/{call.pk}/comments/", f"/api/v1/callers/{caller.pk}/erase/"),
        *("/api/v1/jobs/", "/api/v1/messages/bounces/"),
    ]


def test_nothing_is_done_that_was_not_asked_for_from_a_page_of_ours(media: Path) -> None:
    with clock.driven_by(lambda: NOW):
        caller_cast.everything()
        user, browser = login(Role.ADMINISTRATOR), Client(enforce_csrf_checks=True)
        build.staff("Marc", user=user)
        browser.force_login(user)
        found = {
            (address, kind): browser.post(address, body, content_type=kind).status_code
            for address in addresses()
            for kind, body in (
                ("application/x-www-form-urlencoded", "act=revoke_all&do=take&sure=1"),
                ("text/plain", '{"action": "delete", "calls": [1]}'),
            )
        }
    assert {each: status for each, status in found.items() if status != 403} == {}
