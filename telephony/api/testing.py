"""The API of test calls: ring a number now, and see what comes of it."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oncall_portal.lib import access, clock
from oncall_portal.lib.api.fields import InstantField
from scheduling.models import ContactNumber
from scheduling.queries import house
from telephony import testcalls
from telephony.models import TestCall


class TestCallSerializer(serializers.ModelSerializer[TestCall]):
    """A test of one number: `text` says its state in the reader's language."""

    live = serializers.SerializerMethodField()
    text = serializers.CharField(source="get_state_display", read_only=True)
    summary = serializers.SerializerMethodField()
    tone = serializers.SerializerMethodField()
    requested_by = serializers.SerializerMethodField()
    requested_at = InstantField(read_only=True)
    picked_up_at = InstantField(read_only=True, allow_null=True)
    ended_at = InstantField(read_only=True, allow_null=True)
    verified_at = InstantField(source="contact_number.verified_at", read_only=True, allow_null=True)

    class Meta:
        model = TestCall
        fields = (
            *("id", "contact_number", "state", "text", "summary", "tone", "live"),
            *("requested_by", "requested_at", "picked_up_at", "ended_at", "verified_at"),
        )

    def get_summary(self, test: TestCall) -> str:
        """Return its state, when it ended by the house's clock, and who asked for it."""
        return testcalls.summary(test, house().time_zone)

    @extend_schema_field({"type": "string", "enum": ["ok", "warn", "bad", "live"]})
    def get_tone(self, test: TestCall) -> str:
        """Return how good that is; "live" while it is under way."""
        return testcalls.tone(test)

    def get_live(self, test: TestCall) -> bool:
        """Return whether it is still under way."""
        return test.ended_at is None

    def get_requested_by(self, test: TestCall) -> str:
        """Return the name of whoever asked for it, "" when their login is gone."""
        return testcalls.asker(test)


class TestCallView(APIView):
    """The test call of one contact number."""

    model = TestCall

    @extend_schema(
        request=None,
        responses={201: TestCallSerializer},
        operation_id="contact_numbers_test_create",
        tags=["contact-numbers"],
    )
    def post(self, request: Request, pk: str) -> Response:
        """Ring the number now and ask whoever picks up to press 1."""
        row = get_object_or_404(access.visible(request.user, ContactNumber.objects.all()), pk=pk)
        test = testcalls.start(row.pk, request.user, clock.now())
        return Response(TestCallSerializer(test).data, status.HTTP_201_CREATED)

    @extend_schema(
        responses=TestCallSerializer,
        operation_id="contact_numbers_test_retrieve",
        tags=["contact-numbers"],
    )
    def get(self, request: Request, pk: str) -> Response:
        """Answer the latest test call of the number."""
        tests = access.visible(request.user, TestCall.objects.filter(contact_number_id=int(pk)))
        test = testcalls.latest([int(pk)], clock.now()).get(int(pk)) if tests.exists() else None
        if test is None:
            raise Http404
        return Response(TestCallSerializer(test).data)
