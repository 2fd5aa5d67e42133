"""The API of messages out: what was sent, or waits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from oncall_portal.lib.api.resources import ReadOnlyResource
from oncall_portal.outbox.models import OutgoingMessage


class MessageSerializer(serializers.ModelSerializer[OutgoingMessage]):
    """One e-mail or SMS."""

    class Meta:
        model = OutgoingMessage
        fields = ("id", "channel", "to", "state", "attempts", "cause")


class MessageResource(ReadOnlyResource[OutgoingMessage]):
    """Messages out, newest first."""

    model = OutgoingMessage
    queryset = OutgoingMessage.objects.all()
    serializer_class = MessageSerializer
    filterset_fields = ("channel", "state", "cause")


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("messages", MessageResource),)
