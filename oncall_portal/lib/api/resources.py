"""What a resource of the API is: strict bodies, versions, and rows that the asker may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import access
from oncall_portal.lib.api.permissions import Allowed
from oncall_portal.lib.writes import Writes

M = TypeVar("M", bound=Model)
_IF_MATCH = re.compile(r'(?:W/)?"?(\d{1,9})"?')


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, so that a typing error never passes for a default."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; raise ValidationError naming each unknown field."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            message = _("There is no such field.")
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail(message, "unknown_field") for name in unknown}
            )
        return super().to_internal_value(data)


class RowSerializer(StrictSerializer, serializers.ModelSerializer[M]):
    """A strict body made from a model; the model's own constraints are checked on saving."""

    def get_validators(self) -> list[Any]:
        """Return none: `rows.save` checks every constraint, with the row complete."""
        return []


class ReadOnlyResource(viewsets.ReadOnlyModelViewSet[M]):
    """Lists and shows the rows of `model` that the asker may see."""

    model: type[M]
    permission_classes = [Allowed]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[M]:
        """Return the rows that the asker may see."""
        return access.visible(self.request.user, super().get_queryset())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one row, its version in the ETag."""
        return with_etag(super().retrieve(request, *args, **kwargs))


class Resource(mixins.CreateModelMixin, mixins.DestroyModelMixin, ReadOnlyResource[M]):
    """A resource that people edit."""

    writes: Writes[M]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write a new row and answer the whole of it."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            row = self.writes.create(dict(body.validated_data))
        return self._answer(row.pk, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some fields of a row and answer the whole of it."""
        row = self.get_object()
        version = version_asked(request)
        body = self.get_serializer(row, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            self.writes.change(row.pk, version, dict(body.validated_data))
        return self._answer(row.pk, status.HTTP_200_OK)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a row."""
        row = self.get_object()
        version = version_asked(request)
        with transaction.atomic():
            self.writes.delete(row.pk, version)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, pk: int, code: int) -> Response:
        row = super(ReadOnlyResource, self).get_queryset().get(pk=pk)
        return with_etag(Response(self.get_serializer(row).data, code))


def with_etag(answer: Response) -> Response:
    """Return `answer` with its resource's version as the ETag, as If-Match takes it."""
    if answer.data and "version" in answer.data:
        answer["ETag"] = f'"{answer.data["version"]}"'
    return answer


def version_asked(request: Request) -> int:
    """Return the version that the asker read, from If-Match or the body; raise ValidationError."""
    header = request.headers.get("If-Match")
    if header is not None:
        match = _IF_MATCH.fullmatch(header.strip())
        return int(match[1]) if match else _refuse_version("invalid_version")
    value = request.data.get("version") if isinstance(request.data, Mapping) else None
    if value is None:
        return _refuse_version("version_required")
    if isinstance(value, bool) or not isinstance(value, int):
        return _refuse_version("invalid_version")
    return value


def _refuse_version(code: str) -> int:
    message = _("Send the version that you read, in the body or as If-Match.")
    raise serializers.ValidationError({"version": serializers.ErrorDetail(message, code)})
