"""Addresses that the telephone platform asks."""

from __future__ import annotations

from django.urls import path

from telephony import webhooks
from telephony.webhooks import webhook

app_name = "voice"
urlpatterns = [
    path("answer", webhook(webhooks.answer), name="answer"),
    path("event", webhook(webhooks.event), name="event"),
    path("fallback", webhook(webhooks.fallback), name="fallback"),
    path("hold/<str:token>", webhook(webhooks.hold), name="hold"),
    path("step/<str:token>", webhook(webhooks.step), name="step"),
    path(
        "next/<str:token>",
        webhook(webhooks.next_instructions, token_suffices=True),
        name="next",
    ),
    path("recorded/<str:token>", webhook(webhooks.recorded), name="recorded"),
    path("leg/<str:token>", webhook(webhooks.leg), name="leg"),
    path("key/<str:token>", webhook(webhooks.key), name="key"),
]
