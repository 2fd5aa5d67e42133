"""Gives out all that is held about one caller: data, a page to read, and the sound."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from scheduling.queries import house
from telephony import labels
from telephony.models import Call, CallComment, Caller, CallEvent, Leg
from telephony.story import sentence
from voicemail.about import About, about, mentions
from voicemail.models import Recording

logger = logging.getLogger(__name__)

_CHUNK = 256 * 1024
_DATA, _PAGE, _MANIFEST = "data.json", "index.html", "manifest.json"


def archive(number: str, user: Any, now: datetime) -> IO[bytes]:
    """Return a zip archive of what is held about a number (E.164), as a temporary file.

    Words are in the language that is active, staff's numbers and addresses masked. That `user`
    (None: the command) had it made is logged, and stands in the caller's history.
    """
    found = about(number)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as into:
        sounds = [_put_sound(into, row) for row in _recordings(found)]
        data = _data(found, now)
        _put(into, _DATA, json.dumps(data, ensure_ascii=False, indent=1, default=_plain))
        _put(into, _PAGE, render_to_string("voicemail/caller_export.html", _words(data, now)))
        manifest = json.dumps([each for each in sounds if each], indent=1)
        _put(into, _MANIFEST, manifest)
    _note(found, user)
    file.seek(0)
    return file


def _put(into: zipfile.ZipFile, name: str, text: str) -> None:
    into.writestr(name, text.encode())


def _recordings(found: About) -> list[Recording]:
    return list(found.recordings.prefetch_related("listenings").order_by("recorded_at", "pk"))


def _sound_name(row: Recording) -> str:
    return f"audio/{row.kind}-{row.pk}{PurePosixPath(str(row.file)).suffix}" if row.file else ""


def _put_sound(into: zipfile.ZipFile, row: Recording) -> dict[str, Any] | None:
    """Copy the sound of a recording, and return its line of the manifest, None without any."""
    if not row.file:
        return None
    name, digest, size = _sound_name(row), hashlib.sha256(), 0
    try:
        source = default_storage.open(str(row.file))
    except FileNotFoundError:
        logger.error("recording_gone recording=%s", row.pk)
        return {"file": name, "missing": True, "sha256": row.sha256}
    with source, into.open(name, "w", force_zip64=True) as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    return {"file": name, "bytes": size, "sha256": digest.hexdigest()}


# --- the data ----------------------------------------------------------------------------------


def _data(found: About, now: datetime) -> dict[str, Any]:
    caller = found.callers.first()
    names = ("name", "language", "email", "address", "sms_stopped_at")
    block = ("pattern", "note", "active", "phone_number")
    job = ("id", "call", "title", "caller", "address", "state", "reference", "notes")
    text = ("id", "direction", "text", "state", "error", "at", "call", "phone_number")
    return {
        "number": found.number,
        "made_at": now,
        "caller": {name: getattr(caller, name) for name in names} if caller else None,
        "calls": [_call(call, found.number) for call in _calls(found)],
        "recordings": [_recording(row) for row in _recordings(found)],
        "texts": list(found.texts.order_by("at", "pk").values(*text)),
        "messages_out": [_mail(row, found.number) for row in found.mails.order_by("pk")],
        "jobs": list(found.jobs.order_by("pk").values(*job, "created_at", "due_at", "done_at")),
        "block_list": list(found.blocked.order_by("pk").values(*block)),
        "history": [_logged(entry) for entry in found.log().order_by("action_time", "pk")],
        "number_stands_in": mentions(found.number),
    }


def _calls(found: About) -> Iterable[Call]:
    related = found.calls.select_related("phone_number", "service", "promise", "callback_request")
    return related.prefetch_related(
        Prefetch("legs", Leg.objects.order_by("ordinal")),
        Prefetch("events", CallEvent.objects.select_related("leg").order_by("pk")),
        Prefetch("comments", CallComment.objects.order_by("at", "pk")),
    ).order_by("started_at", "pk")


def _call(call: Call, number: str) -> dict[str, Any]:
    plain = (
        *("id", "direction", "dialled", "caller", "callback_number", "label", "language"),
        *("started_at", "connected_at", "ended_at", "outcome", "triage", "urgent"),
    )
    promise, wish = getattr(call, "promise", None), getattr(call, "callback_request", None)
    kept = ("kind", "state", "made_at", "due_at", "done_at", "reason")
    return {
        **{name: getattr(call, name) for name in plain},
        "outcome_words": capfirst(str(labels.OUTCOME.get(call.outcome, call.outcome))),
        "legs": [_leg(leg, number) for leg in call.legs.all()],
        "timeline": [
            {
                "at": event.at,
                "code": event.code,
                "params": event.params,
                "text": sentence(event.code, event.params, event.leg.name if event.leg else ""),
            }
            for event in call.events.all()
        ],
        "comments": [
            {"at": row.at, "by": row.author_name, "text": row.text} for row in call.comments.all()
        ],
        "promise": {name: getattr(promise, name) for name in kept} if promise else None,
        "callback_number": wish.number if wish else call.callback_number,
    }


def _leg(leg: Leg, number: str) -> dict[str, Any]:
    times = ("dialled_at", "rang_at", "picked_up_at", "accepted_at", "ended_at")
    shown = leg.number if leg.number == number else phone.mask(leg.number)
    rung = {name: getattr(leg, name) for name in times}
    return {"name": leg.name, "number": shown, **rung, "result": leg.result}


def _recording(row: Recording) -> dict[str, Any]:
    plain = (
        *("id", "call_id", "kind", "state", "recorded_at", "duration_seconds", "size"),
        *("sha256", "transcript", "erased_at"),
    )
    heard = [
        {"who": _masked(each.who), "first_at": each.first_at, "last_at": each.last_at,
         "result": each.result}
        for each in row.listenings.all()
    ]  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        "file": _sound_name(row),
        "listenings": heard,
    }


def _mail(row: Any, number: str) -> dict[str, Any]:
    plain = ("id", "channel", "subject", "body", "state", "created_at", "sent_at")
    to = row.to if row.to == number else _masked(row.to)
    return {**{name: getattr(row, name) for name in plain}, "to": to}


def _logged(entry: LogEntry) -> dict[str, Any]:
    told = {"about": entry.object_repr, "change": entry.get_change_message()}
    return {"at": entry.action_time, **told}


def _masked(text: str) -> str:
    """Return who it was without their whole address or number; a name stays."""
    name, at, domain = text.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return phone.mask(text) if text.startswith("+") else text


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


# --- the page ----------------------------------------------------------------------------------


def _words(data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return what the page shows, by the clock of the house."""
    own = house()
    heard: dict[int, list[Any]] = {}
    for row in data["recordings"]:
        heard.setdefault(row["call_id"], []).append(row)
    calls = [{**call, "recordings": heard.get(call["id"], [])} for call in data["calls"]]
    return {
        **data,
        "calls": calls,
        "spaced": phone.spaced(data["number"]),
        "house": own.name,
        "zone": ZoneInfo(own.time_zone),
        "title": _("What is held about %(number)s") % {"number": phone.spaced(data["number"])},
    }


def _note(found: About, user: Any) -> None:
    """Log that it was given out, and, where somebody asked, write it into the caller's history."""
    caller = found.callers.first()
    by = getattr(user, "pk", None)
    logger.info("caller_exported caller=%s by=%s", caller.pk if caller else None, by)
    if caller is not None and by is not None:
        LogEntry.objects.create(
            user_id=by,
            content_type=ContentType.objects.get_for_model(Caller),
            object_id=str(caller.pk),
            object_repr=str(caller)[:200],
            action_flag=CHANGE,
            change_message=_("Everything held about the caller was given out."),
        )
