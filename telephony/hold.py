"""What callers hear while phones ring: the scenario's own words and music, as far as they fit."""

from __future__ import annotations

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from telephony import timing
from telephony.models import EscalationScenario, Prompt
from telephony.types import Waiting


def waiting(scenario: EscalationScenario | None) -> Waiting:
    """Return the words and the music of a scenario; two queries where prompts have them, else none.

    A recording that is too long for the waiting loop is left out, whenever it was uploaded.
    """
    if scenario is None:
        return Waiting()
    asked = [pk for pk in (scenario.waiting_prompt_id, scenario.waiting_music_id) if pk]
    rows = Prompt.objects.prefetch_related("recordings").in_bulk(asked) if asked else {}
    words, music = (
        rows.get(pk or 0) for pk in (scenario.waiting_prompt_id, scenario.waiting_music_id)
    )
    return Waiting(
        texts=dict(words.text if words else scenario.waiting_words),
        audio=_recordings(words),
        music=_recordings(music),
    )


def check(scenario: EscalationScenario) -> None:
    """Raise Refused when the words or the music of a scenario do not fit into the waiting loop.

    The caller's leg is our sign of life: each piece must be over soon.
    """
    longest = timing.LONGEST_WAITING_SECONDS
    most = longest * timing.SPEECH_CHARACTERS_PER_SECOND
    words, music = scenario.waiting_prompt, scenario.waiting_music
    written = [*scenario.waiting_words.values(), *(words.text.values() if words else ())]
    if any(len(text) > most for text in written):
        message = _("The words are said again and again: at most %(count)d characters.")
        field = "waiting_prompt" if words else "waiting_words"
        raise Refused("words_too_long", message % {"count": most}, field)
    if music is not None and not music.recordings.exists():
        message = _("“%(name)s” has no recording: upload one, or choose another prompt.")
        raise Refused("no_recording", message % {"name": music.name}, "waiting_music")
    for field, prompt in (("waiting_prompt", words), ("waiting_music", music)):
        if prompt and prompt.recordings.filter(duration_seconds__gt=longest).exists():
            message = _("It is played again and again: a recording of at most %(count)d seconds.")
            raise Refused("recording_too_long", message % {"count": longest}, field)


def _recordings(prompt: Prompt | None) -> dict[str, str]:
    """Return the tokens of a prompt's recordings that are short enough, by language."""
    rows = prompt.recordings.all() if prompt else ()
    fit = [row for row in rows if row.duration_seconds <= timing.LONGEST_WAITING_SECONDS]
    return {row.language: row.token for row in fit}
