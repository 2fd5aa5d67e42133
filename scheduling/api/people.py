"""The API of people, their numbers, and the services they answer for."""

from __future__ import annotations

from typing import Any

from oncall_portal.lib import phone
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField, TextsField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.access import SEE_NUMBER
from scheduling.api.fields import NumberField, PeopleField
from scheduling.api.tables import Tabled
from scheduling.models import ContactNumber, Service, ServiceCategory, Staff
from scheduling.tables import NumberTable, StaffTable


class StaffSerializer(RowSerializer[Staff]):
    """A person who can be on call; without a colour they get the most distinct one still free."""

    class Meta:
        model = Staff
        fields = (
            *("id", "name", "email", "colour", "language", "time_zone"),
            *("extension", "call_process", "active", "version"),
        )
        read_only_fields = ("version",)
        extra_kwargs = {"colour": {"required": False}}


class StaffResource(Tabled, Resource[Staff]):
    """People."""

    model = Staff
    queryset = Staff.objects.all()
    serializer_class = StaffSerializer
    table = StaffTable
    writes = Writes(services.create_staff, services.change_staff, services.delete_staff)
    filterset_fields = ("active",)


class ContactNumberSerializer(RowSerializer[ContactNumber]):
    """A number, masked for those who may not see it whole."""

    number = NumberField()
    verified_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = ContactNumber
        fields = (
            *("id", "staff", "service", "number", "label", "position", "ring_seconds"),
            *("call_connect", "can_sms", "enabled", "verified_at", "version"),
        )
        read_only_fields = ("version",)

    def to_representation(self, instance: ContactNumber) -> dict[str, Any]:
        """Return the number, whole or masked."""
        shown = super().to_representation(instance)
        if not can(self.context["request"].user, SEE_NUMBER, instance):
            shown["number"] = phone.mask(str(instance.number))
        return shown


class ContactNumberResource(Tabled, Resource[ContactNumber]):
    """Numbers of people and services, in the order they are tried."""

    model = ContactNumber
    queryset = ContactNumber.objects.order_by("staff", "service", "position", "pk")
    serializer_class = ContactNumberSerializer
    table = NumberTable
    writes = Writes(
        services.create_contact_number,
        services.change_contact_number,
        services.delete_contact_number,
    )
    filterset_fields = ("staff", "service", "enabled")


class ServiceCategorySerializer(RowSerializer[ServiceCategory]):
    """A heading for services."""

    name = TextsField(filled=True)

    class Meta:
        model = ServiceCategory
        fields = ("id", "name", "position", "version")
        read_only_fields = ("version",)


class ServiceCategoryResource(Resource[ServiceCategory]):
    """Headings under which services stand."""

    model = ServiceCategory
    queryset = ServiceCategory.objects.all()
    serializer_class = ServiceCategorySerializer
    writes = Writes(services.create_category, services.change_category, services.delete_category)


class ServiceSerializer(RowSerializer[Service]):
    """A function that callers ask for; its members in the order they are tried."""

    name = TextsField(filled=True)
    members = PeopleField(source="member_entries")

    class Meta:
        model = Service
        fields = (
            *("id", "name", "category", "colour", "members", "answered_by", "schedule"),
            *("call_process", "if_unanswered", "mailbox", "promise_minutes", "version"),
        )
        read_only_fields = ("version",)
        extra_kwargs = {"colour": {"required": False}}


class ServiceResource(Resource[Service]):
    """Services."""

    model = Service
    queryset = Service.objects.prefetch_related("member_entries")
    serializer_class = ServiceSerializer
    writes = Writes(services.create_service, services.change_service, services.delete_service)
    filterset_fields = ("category", "answered_by")


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (
    ("staff", StaffResource),
    ("contact-numbers", ContactNumberResource),
    ("service-categories", ServiceCategoryResource),
    ("services", ServiceResource),
)
