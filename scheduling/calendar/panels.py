"""What stands below the timeline: what is doubtful, how much each person has, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from scheduling import load, seen, whens
from scheduling.calendar.people import Face
from scheduling.labels import SHIFT_WARNING
from scheduling.load import Load
from scheduling.models import Schedule
from scheduling.operation_words import author_words, operation_words
from scheduling.shift_warnings import LIGHT, Doubts
from scheduling.types import Who
from scheduling.warning_words import sentence

_MARKED_FROM = 15  # percent more or less than the average
_WHOLE = 120  # the length of a bar, as the drawing has it


def of_shift(shift: int | None, doubts: Doubts) -> list[dict[str, Any]]:
    """Return the warnings of one shift: a code, a few words, the sentence, and how it is marked."""
    return [
        {
            "code": warned.code.value,
            "short": str(SHIFT_WARNING[warned.code.value]),
            "text": sentence(warned, doubts),
            "light": warned.code in LIGHT,
        }
        for warned in doubts.of(shift)
    ]


def caused(doubts: Doubts) -> dict[int, list[str]]:
    """Return, by the shift that is the cause, the warnings on other shifts."""
    causes = doubts.causes()
    return {pk: [sentence(each, doubts) for _on, each in found] for pk, found in causes.items()}


def loads(found: Mapping[int, Load], faces: Mapping[Who, Face]) -> dict[str, Any]:
    """Return how much each person has, the most first, as bars beside the average."""
    average = load.mean(found.values())
    most = max([each.worked for each in found.values()], default=average)
    people = sorted(found.items(), key=lambda item: (-item[1].worked, item[0]))
    return {
        "average": whens.length(average),
        "mark": round(_WHOLE * (average / most)) if most else 0,
        "people": [
            _load(faces[Who(staff=staff)], theirs, load.deviation(theirs, average))
            | {"bar": round(_WHOLE * (theirs.worked / most))}
            for staff, theirs in people
            if Who(staff=staff) in faces
        ],
    }


def _load(face: Face, theirs: Load, deviation: int) -> dict[str, Any]:
    minus = "\N{MINUS SIGN}" if deviation < 0 else "+"
    return {
        "key": face.key,
        "name": face.name,
        "initials": face.initials,
        "colour": face.colour,
        "kind": face.kind,
        "hours": whens.length(theirs.worked),
        "shifts": theirs.shifts,
        "night": whens.length(theirs.night) if theirs.night else "",
        "days_off": whens.length(theirs.days_off) if theirs.days_off else "",
        "deviation": _("%(sign)s%(percent)d %%") % {"sign": minus, "percent": abs(deviation)},
        "marked": abs(deviation) >= _MARKED_FROM,
    }


def changes(user: int, schedule: Schedule) -> dict[str, Any]:
    """Return what others changed since a user last looked; four queries at most."""
    found, zone = seen.news(user, schedule.pk), schedule.time_zone
    looked = whens.day(found.seen_at, zone) if found.seen_at else ""
    return {
        "latest": found.latest,
        "title": _("Changes since you last looked (%(when)s)") % {"when": looked},
        "entries": [
            {
                "id": operation.pk,
                "author": author_words(operation),
                "text": operation_words(operation, zone),
                "when": whens.day(operation.at, zone),
            }
            for operation in found.changes
        ],
        "more": found.count - len(found.changes),
    }
