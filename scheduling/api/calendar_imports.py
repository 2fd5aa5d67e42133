"""The API of importing somebody's calendar into a schedule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import StrictSerializer
from oncall_portal.lib.errors import Refused
from scheduling import calendar_files, services
from scheduling.enums import ImportDoubt, ImportResult
from scheduling.ical import matching
from scheduling.models import Schedule, Service, Shift, Staff
from scheduling.services import Choice, Imported
from scheduling.types import CalendarFile, Who

_BESIDES = 256 * 1024  # what a form may hold beside its file


class ChoiceSerializer(StrictSerializer):
    """Whom the events with one text put on call, or that they are left out."""

    text = serializers.CharField(max_length=400, allow_blank=True, trim_whitespace=False)
    staff = serializers.PrimaryKeyRelatedField(
        queryset=Staff.objects.all(), required=False, allow_null=True
    )
    service = serializers.PrimaryKeyRelatedField(
        queryset=Service.objects.all(), required=False, allow_null=True
    )
    leave_out = serializers.BooleanField(required=False, default=False)
    level = serializers.IntegerField(min_value=1, max_value=9, required=False, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none of the three, and more than one."""
        if [bool(attrs.get(name)) for name in ("staff", "service", "leave_out")].count(True) != 1:
            message = _("Name a person or a service, or leave it out.")
            raise serializers.ValidationError(message, "one_assignee")
        return attrs


class FormSerializer(StrictSerializer):
    """What is sent: the file, and by what its events are told apart; `mapping` is JSON.

    `by` is "title" or "people" (who is invited); without it, whichever tells them apart.
    """

    file = serializers.FileField(allow_empty_file=True)
    mapping = serializers.CharField(required=False)
    by = serializers.ChoiceField(["title", "people"], required=False)
    days = serializers.IntegerField(
        min_value=1, max_value=calendar_files.MOST_DAYS, default=calendar_files.MOST_DAYS
    )
    dry_run = serializers.BooleanField(required=False, default=False)


class CalendarTextSerializer(serializers.Serializer[Any]):
    """A text that events are told apart by, and whom it seems to mean."""

    text = serializers.CharField()
    events = serializers.IntegerField()
    staff = serializers.IntegerField(source="guess.staff", allow_null=True, default=None)
    service = serializers.IntegerField(source="guess.service", allow_null=True, default=None)


class EventSerializer(serializers.Serializer[Any]):
    """What becomes of one event; `code` and `detail` say why nothing can."""

    row = serializers.IntegerField(source="number")
    title = serializers.CharField(source="event.title")
    starts_at = InstantField(source="event.period.starts_at")
    ends_at = InstantField(source="event.period.ends_at")
    result = serializers.ChoiceField([result.value for result in ImportResult])
    code = serializers.CharField(source="error.code", allow_null=True, default=None)
    detail = serializers.CharField(source="error.message", allow_null=True, default=None)


class FileDoubtSerializer(serializers.Serializer[Any]):
    """An event that is no shift, and why."""

    reason = serializers.ChoiceField([doubt.value for doubt in ImportDoubt])
    title = serializers.CharField()
    starts_at = InstantField(allow_null=True)


class CalendarImportSerializer(serializers.Serializer[Any]):
    """What an import did, or with a dry run would do, and what it leaves out."""

    dry_run = serializers.BooleanField()
    added = serializers.IntegerField()
    already_there = serializers.IntegerField()
    left_out = serializers.IntegerField()
    refused = serializers.IntegerField()
    past = serializers.IntegerField()
    later = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    texts = CalendarTextSerializer(many=True)
    rows = EventSerializer(many=True)
    doubts = FileDoubtSerializer(many=True)


class CalendarImport(GenericAPIView[Schedule]):
    """The address under a schedule."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a file that is too long before anybody reads it."""
        longest = calendar_files.LARGEST + _BESIDES
        if getattr(self, "action", "") == "import_ics" and _length(request) > longest:
            raise calendar_files.too_large()
        super().initial(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": FormSerializer}, responses=CalendarImportSerializer
    )
    @action(detail=True, methods=["post"], url_path="import-ics", parser_classes=[MultiPartParser])
    def import_ics(self, request: Request, pk: str) -> Response:
        """Put on call whom the events of a calendar file mean, all of them or none.

        A dry run without a mapping goes by what the texts seem to mean.
        """
        if not can(request.user, "add", Shift):
            raise PermissionDenied
        schedule = self.get_object()
        form = FormSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        found = calendar_files.read(_content(sent["file"]), schedule, clock.now(), sent["days"])
        by_people = sent.get("by") == "people"
        if "by" not in sent:
            by_people = matching.is_told_by_people(found.events)
        texts = matching.named(found.events, by_people, calendar_files.known())
        choices = _choices(sent.get("mapping"), texts, guess=sent["dry_run"])
        write = services.look_at_calendar if sent["dry_run"] else services.import_calendar
        done = write(schedule.pk, found.events, choices, by_people)
        told = _told(found, done, texts, dry_run=sent["dry_run"])
        return Response(CalendarImportSerializer(told).data)


def _length(request: Request) -> int:
    length = request.headers.get("Content-Length") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def _content(file: Any) -> bytes:
    if file.size > calendar_files.LARGEST:
        raise calendar_files.too_large()
    return cast(bytes, file.read())


def _choices(
    mapping: str | None, texts: tuple[matching.Named, ...], *, guess: bool
) -> Mapping[str, Choice]:
    """Return the choices that were sent; without any, in a dry run, those guessed."""
    if mapping is None:
        guessed = matching.guesses(texts) if guess else {}
        return {text: Choice(who) for text, who in guessed.items()}
    try:
        told = json.loads(mapping)
    except ValueError as error:
        raise Refused("invalid", _("Send the mapping as a list in JSON."), "mapping") from error
    body = ChoiceSerializer(data=told, many=True)
    body.is_valid(raise_exception=True)
    return {each["text"]: _choice(each) for each in body.validated_data}


def _choice(told: Mapping[str, Any]) -> Choice:
    if told["leave_out"]:
        return Choice(None)
    staff, service = told.get("staff"), told.get("service")
    return Choice(Who(staff and staff.pk, service and service.pk), told["level"])


def _told(
    found: CalendarFile, done: Imported, texts: tuple[matching.Named, ...], *, dry_run: bool
) -> dict[str, Any]:
    counted = {result.value: done.count(result) for result in ImportResult}
    return {
        **counted,
        "dry_run": dry_run,
        "refused": len(done.errors),
        "past": counted["past"] + found.past,
        "later": found.later,
        "cancelled": found.cancelled,
        "texts": texts,
        "rows": done.lines,
        "doubts": found.doubts,
    }
