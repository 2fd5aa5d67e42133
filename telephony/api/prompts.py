"""The API of prompts and of their recordings, one a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from oncall_portal.lib import access
from oncall_portal.lib.api.fields import TextsField
from oncall_portal.lib.api.resources import Resource, RowSerializer, version_asked
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.texts import LANGUAGES
from telephony import prompt_audio
from telephony.models import Prompt
from telephony.writes import PROMPTS

_BESIDES = 64 * 1024  # what a form may hold beside its file
_LANGUAGE = OpenApiParameter("language", str, OpenApiParameter.PATH, enum=["fr", "en"])
_FORM = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "WAV or MP3."},
            "version": {"type": "integer", "description": "Refused when it is no longer this."},
        },
    }
}


class PromptSerializer(RowSerializer[Prompt]):
    """Something said to callers; a recording is played instead of the text in its language."""

    text = TextsField(required=False)
    audio = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Prompt
        fields = ("id", "name", "text", "audio", "warnings", "version")
        read_only_fields = ("version",)

    @extend_schema_field(
        {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
    )
    def get_audio(self, prompt: Prompt) -> dict[str, str | None]:
        """Return where each language's recording is played from, null without one."""
        tokens = {audio.language: audio.token for audio in prompt.recordings.all()}
        return {
            language: reverse("voice:audio", args=[tokens[language]])
            if language in tokens
            else None
            for language in sorted(dict(settings.LANGUAGES), reverse=True)
        }

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_warnings(self, prompt: Prompt) -> list[dict[str, str]]:
        """Return what is allowed and yet seldom meant."""
        names = dict(settings.LANGUAGES)
        words = _("Nothing can be heard in this recording.")
        return [
            {"code": "silent", "detail": f"{names[audio.language]}: {words}"}
            for audio in prompt.recordings.all()
            if audio.silent
        ]


class PromptResource(Resource[Prompt]):
    """Prompts."""

    model = Prompt
    queryset = Prompt.objects.prefetch_related("recordings")
    serializer_class = PromptSerializer
    writes = PROMPTS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a file that is too long before anybody reads it."""
        length = request.headers.get("Content-Length") or "0"
        most = prompt_audio.LARGEST + _BESIDES
        if length.isascii() and length.isdigit() and int(length) > most:
            raise prompt_audio.too_large()
        super().initial(request, *args, **kwargs)

    @extend_schema(
        parameters=[_LANGUAGE],
        request=_FORM,
        responses={201: PromptSerializer},
        operation_id="prompts_audio_create",
    )
    @action(
        detail=True,
        methods=["post"],
        url_path=r"audio/(?P<language>[a-z]{2})",
        url_name="audio",
        parser_classes=[MultiPartParser, JSONParser],
    )
    def audio(self, request: Request, pk: str, language: str) -> Response:
        """Set the recording in one language: WAV or MP3, 20 MB and 5 minutes at most."""
        prompt = self._editable(request, language)
        given = set(request.data) if isinstance(request.data, Mapping) else set()
        for name in sorted(given - {"file", "version"}):
            raise Refused("unknown_field", _("There is no such field."), name)
        file = request.FILES.get("file")
        if file is None:
            raise Refused("required", _("Send the recording as the file “file”."), "file")
        try:
            self.writes.change(
                prompt.pk, _version(request, prompt), {"recordings": {language: file}}
            )
        except Refused as refused:
            raise Refused(refused.code, refused.message, "file") from None
        return self._answer(prompt.pk, status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[_LANGUAGE],
        request=OpenApiTypes.NONE,
        responses={204: None},
        operation_id="prompts_audio_destroy",
    )
    @audio.mapping.delete
    def remove_audio(self, request: Request, pk: str, language: str) -> Response:
        """Remove the recording in one language; the text is read aloud again."""
        prompt = self._editable(request, language)
        version = version_asked(request)
        if not prompt.recordings.filter(language=language).exists():
            raise NotFound
        changed = self.writes.change(prompt.pk, version, {"recordings": {language: None}})
        return Response(status=status.HTTP_204_NO_CONTENT, headers={"ETag": f'"{changed.version}"'})

    def _editable(self, request: Request, language: str) -> Prompt:
        if not access.can(request.user, "change", Prompt):
            raise PermissionDenied(_("You may not do this."))
        if language not in LANGUAGES:
            raise NotFound
        return self.get_object()


def _version(request: Request, prompt: Prompt) -> int:
    """Return the version that the sender read; who names none sets the recording as it stands."""
    data = request.data
    sent = data.get("version") if isinstance(data, Mapping) else None
    if sent is None and request.headers.get("If-Match") is None:
        return prompt.version
    if isinstance(sent, str) and sent.isascii() and sent.isdigit():
        return int(sent)
    return version_asked(request)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("prompts", PromptResource),)
