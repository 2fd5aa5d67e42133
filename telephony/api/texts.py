"""The API of texts: the stream of a caller, and a text to one."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import ReadOnlyResource, StrictSerializer
from oncall_portal.lib.errors import Refused
from telephony import texting
from telephony.models import Caller, TextMessage


class TextSerializer(serializers.ModelSerializer[TextMessage]):
    """A text, `direction` "in" or "out"; `state` moves on until the platform's last report."""

    at = InstantField(read_only=True)
    sent_by = serializers.CharField(source="sent_by.username", default=None, read_only=True)

    class Meta:
        model = TextMessage
        fields = (
            *("id", "caller", "phone_number", "direction", "text", "state", "error"),
            *("at", "call", "sent_by"),
        )


class NewTextSerializer(StrictSerializer):
    """A text to send; the same `key` again answers the first text, and sends nothing."""

    caller = serializers.IntegerField(min_value=1)
    phone_number = serializers.IntegerField(min_value=1)
    text = serializers.CharField(max_length=4000, trim_whitespace=False)
    key = serializers.CharField(max_length=40, required=False)


class TextResource(ReadOnlyResource[TextMessage]):
    """Texts to and from callers, newest first."""

    model = TextMessage
    queryset = TextMessage.objects.select_related("sent_by")
    serializer_class = TextSerializer
    filterset_fields = ("caller", "phone_number", "direction", "state")

    @extend_schema(request=NewTextSerializer, responses={201: TextSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a text to a caller from one of our numbers; it leaves by the outbox."""
        body = NewTextSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        key = sent.get("key") or secrets.token_urlsafe(16)
        ids = (sent["caller"], sent["phone_number"])
        try:
            text = texting.reply(*ids, sent["text"], key=key, user=request.user, now=clock.now())
        except Caller.DoesNotExist:
            message = _("There is no such caller.")
            raise Refused("unknown_caller", message, "caller") from None
        return Response(self.get_serializer(text).data, status.HTTP_201_CREATED)


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("texts", TextResource),)
