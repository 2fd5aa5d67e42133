"""What every address answers: nobody, staff, supervisor, manager, administrator, in this order.

GET asks for a row that exists and belongs to somebody else; writes send an empty body, so 400
means "you may, but not like this". A voice webhook wants the platform's signature: no login helps.
"""

from __future__ import annotations

from tests.every_url_codes import (
    BOSS,
    CLOSED,
    ENTER,
    MANAGERS,
    MANAGERS_SEE,
    MANAGERS_SEND_A_FORM,
    MANAGERS_WRITE,
    NEVER,
    NOT_THIS_WAY,
    OWN_TO_MANAGERS,
    SIGNED_ONLY,
    STAFF_SEE,
    STAFF_SEE_OWN,
    SUPERVISORS_SEE,
    TO_LOGIN,
    Codes,
    Row,
)
from tests.every_url_elsewhere import ELSEWHERE

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
    "texts": (SUPERVISORS_SEE, SUPERVISORS_SEE, False),
    "voicemails": (STAFF_SEE, STAFF_SEE_OWN, False),
    "jobs": (STAFF_SEE, STAFF_SEE_OWN, True),
    "recordings": (STAFF_SEE, STAFF_SEE_OWN, False),
    "erasures": (MANAGERS_SEE, MANAGERS_SEE, False),
    "promises": (STAFF_SEE, STAFF_SEE_OWN, False),
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
    "callers/export": MANAGERS_SEE,
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
    "telephony/caller": EDITED,
    "telephony/callevent": HISTORY,
    "telephony/closedroute": HISTORY,
    "telephony/escalationscenario": EDITED,
    "telephony/job": EDITED,
    "telephony/jobhook": {"see": MANAGERS, "add": BOSS, "delete": BOSS},
    "telephony/leg": HISTORY,
    "telephony/menu": EDITED,
    "telephony/menuoption": HISTORY,
    "telephony/menuversion": HISTORY,
    "telephony/numberproblem": HISTORY,
    "telephony/phonenumber": EDITED,
    "telephony/promise": HISTORY,
    "telephony/prompt": EDITED,
    "telephony/promptaudio": HISTORY,
    "telephony/testcall": HISTORY,
    "telephony/textmessage": HISTORY,
    "telephony/dialallowance": BOSS_SEES,
    "telephony/watchdogpulse": BOSS_SEES,
    "telephony/webhookreceipt": BOSS_SEES,
    "voicemail/erasure": {"see": MANAGERS, "add": CLOSED, "delete": CLOSED},
    "voicemail/mailbox": EDITED,
    "voicemail/recording": HISTORY,
    "voicemail/voicemailmessage": HISTORY,
}

WEBHOOKS = """answer event fallback hold/<slug:token> menu/<slug:token>/<int:turn>
    step/<slug:token> recorded/<slug:token> recorded/<slug:token>/<int:take>
    keep/<slug:token>/<int:take> transcribed/<slug:token> call-recorded/<slug:token>
    leg/<slug:token> key/<slug:token> test/<slug:token> test-key/<slug:token>""".split()


def _table() -> dict[str, Row]:
    table = dict(ELSEWHERE)
    for add in (_webhooks, _resources, _parts, _gestures, _admin):
        add(table)
    # the inbox has the messages
    table["admin/voicemail/voicemailmessage/"] = {"GET": TO_LOGIN}
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
    # supervisors answer callers
    table["api/v1/^texts/$"]["POST"] = (401, 403, 400, 400, 400)
    # supervisors say who calls back
    table[r"api/v1/^promises/(?P<pk>\d{1,18})/$"]["PATCH"] = (401, 403, 400, 400, 400)
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
        history = {ENTER: ENTER, MANAGERS: (302, 302, 302, 200, 200)}.get(
            who["see"], (302, 302, 302, 302, 200)
        )
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
