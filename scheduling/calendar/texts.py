"""The words that the calendar's script says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """Return every text by the name that the script knows it by; {…} are filled in there."""
    return _on_the_timeline() | _when_copying() | _of_stand_ins() | _around_the_timeline()


def _on_the_timeline() -> dict[str, str]:
    return {
        "nobody": _("No one"),
        "result": _("Who takes the call"),
        "result_more": _("result, hour by hour"),
        "level": _("Level {level}"),
        "first": _("rings first"),
        "then": _("rings next"),
        "empty_level": _("drop somebody here"),
        "on_level": _("{period} · level {level}"),
        "bar": _("{name}, level {level}, {period}"),
        "diverted": _("{name}, diverted, {period}"),
        "gap": _("No one {period} · {reason}"),
        "cannot_ring": _("Cannot be reached: {reason}"),
        "past": _("The past cannot be changed: choose a time that is still to come."),
        "put": _("{name} is on call {period}, level {level}"),
        "moved": _("{name} moved to {period}, level {level}"),
        "resized": _("{name} is on call {period}"),
        "changed": _("{name}, {period}: changed"),
        "deleted": _("{name}, {period}: deleted"),
        "undone": _("Undone: {text}"),
        "redone": _("Done again: {text}"),
        "refused": _("Not saved: {reason}"),
        "stale": _("Not saved: somebody else changed it first. This is how it stands now."),
        "away": _("The portal does not answer. Check your connection and try again."),
        "saved": _("Saved"),
        "drop_hint": _("Release to put on call, Escape to cancel"),
        "period_hint": _("Release to choose who takes it, Escape to cancel"),
        "period_chosen": _(
            "{period} is chosen: drag somebody onto a day, or click a day. Escape: none."
        ),
    }


def _when_copying() -> dict[str, str]:
    return {
        "copy_day": _("Day on which a copy begins"),
        "copy_choose": _("Choose what to copy, and where to."),
        "copy_one": _("1 shift would be written."),
        "copy_many": _("{count} shifts would be written."),
        "copy_in_the_way": _("These cannot be copied:"),
        "copy_doubtful": _("Look at these:"),
        "copy_do": _("Copy ({count})"),
        "copy_others": _("Copy the others ({count})"),
        "copied_one": _("1 shift copied"),
        "copied_many": _("{count} shifts copied"),
    }


def _of_stand_ins() -> dict[str, str]:
    return {
        "stands_in": _("{name} stands in {period}"),
        "stands_in_for": _("{name} stands in for {instead}, {period}"),
        "stays_empty": _("left empty {period}"),
        "stays_empty_of": _("The place of {instead} stays empty, {period}"),
        "standin_title": _("Put somebody in"),
        "put_in": _("Put in"),
        "standin_edit": _("Change who stands in"),
        "instead_shift": _("this duty"),
        "instead_person": _("{name}, wherever they stand on this schedule"),
        "instead_level": _("whoever stands at level {level}"),
        "choose_stand_in": _("Choose who stands in."),
        "standin_put": _("Put in; the very next call obeys it."),
        "standin_changed": _("Changed who stands in"),
        "standin_back": _("Taken back"),
        "intended": _("meant to be"),
        "gap_intended": _("No one {period}, meant to be"),
        "intended_now": _("The hole is meant to be: nobody is warned of it."),
        "intended_no_more": _("The hole is a hole again."),
        "generated_hint": _("a change here is of this duty alone"),
        "deleted_for_good": _(
            "{name}, {period}: deleted; it stays away, the rotation does not write it again"
        ),
    }


def _around_the_timeline() -> dict[str, str]:
    return {
        "own_times": _("Times of its own"),
        "move_hint": _("Release to move, Escape to cancel"),
        "keys_hint": _("Let go of Alt to move, Escape to cancel"),
        "add_title": _("Put somebody on call"),
        "edit_title": _("Change this duty"),
        "choose_who": _("Choose who is to be on call."),
        "add": _("Put on call"),
        "save": _("Save the change"),
        "now": _("now {time}"),
        "today": _("today"),
        "now_tag": _("now"),
        "holes_none": _("No hole"),
        "holes_one": _("1 hole"),
        "holes_many": _("{count} holes"),
        "fill": _("Fill"),
        "nobody_day": _("Nobody is on call on this day."),
        "no_match": _("Nobody of this name."),
        "service": _("service"),
        "warned": _("Warning: {text}"),
        "warnings_none": _("No warning"),
        "warnings_one": _("1 warning"),
        "warnings_many": _("{count} warnings"),
        "warnings_more": _("and {count} more"),
        "open": _("Open"),
        "average": _("line: the average, {hours}"),
        "load": _("{shifts} shifts, {hours}"),
        "at_night": _("{hours} at night"),
        "days_off": _("{hours} on week-ends and public holidays"),
        "load_none": _("Nobody is on call."),
    }
