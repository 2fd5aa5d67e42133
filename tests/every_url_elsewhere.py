"""What the addresses answer that are no plain list or row: gestures, parts of pages, webhooks."""

from __future__ import annotations

from tests.every_url_codes import (
    ANYBODY,
    BOSS,
    CLOSED,
    ENTER,
    MANAGERS,
    MANAGERS_WRITE,
    NEVER,
    NOBODYS,
    NOT_THIS_WAY,
    STAFF_SEE,
    STAFF_SEE_OWN,
    SUPERVISORS_SEE,
    TO_LOGIN,
    Codes,
    Row,
)

APPS = "auth|authtoken|django_celery_beat|outbox|scheduling|telephony|voicemail"
POSTED: Codes = (302, 302, 405, 405, 405)
ELSEWHERE: dict[str, Row] = {
    "healthz": {"GET": ANYBODY},
    "readyz": {"GET": ANYBODY},
    "colours.css": {"GET": ANYBODY},
    "favicon.ico": {"GET": TO_LOGIN},
    "": {"GET": TO_LOGIN},
    "i18n/setlang/": {"GET": TO_LOGIN, "POST": TO_LOGIN},
    "^api/": {"GET": (404, 404, 404, 404, 404)},
    "api/v1/schema/": {"GET": STAFF_SEE, "POST": NEVER},
    "api/v1/organisation/": {
        "GET": SUPERVISORS_SEE,
        "POST": NEVER,
        "PATCH": MANAGERS_WRITE,
        "DELETE": NEVER,
    },
    "api/v1/^phone-numbers/scan/$": {
        "GET": NEVER,
        "POST": (401, 403, 403, 200, 200),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # what mail servers report; not in this form
    "api/v1/^messages/bounces/$": {
        "GET": NEVER,
        "POST": (401, 403, 403, 415, 415),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # the one of the table did not fail, so those who may send again are refused
    r"api/v1/^messages/(?P<pk>\d{1,18})/resend/$": {
        "GET": NEVER,
        "POST": (401, 403, 409, 409, 409),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    "admin/outbox/outgoingmessage/<int:pk>/resend/": {"GET": POSTED, "POST": TO_LOGIN},
    "api/v1/^rotations/preview/$": {
        "GET": NEVER,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # a test call is under way there, so those who may ask for one are refused
    r"api/v1/^contact-numbers/(?P<pk>\d{1,18})/test/$": {
        "GET": STAFF_SEE_OWN,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # without a file, and without the version that was read
    r"api/v1/^prompts/(?P<pk>\d{1,18})/audio/(?P<language>[a-z]{2})/$": {
        "GET": NEVER,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": MANAGERS_WRITE,
    },
    # nobody of the table has a phone of their own, and the call is over
    # the supervisor has a phone, which is rung first; the others have none
    r"api/v1/^calls/(?P<pk>\d{1,18})/call-back/$": {
        "GET": NEVER,
        "POST": (401, 404, 201, 400, 400),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    r"api/v1/^callers/(?P<pk>\d{1,18})/erase/$": {
        "GET": NEVER,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # without the number, nothing is erased
    "admin/voicemail/erasure/number/": {"GET": MANAGERS, "POST": (302, 302, 403, 422, 422)},
    "admin/voicemail/erasure/caller/<int:caller>/": {
        "GET": MANAGERS,
        "POST": (302, 302, 403, 422, 422),
    },
    "admin/voicemail/erasure/caller/<int:caller>/export/": {
        "GET": MANAGERS,
        "POST": (302, 302, 405, 405, 405),
    },
    r"api/v1/^calls/(?P<pk>\d{1,18})/triage/$": {
        "GET": NEVER,
        "POST": (401, 404, 403, 400, 400),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # without anything to say
    r"api/v1/^calls/(?P<pk>\d{1,18})/comments/$": {
        "GET": STAFF_SEE_OWN,
        "POST": (401, 404, 400, 400, 400),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # managers and administrators of the table are nobody of the staff
    r"api/v1/^promises/(?P<pk>\d{1,18})/take/$": {
        "GET": NEVER,
        "POST": (401, 404, 200, 400, 400),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    r"api/v1/^promises/(?P<pk>\d{1,18})/waive/$": {
        "GET": NEVER,
        "POST": (401, 404, 400, 400, 400),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    r"api/v1/^calls/(?P<pk>\d{1,18})/hang-up/$": {
        "GET": NEVER,
        "POST": (401, 404, 409, 409, 409),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    r"api/v1/^shifts/preview/$": {
        "GET": NEVER,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # an empty change is no mistake: the shift is looked at as it is
    r"api/v1/^shifts/(?P<pk>\d{1,18})/preview/$": {
        "GET": NEVER,
        "POST": (401, 403, 403, 200, 200),
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    r"api/v1/^shifts/copy/$": {
        "GET": NEVER,
        "POST": MANAGERS_WRITE,
        "PATCH": NEVER,
        "DELETE": NEVER,
    },
    # recordings are fetched without a signature too: this one is unknown
    "voice/audio/<slug:token>": {"GET": (404, 404, 404, 404, 404), "POST": NOT_THIS_WAY},
    # the desk phones; no emulator runs here, so those who may ask learn that it is away
    # whoever knows the token reads the calendar: this one is unknown
    "calendar/<slug:token>.ics": {"GET": (404, 404, 404, 404, 404), "POST": NOT_THIS_WAY},
    # whoever knows the token hears the message: this one is unknown
    **{
        f"m/<slug:token>{part}": {"GET": (404, 404, 404, 404, 404), "POST": NOT_THIS_WAY}
        for part in ("", "/audio")
    },
    "phones/": {"GET": (302, 403, 403, 200, 200), "POST": NOT_THIS_WAY},
    "phones/state": {"GET": (401, 403, 403, 503, 503), "POST": NOT_THIS_WAY},
    "phones/calls": {"GET": NOT_THIS_WAY, "POST": MANAGERS_WRITE},
    "phones/calls/<slug:call_id>": {"GET": NOT_THIS_WAY, "POST": MANAGERS_WRITE},
    "phones/staff/<slug:number>": {"GET": NOT_THIS_WAY, "POST": MANAGERS_WRITE},
    "admin/": {"GET": ENTER},
    "admin/now/": {"GET": ENTER},
    "admin/scheduling/divert/preview/": {"GET": MANAGERS},
    "admin/scheduling/divert/<int:pk>/end/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 302, 302),
    },
    "admin/telephony/escalationscenario/preview/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 200, 200),
    },
    "admin/telephony/escalationscenario/<int:pk>/preview/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 200, 200),
    },
    "admin/scheduling/rotation/preview/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 200, 200),
    },
    "admin/scheduling/rotation/<int:pk>/preview/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 200, 200),
    },
    "admin/telephony/numberproblem/scan/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 302, 302),
    },
    # the page of staff; who is nobody on the team has none, and there is no row 0
    "me/": {"GET": (302, 200, 200, 403, 403), "POST": NOT_THIS_WAY},
    "me/shifts/<int:pk>/offer/": {"GET": NOBODYS, "POST": NOBODYS},
    "me/shifts/<int:pk>/take-over/": {"GET": NOT_THIS_WAY, "POST": NOBODYS},
    "me/swaps/<int:pk>/accept/": {"GET": NOT_THIS_WAY, "POST": NOBODYS},
    "me/swaps/<int:pk>/decline/": {"GET": NOT_THIS_WAY, "POST": NOBODYS},
    "me/swaps/<int:pk>/withdraw/": {"GET": NOT_THIS_WAY, "POST": NOBODYS},
    "me/calls/": {"GET": (302, 200, 200, 403, 403), "POST": NOT_THIS_WAY},
    "me/calls/<int:pk>/": {"GET": NOBODYS, "POST": NOBODYS},
    "me/calls/<int:pk>/call-back/": {"GET": NOBODYS, "POST": NOBODYS},
    "me/calendar/": {"GET": (302, 200, 200, 403, 403), "POST": (302, 302, 302, 403, 403)},
    "me/time-off/": {"GET": NOT_THIS_WAY, "POST": (302, 422, 422, 403, 403)},
    "me/time-off/<int:pk>/delete/": {"GET": NOT_THIS_WAY, "POST": NOBODYS},
    **{
        f"admin/scheduling/swaprequest/<int:pk>/{gesture}/": {
            "GET": (302, 302, 405, 405, 405),
            "POST": (302, 302, 403, 302, 302),
        }
        for gesture in ("accept", "decline", "withdraw")
    },
    # what would happen: a page of its own, and the part that the panel asks for again
    **{
        f"admin/telephony/{model}/<int:pk>/preview/{part}": {"GET": ENTER}
        for model in ("phonenumber", "menu")
        for part in ("", "part/")
    },
    # what open pages ask for to stay up to date
    "admin/telephony/call/live/": {"GET": ENTER},
    "admin/telephony/call/in-progress/": {"GET": ENTER},
    "admin/telephony/call/in-progress/rows/": {"GET": ENTER},
    # sent empty, the form comes back; a call that is over stays so
    "admin/telephony/call/<int:pk>/call-back/": {"GET": ENTER, "POST": ENTER},
    "admin/telephony/call/<int:pk>/hang-up/": {"GET": ENTER, "POST": TO_LOGIN},
    "admin/telephony/call/<int:pk>/block/": {"GET": MANAGERS, "POST": (302, 302, 403, 302, 302)},
    # nothing is asked for
    "admin/telephony/call/<int:pk>/promise/": {"GET": POSTED, "POST": CLOSED},
    "admin/telephony/call/<int:pk>/live/": {"GET": ENTER},
    "admin/telephony/job/export/<slug:kind>/": {"GET": ENTER},
    "admin/telephony/call/export/<slug:kind>/": {"GET": ENTER},
    # a new secret is shown at once; a test leads back to the page of the system
    "admin/telephony/jobhook/<int:pk>/rotate/": {"GET": POSTED, "POST": (302, 302, 404, 403, 200)},
    "admin/telephony/jobhook/<int:pk>/test/": {"GET": POSTED, "POST": (302, 302, 404, 403, 302)},
    "admin/voicemail/voicemailmessage/<int:pk>/links/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": TO_LOGIN,  # nothing is asked for: the page is shown again
    },
    # sent empty, the form comes back
    "admin/voicemail/mailbox/general/": {"GET": ENTER, "POST": MANAGERS},
    "admin/voicemail/mailbox/of-person/<int:staff>/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 403, 302, 302),
    },
    # the inbox; the caller of row 0 is nobody, and an empty act is none
    "admin/inbox/": {"GET": ENTER, "POST": (302, 302, 405, 405, 405)},
    "admin/inbox/part/": {"GET": ENTER},
    "admin/inbox/<int:pk>/": {"GET": ENTER},
    "admin/inbox/<int:pk>/call-back/": {"GET": ENTER, "POST": (302, 302, 422, 422, 422)},
    "admin/inbox/<int:pk>/reply/": {"GET": ENTER, "POST": (302, 302, 422, 422, 422)},
    "admin/inbox/acts/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 400, 400, 400),
    },
    "admin/inbox/undo/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 400, 400, 400),
    },
    # the tree of a menu after a change, and what callers would hear of a key that is being written
    "admin/telephony/menu/<int:pk>/tree/": {"GET": ENTER},
    "admin/telephony/menu/hear/": {"GET": ENTER},
    "admin/telephony/caller/<int:pk>/live/": {"GET": ENTER},
    "admin/telephony/caller/<int:pk>/call-back/": {"GET": ENTER, "POST": ENTER},
    "admin/telephony/caller/<int:pk>/reply/": {
        "GET": (302, 302, 405, 405, 405),
        "POST": (302, 302, 422, 422, 422),
    },
    "admin/login/": {"GET": (200, 302, 302, 302, 302)},
    "admin/logout/": {"GET": (302, 302, 405, 405, 405)},
    "admin/jsi18n/": {"GET": ENTER},
    "admin/settings/": {"GET": ENTER},
    "admin/statistics/": {"GET": ENTER},
    "admin/autocomplete/": {"GET": CLOSED},
    "admin/password_change/": {"GET": ENTER},
    "admin/password_change/done/": {"GET": ENTER},
    "admin/auth/user/<id>/password/": {"GET": BOSS},
    "admin/r/<path:content_type_id>/<path:object_id>/": {"GET": (302, 302, 404, 404, 404)},
    # people subscribe to schedules and to themselves; the empty form says nothing
    "admin/scheduling/schedule/<int:pk>/import-calendar/": {"GET": MANAGERS, "POST": MANAGERS},
    "admin/scheduling/schedule/<int:pk>/subscribe/": {"GET": ENTER, "POST": TO_LOGIN},
    "admin/scheduling/staff/<int:pk>/subscribe/": {
        "GET": MANAGERS,
        "POST": (302, 302, 403, 302, 302),
    },
    "admin/scheduling/schedule/calendar/": {"GET": TO_LOGIN},
    "admin/scheduling/schedule/parts/": {"GET": ENTER},
    "admin/scheduling/schedule/<int:pk>/calendar/": {"GET": ENTER},
    "admin/scheduling/schedule/<int:pk>/warnings/": {"GET": ENTER},
    "admin/scheduling/schedule/<int:pk>/calendar/data/": {"GET": ENTER},
    f"admin/^(?P<app_label>{APPS})/$": {"GET": TO_LOGIN},  # those signed in: to the settings
    "admin/(?P<url>.*)$": {"GET": (302, 302, 404, 404, 404)},
}
