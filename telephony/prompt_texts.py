"""What prompts say: texts and recordings by language, of many prompts in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from telephony.models import Prompt, PromptAudio

# Prompt id -> (text by language, token of the recording by language).
Said = dict[int, tuple[dict[str, str], dict[str, str]]]


def of(prompt_ids: Iterable[int | None]) -> Said:
    """Return what these prompts say; no query where there are none."""
    wanted = {pk for pk in prompt_ids if pk is not None}
    if not wanted:
        return {}
    tokens: dict[int, dict[str, str]] = defaultdict(dict)
    for pk, language, token in PromptAudio.objects.filter(prompt__in=wanted).values_list(
        "prompt", "language", "token"
    ):
        tokens[pk][language] = token
    rows = Prompt.objects.filter(pk__in=wanted).values_list("pk", "text")
    return {pk: (dict(text), tokens[pk]) for pk, text in rows}
