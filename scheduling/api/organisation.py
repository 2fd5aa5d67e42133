"""The API of the one row of house settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import TextsField
from oncall_portal.lib.api.permissions import Allowed
from oncall_portal.lib.api.resources import RowSerializer, version_asked, with_etag
from scheduling import services
from scheduling.api.fields import PeopleField
from scheduling.models import Organisation
from scheduling.models.fields import DAYS_KEPT


class OrganisationSerializer(RowSerializer[Organisation]):
    """House settings; its supervisors in the order they are tried."""

    languages = serializers.ListField(
        child=serializers.ChoiceField([code for code, _name in settings.LANGUAGES]),
        required=False,
        allow_empty=False,
    )
    allowed_countries = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), required=False, max_length=250
    )
    supervisors = PeopleField(source="supervisor_entries")
    whisper = TextsField(required=False)

    class Meta:
        model = Organisation
        fields = (
            *("name", "region", "time_zone", "languages", "allowed_countries", "supervisors"),
            *("ring_seconds", "call_connect", "whisper", "accept_seconds", "ceiling_seconds"),
            *("hard_stop_seconds", "calls_per_second", "min_rest_hours", "max_in_a_row"),
            *("promise_minutes", "link_days", "attach_up_to_mb", *DAYS_KEPT),
            "version",
        )
        read_only_fields = ("version",)


class OrganisationView(GenericAPIView[Organisation]):
    """House settings: one, neither added nor deleted."""

    model = Organisation
    queryset = Organisation.objects.prefetch_related("supervisor_entries")
    serializer_class = OrganisationSerializer
    permission_classes = [Allowed]
    pagination_class = None
    filter_backends = []

    def get_object(self) -> Organisation:
        """Return the row."""
        row = self.get_queryset().get(pk=services.organisation().pk)
        self.check_object_permissions(self.request, row)
        return row

    @extend_schema(operation_id="organisation_retrieve")
    def get(self, request: Request) -> Response:
        """Show the settings."""
        return with_etag(Response(self.get_serializer(self.get_object()).data))

    def patch(self, request: Request) -> Response:
        """Change some settings and answer all of them."""
        row = self.get_object()
        version = version_asked(request)
        body: Any = self.get_serializer(row, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            services.change_organisation(row.pk, version, dict(body.validated_data))
        return self.get(request)
