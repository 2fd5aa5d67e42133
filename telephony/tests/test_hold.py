"""The words and the music of a scenario, as far as they fit into the waiting loop."""

from __future__ import annotations

from typing import Any

import pytest

from oncall_portal.lib.errors import Refused
from telephony import hold, services
from telephony.models import EscalationScenario, Prompt, PromptAudio
from telephony.types import Waiting
from tests.cast import START

pytestmark = pytest.mark.django_db


def prompt(name: str, *, seconds: float | None = None) -> Prompt:
    """Create a prompt, with an English recording of so many seconds."""
    row = Prompt.objects.create(name=name, text={"en": f"{name} in words"})
    if seconds is not None:
        PromptAudio.objects.create(
            prompt=row,
            language="en",
            token=name,
            original_name="a.wav",
            duration_seconds=seconds,
            size=1,
            uploaded_at=START,
        )
    return row


def test_without_any_of_its_own_everything_is_standard(
    django_assert_num_queries: Any,
) -> None:
    scenario = EscalationScenario.objects.create(name="Standard")
    with django_assert_num_queries(0):
        assert hold.waiting(scenario) == Waiting()


def test_a_prompt_goes_before_the_words_and_its_recording_before_its_text() -> None:
    scenario = services.create_scenario(
        {
            "name": "Ours",
            "waiting_words": {"en": "Hold on."},
            "waiting_prompt": prompt("words", seconds=9),
            "waiting_music": prompt("tune", seconds=40),
        }
    )
    found = Waiting({"en": "words in words"}, {"en": "words"}, {"en": "tune"})
    assert hold.waiting(scenario) == found


def test_a_recording_that_is_too_long_by_now_is_left_out() -> None:
    tune = prompt("tune", seconds=40)
    scenario = services.create_scenario({"name": "Ours", "waiting_music": tune})
    tune.recordings.update(duration_seconds=40.5)
    assert hold.waiting(scenario) == Waiting()


@pytest.mark.parametrize(
    ("field", "make", "code"),
    [
        ("waiting_words", lambda: {"en": "x" * 561}, "words_too_long"),
        ("waiting_prompt", lambda: prompt("long", seconds=41), "recording_too_long"),
        ("waiting_music", lambda: prompt("long", seconds=41), "recording_too_long"),
        ("waiting_music", lambda: prompt("silent"), "no_recording"),
    ],
)
def test_what_does_not_fit_is_refused(field: str, make: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.create_scenario({"name": "Ours", field: make()})
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not EscalationScenario.objects.exists()
