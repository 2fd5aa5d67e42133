"""What every address answers: nobody, staff, supervisor, manager, administrator, in this order.

GET asks for a row that exists and belongs to somebody else; writes send an empty body, so 400
means "you may, but not like this". A voice webhook wants the platform's signature: no login helps.
"""

from __future__ import annotations

Codes = tuple[int, int, int, int, int]
Row = dict[str, Codes]

NEVER: Codes = (401, 405, 405, 405, 405)
STAFF_SEE: Codes = (401, 200, 200, 200, 200)
STAFF_SEE_OWN: Codes = (401, 404, 200, 200, 200)
OWN_TO_MANAGERS: Codes = (401, 404, 404, 200, 200)
SUPERVISORS_SEE: Codes = (401, 403, 200, 200, 200)
MANAGERS_WRITE: Codes = (401, 403, 403, 400, 400)
MANAGERS_SEND_A_FORM: Codes = (401, 403, 403, 415, 415)
SIGNED_ONLY: Codes = (401, 401, 401, 401, 401)
NOT_THIS_WAY: Codes = (405, 405, 405, 405, 405)
ANYBODY: Codes = (200, 200, 200, 200, 200)

# the API: how a list, a row, and the rows of another are read; whether managers write
RESOURCES: dict[str, tuple[Codes, Codes, bool]] = {
    "staff": (STAFF_SEE, STAFF_SEE, True),
    "contact-numbers": (STAFF_SEE, STAFF_SEE, True),
    "service-categories": (STAFF_SEE, STAFF_SEE, True),
    "services": (STAFF_SEE, STAFF_SEE, True),
    "schedules": (STAFF_SEE, STAFF_SEE, True),
    "shifts": (STAFF_SEE, STAFF_SEE, True),
    "rotations": (STAFF_SEE, STAFF_SEE, True),
    "calendar-feeds": (STAFF_SEE, OWN_TO_MANAGERS, True),
    "diverts": (STAFF_SEE, STAFF_SEE, True),
    "swaps": (STAFF_SEE, STAFF_SEE_OWN, False),
    "templates": (STAFF_SEE, STAFF_SEE, True),
    "overrides": (STAFF_SEE, STAFF_SEE, True),
    "intended-gaps": (STAFF_SEE, STAFF_SEE, True),
    "time-off": (STAFF_SEE, STAFF_SEE_OWN, True),
    "scenarios": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "phone-numbers": (STAFF_SEE, STAFF_SEE, True),
    "number-problems": (SUPERVISORS_SEE, SUPERVISORS_SEE, False),
    "prompts": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "menus": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "mailboxes": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "blocked-callers": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "callers": (SUPERVISORS_SEE, SUPERVISORS_SEE, True),
    "calls": (STAFF_SEE, STAFF_SEE_OWN, False),
    "voicemails": (STAFF_SEE, STAFF_SEE_OWN, False),
    "recordings": (STAFF_SEE, STAFF_SEE_OWN, False),
    "messages": (STAFF_SEE, STAFF_SEE_OWN, False),
}
# resources whose rows are taken from a file, sent in a form, and given out as one
TABLES = ("contact-numbers", "shifts", "staff")
# further addresses of one row, read only; without a window the last two answer 400
PARTS: dict[str, Codes] = {
    "schedules/on-call": STAFF_SEE,
    "schedules/final": (401, 400, 400, 400, 400),
    "schedules/gaps": (401, 400, 400, 400, 400),
    "rotations/upcoming": STAFF_SEE,
    "schedules/operations": (401, 403, 200, 200, 200),
    "schedules/changes": (401, 403, 200, 200, 200),
    "schedules/warnings": (401, 400, 400, 400, 400),
    "schedules/load": (401, 400, 400, 400, 400),
    "menus/versions": SUPERVISORS_SEE,
    "phone-numbers/preview": STAFF_SEE,
    "menus/preview": SUPERVISORS_SEE,
    "calls/timeline": STAFF_SEE_OWN,
    "voicemails/audio": STAFF_SEE_OWN,
    "recordings/audio": STAFF_SEE_OWN,
}

# staff swap for themselves, and this is the shift and the offer of another; managers declined it
# in the admin before
SWAPPING: dict[str, Codes] = {
    "swaps/accept": (401, 404, 403, 409, 409),
    "swaps/decline": (401, 404, 403, 409, 409),
    "swaps/withdraw": (401, 404, 403, 409, 409),
    "shifts/take-over": (401, 400, 400, 400, 400),
}

NOBODYS: Codes = (302, 404, 404, 403, 403)
TO_LOGIN: Codes = (302, 302, 302, 302, 302)
ENTER: Codes = (302, 302, 200, 200, 200)
MANAGERS: Codes = (302, 302, 403, 200, 200)
BOSS: Codes = (302, 302, 403, 403, 200)
CLOSED: Codes = (302, 302, 403, 403, 403)
EDITED = {"see": ENTER, "add": MANAGERS, "delete": MANAGERS}
HISTORY = {"see": ENTER, "add": CLOSED, "delete": CLOSED}
BOSS_EDITS = {"see": BOSS, "add": BOSS, "delete": BOSS}
BOSS_SEES = {"see": BOSS, "add": CLOSED, "delete": CLOSED}

# the admin: who sees, adds and deletes the rows of each model
MODELS: dict[str, dict[str, Codes]] = {
    "auth/group": BOSS_EDITS,
    "auth/user": BOSS_EDITS,
    "authtoken/tokenproxy": BOSS_EDITS,
    "django_celery_beat/clockedschedule": BOSS_EDITS,
    "django_celery_beat/crontabschedule": BOSS_EDITS,
    "django_celery_beat/intervalschedule": BOSS_EDITS,
    "django_celery_beat/periodictask": BOSS_EDITS,
    "django_celery_beat/solarschedule": BOSS_EDITS,
    "outbox/outgoingmessage": HISTORY,
    "scheduling/contactnumber": EDITED,
    "scheduling/calendarfeed": HISTORY,
    "scheduling/coveragealert": HISTORY,
    "scheduling/dutynotice": HISTORY,
    "scheduling/divert": {"see": ENTER, "add": MANAGERS, "delete": CLOSED},
    "scheduling/feedevent": HISTORY,
    "scheduling/importedevent": HISTORY,
    "scheduling/organisation": HISTORY,
    "scheduling/rotaoperation": HISTORY,
    "scheduling/rotaseen": BOSS_SEES,
    "scheduling/rotation": EDITED,
    "scheduling/intendedgap": EDITED,
    "scheduling/override": EDITED,
    # supervisors enter their own time off; this is another's
    "scheduling/timeoff": {"see": ENTER, "add": ENTER, "delete": MANAGERS},
    "scheduling/schedule": EDITED,
    "scheduling/service": EDITED,
    "scheduling/servicecategory": EDITED,
    "scheduling/shift": EDITED,
    "scheduling/staff": EDITED,
    "scheduling/swaprequest": {"see": ENTER, "add": MANAGERS, "delete": CLOSED},
    "telephony/blockedcaller": EDITED,
    "telephony/call": HISTORY,
    "telephony/callaction": HISTORY,
    "telephony/callbackrequest": HISTORY,
    "telephony/caller": EDITED,
    "telephony/callevent": HISTORY,
    "telephony/closedroute": HISTORY,
    "telephony/escalationscenario": EDITED,
    "telephony/leg": HISTORY,
    "telephony/menu": EDITED,
    "telephony/menuoption": HISTORY,
    "telephony/menuversion": HISTORY,
    "telephony/numberproblem": HISTORY,
    "telephony/phonenumber": EDITED,
    "telephony/prompt": EDITED,
    "telephony/promptaudio": HISTORY,
    "telephony/testcall": HISTORY,
    "telephony/textmessage": HISTORY,
    "telephony/dialallowance": BOSS_SEES,
    "telephony/watchdogpulse": BOSS_SEES,
    "telephony/webhookreceipt": BOSS_SEES,
    "voicemail/mailbox": EDITED,
    "voicemail/recording": HISTORY,
    "voicemail/voicemailmessage": HISTORY,
}

APPS = "auth|authtoken|django_celery_beat|outbox|scheduling|telephony|voicemail"
ELSEWHERE: dict[str, Row] = {
    "healthz": {"GET": ANYBODY},
    "readyz": {"GET": ANYBODY},
    "colours.css": {"GET": ANYBODY},
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
    "admin/telephony/call/<int:pk>/live/": {"GET": ENTER},
    "admin/voicemail/voicemailmessage/live/": {"GET": ENTER},
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
WEBHOOKS = """answer event fallback hold/<slug:token> menu/<slug:token>/<int:turn>
    step/<slug:token> recorded/<slug:token> call-recorded/<slug:token>
    leg/<slug:token> key/<slug:token> test/<slug:token> test-key/<slug:token>""".split()


def _table() -> dict[str, Row]:
    table = dict(ELSEWHERE)
    for add in (_webhooks, _resources, _parts, _gestures, _admin):
        add(table)
    # the last one: whoever asks is signed out
    table["me/sign-out/"] = {"GET": NOT_THIS_WAY, "POST": TO_LOGIN}
    return table


def _webhooks(table: dict[str, Row]) -> None:
    for webhook in WEBHOOKS:
        table[f"voice/{webhook}"] = {"GET": SIGNED_ONLY, "POST": SIGNED_ONLY}
    for webhook in ("inbound", "status"):
        table[f"messages/{webhook}"] = {"GET": SIGNED_ONLY, "POST": SIGNED_ONLY}
    # instructions are fetched without a signature, by an unguessable token: this one is unknown
    for moved in ("next", "leg-next", "notice"):
        row = {"GET": (404, 404, 404, 404, 404), "POST": SIGNED_ONLY}
        table[f"voice/{moved}/<slug:token>"] = row


def _resources(table: dict[str, Row]) -> None:
    for name, (listed, shown, written) in RESOURCES.items():
        write = MANAGERS_WRITE if written else NEVER
        row = rf"api/v1/^{name}/(?P<pk>\d{{1,18}})/"
        table[f"api/v1/^{name}/$"] = {"GET": listed, "POST": write, "PATCH": NEVER, "DELETE": NEVER}
        table[f"{row}$"] = {"GET": shown, "POST": NEVER, "PATCH": write, "DELETE": write}
    # everybody subscribes, and revokes what is theirs; nobody changes a feed
    feeds = r"api/v1/^calendar-feeds/"
    table[f"{feeds}$"]["POST"] = (401, 400, 400, 400, 400)
    table[rf"{feeds}(?P<pk>\d{{1,18}})/$"] |= {
        "PATCH": (401, 403, 403, 403, 403),
        "DELETE": (401, 404, 404, 400, 400),
    }
    table["api/v1/^swaps/$"]["POST"] = (401, 400, 400, 400, 400)
    # staff enter their own time off; this is another's
    table["api/v1/^time-off/$"]["POST"] = (401, 400, 400, 400, 400)
    write = (401, 404, 403, 400, 400)
    table[r"api/v1/^time-off/(?P<pk>\d{1,18})/$"] |= {"PATCH": write, "DELETE": write}


def _parts(table: dict[str, Row]) -> None:
    for name, read in PARTS.items():
        resource, part = name.split("/")
        table[rf"api/v1/^{resource}/(?P<pk>\d{{1,18}})/{part}/$"] = {
            "GET": read,
            "POST": NEVER,
            "PATCH": NEVER,
            "DELETE": NEVER,
        }
    for name in TABLES:
        none = {"PATCH": NEVER, "DELETE": NEVER}
        table[f"api/v1/^{name}/export/$"] = {"GET": STAFF_SEE, "POST": NEVER, **none}
        table[f"api/v1/^{name}/import/$"] = {"GET": NEVER, "POST": MANAGERS_SEND_A_FORM, **none}


def _gestures(table: dict[str, Row]) -> None:
    for gesture, codes in SWAPPING.items():
        resource, part = gesture.split("/")
        table[rf"api/v1/^{resource}/(?P<pk>\d{{1,18}})/{part}/$"] = {
            "GET": NEVER,
            "POST": codes,
            "PATCH": NEVER,
            "DELETE": NEVER,
        }
    table[r"api/v1/^schedules/(?P<pk>\d{1,18})/import-ics/$"] = {
        "GET": NEVER,
        "POST": MANAGERS_SEND_A_FORM,
        "PATCH": NEVER,
        "DELETE": NEVER,
    }
    for gesture in ("undo", "redo"):
        table[rf"api/v1/^schedules/(?P<pk>\d{{1,18}})/{gesture}/$"] = {
            "GET": NEVER,
            "POST": (401, 403, 403, 200, 200),
            "PATCH": NEVER,
            "DELETE": NEVER,
        }
    for gesture in ("move", "remove", "restore"):
        table[rf"api/v1/^menus/(?P<pk>\d{{1,18}})/{gesture}/$"] = {
            "GET": NEVER,
            "POST": MANAGERS_WRITE,
            "PATCH": NEVER,
            "DELETE": NEVER,
        }
    table[r"api/v1/^schedules/(?P<pk>\d{1,18})/seen/$"] = {
        "GET": NEVER,
        "POST": (401, 403, 200, 200, 200),
        "PATCH": NEVER,
        "DELETE": NEVER,
    }


def _admin(table: dict[str, Row]) -> None:
    for model, who in MODELS.items():
        # of a row that may not be seen, the history sends home like a row that is not there
        history = who["see"] if who["see"] == ENTER else (302, 302, 302, 302, 200)
        pages = {"": who["see"], "add/": who["add"], "<path:object_id>/": TO_LOGIN}
        pages |= {"<path:object_id>/change/": who["see"], "<path:object_id>/history/": history}
        pages["<path:object_id>/delete/"] = who["delete"]
        for page, codes in pages.items():
            table[f"admin/{model}/{page}"] = {"GET": codes}
    for model in ("contactnumber", "shift", "staff"):
        table[f"admin/scheduling/{model}/import/"] = {"GET": MANAGERS, "POST": MANAGERS}
        table[f"admin/scheduling/{model}/export/<slug:kind>/"] = {"GET": ENTER}
    for page in ("change", "history"):  # of a feed that is not theirs supervisors see nothing
        table[f"admin/scheduling/calendarfeed/<path:object_id>/{page}/"] = {
            "GET": (302, 302, 302, 200, 200)
        }


TABLE = _table()
