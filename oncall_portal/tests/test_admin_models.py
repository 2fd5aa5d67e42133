"""Every model of ours can be seen in the admin."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model

# rows that the form of their owner shows in a box of its own
WITHIN = {"scheduling.RotationParticipant"}
# comments stand on the page of their call; a request to be called back is a promise; who heard a
# message, and by which link, stands on its page
ELSEWHERE = {
    "telephony.CallComment",
    "telephony.CallbackRequest",
    "voicemail.Listening",
    "voicemail.MessageLink",
}
OURS = ("outbox", "scheduling", "telephony", "voicemail")


@pytest.mark.parametrize(
    "model",
    [model for label in OURS for model in apps.get_app_config(label).get_models()],
    ids=lambda model: model._meta.label,
)
def test_a_model_has_a_page_or_a_place_on_one(model: type[Model]) -> None:
    shown = set(admin.site._registry)
    for page in admin.site._registry.values():
        shown |= {inline.model for inline in page.inlines}
    assert model in shown or model._meta.label in WITHIN | ELSEWHERE
