"""Numbers and people inside another's page, in their order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.admin import ListForm, ListInline, RowsInline, VersionedForm
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import Inherited
from oncall_portal.lib.writes import Writes
from scheduling import number_tests, services
from scheduling.models import (
    ContactNumber,
    OrganisationSupervisor,
    ScheduleSupervisor,
    ServiceMember,
    Staff,
)
from scheduling.queries import house

NUMBER_WRITES = Writes(
    services.create_contact_number, services.change_contact_number, services.delete_contact_number
)


class NumberForm(VersionedForm):
    """A number in any usual spelling for the house's region."""

    region = "FR"
    ring_seconds_of_house = 20

    number = forms.CharField(label=_("Number"), max_length=40)

    class Meta:
        widgets = {"call_connect": Inherited}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here, abroad = phone.example(self.region)
        if "number" in self.fields:
            box = self.fields["number"].widget
            box.attrs.update(inputmode="tel", autocomplete="off", placeholder=here)
            self.fields["number"].help_text = gettext("Like %(here)s or %(abroad)s.") % {
                "here": here,
                "abroad": abroad,
            }
            if self.instance.pk:
                self.initial["number"] = phone.spaced(str(self.instance.number))
        if "ring_seconds" in self.fields:
            self.fields["ring_seconds"].label = gettext("Rings (seconds)")
            self.fields["ring_seconds"].widget.attrs["placeholder"] = self.ring_seconds_of_house
            self.fields["ring_seconds"].help_text = ""
        if "call_connect" in self.fields:
            self.fields["call_connect"].label = gettext("On picking up")

    def has_changed(self) -> bool:
        """Take a new row in which nothing was written for none at all, wherever it stands."""
        written = self.data.get(self.add_prefix("number")), self.data.get(self.add_prefix("label"))
        return super().has_changed() and bool(self.instance.pk or any(written))

    def clean_number(self) -> str:
        """Return E.164, or say why nobody may be reached there."""
        text = self.cleaned_data["number"]
        if self.instance.pk and text == phone.spaced(str(self.instance.number)):
            return str(self.instance.number)  # as it was: its country may be ruled out since
        try:
            return services.acceptable_number(text)
        except Refused as error:
            raise ValidationError(error.message, error.code) from error


class NumbersInline(RowsInline):
    """The numbers of a person or a service, in the order they are tried."""

    model = ContactNumber
    form = NumberForm
    writes = NUMBER_WRITES
    fields = (
        *("number", "label", "ring_seconds", "call_connect", "can_sms", "enabled"),
        *("last_test", "position", "version"),
    )
    readonly_fields = ("last_test",)

    class Media:
        js = (forms.Script("js/testcall.js", type="module"),)

    note = _("Tried in this order. Busy, refused or unanswered leads to the next one.")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Let the boxes say how this house writes numbers and how long it rings."""
        settings = house()
        facts = {"region": settings.region, "ring_seconds_of_house": settings.ring_seconds}
        kwargs["form"] = type("NumberForm", (NumberForm,), facts)
        self._may_test = can(request.user, "change", ContactNumber)
        self._told: Any = None
        return super().get_formset(request, obj, **kwargs)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer one row on a new page, so that the first number needs no further gesture."""
        return 0 if obj else 1

    @admin.display(description=_("Test call"))
    def last_test(self, number: ContactNumber) -> SafeString | str:
        """Return the button of a test call, and what the last one told."""
        if number.pk is None:
            return gettext("Save first, then test it.")
        if self._told is None:
            owner = {"staff": number.staff_id, "service": number.service_id}
            ids = ContactNumber.objects.filter(**owner).values_list("pk", flat=True)
            self._told = number_tests.latest(ids, clock.now())
        told = self._told.get(number.pk)
        return format_html(
            '<span class="test-call">{}<span class="test-told" data-test-told data-tone="{}" '
            'role="status">{}</span></span>',
            self._button(number),
            told.tone if told else "",
            told.text if told else gettext("never tested"),
        )

    def _button(self, number: ContactNumber) -> SafeString:
        try:
            address = reverse("contact-number-test", args=[number.pk])
        except NoReverseMatch:
            address = ""
        if not address or not self._may_test:
            return SafeString("")
        return format_html(
            '<button type="button" class="btn btn-s" data-test-call="{}">{}'
            '<span class="vh"> {}</span></button>',
            address,
            gettext("Test call"),
            phone.spaced(str(number.number)),
        )


class StaffNumbers(NumbersInline):
    """A person's numbers."""

    fk_name = "staff"


class ServiceNumbers(NumbersInline):
    """A service's numbers."""

    fk_name = "service"


class PersonForm(ListForm):
    """One person of a list."""

    def has_changed(self) -> bool:
        """Take a new row in which nobody was chosen for none at all, wherever it stands."""
        chosen = self.data.get(self.add_prefix("staff"))
        return super().has_changed() and bool(self.instance.pk or chosen)


class PeopleInline(ListInline):
    """People in the order they are tried."""

    form = PersonForm
    fields = ("staff", "position")
    note = _("Tried in this order.")

    def value(self, entry: Any) -> Staff:
        """Return the person."""
        person: Staff = entry["staff"]
        return person


class Members(PeopleInline):
    """Who answers for a service."""

    model = ServiceMember
    taken_as = "member_entries"


class ScheduleSupervisors(PeopleInline):
    """Who supervises a schedule."""

    model = ScheduleSupervisor
    taken_as = "supervisor_entries"
    note = _("Called in this order when nobody on call answers; told of holes by e-mail.")


class HouseSupervisors(PeopleInline):
    """Who supervises everything."""

    model = OrganisationSupervisor
    taken_as = "supervisor_entries"
    note = _("Called in this order where a schedule has no supervisors of its own.")
