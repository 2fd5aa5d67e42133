"""The API of messages out: what was sent, or waits."""

from __future__ import annotations

from typing import IO, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import access, clock
from oncall_portal.lib.api.permissions import Allowed
from oncall_portal.lib.api.resources import ReadOnlyResource
from oncall_portal.outbox import again, bounces
from oncall_portal.outbox.models import OutgoingMessage


class MessageSerializer(serializers.ModelSerializer[OutgoingMessage]):
    """One e-mail or SMS."""

    class Meta:
        model = OutgoingMessage
        fields = ("id", "channel", "to", "state", "attempts", "cause")


class BounceSerializer(serializers.Serializer[Any]):
    """The message that a report was about, null when it was about none of ours."""

    message = serializers.IntegerField(allow_null=True)


class RawMail(BaseParser):
    """Takes an e-mail as it came, as far as it says anything."""

    media_type = "message/rfc822"

    def parse(  # type: ignore[override] # any value will do
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> bytes:
        """Return the beginning of the body."""
        return stream.read(bounces.MOST_BYTES)


class MayPost(Allowed):
    """Asks for the right that a POST needs here, which is none to add a message."""

    right = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the model."""
        if request.method != "POST" or not request.user.is_authenticated:
            return super().has_permission(request, view)
        return access.can(request.user, self.right, OutgoingMessage)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Ask for the row."""
        return access.can(request.user, self.right, obj)


class MayReport(MayPost):
    """Lets those report who speak for the mail server."""

    right = "report"


class MayResend(MayPost):
    """Lets those send again who see to it that messages arrive."""

    right = "resend"


class MessageResource(ReadOnlyResource[OutgoingMessage]):
    """Messages out, newest first."""

    model = OutgoingMessage
    queryset = OutgoingMessage.objects.all()
    serializer_class = MessageSerializer
    filterset_fields = ("channel", "state", "cause")

    @extend_schema(
        request={"message/rfc822": OpenApiTypes.BINARY},
        responses=BounceSerializer,
        filters=False,
    )
    @action(
        detail=False, methods=["post"], parser_classes=[RawMail], permission_classes=[MayReport]
    )
    def bounces(self, request: Request) -> Response:
        """Take a mail server's report of an e-mail that could not be delivered (RFC 3464).

        Anything else is passed over: the answer says whether a message of ours was meant.
        """
        raw: Any = request.data
        message = bounces.take(raw, clock.now())
        return Response({"message": message.pk if message else None})

    @extend_schema(request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayResend])
    def resend(self, request: Request, pk: str) -> Response:
        """Let a message that failed be tried anew, as often as a new one.

        It is the same message, with the same Message-ID or delivery id. 409 `not_failed` for any
        other; another code says why nothing may go there any more.
        """
        message = again.send_again(self.get_object().pk, clock.now())
        return Response(self.get_serializer(message).data)


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (("messages", MessageResource),)
