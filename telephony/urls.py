"""Addresses that the telephone platform asks."""

from __future__ import annotations

from django.urls import path

from telephony import audio_page, webhooks
from telephony.webhook_requests import webhook

app_name = "voice"
urlpatterns = [
    path("answer", webhook(webhooks.answer), name="answer"),
    path("event", webhook(webhooks.event), name="event"),
    path("fallback", webhook(webhooks.fallback), name="fallback"),
    path("hold/<slug:token>", webhook(webhooks.hold), name="hold"),
    path("menu/<slug:token>/<int:turn>", webhook(webhooks.menu), name="menu"),
    path("step/<slug:token>", webhook(webhooks.step), name="step"),
    path(
        "next/<slug:token>",
        webhook(webhooks.next_instructions, token_suffices=True),
        name="next",
    ),
    path("audio/<slug:token>", audio_page.audio, name="audio"),
    path("recorded/<slug:token>", webhook(webhooks.recorded), name="recorded"),
    path("recorded/<slug:token>/<int:take>", webhook(webhooks.recorded), name="recorded"),
    path("keep/<slug:token>/<int:take>", webhook(webhooks.keep), name="keep"),
    path("transcribed/<slug:token>", webhook(webhooks.transcribed), name="transcribed"),
    path("call-recorded/<slug:token>", webhook(webhooks.call_recorded), name="call-recorded"),
    path("notice/<slug:token>", webhook(webhooks.notice, token_suffices=True), name="notice"),
    path("leg/<slug:token>", webhook(webhooks.leg), name="leg"),
    path("key/<slug:token>", webhook(webhooks.key), name="key"),
    path(
        "leg-next/<slug:token>",
        webhook(webhooks.leg_next, token_suffices=True),
        name="leg-next",
    ),
    path("test/<slug:token>", webhook(webhooks.test), name="test"),
    path("test-key/<slug:token>", webhook(webhooks.test_key), name="test-key"),
]
