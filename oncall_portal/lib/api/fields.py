"""Field kinds of the API: instants, and texts in several languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oncall_portal.lib import texts


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field[datetime, str, str, datetime]):
    """ISO-8601 with an offset, read as an aware instant, answered in UTC as +00:00."""

    def to_internal_value(self, data: Any) -> datetime:
        """Return the instant in UTC; refuse wall-clock values that name no offset."""
        try:
            parsed = parse_datetime(data) if isinstance(data, str) else None
        except ValueError:
            parsed = None
        if parsed is None:
            raise serializers.ValidationError(
                _("Write the instant like 2027-01-04T17:00:00+00:00."), "invalid_instant"
            )
        if parsed.tzinfo is None:
            raise serializers.ValidationError(
                _("Write the instant with its offset, like +00:00 or +02:00."), "offset_required"
            )
        try:
            return parsed.astimezone(UTC)
        except OverflowError as error:
            raise serializers.ValidationError(
                _("This instant is out of range."), "invalid_instant"
            ) from error

    def to_representation(self, value: datetime) -> str:
        """Return ISO-8601 in UTC."""
        return value.astimezone(UTC).isoformat()


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class TextsField(serializers.JSONField):
    """A text per language: {"fr": "…", "en": "…"}; with `most`, of so many characters each."""

    def __init__(self, *, filled: bool = False, most: int | None = None, **kwargs: Any) -> None:
        self.filled = filled
        self.most = most
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the texts; refuse unknown languages, and none at all where `filled`."""
        check = texts.validate_not_empty if self.filled else texts.validate
        try:
            check(data)
            if self.most is not None:
                texts.AtMost(self.most)(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error
        return data
