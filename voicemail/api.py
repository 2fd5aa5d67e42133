"""The API of mailboxes and the messages in them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import FilterSet, ModelChoiceFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.reverse import reverse

from oncall_portal.lib import clock
from oncall_portal.lib.api.fields import InstantField, TextsField
from oncall_portal.lib.api.resources import (
    ReadOnlyResource,
    Resource,
    RowSerializer,
    StrictSerializer,
)
from oncall_portal.lib.writes import Writes
from scheduling.models import Service, Staff
from voicemail import listening, mailboxes, sounds
from voicemail.caller_api import CallerEraseView, CallerExportView, ErasureResource
from voicemail.download_names import download_name
from voicemail.enums import ListeningResult, RecordingState
from voicemail.models import (
    Mailbox,
    MailboxRecipient,
    MailboxTexted,
    Recording,
    VoicemailMessage,
)


class RecipientSerializer(StrictSerializer):
    """Exactly one of a person, a service, an address, and whoever is on call."""

    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)
    service = serializers.PrimaryKeyRelatedField(queryset=Service.objects.all(), required=False)
    email = serializers.EmailField(required=False)
    on_shift = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none, or two at once."""
        if len(attrs) != 1 or attrs.get("on_shift") is False:
            message = _("Choose one of: a person, a service, an address, whoever is on call.")
            raise serializers.ValidationError(message, "exactly_one")
        return attrs

    def to_representation(self, instance: MailboxRecipient) -> dict[str, Any]:
        """Return the one member that is set."""
        if instance.staff_id is not None:
            return {"staff": instance.staff_id}
        if instance.service_id is not None:
            return {"service": instance.service_id}
        return {"email": instance.email} if instance.email else {"on_shift": True}


class TextedSerializer(StrictSerializer):
    """Exactly one of a person, a service, and whoever is on call."""

    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)
    service = serializers.PrimaryKeyRelatedField(queryset=Service.objects.all(), required=False)
    on_shift = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none, or two at once."""
        if len(attrs) != 1 or attrs.get("on_shift") is False:
            message = _("Choose one of: a person, a service, whoever is on call.")
            raise serializers.ValidationError(message, "exactly_one")
        return attrs

    def to_representation(self, instance: MailboxTexted) -> dict[str, Any]:
        """Return the one member that is set."""
        if instance.staff_id is not None:
            return {"staff": instance.staff_id}
        return {"on_shift": True} if instance.on_shift else {"service": instance.service_id}


class MailboxSerializer(RowSerializer[Mailbox]):
    """Where messages go, to whom, and what callers hear; `staff` is whose own mailbox it is."""

    recipients = RecipientSerializer(many=True, required=False)
    sms_link_to = TextedSerializer(many=True, required=False, source="texted")
    greeting = TextsField(allow_null=True, required=False)

    class Meta:
        model = Mailbox
        fields = (
            *("id", "name", "general", "staff", "recipients", "attach_audio", "sms_link_to"),
            *("max_seconds", "min_seconds", "end_key", "silence_seconds", "beep", "confirm"),
            *("transcribe", "greeting", "greeting_prompt", "version"),
        )
        read_only_fields = ("version",)

    def to_internal_value(self, data: Any) -> Any:
        """Return the values as the services take them."""
        values = super().to_internal_value(data)
        if "texted" in values:
            values["sms_link_to"] = values.pop("texted")
        return values


class MailboxResource(Resource[Mailbox]):
    """Mailboxes."""

    model = Mailbox
    queryset = Mailbox.objects.prefetch_related("recipients", "texted")
    serializer_class = MailboxSerializer
    writes = Writes(mailboxes.create_mailbox, mailboxes.change_mailbox, mailboxes.delete_mailbox)


class VoicemailSerializer(serializers.ModelSerializer[VoicemailMessage]):
    """One message that a caller left."""

    duration_seconds = serializers.FloatField(
        source="recording.duration_seconds", read_only=True, allow_null=True
    )
    state = serializers.CharField(source="recording.state", read_only=True)
    cut_short = serializers.BooleanField(source="recording.cut_short", read_only=True)
    transcript = serializers.SerializerMethodField()
    audio = serializers.SerializerMethodField()
    owner = serializers.IntegerField(
        source="call.promise.owner_id", read_only=True, allow_null=True, default=None
    )
    due_at = InstantField(
        source="call.promise.due_at", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = VoicemailMessage
        fields = (
            *("id", "call", "mailbox", "duration_seconds", "state", "cut_short"),
            *("transcript", "audio", "owner", "due_at"),
        )

    @extend_schema_field({"type": "string", "nullable": True})
    def get_transcript(self, message: VoicemailMessage) -> str | None:
        """Return what a machine wrote down, null where there is nothing."""
        return message.recording.transcript or None

    @extend_schema_field({"type": "string"})
    def get_audio(self, message: VoicemailMessage) -> str:
        """Return the address of the recording, for those who may hear it."""
        return reverse("voicemails-audio", args=[message.pk])


class VoicemailFilter(FilterSet):  # type: ignore[misc] # django-filter has no types
    """Messages of a mailbox, of a call, or whose caller somebody is to call back."""

    owner = ModelChoiceFilter("call__promise__owner", queryset=Staff.objects.all())

    class Meta:
        model = VoicemailMessage
        fields = ("mailbox", "call")


class VoicemailResource(ReadOnlyResource[VoicemailMessage]):
    """Messages of the mailboxes whose messages the asker gets."""

    model = VoicemailMessage
    queryset = VoicemailMessage.objects.select_related("recording", "call__promise")
    serializer_class = VoicemailSerializer
    filterset_class = VoicemailFilter

    @extend_schema(responses={(200, "audio/*"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True)
    def audio(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the recording, or the part of it that a player asks for."""
        try:
            message = self.get_object()
        except Http404:
            asked = VoicemailMessage.objects.filter(pk=pk).values_list("recording", flat=True)
            _note_denied(request, asked.first())
            raise
        return _sound(message.recording, request)


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """One recording, of a message or of a conversation."""

    recorded_at = InstantField(read_only=True)
    cut_short = serializers.BooleanField(read_only=True)
    audio = serializers.SerializerMethodField()

    class Meta:
        model = Recording
        fields = (
            *("id", "call", "kind", "state", "cut_short", "recorded_at", "duration_seconds"),
            "audio",
        )

    @extend_schema_field({"type": "string"})
    def get_audio(self, recording: Recording) -> str:
        """Return the address of the sound, for those who may hear it."""
        return reverse("recordings-audio", args=[recording.pk])


class RecordingResource(ReadOnlyResource[Recording]):
    """Recordings of the messages that the asker gets, and of the calls that they took."""

    model = Recording
    queryset = Recording.objects.all()
    serializer_class = RecordingSerializer
    filterset_fields = ("call", "kind", "state")

    @extend_schema(responses={(200, "audio/*"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True)
    def audio(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the recording, or the part of it that a player asks for."""
        try:
            recording = self.get_object()
        except Http404:
            asked = Recording.objects.filter(pk=pk).values_list("pk", flat=True)
            _note_denied(request, asked.first())
            raise
        return _sound(recording, request)


class StorageAway(APIException):
    """The storage of the recordings does not answer."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The recordings cannot be reached just now. Try again shortly.")
    default_code = "storage_away"


def _sound(recording: Recording, request: Request) -> HttpResponseBase:
    if recording.state == RecordingState.ERASED:
        message = _("The recording was kept for as long as it may be, and is erased.")
        raise NotFound(message, "audio_erased")
    try:
        asked = request.headers.get("Range", "")
        answer = sounds.send(recording, asked, name=download_name(recording))
    except sounds.Gone:
        raise NotFound(_("The recording is no longer stored."), "audio_lost") from None
    except sounds.NotStored:
        raise NotFound(_("The recording has not been fetched yet."), "audio_not_stored") from None
    except sounds.Away:
        raise StorageAway from None
    if sounds.is_heard(request.method, answer):
        listening.note(recording.pk, _listener(request), ListeningResult.HEARD, clock.now())
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _listener(request: Request) -> listening.Listener:
    by_api = isinstance(request.successful_authenticator, TokenAuthentication)
    return listening.Listener(user=request.user, by_api=by_api)


def _note_denied(request: Request, recording: Any) -> None:
    """Record that somebody asked for what is not theirs; they are told that there is no such."""
    if recording is not None and request.method == "GET":
        listening.note(recording, _listener(request), ListeningResult.DENIED, clock.now())


ROUTES: tuple[tuple[str, type[ReadOnlyResource[Any]]], ...] = (
    ("mailboxes", MailboxResource),
    ("voicemails", VoicemailResource),
    ("recordings", RecordingResource),
    ("erasures", ErasureResource),
)
__all__ = ["ROUTES", "CallerEraseView", "CallerExportView"]
