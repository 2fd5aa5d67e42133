"""Addresses that the platform asks about texts."""

from __future__ import annotations

from django.urls import path

from telephony import text_webhooks
from telephony.webhook_requests import webhook

app_name = "texts"
urlpatterns = [
    path("inbound", webhook(text_webhooks.inbound), name="inbound"),
    path("status", webhook(text_webhooks.status), name="status"),
]
