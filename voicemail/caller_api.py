"""The API of what is held about one caller: erasing it, with proof, and giving it out."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oncall_portal.lib import access, clock, phone
from oncall_portal.lib.acting import act
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import ReadOnlyResource, StrictSerializer
from oncall_portal.lib.errors import Refused
from scheduling.queries import house
from telephony.access import ERASE, EXPORT
from telephony.models import Caller
from voicemail import erasing, exporting
from voicemail.models import Erasure


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """The proof of an erasure: counts of what went by kind, checksums of the audio files."""

    at = InstantField(read_only=True)
    erased = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    files = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Erasure
        fields = ("id", "number_hash", "asked_by", "reference", "at", "erased", "files")


class ErasureResource(ReadOnlyResource[Erasure]):
    """Erasures, the latest first."""

    model = Erasure
    queryset = Erasure.objects.all()
    serializer_class = ErasureSerializer
    filterset_fields = ("number_hash",)


class EraseSerializer(StrictSerializer):
    """The caller's number once more, in any usual spelling, and on whose request."""

    number = serializers.CharField(max_length=40)
    reference = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    keep_block = serializers.BooleanField(required=False, default=True)

    def validate_number(self, value: str) -> str:
        """Return E.164, or say how to write a number."""
        try:
            return phone.parse(value, house().region)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages, "invalid_number") from error


class _May(BasePermission):
    """Lets in who may do what the view does to callers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask for the model."""
        if not request.user.is_authenticated:
            return False
        if not hasattr(view, (request.method or "").lower()):
            return True  # the view answers 405 itself
        return access.can(request.user, view.needs, Caller)


class CallerEraseView(APIView):
    """Erases everything about one caller."""

    permission_classes = [_May]
    needs = ERASE

    @extend_schema(
        request=EraseSerializer,
        responses={201: ErasureSerializer},
        operation_id="callers_erase_create",
        tags=["callers"],
    )
    def post(self, request: Request, pk: str) -> Response:
        """Erase all that is held about a caller, and answer the proof."""
        caller = get_object_or_404(access.visible(request.user, Caller.objects.all()), pk=pk)
        body = EraseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        if asked.pop("number") != str(caller.number):
            raise Refused("number_differs", _("This is not the caller's number."), "number")
        proof = erasing.erase(str(caller.number), by=act().name, now=clock.now(), **asked)
        return Response(ErasureSerializer(proof).data, status.HTTP_201_CREATED)


class CallerExportView(APIView):
    """Gives out everything about one caller."""

    permission_classes = [_May]
    needs = EXPORT

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        operation_id="callers_export_retrieve",
        tags=["callers"],
    )
    def get(self, request: Request, pk: str) -> FileResponse:
        """Answer a zip archive of all that is held about a caller."""
        caller = get_object_or_404(access.visible(request.user, Caller.objects.all()), pk=pk)
        return download(str(caller.number), request.user)


def download(number: str, user: Any) -> FileResponse:
    """Return an archive of what is held about a number, as a download."""
    now = clock.now()
    file = exporting.archive(number, user, now)
    name = f"caller-{number.removeprefix('+')}-{now:%Y-%m-%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    return answer
